// A run of the program that is killed, or that the system refuses something, at every single step of its
// writing.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <string>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

namespace fs = std::filesystem;

namespace ferry::rewriter::test {
namespace {

constexpr int kKilled = 128 + 9;  // as a shell says it

// Four files: plain ones, one that is reached through a link, one with two names.
struct Case {
  Program program;
  std::string old_tree;
  std::string new_tree;

  explicit Case(bool has_git) {
    if (!has_git) fs::remove_all(program.path(".git"));
    write_sources();
    fs::create_symlink("real/link.hpp", program.path("link.hpp"));
    fs::create_hard_link(program.path("src/twice.cpp"), program.path("src/other_name.txt"));
    program.write_database({"src/a.cpp", "src/b.cpp", "src/twice.cpp", "src/linked.cpp"});
    old_tree = tree();
  }

  void write_sources() const {
    for (const char* name : {"a", "b", "twice"})
      program.write("src/" + std::string(name) + ".cpp",
                    "#include <api.hpp>\nint " + std::string(name) + "() { return api::delay(1); }\n");
    program.write("src/linked.cpp", "#include \"../link.hpp\"\nint linked() { return of_link(); }\n");
    program.write("real/link.hpp", "#include <api.hpp>\ninline int of_link() { return api::delay(1); }\n");
  }

  // Every file but what ferry keeps for itself when it has ended well, with its content and how many names it
  // has.
  std::string tree() const {
    std::map<std::string, std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(program.root())) {
      const std::string name = file.path().lexically_relative(program.root()).string();
      if (!file.is_regular_file() || name.starts_with(".git/ferry/undo/")) continue;
      files[name] =
          program.read(name) + (fs::is_symlink(file) ? "link" : std::to_string(fs::hard_link_count(file)));
    }
    std::string all;
    for (const auto& [name, text] : files) all += name + "\n" + text + "\n";
    return all;
  }

  Ran with_fault(const std::string& arguments, int at, const std::string& kind, bool goes_on = false,
                 const std::string& log = "log of faults") const {
    return program.shell("env LD_PRELOAD='" FERRY_FAULTS "' FERRY_FAULT_BELOW='" + program.root() +
                         "' FERRY_FAULT_AT=" + std::to_string(at) + " FERRY_FAULT_KIND=" + kind +
                         (goes_on ? " FERRY_FAULT_ON=1" : "") + " FERRY_FAULT_LOG='" +
                         program.tree.path(log) + "' ferry " + arguments);
  }

  // How many changes a run makes that nothing disturbs.
  int count(const std::string& arguments) const {
    fs::remove(program.tree.path("log"));
    with_fault(arguments, 0, "none", false, "log");
    const std::string log = program.tree.read("log");
    return static_cast<int>(std::ranges::count(log, '\n'));
  }
  // The ways to kill a run at that step of those that were counted, which no other step has tried.
  std::vector<std::string> kinds(int at, int steps) const {
    std::vector<std::string> all = {"kill"};
    if (step(at).starts_with("write")) all.push_back("kill-half");
    if (at == steps) all.push_back("kill-after");
    return all;
  }
  std::string step(int at) const {
    const std::string log = program.tree.read("log");
    std::size_t begin = 0;
    for (int i = 1; i < at; ++i) begin = log.find('\n', begin) + 1;
    return log.substr(begin, log.find('\n', begin) - begin);
  }
};

void kill_at_every_step(bool has_git) {
  Case c(has_git);
  const int steps = c.count("fix");
  REQUIRE(steps > 25);
  c.new_tree = c.tree();
  REQUIRE((c.new_tree != c.old_tree));
  REQUIRE(c.program.run("undo").status == 0);
  REQUIRE((c.tree() == c.old_tree));
  int finished = 0;
  int taken_back = 0;
  for (int at = 1; at <= steps; ++at)
    for (const std::string& kind : c.kinds(at, steps)) {
      const std::string step = c.step(at);
      CAPTURE(kind);
      CAPTURE(at);
      CAPTURE(step);
      REQUIRE(c.with_fault("fix", at, kind).status == kKilled);
      const Ran next = c.program.run("check");
      REQUIRE_MESSAGE(next.status <= 1, next.err);
      const bool is_new = c.tree() == c.new_tree;
      REQUIRE((is_new || c.tree() == c.old_tree));
      REQUIRE(next.status == (is_new ? 0 : 1));
      const bool says_finished = has(next.err, "(ferry fix); what it had begun has been finished");
      const bool says_taken_back = has(next.err, "(ferry fix); what it had begun has been taken back");
      CHECK_FALSE((is_new ? says_taken_back : says_finished));
      finished += says_finished ? 1 : 0;
      taken_back += says_taken_back ? 1 : 0;
      if (!is_new) continue;
      // It counts as a run like any other.
      const Ran undone = c.program.run("undo");
      REQUIRE_MESSAGE(undone.status == 0, undone.err);
      REQUIRE((c.tree() == c.old_tree));
    }
  CHECK(finished > 3);
  CHECK(taken_back > 10);
}

}  // namespace

