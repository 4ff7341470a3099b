// .ferry.yaml beside the command line, and `ferry init`.
#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

// Old calls of every kind, below src/ and third_party/.
void write_project(const Program& program) {
  program.write("src/a.cpp", "#include <api.hpp>\nint a() { return api::delay(1) + api::nap(2); }\n");
  program.write("third_party/b.cpp", "#include <api.hpp>\nint b() { return api::delay(3); }\n");
  program.write_database({"src/a.cpp", "third_party/b.cpp"}, "", "out/debug");
}

}  // namespace

TEST_SUITE("rewriter.cli.config") {
  TEST_CASE("what the file sets holds wherever in the project ferry is run") {
    const Program program;
    write_project(program);
    CHECK(program.run("check").status == 2);  // no build is found
    program.write(".ferry.yaml", "build: out/debug\nexclude: [third_party]\nselect: MOCK-01\n");
    Ran ran = program.run("check");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "1 old call site in 1 file (MOCK-01 1)"));
    CHECK(program.shell("cd src && ferry check --format concise").out ==
          "a.cpp:2:18: MOCK-01 [safe] `delay` is now `api::rest(ms)`\n"
          "1 old call site in 1 file (MOCK-01 1): `ferry fix` rewrites 1.\n");
    ran = program.shell("cd / && ferry check " + program.path("src"));
    CHECK(has(ran.out, "1 old call site in 1 file (MOCK-01 1)"));
  }

  TEST_CASE("the command line has the last word, but what protects files is joined") {
    const Program program;
    write_project(program);
    program.write(".ferry.yaml",
                  "build: out/debug\nexclude: [third_party]\nselect: MOCK-01\nformat: json\nunsafe: true\n");
    Ran ran = program.run("check --select MOCK-02 --format text");
    CHECK(has(ran.out, "1 old call site in 1 file (MOCK-02 1)"));
    ran = program.run("check --exclude src --format text");
    CHECK(has(ran.out, "No old call sites."));
    ran = program.run("check --format text -p nowhere");
    CHECK(ran.status == 2);
    CHECK(has(program.run("check --no-config -p out/debug").out, "3 old call sites in 2 files"));
    program.write("other.yaml", "build: out/debug\nselect: MOCK-02\n");
    CHECK(has(program.run("check --config other.yaml").out, "1 old call site in 1 file (MOCK-02 1)"));
    CHECK(program.run("fix --select MOCK --format text").status == 0);
    CHECK(has(program.read("src/a.cpp"), "api::rest(1) + api::rest(2)"));
    CHECK(has(program.read("third_party/b.cpp"), "api::delay(3)"));
  }

  TEST_CASE("the nearest file wins, and it alone") {
    const Program program;
    write_project(program);
    program.write(".ferry.yaml", "build: out/debug\nselect: MOCK-02\n");
    program.write("src/.ferry.yaml", "build: ../out/debug\n");
    CHECK(has(program.run("check src").out, "2 old call sites"));
    CHECK(program.run("check third_party").status == 0);
  }

  TEST_CASE("rules are promoted, demoted and turned off") {
    const Program program;
    write_project(program);
    program.write(".ferry.yaml", "build: out/debug\nrules: {MOCK-01: manual, MOCK-02: safe}\n");
    Ran ran = program.run("fix");
    CHECK(ran.status == 1);
    CHECK(has(program.read("src/a.cpp"), "api::delay(1) + api::rest(2)"));
    CHECK(has(ran.out, "MOCK-01 [manual]"));
    ran = program.run("check --rule MOCK=off");
    CHECK(ran.status == 0);
    ran = program.run("check --rule MOCK-01=unsafe");
    CHECK(has(ran.out, "`ferry fix` rewrites 0, with --unsafe 2."));
    ran = program.run("check --rule MOCK-01=perhaps");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "write for instance TIME-03=safe"));
    ran = program.run("check --rule MOOK-01=safe");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "unknown rule 'MOOK-01'"));
  }

  TEST_CASE("a mistake is told with file, line and column, and nothing runs") {
    const Program program;
    write_project(program);
    const auto said = [&](const std::string& text) {
      program.write(".ferry.yaml", text);
      const Ran ran = program.run("check");
      CHECK(ran.status == 2);
      CHECK(ran.out.empty());
      return ran.err;
    };
    const std::string place = "ferry: error: " + program.path(".ferry.yaml");
    CHECK(has(said("build: out/debug\nselct: MOCK\n"),
              place + ":2:1: unknown key 'selct' (did you mean 'select'?)"));
    CHECK(has(said("jobs: 0\n"), place + ":1:7: `jobs`: "));
    CHECK(has(said("build: out/debug\nselect: [MOCK, MUCK-01]\n"), place + ":2:10: unknown rule 'MUCK-01'"));
    CHECK(has(said("exclude:\n  - ok\n  - '['\n"), place + ":3:5: `exclude`: '[' is no glob"));
    CHECK(has(said("format: [text, yaml]\n"), place + ":1:16: `format`: unknown format 'yaml'"));
    CHECK(has(said("build: {\n"), place + ":"));
    CHECK(has(program.run("check --config none.yaml").err, "none.yaml"));
  }

  TEST_CASE("--print-config says what is in effect, and where from") {
    const Program program;
    write_project(program);
    program.write(".ferry.yaml", "build: out/debug\nexclude: [third_party, 'x y']\nrules: {MOCK-02: safe}\n");
    const Ran ran = program.run("fix --print-config --select MOCK --exclude z -j 3");
    CHECK(ran.status == 0);
    const std::string file = program.path(".ferry.yaml");
    CHECK(has(ran.out, "build: [" + program.path("out/debug") + "]  # " + file + ":1:8\n"));
    CHECK(has(ran.out, "root: " + program.root() + "  # found\n"));
    CHECK(has(ran.out, "exclude: [third_party, \"x y\", z]  # " + file + ":2:11 and the command line\n"));
    CHECK(has(ran.out, "select: [MOCK]  # command line\n"));
    CHECK(has(ran.out, "rules: {MOCK-02: safe}  # " + file + ":3:9\n"));
    CHECK(has(ran.out, "verify: true  # default\n"));
    CHECK(has(ran.out, "jobs: 3  # command line\n"));
    // It is a configuration itself.
    program.write(".ferry.yaml", ran.out);
    CHECK(has(program.run("fix --print-config").out, "select: [MOCK]  # " + file));
  }

  TEST_CASE("init writes a file that changes nothing, with the build it finds, and never over another") {
    const Program program;
    write_project(program);
    std::filesystem::rename(program.path("out"), program.path("build"));
    Ran ran = program.run("init");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(has(ran.out, ".ferry.yaml with `build: [build/debug]`."));
    CHECK(has(program.read(".ferry.yaml"), "\nbuild: [build/debug]\n"));
    CHECK(has(program.read(".ferry.yaml"), "\n# exclude: ["));
    CHECK(program.run("check").out == program.run("check --no-config").out);
    const std::string written = program.read(".ferry.yaml");
    ran = program.run("init");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "is there already"));
    CHECK(program.read(".ferry.yaml") == written);

    ran = program.run("init src");
    CHECK(has(program.read("src/.ferry.yaml"), "\nbuild: [../build/debug]\n"));
    CHECK(program.run("init nowhere").status == 2);
  }

  TEST_CASE("without a build init says what to do") {
    const Program program;
    const Ran ran = program.run("init");
    CHECK(ran.status == 0);
    CHECK(has(ran.out, "set `build` once there is"));
    CHECK(has(program.read(".ferry.yaml"), "\n# build: [build]\n"));
  }
}
