// Compile databases as projects have them.
#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

constexpr const char* kOldCall = "#include <api.hpp>\nint f() { return api::delay(1); }\n";

}  // namespace

TEST_SUITE("rewriter.cli.databases") {
  TEST_CASE("options of g++ that Clang does not know are left out, with one note each and no other status") {
    const Program program;
    program.write("src/a.cpp", kOldCall);
    program.write("src/b.cpp", kOldCall);
    program.write_database({"src/a.cpp", "src/b.cpp"},
                           "-fconserve-stack -mno-fancy-math-387 -flto=8 -fno-var-tracking-assignments "
                           "-Wno-maybe-uninitialized -fabi-version=11");
    const Ran ran = program.run("check");
    CHECK_MESSAGE(ran.status == 1, ran.err);
    CHECK(has(ran.out, "2 old call sites"));
    CHECK(has(ran.err, "ferry: note: Clang does not know '-fconserve-stack': left out of 2 commands\n"));
    CHECK(has(ran.err, "'-flto=8': left out of 2 commands\n"));
    CHECK_FALSE(has(ran.err, "-Wno-maybe-uninitialized"));
    CHECK_FALSE(has(ran.err, "error"));
    CHECK(program.run("fix").status == 0);
    CHECK(has(program.read("src/b.cpp"), "api::rest(1)"));
  }

  TEST_CASE("commands through wrappers, response files and relative directories are all read") {
    const Program program;
    program.write("src/a.cpp", kOldCall);
    program.write("src/b.cpp", kOldCall);
    program.write("src/c.cpp", kOldCall);
    program.write("build/flags.rsp", "-I../include @more.rsp");
    program.write("build/more.rsp", "-I" FERRY_COMPAT_INCLUDE " -std=c++20");
    program.write("build/compile_commands.json",
                  R"([{"directory": ".", "file": "../src/a.cpp",
                       "command": "LANG=C ccache g++ @flags.rsp -c ../src/a.cpp"},
                      {"directory": "sub/..", "file": "../src/b.cpp",
                       "arguments": ["/bin/sh", "./libtool", "--tag=CXX", "--mode=compile", "g++", "@flags.rsp",
                                     "-prefer-pic", "-c", "../src/b.cpp"]},
                      {"directory": ".", "file": "../src/c.cpp",
                       "command": "env -u X A=b distcc clang++ @flags.rsp @gone.modmap -c ../src/c.cpp"}])");
    const Ran ran = program.run("check");
    CHECK_MESSAGE(ran.status == 1, ran.err);
    CHECK(has(ran.out, "3 old call sites in 3 files"));
    CHECK(has(ran.err, "note: 1 command without their `@file`"));
  }

  TEST_CASE("a file that the database names and that is not there is a failure that names it") {
    const Program program;
    program.write("src/a.cpp", kOldCall);
    program.write_database({"src/a.cpp", "src/moc_a.cpp"});
    const Ran ran = program.run("fix");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "src/moc_a.cpp: error: the compile database names this file, but there is none"));
    CHECK(has(program.read("src/a.cpp"), "api::rest(1)"));
  }

  TEST_CASE("what a build makes is neither reported nor edited, but what it includes is") {
    const Program program;
    program.write("src/a.cpp", "int a();\n");
    program.write("src/a.hpp",
                  "#pragma once\n#include <api.hpp>\ninline int f() { return api::delay(1); }\n");
    program.write("build/made.cpp", "#include \"../src/a.hpp\"\nint g() { return api::delay(2); }\n");
    program.write("build/CMakeCache.txt", "#\nCMAKE_HOME_DIRECTORY:INTERNAL=" + program.root() + "\n");
    program.write("build/compile_commands.json",
                  "[" + program.entry("src/a.cpp") + "," + R"({"directory": ")" + program.path("build") +
                      R"(", "file": "made.cpp", "command": "g++ -I../include -I)" FERRY_COMPAT_INCLUDE
                      R"( -std=c++20 -c made.cpp"}])");
    CHECK(has(program.run("check").out, "1 old call site in 1 file"));
    CHECK(program.run("fix").status == 0);
    CHECK(has(program.read("src/a.hpp"), "api::rest(1)"));
    CHECK(has(program.read("build/made.cpp"), "api::delay(2)"));
    CHECK(has(program.run("check build/made.cpp").out, "1 old call site in 1 file"));
  }

  TEST_CASE(
      "several configurations are united: what one or both see is edited, where they disagree neither") {
    const Program program;
    program.write("src/a.cpp", R"(#include <api.hpp>
#ifdef LINUX
int on_linux() { return api::delay(1); }
#else
int elsewhere() { return api::delay(2); }
#endif
int both() { return api::delay(3); }
)");
    program.write_database({"src/a.cpp"}, "-DLINUX", "build/linux");
    program.write_database({"src/a.cpp"}, "", "build/other");
    Ran ran = program.run("fix -p build/linux");
    CHECK(ran.status == 0);
    CHECK(has(program.read("src/a.cpp"), "api::delay(2)"));
    ran = program.run("fix -p build/linux -p build/other");
    CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
    CHECK_FALSE(has(program.read("src/a.cpp"), "api::delay"));
  }

  TEST_CASE("configurations that need different edits at one place are named") {
    const Program program;
    program.write("include/two.hpp", R"api(#pragma once
#include <ferry/annotate.hpp>
namespace two {
int slow(int); int fast(int);
#ifdef SLOW
FERRY_REPLACE("TWO-01", safe, "two::slow($x)") int old(int x);
#else
FERRY_REPLACE("TWO-01", safe, "two::fast($x)") int old(int x);
#endif
}
)api");
    program.write("src/a.cpp", "#include <two.hpp>\nint f() { return two::old(1); }\n");
    program.write_database({"src/a.cpp"}, "-DSLOW", "build/slow");
    program.write_database({"src/a.cpp"}, "", "build/fast");
    const std::string before = program.read("src/a.cpp");
    const Ran ran = program.run("fix -p build/slow -p build/fast");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "a.cpp in build/slow and a.cpp in build/fast need different edits here"));
    CHECK(program.read("src/a.cpp") == before);
  }

  TEST_CASE("an edit that breaks the unit under one configuration is taken back under all") {
    const Program program;
    program.write("include/two.hpp", R"api(#pragma once
#include <ferry/annotate.hpp>
namespace two {
#ifdef NEW
int now(int);
#endif
FERRY_REPLACE("TWO-01", safe, "two::now($x)") int old(int x);
}
)api");
    program.write("src/a.cpp", "#include <two.hpp>\nint f() { return two::old(1); }\n");
    program.write_database({"src/a.cpp"}, "-DNEW", "build/new");
    program.write_database({"src/a.cpp"}, "", "build/old");
    const std::string before = program.read("src/a.cpp");
    const Ran ran = program.run("fix -p build/new -p build/old");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "it was taken back"));
    CHECK(program.read("src/a.cpp") == before);
    CHECK(program.run("fix -p build/new").status == 0);
  }

  TEST_CASE("patterns and lists of files choose as plain paths do") {
    const Program program;
    program.write("src/a.cpp", kOldCall);
    program.write("src/deep/b.cpp", kOldCall);
    program.write("src/c.hpp", "inline int g() { return api::delay(1); }\n");
    program.write("README", "");
    program.write_database({"src/a.cpp", "src/deep/b.cpp"});
    CHECK(has(program.run("check 'src/**/b.*'").out, "1 old call site in 1 file"));
    CHECK(has(program.run("check 'src/**/*.cpp'").out, "2 old call sites in 2 files"));
    CHECK(program.run("check 'src/*.cc'").status == 2);
    const Ran ran =
        program.shell("printf 'src/a.cpp\\nREADME\\nsrc/gone.cpp\\n' | ferry check --files-from -");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "src/a.cpp:2:"));
    CHECK(has(ran.out, "1 old call site in 1 file"));
    CHECK(has(ran.err, "note: 1 of the listed files is not there; left out"));
    const Ran nothing = program.shell("ferry check --files-from - </dev/null");
    CHECK(nothing.status == 0);
    CHECK(has(nothing.out, "No old call sites."));
    CHECK(has(nothing.err, "nothing to look at"));
    CHECK(program.run("check --files-from nowhere").status == 2);
  }
}
