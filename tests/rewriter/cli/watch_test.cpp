#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

namespace ferry::rewriter::test {
namespace {

// Lines of the shell in which `look` waits for one more report, and says how it begins to sum up.
constexpr const char* kWatch = R"sh(
reports=0
look() {
  reports=$((reports + 1))
  for i in $(seq 600); do
    sums=$(grep -E 'old call sites? in|No old call sites' ../seen)
    if [ "$(printf '%s\n' "$sums" | grep -c .)" -ge $reports ]; then printf '%s\n' "$sums" | tail -n 1; return; fi
    sleep 0.1
  done
  echo "no report $reports"
}
ferry check --watch --cache ../cache --format concise >../seen 2>../said &
watch=$!
look
)sh";

std::string watching(const std::string& lines) {
  return kWatch + lines + "\nkill $watch; wait $watch; cat ../said >&2";
}

// Whether a process has `word` in its command line.
bool is_running(const std::string& word) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline");
    const std::string line{std::istreambuf_iterator<char>(file), {}};
    if (has(line, word)) return true;
  }
  return false;
}

}  // namespace

TEST_SUITE("rewriter.cli.watch") {
  TEST_CASE("every change of a file is looked at, and told of") {
    const Program program;
    program.write("a.cpp", "#include <api.hpp>\nint a() { return api::delay(1); }\n");
    program.write("b.cpp", "#include <api.hpp>\nint b() { return api::delay(1); }\n");
    program.write_database({"a.cpp", "b.cpp"});
    const Ran ran = program.shell(watching(R"sh(
echo 'int c() { return api::delay(2); }' >>a.cpp; look
echo 'int d() { return api::delay(3); }' >>a.cpp; look
sed -i 's/delay/rest/' a.cpp; look
echo 'int e() { return api::delay(4); } int g() { return missing; }' >>a.cpp; look
sed -i 's/missing/0/' a.cpp; look
)sh"));
    CHECK(ran.out ==
          "2 old call sites in 2 files (MOCK-01 2): `ferry fix` rewrites 2.\n"
          "3 old call sites in 2 files (MOCK-01 3): `ferry fix` rewrites 3.\n"
          "4 old call sites in 2 files (MOCK-01 4): `ferry fix` rewrites 4.\n"
          "1 old call site in 1 file (MOCK-01 1): `ferry fix` rewrites 1.\n"
          "2 old call sites in 2 files (MOCK-01 2): `ferry fix` rewrites 1; 1 left to a person.\n"
          "2 old call sites in 2 files (MOCK-01 2): `ferry fix` rewrites 2.\n");
    CHECK(has(ran.err, "watching"));
    CHECK(has(ran.err, "a.cpp has changed; looking again"));
    CHECK(has(ran.err, "use of undeclared identifier 'missing'"));
  }

  TEST_CASE("a header's change is looked at, and so are files that come or go") {
    const Program program;
    program.write("include/more.hpp", "#pragma once\n#include <api.hpp>\ninline int m() { return 1; }\n");
    program.write("a.cpp", "#include <more.hpp>\nint a() { return api::delay(1); }\n");
    program.write("b.cpp", "#include <api.hpp>\nint b() { return api::delay(1); }\n");
    program.write_database({"a.cpp"});
    program.write("both.json", "[" + program.entry("a.cpp") + ", " + program.entry("b.cpp") + "]");
    const Ran ran = program.shell(watching(R"sh(
echo 'inline int n() { return api::delay(2); }' >>include/more.hpp; look
cp both.json build/compile_commands.json; look
sed -i 's/^FERRY_REPLACE("MOCK-01.*int delay/int delay/' include/api.hpp; look
)sh"));
    CHECK(ran.out ==
          "1 old call site in 1 file (MOCK-01 1): `ferry fix` rewrites 1.\n"
          "2 old call sites in 2 files (MOCK-01 2): `ferry fix` rewrites 2.\n"
          "3 old call sites in 3 files (MOCK-01 3): `ferry fix` rewrites 3.\n"
          "No old call sites.\n");
  }

  TEST_CASE("an interrupted watch leaves nothing behind, and ends by the signal") {
    const Program program;
    program.write("a.cpp", "#include <api.hpp>\nint a() { return api::delay(1); }\n");
    program.write_database({"a.cpp"});
    const Ran ran = program.shell(R"sh(mkdir ../temporary; export TMPDIR=$(cd ../temporary && pwd)
ferry check --watch --cache ../cache >../seen 2>../said & watch=$!
for i in $(seq 600); do grep -q watching ../said && break; sleep 0.1; done
sleep 0.2; kill -TERM $watch; wait $watch; echo $?; ls ../temporary)sh");
    CHECK(ran.out == "143\n");
  }

  TEST_CASE("nothing goes on running when the watch is killed") {
    const Program program;
    program.write("a.cpp", "#include <api.hpp>\nint a() { return api::delay(1); }\n");
    program.write_database({"a.cpp"});
    const std::string name = program.tree.path("cache-of-its-own");
    const Ran ran =
        program.shell("ferry check --watch --cache '" + name + R"sh(' >../seen 2>../said & watch=$!
for i in $(seq 600); do grep -q watching ../said && break; sleep 0.1; done
kill -9 $watch; wait $watch 2>/dev/null; true)sh");
    CHECK(ran.status == 0);
    for (int i = 0; i < 100 && is_running(name); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    CHECK_FALSE(is_running(name));
  }

  TEST_CASE("what writes once cannot be asked for again and again") {
    const Program program;
    program.write("a.cpp", "int a;\n");
    program.write_database({"a.cpp"});
    CHECK(program.run("check --watch --shard 1/2 -o x").status == 2);
    CHECK(program.run("check --watch --write-baseline x").status == 2);
    CHECK(program.run("check --watch missing.cpp").status == 2);
  }
}

}  // namespace ferry::rewriter::test
