// Headers that many units include.
#include <filesystem>

#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

constexpr int kUnits = 12;

// Units that include src/h.hpp, with an error in the first of them if `body` has one.
void write_units(const Program& program, const std::string& header, const std::string& body = "") {
  program.write("src/h.hpp", "#pragma once\n#include <api.hpp>\n" + header);
  std::vector<std::string> files;
  for (int i = 0; i < kUnits; ++i) {
    files.push_back("src/u" + std::to_string(10 + i) + ".cpp");
    program.write(files.back(), std::string(i % 3 == 2 ? "#define ODD\n" : "") + "#include \"h.hpp\"\nint u" +
                                    std::to_string(i) + "() { return api::delay(1); }\n" +
                                    (i == 0 ? body : ""));
  }
  program.write_database(files);
}

// Runs the command without cache, and counts the units that a check of the cache afterwards knows.
std::size_t analysed(const Program& program, const std::string& arguments) {
  std::filesystem::remove_all(program.tree.path("cache"));
  program.run(arguments + " --cache " + program.tree.path("cache"));
  std::size_t count = 0;
  if (std::filesystem::exists(program.tree.path("cache")))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(program.tree.path("cache")))
      count += entry.path().filename().string().starts_with("llvmcache-");
  return count;
}

}  // namespace

TEST_SUITE("rewriter.cli.header") {
  TEST_CASE("a few of a header's many includers are analysed, and find what all do") {
    const Program program;
    write_units(program,
                "inline int f() { return api::delay(2); }\n#ifdef ODD\ninline int g() { return api::nap(3); "
                "}\n#endif\n");
    const Ran few = program.run("check --no-cache src/h.hpp");
    const Ran all = program.run("check --no-cache --no-shortcuts src/h.hpp");
    CHECK(few.status == 1);
    CHECK(has(few.out, "2 old call sites in 1 file"));
    CHECK(few.out == all.out);
    CHECK(few.err == all.err);
    CHECK(analysed(program, "check src/h.hpp") == 2);
    CHECK(analysed(program, "check") == kUnits);
  }

  TEST_CASE("a header that is right for some includers only is compiled for all before it is edited") {
    const Program program;
    write_units(program, "inline int f() { return api::delay(2); }\n");
    program.write("src/u15.cpp", "#include <api.hpp>\n#define rest(x) )\n#include \"h.hpp\"\n");
    const Ran ran = program.run("fix --no-cache src/h.hpp");
    CHECK(ran.status == 3);
    CHECK(has(program.read("src/h.hpp"), "api::delay(2)"));
  }

  TEST_CASE("a unit that does not compile stands for nobody") {
    const Program program;
    write_units(program, "inline int f() { return api::delay(2); }\n", "int broken = missing;\n");
    const Ran ran = program.run("fix --no-cache src/h.hpp");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "src/u10.cpp:3:14: error: use of undeclared identifier 'missing'"));
    CHECK(has(program.read("src/h.hpp"), "api::rest(2)"));
  }

  TEST_CASE("lines of a header that have changed need no more units") {
    const Program program;
    program.write(".gitignore", "build/\n");
    write_units(program, "");
    program.commit();
    program.write("src/h.hpp",
                  "#pragma once\n#include <api.hpp>\ninline int f() { return api::delay(2); }\n");
    const Ran ran = program.run("check --no-cache --since HEAD");
    CHECK(has(ran.out, "1 old call site in 1 file"));
    CHECK(analysed(program, "check --since HEAD") == 1);
  }
}
