// --since: only what has changed.
#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

// A header and a source, each with an old call.
void write_project(const Program& program) {
  program.write("src/shared.hpp",
                "#pragma once\n#include <api.hpp>\ninline int s() { return api::delay(1); }\n");
  program.write("src/a.cpp", "#include \"shared.hpp\"\nint a() { return api::delay(2); }\n");
  program.write("src/b.cpp", "#include \"shared.hpp\"\nint b() { return api::delay(3); }\n");
  program.write(".gitignore", "build/\n");
  program.write_database({"src/a.cpp", "src/b.cpp"});
  program.commit();
}

}  // namespace

TEST_SUITE("rewriter.cli.since") {
  TEST_CASE("old calls on lines that were there before are nobody's concern") {
    const Program program;
    write_project(program);
    CHECK(has(program.run("check").out, "3 old call sites"));
    CHECK(program.run("check --since HEAD").status == 0);

    program.write(
        "src/a.cpp",
        "#include \"shared.hpp\"\nint a() { return api::delay(2); }\nint c() { return api::delay(4); }\n");
    const Ran ran = program.run("check --since HEAD");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "src/a.cpp:3:"));
    CHECK(has(ran.out, "1 old call site in 1 file"));
  }

  TEST_CASE("a header's changed lines are seen through who includes it") {
    const Program program;
    write_project(program);
    program.write("src/shared.hpp",
                  "#pragma once\n#include <api.hpp>\ninline int s() { return api::delay(1); }\ninline int "
                  "t() { return api::delay(5); }\n");
    const Ran ran = program.run("check --since HEAD");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "src/shared.hpp:4:"));
    CHECK(has(ran.out, "1 old call site in 1 file"));
  }

  TEST_CASE("fix edits changed lines only, in later passes, too") {
    const Program program;
    write_project(program);
    program.write("src/a.cpp",
                  "#include \"shared.hpp\"\nint a() { return api::delay(2); }\nint c() { return "
                  "api::delay(api::delay(4)); }\n");
    program.write("src/new.cpp", "#include <api.hpp>\nint n() { return api::delay(6); }\n");
    program.write_database({"src/a.cpp", "src/b.cpp", "src/new.cpp"});
    const Ran ran = program.run("fix --since HEAD");
    CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
    CHECK(program.read("src/a.cpp") ==
          "#include \"shared.hpp\"\nint a() { return api::delay(2); }\nint c() { return "
          "api::rest(api::rest(4)); }\n");
    CHECK(has(program.read("src/new.cpp"), "api::rest(6)"));
    CHECK(has(program.read("src/b.cpp"), "api::delay(3)"));
    CHECK(has(program.read("src/shared.hpp"), "api::delay(1)"));
  }

  TEST_CASE("PATHs and --since are both asked for") {
    const Program program;
    write_project(program);
    program.write("src/a.cpp", "#include \"shared.hpp\"\nint a() { return api::delay(7); }\n");
    program.write("src/b.cpp", "#include \"shared.hpp\"\nint b() { return api::delay(8); }\n");
    CHECK(has(program.run("check --since HEAD").out, "2 old call sites"));
    CHECK(has(program.run("check --since HEAD src/b.cpp").out, "1 old call site in 1 file"));
    CHECK(program.run("check --since HEAD src/shared.hpp").status == 0);
  }

  TEST_CASE("without git or the revision the message says which") {
    const Program program;
    program.write("src/a.cpp", "int a();\n");
    program.write_database({"src/a.cpp"});
    Ran ran = program.run("check --since HEAD");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "--since needs a git working tree"));
    program.commit();
    ran = program.run("check --since v9");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "git knows no revision 'v9'"));
    ran = program.shell("mkdir ../bin && PATH=../bin " FERRY_PROGRAM " check --since HEAD");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "--since needs git, which is not installed"));
  }
}
