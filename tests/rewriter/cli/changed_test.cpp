// Files that change between two runs, where nothing old was found.
#include <string>

#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

// Two units without findings, which read src/h.hpp, and a first run over them.
class Clean {
 public:
  Clean() {
    program.write("src/h.hpp", kHeader);
    program.write(
        "src/old.hpp",
        "#define GLUE(a, b) a##b\n#define OLD FERRY_REPLACE(\"MOCK-08\", safe, \"api::rest(1)\")\n");
    program.write("src/a.cpp", kUnit);
    program.write("src/b.cpp", "#include \"h.hpp\"\nint b() { return twice(2); }\n");
    program.write_database({"src/a.cpp", "src/b.cpp"});
    REQUIRE(check().status == 0);
  }

  Ran check() const { return program.run("check --cache " + program.tree.path("cache")); }
  /// Checks that a run says the same as one without a cache, and gives what it says.
  Ran check_same() const {
    const Ran plain = program.run("check --no-cache");
    const Ran ran = check();
    CHECK(ran.out == plain.out);
    CHECK(ran.err == plain.err);
    CHECK(ran.status == plain.status);
    CHECK(check().out == plain.out);
    return ran;
  }

  static constexpr const char* kHeader =
      "#pragma once\n#include <api.hpp>\n#include \"old.hpp\"\n"
      "inline int twice(int x) { return 2 * x; }\n";
  static constexpr const char* kUnit = "#include \"h.hpp\"\nint a() { return twice(1); }\n";

  Program program;
};

}  // namespace

TEST_SUITE("rewriter.cli.changed") {
  TEST_CASE("a unit is not parsed for a change that names nothing old") {
    const Clean clean;
    // Nobody notices, so it is not compiled.
    const std::string error = "int broken = missing;\n";
    SUBCASE("in its own file") { clean.program.write("src/a.cpp", Clean::kUnit + error); }
    SUBCASE("in a header") { clean.program.write("src/h.hpp", Clean::kHeader + error); }
    SUBCASE("again and again") {
      clean.program.write("src/a.cpp", Clean::kUnit + error);
      CHECK(clean.check().status == 0);
      clean.program.write("src/a.cpp", Clean::kUnit + error + error);
    }
    CHECK(clean.check().status == 0);
    CHECK(clean.check().out == "No old call sites.\n");
    CHECK(clean.program.run("check --no-cache").status == 3);
  }

  TEST_CASE("macros that could build an old name may stay as they are") {
    const Clean clean;
    const std::string use = std::string(Clean::kUnit) + "int f() { return GLUE(twi, ce)(1); }\n";
    clean.program.write("src/a.cpp", use);
    CHECK(clean.check().status == 0);
    SUBCASE("where something else changes") {
      clean.program.write("src/a.cpp", use + "int broken = missing;\n");
      CHECK(clean.check().status == 0);
      CHECK(clean.program.run("check --no-cache").status == 3);
    }
    SUBCASE("where something else changes in a header") {
      clean.program.write("src/h.hpp", std::string(Clean::kHeader) + "int broken = missing;\n");
      CHECK(clean.check().status == 0);
      CHECK(clean.program.run("check --no-cache").status == 3);
    }
    SUBCASE("but not with other arguments") {
      clean.program.write("src/a.cpp", use + "int g() { return api::GLUE(de, lay)(1); }\n");
      CHECK(has(clean.check_same().out, "old call site"));
    }
  }

  TEST_CASE("a name that one file says and another makes old is found") {
    const Clean clean;
    clean.program.write("src/h.hpp", std::string(Clean::kHeader) +
                                         "#define CALL(x) GLUE(de, lay)(x)\n"
                                         "namespace own { inline int delay(int x) { return x; } }\n");
    clean.program.write("src/a.cpp",
                        "#include \"h.hpp\"\n#include \"using.hpp\"\nint a() { return CALL(1); }\n");
    clean.program.write("src/using.hpp", "using namespace own;\n");
    CHECK(clean.check().status == 0);
    clean.program.write("src/using.hpp", "using namespace api;\n");
    CHECK(has(clean.check_same().out, "old call site"));
  }

  TEST_CASE("what a change brings is found") {
    const Clean clean;
    std::string text = Clean::kUnit;
    SUBCASE("an old name") { text += "int f() { return api::delay(1); }\n"; }
    SUBCASE("a macro that builds an old name") { text += "int f() { return api::GLUE(de, lay)(1); }\n"; }
    SUBCASE("a using-declaration") { text += "using api::delay;\n"; }
    SUBCASE("an annotation") {
      text +=
          "int rest2();\nFERRY_REPLACE(\"MOCK-09\", safe, \"rest2()\") int nap2();\nint f() { return nap2(); "
          "}\n";
    }
    SUBCASE("an annotation by a macro of its own") {
      text += "OLD int nap3();\nint f() { return nap3(); }\n";
    }
    SUBCASE("an inclusion") {
      clean.program.write("src/more.hpp", "inline int f() { return api::delay(1); }\n");
      text += "#include \"more.hpp\"\n";
    }
    CHECK(clean.check().status == 0);
    clean.program.write("src/a.cpp", text);
    CHECK(has(clean.check_same().out, "old call site"));
  }

  TEST_CASE("a suppression that comes in is looked at") {
    const Clean clean;
    clean.program.write("src/a.cpp", std::string(Clean::kUnit) + "int f();  // NOLINT(ferry-MOCK-01)\n");
    CHECK(has(clean.check_same().out, "NOLINT"));
  }

  TEST_CASE("an old name in an inactive branch is told of") {
    const Clean clean;
    clean.program.write("src/a.cpp",
                        std::string(Clean::kUnit) + "#if 0\nint f() { return api::delay(1); }\n#endif\n");
    CHECK(has(clean.check_same().out, "delay"));
  }

  TEST_CASE("a change of the header that says what is old counts") {
    const Clean clean;
    clean.program.write("include/api.hpp",
                        clean.program.read("include/api.hpp") +
                            "FERRY_REPLACE(\"MOCK-04\", safe, \"api::rest($x)\") int twice(int x);\n");
    clean.program.write("src/h.hpp", "#pragma once\n#include <api.hpp>\n");
    CHECK(has(clean.check_same().out, "MOCK-04"));
  }
}
