// status: how far a project is, now and over its history.
#include <chrono>
#include <filesystem>
#include <thread>

#include <doctest/doctest.h>

#include "cli/history.hpp"
#include "rewriter/support/program.hpp"

using ferry::rewriter::Commit;
using ferry::rewriter::spread;
using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

constexpr const char* kInclude = "#include <api.hpp>\n";

// Four commits: 1, 3, 2 and 1 old calls; one of them in a file that goes.
class Project : public Program {
 public:
  Project() {
    write_database({"src/a.cpp", "src/b.cpp"});
    write(".gitignore", "build/\n");
    write("src/a.cpp", std::string(kInclude) + "int a() { return api::delay(1); }\n");
    commit("first");
    write("src/b.cpp", std::string(kInclude) + "int b() { return api::nap(2); }\n");
    write("src/old.cpp", std::string(kInclude) + "int old() { return api::doze(3); }\n");
    commit("second");
    std::filesystem::remove(path("src/old.cpp"));
    commit("third");
    write("src/b.cpp", std::string(kInclude) + "int b() { return api::rest(2); }\n");
    commit("fourth");
  }

  std::string worktrees() const { return shell("git worktree list | wc -l; ls -A .git/worktrees 2>&1").out; }
};

const char* const kNone = "1\n";

}  // namespace