TEST_SUITE("rewriter.cli.interrupted") {
  TEST_CASE("whenever a run is killed, the next one finds the old tree or the new one, and says so") {
    kill_at_every_step(true);
  }
  TEST_CASE("so it does without git") { kill_at_every_step(false); }

  TEST_CASE("whenever taking a run back is killed, the next one finds the old tree or the new one") {
    Case c(true);
    REQUIRE(c.program.run("fix").status == 0);
    c.new_tree = c.tree();
    const int steps = c.count("undo");
    REQUIRE(steps > 25);
    REQUIRE((c.tree() == c.old_tree));
    for (int at = 1; at <= steps; ++at)
      for (const std::string& kind : c.kinds(at, steps)) {
        const std::string step = c.step(at);
        CAPTURE(kind);
        CAPTURE(at);
        CAPTURE(step);
        if (c.tree() == c.old_tree) REQUIRE(c.program.run("fix").status == 0);
        REQUIRE((c.tree() == c.new_tree));
        REQUIRE(c.with_fault("undo", at, kind).status == kKilled);
        const Ran next = c.program.run("check");
        REQUIRE_MESSAGE(next.status <= 1, next.err);
        const bool is_old = c.tree() == c.old_tree;
        REQUIRE((is_old || c.tree() == c.new_tree));
        const Ran again = c.program.run("undo");
        REQUIRE_MESSAGE(again.status == (is_old ? 2 : 0), again.err);
        REQUIRE((c.tree() == c.old_tree));
      }
  }

  TEST_CASE("whenever a run is killed that makes commits, each rule's edits are committed or taken back") {
    const Case c(true);
    c.program.tree.write("home/.gitconfig", "[user]\nname = t\nemail = t@localhost\n");
    c.program.write("src/a.cpp", "#include <api.hpp>\nint a() { return api::delay(1) + api::nap(2); }\n");
    c.program.commit();
    const std::string fix = "fix --unsafe --per-rule-commits";
    const int steps = c.count(fix);
    REQUIRE(steps > 40);
    const std::string done = c.program.read("src/a.cpp");
    REQUIRE(c.program.shell("git tag done && git rev-list --count HEAD").out == "3\n");
    for (int at = 1; at <= steps; ++at) {
      const std::string step = c.step(at);
      CAPTURE(at);
      CAPTURE(step);
      // What lies between these changes no name; the other cases kill there, too.
      if (!step.starts_with("rename") && !step.starts_with("remove") && !step.starts_with("open")) continue;
      REQUIRE(c.program.shell("git reset -q --hard done~2").status == 0);
      const Ran killed = c.with_fault(fix, at, "kill");
      if (at + 3 < steps)
        REQUIRE(killed.status == kKilled);  // a directory that is there need not be made again
      const Ran next = c.program.run("check");
      REQUIRE_MESSAGE(next.status <= 1, next.err);
      REQUIRE(c.program.shell("git status --porcelain").out.empty());
      const Ran again = c.program.run(fix);
      REQUIRE_MESSAGE(again.status == 0, again.err);
      REQUIRE(c.program.read("src/a.cpp") == done);
      REQUIRE(c.program.shell("git status --porcelain && git rev-list --count HEAD").out == "3\n");
    }
  }

  TEST_CASE("whatever the system refuses, a run changes all files or none and leaves nothing behind") {
    Case c(true);
    const int steps = c.count("fix");
    c.new_tree = c.tree();
    REQUIRE(c.program.run("undo").status == 0);
    int kept = 0;
    for (const int error : {ENOSPC, EACCES})
      for (int at = 1; at <= steps; ++at) {
        CAPTURE(error);
        CAPTURE(at);
        const Ran refused = c.with_fault("fix", at, std::to_string(error));
        const std::string step = c.step(at);
        CAPTURE(step);
        const bool is_old = c.tree() == c.old_tree;
        if (is_old) {
          ++kept;
          CHECK_MESSAGE(refused.status == 3, refused.out, refused.err);
          CHECK(has(refused.err, "nothing was changed"));
        } else {
          // What was refused mattered little, or the next run does it.
          const Ran next = c.program.run("check");
          CHECK_MESSAGE(next.status == 0, next.out, next.err);
          CHECK((c.tree() == c.new_tree));
          if (c.program.run("undo").status != 0) c.write_sources();  // the record was refused
        }
        REQUIRE((c.tree() == c.old_tree));
      }
    CHECK(kept > steps);
  }

  TEST_CASE("a disk that stays full in the middle of a run leaves the old tree or the new one to the next") {
    Case c(true);
    const int steps = c.count("fix");
    c.new_tree = c.tree();
    REQUIRE(c.program.run("undo").status == 0);
    for (int at = 1; at <= steps; ++at) {
      CAPTURE(at);
      const Ran refused = c.with_fault("fix", at, std::to_string(ENOSPC), /*goes_on=*/true);
      CAPTURE(refused.err);
      const Ran next = c.program.run("check");
      REQUIRE_MESSAGE(next.status <= 1, next.err);
      const std::string tree = c.tree();
      REQUIRE((tree == c.old_tree || tree == c.new_tree));
      if (tree == c.new_tree && c.program.run("undo").status != 0) c.write_sources();
      REQUIRE((c.tree() == c.old_tree));
    }
  }

  TEST_CASE("a file that somebody changes before the next run is left, and the rest is put back") {
    Case c(true);
    const int steps = c.count("fix");
    int at = 1;
    while (at < steps && !c.step(at).starts_with("rename /src/")) ++at;
    REQUIRE(c.program.run("undo").status == 0);
    c.with_fault("fix", at, "kill-after");  // the first file is replaced
    REQUIRE((c.tree() != c.old_tree));
    const bool a_is_new = has(c.program.read("src/a.cpp"), "rest");
    const std::string waits = a_is_new ? "src/b.cpp" : "src/a.cpp";
    c.program.write(waits, "int by_hand;\n");
    const Ran next = c.program.run("check");
    CHECK(next.status == 3);
    CHECK(has(next.err, waits + ": error: changed by somebody else meanwhile; left as it is"));
    CHECK(c.program.read(waits) == "int by_hand;\n");
    CHECK(has(c.program.read(a_is_new ? "src/a.cpp" : "src/b.cpp"), "delay"));
    CHECK(c.program.run("check").status == 1);
  }
}

}  // namespace ferry::rewriter::test
