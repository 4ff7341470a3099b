// why: what is said about a place, found or not.
#include <filesystem>

#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

constexpr const char* kInclude = "#include <api.hpp>\n";

// What is said of a line of src/a.cpp, whose text follows an include in line 1.
std::string said(const Program& program, const std::string& text, const std::string& place,
                 const std::string& options = "") {
  program.write("src/a.cpp", kInclude + text);
  program.write_database({"src/a.cpp"});
  const Ran ran = program.run("why src/a.cpp:" + place + " " + options);
  CHECK_MESSAGE(ran.status == 0, ran.err);
  CHECK_MESSAGE(ran.err == "", ran.err);
  return ran.out;
}

void check_has(const std::string& text, std::initializer_list<const char*> parts) {
  for (const char* part : parts) CHECK_MESSAGE(has(text, part), part, " in: ", text);
}

}  // namespace

TEST_SUITE("rewriter.cli.why") {
  TEST_CASE("a finding is shown with what fix makes of it and who has found it") {
    const Program program;
    const std::string text =
        "int f() { return api::delay(1); }\nint g() { return api::nap(2) + api::doze(3); }\n";
    check_has(said(program, text, "2"),
              {"src/a.cpp:2:18: MOCK-01 [safe]", "2 + int f() { return api::rest(1); }",
               "rewritten by `ferry fix`; the result compiles", "found in src/a.cpp",
               "3 rules have looked: MOCK-01, MOCK-02, MOCK-03"});
    check_has(said(program, text, "3"), {"MOCK-02 [unsafe]", "behaviour may change; --unsafe rewrites it",
                                         "MOCK-03 [manual]", "a person decides"});
    check_has(said(program, text, "3", "--unsafe --no-verify"),
              {"rewritten by `ferry fix --unsafe`; not verified (--no-verify)"});
    const std::string column = said(program, text, "3:35");
    CHECK(has(column, "MOCK-03"));
    CHECK_FALSE(has(column, "MOCK-02 ["));
    check_has(said(program, text, "3:3"),
              {"nothing was found here",
               "the line has findings, but not at this column: MOCK-02 in column 18, "
               "MOCK-03 in column"});
    CHECK_MESSAGE(program.read("src/a.cpp") == kInclude + text, "nothing is written");
  }

  TEST_CASE("what accepts a finding, leaves its rule out or takes it for something else is named") {
    const Program program;
    const std::string text =
        "int f() { return api::delay(1); }  // NOLINT(ferry-MOCK-01): as it was\nint g() { return "
        "api::nap(2); }\n";
    check_has(said(program, text, "2"), {"suppressed in line 2: as it was"});
    check_has(said(program, text, "3", "--select MOCK-01"),
              {"not reported: the rule is left out by --select"});
    check_has(said(program, text, "3", "--ignore MOCK-02"),
              {"not reported: the rule is left out by --ignore"});
    check_has(said(program, text, "3", "--rule MOCK-02=off"),
              {"not reported: the rule is left out by --rule"});
    program.write(".ferry.yaml", "rules: {MOCK-02: safe}\nexclude: lib\n");
    check_has(said(program, text, "3"),
              {"[safe]", "rewritten by `ferry fix`", "taken for safe by .ferry.yaml:1:"});
    std::filesystem::remove(program.path(".ferry.yaml"));
    program.run("check --write-baseline base");
    check_has(said(program, text, "3", "--baseline base"),
              {"the baseline base accepts it", "--unsafe rewrites it"});
  }

  TEST_CASE("an edit that would not compile is named with what the compiler says") {
    const Program program;
    program.write("include/bad.hpp",
                  "#include <ferry/annotate.hpp>\nnamespace bad {\nFERRY_REPLACE(\"BAD-01\", safe, "
                  "\"bad::missing($n)\") int old(int n);\n}\n");
    check_has(
        said(program, "#include <bad.hpp>\nint f() { return bad::old(1); }\n", "3"),
        {"BAD-01", "not rewritten: with this edit it would not compile: a.cpp:3: no member named 'missing'"});
  }

  TEST_CASE("what is written in macros is explained") {
    const Program program;
    const std::string text =
        "#define WAIT(n) api::n(1)\n#define DOZE api::doze(4)\nint f() { return WAIT(delay); }\n"
        "int g() { return DOZE; }\n#define NEVER api::delay(5)\n"
        "#define ONE(a, b) a\nint h() { return ONE(1, api::delay(6)); }\n";
    check_has(said(program, text, "5"), {"`DOZE` is expanded here; what is old in it is reported at its "
                                         "body: MOCK-03, ferry why src/a.cpp:3"});
    check_has(said(program, text, "3"), {"MOCK-03 [manual]"});
    check_has(said(program, text, "6"),
              {"it is a preprocessor directive", "it is in a macro that is never expanded"});
    check_has(said(program, text, "8"),
              {"it is an argument of a macro that does not use all of its arguments"});
  }

  TEST_CASE("what no rule can judge is told apart") {
    const Program program;
    const std::string text =
        "#ifdef OTHER\nint f() { return api::delay(1); }\n#endif\n"
        "template <class T> int g(T t) { return t.delay(1); }\n"
        "struct Own { int delay(int); };\nint h(Own& own) { return own.delay(2); }\n\n"
        "// delay\nconst char* s =\n\"api::delay\";\nint nothing = 1;\n";
    check_has(said(program, text, "3"),
              {"nothing was found here", "in a branch of #if that is not compiled"});
    check_has(said(program, text, "5"), {"in a template that nothing instantiates"});
    check_has(said(program, text, "7"),
              {"`delay` in column 30 is a name that something old has, but here it means `Own::delay(int)`"});
    check_has(said(program, text, "8"), {"the line is blank"});
    check_has(said(program, text, "9"), {"it is a comment"});
    check_has(said(program, text, "11:3"), {"it is a literal"});
    check_has(said(program, text, "12"),
              {"nothing that is written here names a declaration with an annotation"});
    check_has(said(program, text, "3", "--extra-arg=-DOTHER"), {"MOCK-01 [safe]"});
  }

  TEST_CASE("instantiations and includers that disagree are named") {
    const Program program;
    check_has(
        said(program,
             "struct Old { FERRY_REPLACE(\"OLD-01\", safe, \"$this.fresh()\") int stale(); int fresh(); };\n"
             "struct New { int stale(); };\n"
             "template <class T> int f(T t) { return t.stale(); }\nint a = f(Old()) + f(New());\n",
             "4"),
        {"OLD-01 [manual]", "instantiations of the template mean different declarations"});
    program.write("src/h.hpp", "inline int h() { return pick::delay(1); }\n");
    program.write("src/a.cpp", "#include <api.hpp>\nnamespace pick = api;\n#include \"h.hpp\"\n");
    program.write("src/b.cpp",
                  "#include <api.hpp>\nnamespace pick { int delay(int); }\n#include \"h.hpp\"\n");
    program.write_database({"src/a.cpp", "src/b.cpp"});
    check_has(program.run("why src/h.hpp:1").out,
              {"not rewritten: b.cpp means `pick::delay(int)` here", "found in src/a.cpp",
               "2 translation units read it: src/a.cpp, src/b.cpp"});
  }

  TEST_CASE("a file that is not looked at is told why, and what to check") {
    const Program program;
    program.write("src/a.cpp", std::string(kInclude) + "int f() { return api::delay(1); }\n");
    program.write("src/alone.cpp", "int alone();\n");
    program.write("src/plain.cpp", "int plain();\n");
    program.write("build/CMakeCache.txt", "\nCMAKE_HOME_DIRECTORY:INTERNAL=" + program.root() + "\n");
    program.write("build/made.cpp", "int made();\n");
    program.write("system/old.hpp", "#include <api.hpp>\ninline int f() { return api::delay(1); }\n");
    program.write("src/b.cpp", "#include <old.hpp>\n");
    program.write_database({"src/a.cpp", "src/plain.cpp", "src/b.cpp"}, "-isystem system");
    check_has(
        program.run("why src/alone.cpp:1").out,
        {"no translation unit reads this file", "the commands are those of build/compile_commands.json"});
    check_has(program.run("why src/plain.cpp:1").out, {"no file that it reads has an annotation"});
    check_has(program.run("why src/a.cpp:2 --exclude src").out, {"'src' excludes it (--exclude)"});
    check_has(program.run("why include/api.hpp:3 --root src").out, {"it lies outside of the root"});
    check_has(program.run("why system/old.hpp:2").out, {"it is a system header"});
    program.write("src/a.cpp", std::string(kInclude) + "int f() { return api::delay(nothing); }\nint g;\n");
    check_has(program.run("why src/a.cpp:3").out,
              {"src/a.cpp does not compile, so nothing that only it has seen is edited",
               "src/a.cpp:2:29: use of undeclared"});
    check_has(program.run("why src/alone.cpp:1 -- -std=c++20").out, {"1 translation unit reads it"});
  }

  TEST_CASE("a place that is not there is refused") {
    const Program program;
    program.write("src/a.cpp", "int a;\nint b;\n");
    program.write_database({"src/a.cpp"});
    const auto refused = [&](const std::string& place, const char* words) {
      const Ran ran = program.run("why " + place);
      CHECK(ran.status == 2);
      CHECK(ran.out == "");
      CHECK_MESSAGE(has(ran.err, words), ran.err);
    };
    refused("src/a.cpp", "'src/a.cpp' is no place; write FILE:LINE or FILE:LINE:COLUMN");
    refused("src/a.cpp:0", "is no place");
    refused("src/a.cpp:x", "is no place");
    refused(":3", "is no place");
    refused("src/a.cpp:3", "src/a.cpp: has 2 lines, and no line 3");
    refused("src/a.cpp:2:9", "line 2 has 6 columns, and no column 9");
    refused("src/nothing.cpp:1", "src/nothing.cpp: no such file");
    refused("src:1", "src: a directory");
    refused("", "required");
    CHECK(program.run("why src/a.cpp:2:1").status == 0);
  }

  TEST_CASE("only units that read the file are parsed, and what the cache knows is not parsed again") {
    const Program program;
    program.write("src/a.cpp", std::string(kInclude) + "int f() { return api::delay(1); }\n");
    program.write("src/b.cpp", std::string(kInclude) + "int g() { return api::delay(1); }\n");
    program.write_database({"src/a.cpp", "src/b.cpp"});
    const std::string why = "why src/a.cpp:2 --progress always";
    const Ran first = program.run(why);
    CHECK_MESSAGE(has(first.err, "1 translation unit"), first.err);
    const Ran second = program.run(why);
    CHECK(first.out == second.out);
    CHECK_MESSAGE(!has(second.err, "1 translation unit"), second.err);
  }
}
