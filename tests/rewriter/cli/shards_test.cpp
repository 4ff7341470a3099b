// A check on several machines.
#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

// Units with findings of every kind, a header that all of them share, one unit that does not compile and one
// that includes nothing old.
void write_units(const Program& program) {
  program.write("src/h.hpp", "#pragma once\n#include <api.hpp>\ninline int h() { return api::delay(0); }\n");
  std::vector<std::string> files;
  for (int i = 0; i < 7; ++i) {
    files.push_back("src/u" + std::to_string(i) + ".cpp");
    program.write(files.back(),
                  "#include \"h.hpp\"\nint u" + std::to_string(i) +
                      "() { return api::delay(api::delay(1)) + api::nap(2) + api::doze(3); }\n");
  }
  files.push_back("src/broken.cpp");
  program.write(files.back(), "#include \"h.hpp\"\nint broken() { return api::delay(missing); }\n");
  files.push_back("src/none.cpp");
  program.write(files.back(), "int none() { return 0; }\n");
  program.write_database(files, "-fconserve-stack");
}

// Runs all shards of a check and answers what is said about them.
std::string run_shards(const Program& program, int count, const std::string& arguments = "") {
  std::string said;
  for (int k = count; k > 0; --k) {
    const std::string number = std::to_string(k);
    const Ran ran = program.run("check --no-cache --shard " + number + "/" + std::to_string(count) +
                                " -o ../shard-" + number + " " + arguments);
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(ran.out.empty());
    said += ran.err;
  }
  return said;
}

}  // namespace

TEST_SUITE("rewriter.cli.shards") {
  TEST_CASE("shards that are merged say what one run says, byte by byte") {
    const Program program;
    write_units(program);
    for (const int count : {1, 2, 3, 12}) {
      CAPTURE(count);
      const std::string said = run_shards(program, count);
      CHECK(has(said, "ferry: shard 1 of " + std::to_string(count) + ": "));
      for (const char* format : {"json", "text"}) {
        const Ran one = program.run("check --no-cache --format " + std::string(format));
        const Ran merged =
            program.shell("ferry merge --no-cache --format " + std::string(format) + " ../shard-*");
        CHECK(one.status == 3);
        CHECK(merged.status == one.status);
        CHECK(merged.out == one.out);
        CHECK(merged.err == one.err);
      }
      program.shell("rm ../shard-*");
    }
  }

  TEST_CASE("shards of a header, of chosen rules and of a list of files are merged like one run") {
    const Program program;
    write_units(program);
    const std::string database = program.read("build/compile_commands.json");
    for (const std::string choice :
         {"src/h.hpp", "src/h.hpp src/u3.cpp", "--select MOCK-02 --rule MOCK-02=safe", "'src/u[1-4].cpp'",
          "--files-from list", "--exclude src/u2.cpp"}) {
      CAPTURE(choice);
      program.write("list", "src/u1.cpp\nsrc/u2.cpp\n");
      run_shards(program, 3, choice);
      const Ran one = program.run("check --no-cache --format json " + choice);
      const Ran merged = program.shell("ferry merge --no-cache --format json ../shard-*");
      CHECK(merged.status == one.status);
      CHECK(merged.out == one.out);
      CHECK(merged.err == one.err);
      program.shell("rm ../shard-*");
    }
  }

  TEST_CASE("a merge that fixes rewrites what a run of fix rewrites") {
    const Program one;
    const Program many;
    write_units(one);
    write_units(many);
    const Ran fixed = one.run("fix --no-cache");
    run_shards(many, 3);
    const Ran diff = many.shell("ferry merge --no-cache --fix --diff ../shard-*");
    CHECK(has(diff.out, "+int u0() { return api::rest(api::rest(1)) + api::nap(2) + api::doze(3); }"));
    CHECK(has(many.read("src/u0.cpp"), "api::delay(api::delay(1))"));
    const Ran merged = many.shell("ferry merge --no-cache --fix ../shard-*");
    CHECK(merged.status == fixed.status);
    CHECK(merged.out == fixed.out);
    for (const char* file : {"src/u0.cpp", "src/u6.cpp", "src/h.hpp", "src/broken.cpp"})
      CHECK(many.read(file) == one.read(file));
    CHECK(has(many.read("src/u0.cpp"), "api::rest(api::rest(1)) + api::nap(2)"));
    // What the shards have seen is gone now.
    const Ran again = many.shell("ferry merge --no-cache --fix ../shard-*");
    CHECK(again.status == 2);
    CHECK(has(again.err, "this is not what the shards have seen"));
  }

  TEST_CASE("the job array that the documentation shows runs all shards") {
    const Program program;
    write_units(program);
    const Ran ran = program.shell(
        "mkdir shards && for task in 1 2 3; do SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=3 "
        "SLURM_CPUS_PER_TASK=1 bash " FERRY_COMPAT_INCLUDE
        "/../../tests/docs/shards/check.slurm || exit; done; "
        "ferry merge shards/*");
    CHECK(ran.status == 3);
    CHECK(ran.out == program.run("check").out);
  }

  TEST_CASE("what does not go together is not merged") {
    const Program program;
    write_units(program);
    run_shards(program, 2);
    Ran ran = program.shell("ferry merge ../shard-1");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "ferry: error: shard 2 of 2 is missing; name all results"));
    ran = program.shell("ferry merge ../shard-1 ../shard-2 ../shard-1");
    CHECK(has(ran.err, "as ../shard-1 is; leave one of them out"));
    program.run("check --shard 2/2 -o ../other --select MOCK-01");
    ran = program.shell("ferry merge ../shard-1 ../other");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "../other: run with other options than ../shard-1"));
    ran = program.shell("ferry merge ../shard-1 src/h.hpp");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "src/h.hpp: not the result of a shard"));
    ran = program.shell("head -c 300 ../shard-1 >../short && ferry merge ../short");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "or not all of it"));

    program.write("src/u1.cpp", "#include \"h.hpp\"\n");
    ran = program.shell("ferry merge ../shard-*");
    CHECK(ran.status == 2);
    CHECK(has(ran.err,
              "src/u1.cpp: this is not what the shards have seen; merge in the tree that they ran over"));
    program.write("src/h.hpp", "#pragma once\n#include <api.hpp>\n");
    program.run("check --shard 2/2 -o ../shard-2");
    ran = program.shell("ferry merge ../shard-*");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "src/h.hpp: this file has changed between ../shard-1 and ../shard-2"));
    write_units(program);
    run_shards(program, 2);
    program.write_database({"src/u1.cpp"});
    ran = program.shell("ferry merge ../shard-*");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "the compile commands or changed lines are not those of the shards"));
  }

  TEST_CASE("a shard needs a number and a file, and a merge needs results") {
    const Program program;
    write_units(program);
    Ran ran = program.run("check --shard 3/2 -o ../x");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "there is no shard 3 of 2; they are counted from 1"));
    ran = program.run("check --shard 1/2");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "--shard needs a file for its result; name one with -o"));
    ran = program.run("check --shard 1/2 -o nowhere/x");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "nowhere/x: cannot be written"));
    CHECK(program.run("merge").status == 2);
    CHECK(program.run("merge none").status == 2);
    CHECK(program.run("fix --shard 1/2 -o ../x").status == 2);
  }
}
