// Old names in macros: their arguments, their bodies, and what they make of both.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

const test::WithLibrary kLibrary(R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                       namespace lib {
                                       int fresh(int value);
                                       FERRY_REPLACE("FN-01", safe, "lib::fresh($value)") int stale(int value);
                                       FERRY_REPLACE("FN-02", safe, "lib::fresh($right + $left)") int swapped(int left, int right);
                                       }  // namespace lib
                                       namespace other {
                                       int stale(int value);
                                       }
)cpp");

}  // namespace

TEST_SUITE("rewriter.analyse.macros") {
  TEST_CASE("a macro's argument is edited where it is written") {
    kLibrary.becomes("#define AS_IS(x) x\nint a = AS_IS(lib::stale(1));\n",
                     "#define AS_IS(x) x\nint a = AS_IS(lib::fresh(1));\n");
  }

  TEST_CASE("an argument that the macro uses twice is edited once") {
    kLibrary.becomes("#define TWICE(x) ((x) + (x))\nint a = TWICE(lib::stale(1));\n",
                     "#define TWICE(x) ((x) + (x))\nint a = TWICE(lib::fresh(1));\n");
  }

  TEST_CASE("an argument that is handed on through macros is edited where it is written") {
    kLibrary.becomes(
        "#define INNER(x) (x)\n#define OUTER(x) INNER(x) + INNER(1)\nint a = OUTER(lib::stale(1));\n",
        "#define INNER(x) (x)\n#define OUTER(x) INNER(x) + INNER(1)\nint a = OUTER(lib::fresh(1));\n");
  }

  TEST_CASE("a call in an argument is edited when the macro shows its text to people") {
    kLibrary.becomes(
        "void show(const char*, int);\n#define CHECK_EQ(x, y) show(#x, (x) == (y))\n"
        "void f() { CHECK_EQ(lib::stale(1), 2); }\n",
        "void show(const char*, int);\n#define CHECK_EQ(x, y) show(#x, (x) == (y))\n"
        "void f() { CHECK_EQ(lib::fresh(1), 2); }\n");
  }

  TEST_CASE("a name that the macro makes a string of may be a key, so that changing it is unsafe") {
    const std::string before =
        "void add(const char*, int (*)(int));\n#define TEXT(x) #x\n#define ENTER(x) add(TEXT(x), x)\n"
        "void f() { ENTER(lib::stale); }\n";
    const std::string head = "#include <lib.hpp>\n";
    const std::string library = R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                      namespace lib {
                                      int fresh(int value);
                                      FERRY_REPLACE("FN-01", safe, "lib::fresh($value)") int stale(int value);
                                      }  // namespace lib
    )cpp";
    check_fix({.before = {{"lib/lib.hpp", library}, {"a.cpp", head + before}},
               .left = {{5, "FN-01", "the macro makes a string of it as well"}}});
    kLibrary.becomes(
        before,
        "void add(const char*, int (*)(int));\n#define TEXT(x) #x\n#define ENTER(x) add(TEXT(x), x)\n"
        "void f() { ENTER(lib::fresh); }\n");
  }

  TEST_CASE("an argument that is pasted to other tokens stays") {
    kLibrary.stays(
        "int stale_count = 0;\n#define COUNTED(f) (f##_count++, lib::f(1))\nint a = COUNTED(stale);\n",
        {{3, "FN-01", "pastes"}});
  }

  TEST_CASE("a name that a macro pastes together stays, and is reported where the macro is used") {
    kLibrary.stays("#define CALL(f) lib::st##f(1)\nint a = CALL(ale);\n", {{2, "FN-01", "pastes tokens"}});
  }

  TEST_CASE("an argument that means the old function in one place and another one in the next stays") {
    kLibrary.stays("#define BOTH(f) (lib::f(1) + other::f(1))\nint a = BOTH(stale);\n",
                   {{2, "FN-01", "also means `other::stale(int)`"}});
  }

  TEST_CASE("a macro's body is edited once when all its expansions agree") {
    kLibrary.becomes("#define NEXT(x) lib::stale(x)\nint a = NEXT(1);\nint b = NEXT(a) + NEXT(2);\n",
                     "#define NEXT(x) lib::fresh(x)\nint a = NEXT(1);\nint b = NEXT(a) + NEXT(2);\n");
  }

  TEST_CASE("a macro's body whose expansions mean different things stays") {
    kLibrary.stays("#define NEXT(ns) ns::stale(1)\nint a = NEXT(lib);\nint b = NEXT(other);\n",
                   {{1, "FN-01", "the macro is also expanded where this does not hold"}});
  }

  TEST_CASE("a macro's body that is written anew keeps its parameters") {
    kLibrary.becomes("#define SWAP(x, y) lib::swapped(x, (y))\nint a = SWAP(1, 2);\n",
                     "#define SWAP(x, y) lib::fresh((y) + (x))\nint a = SWAP(1, 2);\n");
  }

  TEST_CASE("a name of which the macro writes one half is edited in the other") {
    kLibrary.becomes("#define LIB(name) lib::name\nint a = LIB(stale)(1);\n",
                     "#define LIB(name) lib::name\nint a = LIB(fresh)(1);\n");
  }

  TEST_CASE("a call of which the macro writes a part is not torn apart") {
    kLibrary.stays("#define OPEN lib::swapped(1,\nint a = OPEN 2);\n", {{1, "FN-02", "macro"}});
  }

  TEST_CASE("an argument of the call that a macro makes goes by the macro's name") {
    kLibrary.becomes("#define TWO 1 + 1\n#define ID(x) x\nint a = lib::swapped(ID(3), TWO);\n",
                     "#define TWO 1 + 1\n#define ID(x) x\nint a = lib::fresh((TWO) + ID(3));\n");
  }

  TEST_CASE("a system header's macro stays, its argument does not") {
    check_fix(
        {.before = {{"lib/lib.hpp",
                     "#pragma once\n#include <ferry/annotate.hpp>\nnamespace lib {\n"
                     "int fresh(int value);\n"
                     "FERRY_REPLACE(\"FN-01\", safe, \"lib::fresh($value)\") int stale(int value);\n}\n"},
                    {"system/sys.h", "#define SYS_CALL(x) lib::stale(x)\n#define SYS_ID(x) (x)\n"},
                    {"a.cpp",
                     "#include <lib.hpp>\n#include <sys.h>\nint a = SYS_CALL(1);\n"
                     "int b = SYS_ID(lib::stale(1));\n"}},
         .after = {{"a.cpp",
                    "#include <lib.hpp>\n#include <sys.h>\nint a = SYS_CALL(1);\n"
                    "int b = SYS_ID(lib::fresh(1));\n"}},
         .left = {{3, "FN-01", "which is not to be edited"}}});
  }

  TEST_CASE("a macro of the command line stays, and is reported where it is used") {
    check_fix(
        {.before = {{"lib/lib.hpp",
                     "#pragma once\n#include <ferry/annotate.hpp>\nnamespace lib {\n"
                     "int fresh(int value);\n"
                     "FERRY_REPLACE(\"FN-01\", safe, \"lib::fresh($value)\") int stale(int value);\n}\n"},
                    {"a.cpp", "#include <lib.hpp>\nint a = CALL(1);\n"}},
         .left = {{2, "FN-01", "it comes from a macro of the command line"}},
         .flags = {"-DCALL(x)=lib::stale(x)"}});
  }

  TEST_CASE("a macro in a header is edited when every unit that expands it agrees") {
    const std::string library =
        "#pragma once\n#include <ferry/annotate.hpp>\nnamespace lib {\nint fresh(int value);\n"
        "FERRY_REPLACE(\"FN-01\", safe, \"lib::fresh($value)\") int stale(int value);\n}\n"
        "namespace other { int stale(int value); }\n";
    const std::string header = "#pragma once\n#include <lib.hpp>\n#define CALL(x) stale(x)\n";
    SUBCASE("they do") {
      check_fix({.before = {{"lib/lib.hpp", library},
                            {"call.hpp", header},
                            {"a.cpp", "#include \"call.hpp\"\nusing namespace lib;\nint a = CALL(1);\n"},
                            {"b.cpp", "#include \"call.hpp\"\nusing namespace lib;\nint b = CALL(2);\n"}},
                 .after = {{"call.hpp", "#pragma once\n#include <lib.hpp>\n#define CALL(x) fresh(x)\n"}}});
    }
    SUBCASE("one means something else") {
      check_fix({.before = {{"lib/lib.hpp", library},
                            {"call.hpp", header},
                            {"a.cpp", "#include \"call.hpp\"\nusing namespace lib;\nint a = CALL(1);\n"},
                            {"b.cpp", "#include \"call.hpp\"\nusing namespace other;\nint b = CALL(2);\n"}},
                 .left = {{3, "FN-01", "b.cpp means `other::stale(int)` here", "call.hpp"}}});
    }
  }
}
