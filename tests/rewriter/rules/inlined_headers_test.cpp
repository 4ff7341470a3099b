// The headers of what a body names, where the body takes a call's place.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

const test::Files kLibrary{
    {"lib/lib/fresh.hpp", "#pragma once\nnamespace lib { int fresh(int); struct Fresh {}; }\n"},
    {"lib/lib/detail/deep.hpp", "#pragma once\nnamespace lib { int deep(int); }\n"},
    {"lib/lib/shallow.hpp", "#pragma once\n#include \"detail/deep.hpp\"\n"},
    {"lib/lib/stale.hpp",
     "#pragma once\n#include <ferry/annotate.hpp>\n#include \"fresh.hpp\"\n#include \"shallow.hpp\"\n"
     "#include <utility>\nnamespace lib {\n"
     "FERRY_INLINE(\"IN-01\", safe) inline int stale(int a) { return fresh(a); }\n"
     "FERRY_INLINE(\"IN-02\", safe) inline Fresh* cast(void* p) { return static_cast<Fresh*>(p); }\n"
     "FERRY_INLINE(\"IN-03\", safe) inline int dip(int a) { return deep(a); }\n"
     "FERRY_INLINE(\"IN-04\", safe) inline int more(int a) { return a + 1; }\n"
     "FERRY_INLINE(\"IN-05\", safe) inline int give(int& a) { return std::exchange(a, 1); }\n"
     "using Old FERRY_INLINE(\"IN-06\", safe) = Fresh;\n}\n"},
    {"lib/lib/all.hpp", "#pragma once\n#include <lib/fresh.hpp>\n#include <lib/stale.hpp>\n"},
    {"lib/other/thing.hpp", "#pragma once\n"}};

void check(const std::string& before, const std::string& after) {
  test::FixCase fix{.before = kLibrary, .after = {{"a.cpp", after}}};
  fix.before["a.cpp"] = before;
  if (before == after) fix.after.clear();
  check_fix(fix);
}

}  // namespace

TEST_SUITE("rewriter.rules.inlined_headers") {
  TEST_CASE(
      "the header of what a body calls is included, in the file's order and as it quotes the old one's") {
    check("#include <lib/stale.hpp>\n#include <other/thing.hpp>\nint a = lib::stale(1);\n",
          "#include <lib/fresh.hpp>\n#include <lib/stale.hpp>\n#include <other/thing.hpp>\nint a = "
          "lib::fresh(1);\n");
    check("#include \"lib/stale.hpp\"\nlib::Fresh* f(void* p) { return lib::cast(p); }\nlib::Old o;\n",
          "#include \"lib/fresh.hpp\"\n#include \"lib/stale.hpp\"\nlib::Fresh* f(void* p) { return "
          "static_cast<lib::Fresh*>(p); }\nlib::Fresh o;\n");
  }

  TEST_CASE("of an internal header the public one that has it is included") {
    check("#include <lib/stale.hpp>\nint a = lib::dip(1);\n",
          "#include <lib/shallow.hpp>\n#include <lib/stale.hpp>\nint a = lib::deep(1);\n");
  }

  TEST_CASE("of the standard library the header is included that has the name") {
    check("#include <vector>\n#include <lib/stale.hpp>\nint a(int b) { return lib::give(b); }\n",
          "#include <utility>\n#include <vector>\n#include <lib/stale.hpp>\nint a(int b) { return "
          "std::exchange(b, 1); }\n");
  }

  TEST_CASE("no header is added where another include has it, or nothing of it is named") {
    check("#include <lib/fresh.hpp>\n#include <lib/stale.hpp>\nint a = lib::stale(1);\n",
          "#include <lib/fresh.hpp>\n#include <lib/stale.hpp>\nint a = lib::fresh(1);\n");
    check("#include <lib/all.hpp>\nint a = lib::stale(1);\n",
          "#include <lib/all.hpp>\nint a = lib::fresh(1);\n");
    check("#include <lib/stale.hpp>\nint a = lib::more(1);\n", "#include <lib/stale.hpp>\nint a = 1 + 1;\n");
  }

  TEST_CASE("a header of the project that uses it includes it, and then its includers need not") {
    test::FixCase fix{
        .before = kLibrary,
        .after = {
            {"own.hpp",
             "#pragma once\n#include <lib/fresh.hpp>\n#include <lib/stale.hpp>\ninline int f() { return "
             "lib::fresh(1); }\n"},
            {"a.cpp", "#include \"own.hpp\"\nint a = lib::fresh(f());\n"}}};
    fix.before["own.hpp"] =
        "#pragma once\n#include <lib/stale.hpp>\ninline int f() { return lib::stale(1); }\n";
    fix.before["a.cpp"] = "#include \"own.hpp\"\nint a = lib::stale(f());\n";
    check_fix(fix);
  }
}