TEST_SUITE("rewriter.cli.status") {
  TEST_CASE("counts are printed as a table, as JSON and as a page, and findings are no failure") {
    const Program program;
    program.write("src/a.cpp", std::string(kInclude) + "int f() { return api::delay(1) + api::doze(1); }\n");
    program.write("src/b.cpp", "int g;\n");
    program.write_database({"src/a.cpp", "src/b.cpp"});
    const Ran table = program.run("status");
    CHECK(table.status == 0);
    CHECK_MESSAGE(has(table.out, "MOCK-01       1       0       0       1\n"), table.out);
    CHECK_MESSAGE(
        has(table.out, "2 old call sites in 1 of 3 files: `ferry fix` rewrites 1, with --unsafe 1; 1 left"),
        table.out);
    CHECK(has(program.run("status --format json").out, "\"files_read\": 3"));
    const Ran page = program.run("status --format html -o page.html");
    CHECK(page.out == "");
    CHECK(has(program.read("page.html"), "\"findings\":2"));
    CHECK(has(program.run("status src/b.cpp").out, "No old call sites in 1 file."));
    CHECK(has(program.run("status --select MOCK-03").out, "1 old call site in"));
  }

  TEST_CASE(
      "settings about findings are none about counts, and what a baseline accepts is still to be done") {
    const Program program;
    program.write("src/a.cpp", std::string(kInclude) +
                                   "int f() { return api::delay(1); }\nint g;  // NOLINT(ferry-MOCK-01)\n");
    program.write_database({"src/a.cpp"});
    program.run("check --write-baseline base");
    program.write(".ferry.yaml", "baseline: base\nformat: sarif\noutput: report.sarif\n");
    const Ran ran = program.run("status");
    CHECK_MESSAGE(has(ran.out, "1 old call site in 1 of"), ran.out);
    CHECK_FALSE(has(ran.out, "NOLINT-01"));
  }

  TEST_CASE("bad usage is told") {
    const Project program;
    const auto refused = [&](const std::string& arguments, const char* words) {
      const Ran ran = program.run("status " + arguments);
      CHECK(ran.status == 2);
      CHECK_MESSAGE(has(ran.err, words), ran.err);
    };
    refused("--format xml", "--format");
    refused("--history 0", "--history");
    refused("--from HEAD", "--history");
    refused("--history 3 --from nothing", "git knows no revision 'nothing'; fetch it, or correct --from");
    refused("-o nowhere/page.html", "there is no directory nowhere");
    std::filesystem::remove_all(program.path(".git"));
    refused("--history 3", "--history needs commits");
  }

  TEST_CASE("what does not compile is an error, and the rest is counted") {
    const Program program;
    program.write("src/a.cpp", std::string(kInclude) + "int f() { return api::delay(1) + nothing; }\n");
    program.write("src/b.cpp", std::string(kInclude) + "int g() { return api::delay(1); }\n");
    program.write_database({"src/a.cpp", "src/b.cpp"});
    const Ran ran = program.run("status");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "undeclared identifier 'nothing'"));
    CHECK(has(ran.out, "in 2 of"));
  }

  TEST_CASE("the history counts what there was at each commit, also in files that have gone") {
    const Project program;
    const Ran ran = program.run("status --history 10");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    for (const char* row : {"1       0       0       1  first\n", "1       1       1       3  second\n",
                            "1       1       0       2  third\n", "1       0       0       1  fourth\n"})
      CHECK_MESSAGE(has(ran.out, row), ran.out);
    CHECK(program.worktrees().starts_with(kNone));
    CHECK(program.shell("git status --porcelain").out == "");
    const Ran later = program.run("status --history 10 --from HEAD~2");
    CHECK_MESSAGE(!has(later.out, "first"), later.out);
    CHECK(has(later.out, "1       1       1       3  second\n"));
    program.write("src/b.cpp", std::string(kInclude) + "int b() { return api::rest(2) + api::doze(4); }\n");
    const Ran dirty = program.run("status --history 10");
    CHECK_MESSAGE(has(dirty.out, "work tree        1       0       1       2  with what is not committed\n"),
                  dirty.out);
    CHECK_MESSAGE(has(dirty.out, "1       0       0       1  fourth\n"), dirty.out);
  }

  TEST_CASE("a tree that a link leads to has the same history") {
    const Project program;
    std::filesystem::create_directory_symlink(program.root(), program.tree.path("link"));
    const std::string linked = program.tree.path("link");
    program.shell("sed 's,\\(directory\\|file\\)\": \"" + program.root() + ",\\1\": \"" + linked +
                  ",g' build/compile_commands.json > build/linked.json");
    const Ran ran =
        program.shell("cd " + linked + " && ferry status --history 10 -p build/linked.json --root " + linked);
    CHECK_MESSAGE(has(ran.out, "1       1       1       3  second\n"), ran.out, ran.err);
  }

  TEST_CASE("a second look at the history parses nothing, and says the same") {
    const Project program;
    const Ran first = program.run("status --history 10 --progress always");
    CHECK(has(first.err, "translation unit"));
    const Ran second = program.run("status --history 10 --progress always");
    CHECK(second.out == first.out);
    CHECK_MESSAGE(second.err.starts_with("ferry: 0 translation units in "), second.err);
    CHECK(program.run("status --history 10 --no-cache").out == first.out);
    // Other rules, other counts.
    const Ran selected = program.run("status --history 10 --select MOCK-03");
    CHECK_MESSAGE(has(selected.out, "0       0       1       1  second\n"), selected.out);
  }

  TEST_CASE("a run that is killed leaves no work tree, whatever git is at") {
    const Project program;
    // git is slow here: there is time to kill the run.
    program.write("slow/git",
                  "#!/bin/sh\ncase \"$*\" in *\"$SLOW\"*) touch \"$STARTED\"; sleep 0.5;; esac\n"
                  "PATH=${PATH#*:} exec git \"$@\"\n");
    std::filesystem::permissions(program.path("slow/git"), std::filesystem::perms::owner_all);
    for (const char* slow : {"worktree add", " checkout "})
      for (const char* signal : {"KILL", "TERM"}) {
        program.shell(std::string("rm -f started; export STARTED=$PWD/started; SLOW='") + slow +
                      "' PATH=\"$PWD/slow:$PATH\" ferry status --history 10 --no-cache & pid=$!; "
                      "while [ ! -e started ]; do sleep 0.02; done; kill -" +
                      signal + " $pid; wait $pid");
        std::string left;
        for (int i = 0; i < 400; ++i) {
          left = program.worktrees();
          if (i > 20 && left == "1\nls: cannot access '.git/worktrees': No such file or directory\n") break;
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        CHECK_MESSAGE(left == "1\nls: cannot access '.git/worktrees': No such file or directory\n", slow,
                      signal);
      }
  }

  TEST_CASE("a sample of many commits is spread evenly, has both ends, and grows with them") {
    const auto chosen = [](int all, std::size_t count) {
      std::vector<Commit> commits;
      for (int i = 0; i < all; ++i)
        commits.push_back({.revision = std::to_string(i), .date = {}, .subject = {}});
      std::string names;
      for (const Commit& commit : spread(commits, count)) names += commit.revision + " ";
      return names;
    };
    CHECK(chosen(10, 4) == "0 4 8 9 ");
    CHECK(chosen(11, 4) == "0 4 8 10 ");
    CHECK(chosen(12, 4) == "0 4 8 11 ");
    CHECK(chosen(14, 4) == "0 8 13 ");
    CHECK(chosen(4, 20) == "0 1 2 3 ");
    CHECK(chosen(10, 2) == "0 9 ");
    CHECK(chosen(10, 1) == "9 ");
    CHECK(chosen(1, 3) == "0 ");
    CHECK(chosen(0, 3) == "");
  }
}
