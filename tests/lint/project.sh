# A small project to run the program over; to be sourced. usage: make_project DIRECTORY SOURCE_DIR

# A header that two sources share, with old calls of all kinds: safe, unsafe, for a person, suppressed, in CRLF, beside
# wide characters, several in a line.
make_project() {
  local root=$1 source_dir=$2 file
  mkdir -p "$root/src" "$root/include"
  cat >"$root/include/api.hpp" <<'CODE'
#pragma once
#include <ferry/annotate.hpp>
namespace api {
int rest(int ms);
FERRY_REPLACE("MOCK-01", safe, "api::rest($ms)") int delay(int ms);
FERRY_REPLACE("MOCK-02", unsafe, "api::rest($ms)") int nap(int ms);
FERRY_REPLACE("MOCK-03", manual, "look whether it still has to wait") int doze(int ms);
}  // namespace api
CODE
  cat >"$root/src/shared.hpp" <<'CODE'
#pragma once
#include <api.hpp>
inline int shared() { return api::delay(5) + api::delay(6); }
CODE
  cat >"$root/src/a.cpp" <<'CODE'
#include "shared.hpp"
int f() { return api::delay(1) + api::delay(api::delay(2)); }
int g() { return api::nap(3) + /* größe, 日本, 😀 */ api::delay(4); }
int h() { return api::doze(5); }
int i() { return api::delay(6); }  // NOLINT(ferry-MOCK-01): "why", <until> 100 %
int j() { return 7; }              // NOLINT(ferry-MOCK-02)
CODE
  printf '#include "shared.hpp"\r\nint k() {\r\n  return api::delay(\r\n      8);\r\n}\r\n' >"$root/src/b c.cpp"
  {
    printf '['
    for file in "$root"/src/*.cpp; do
      [[ $file == */a.cpp ]] || printf ','
      printf '{"directory": "%s", "file": "%s", "arguments": ["c++", "-std=c++20", "-I%s/include", "-I%s", "-c", "%s"]}\n' \
        "$root" "$file" "$root" "$source_dir/compat/include" "$file"
    done
    printf ']\n'
  } >"$root/compile_commands.json"
  git -C "$root" init --quiet
}
