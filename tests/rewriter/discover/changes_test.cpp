#include "discover/changes.hpp"

#include <cstdlib>

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

// A git repository with a commit.
class Repository {
 public:
  Repository() {
    tree.write("src/a.cpp", "1\n2\n3\n4\n5\n");
    tree.write("src/b.cpp", "1\n2\n");
    git("init -q -b main .");
    git("add -A");
    git("commit -q -m first");
  }
  void git(const std::string& arguments) const {
    const std::string command = "cd '" + tree.root() + "' && HOME='" + tree.root() +
                                "' git -c user.name=t -c user.email=t@localhost " + arguments +
                                " >/dev/null 2>&1";
    REQUIRE_MESSAGE(std::system(command.c_str()) == 0, command);
  }
  // "first-last first-last" of a file's changed lines; "all" for all of them.
  std::string lines(const ChangedLines& changed, const std::string& file) const {
    const auto found = changed.find(tree.path(file));
    if (found == changed.end()) return "none";
    std::string text;
    for (const auto& [first, last] : found->second)
      text += (text.empty() ? "" : " ") + std::to_string(first) + "-" +
              (last > 1000 ? "all" : std::to_string(last));
    return text;
  }

  test::TempTree tree;
};

}  // namespace

TEST_SUITE("rewriter.discover.changes") {
  TEST_CASE("committed, staged, unstaged and unknown lines count, ignored files and removed lines do not") {
    Repository repository;
    Problem error;
    CHECK(changed_lines(repository.tree.root(), "HEAD", error)->empty());

    repository.git("branch start");
    repository.tree.write("src/a.cpp", "1\nX\n3\n4\n5\n");
    repository.git("commit -q -a -m second");
    repository.tree.write("src/b.cpp", "1\n2\nY\nZ\n");
    repository.git("add -A");
    repository.tree.write("src/a.cpp", "1\nX\n3\n5\n6\n");
    repository.tree.write("src/new.cpp", "1\n");
    repository.tree.write(".gitignore", "*.log\n");
    repository.tree.write("x.log", "1\n");
    const auto changed = changed_lines(repository.tree.root(), "start", error);
    REQUIRE_MESSAGE(changed, error.message);
    CHECK(repository.lines(*changed, "src/a.cpp") == "2-2 5-5");
    CHECK(repository.lines(*changed, "src/b.cpp") == "3-4");
    CHECK(repository.lines(*changed, "src/new.cpp") == "1-all");
    CHECK(repository.lines(*changed, "x.log") == "none");

    const auto since_head = changed_lines(repository.tree.root(), "HEAD", error);
    REQUIRE(since_head);
    CHECK(repository.lines(*since_head, "src/a.cpp") == "5-5");
  }

  TEST_CASE("what has changed on the other branch since both parted is not ours") {
    Repository repository;
    Problem error;
    repository.git("checkout -q -b topic");
    repository.git("checkout -q main");
    repository.tree.write("src/a.cpp", "1\n2\n3\n4\nMAIN\n");
    repository.git("commit -q -a -m theirs");
    repository.git("checkout -q topic");
    repository.tree.write("src/b.cpp", "TOPIC\n2\n");
    repository.git("commit -q -a -m ours");
    const auto changed = changed_lines(repository.tree.root(), "main", error);
    REQUIRE_MESSAGE(changed, error.message);
    CHECK(repository.lines(*changed, "src/a.cpp") == "none");
    CHECK(repository.lines(*changed, "src/b.cpp") == "1-1");
  }

  TEST_CASE("a file that was moved has only the lines that differ") {
    Repository repository;
    Problem error;
    repository.git("mv src/a.cpp src/moved.cpp");
    repository.tree.write("src/moved.cpp", "1\n2\n3\n4\nnew\n");
    const auto changed = changed_lines(repository.tree.root(), "HEAD", error);
    REQUIRE_MESSAGE(changed, error.message);
    CHECK(repository.lines(*changed, "src/moved.cpp") == "5-5");
  }

  TEST_CASE("a root below the top of the working tree sees its own files, by whatever name") {
    Repository repository;
    Problem error;
    repository.tree.write("src/odd \"n\\ame\"\t\xC3\xA9.cpp", "1\n");
    repository.git("add -A");
    repository.tree.write("other/c.cpp", "1\n");
    const auto changed = changed_lines(repository.tree.path("src"), "HEAD", error);
    REQUIRE_MESSAGE(changed, error.message);
    CHECK(changed->size() == 1);
    CHECK(repository.lines(*changed, "src/odd \"n\\ame\"\t\xC3\xA9.cpp") == "1-1");
  }

  TEST_CASE("settings of git do not change what is understood") {
    Repository repository;
    Problem error;
    for (const char* setting :
         {"diff.noprefix true", "diff.mnemonicPrefix true", "color.ui always", "diff.external false",
          "diff.context 9", "core.quotePath true", "diff.renames false", "diff.relative false"})
      repository.git("config " + std::string(setting));
    repository.tree.write("src/a.cpp", "1\n2\n3\nX\n5\n");
    const auto changed = changed_lines(repository.tree.root(), "HEAD", error);
    REQUIRE_MESSAGE(changed, error.message);
    CHECK(repository.lines(*changed, "src/a.cpp") == "4-4");
  }

  TEST_CASE("what is missing is named, with what to do") {
    const test::TempTree plain;
    Problem error;
    CHECK_FALSE(changed_lines(plain.root(), "HEAD", error));
    CHECK(error.file == plain.root());
    CHECK(error.message.find("--since needs a git working tree") != std::string::npos);

    Repository repository;
    CHECK_FALSE(changed_lines(repository.tree.root(), "nowhere", error));
    CHECK(error.message == "git knows no revision 'nowhere'; fetch it, or correct --since");
    CHECK_FALSE(changed_lines(repository.tree.root(), "--output=x", error));
    CHECK_FALSE(repository.tree.has("x"));

    repository.git("checkout -q --orphan alone");
    repository.git("commit -q -m alone");
    CHECK_FALSE(changed_lines(repository.tree.root(), "main", error));
    CHECK(error.message.find("--unshallow") != std::string::npos);
  }

  TEST_CASE("lines of a patch that look like its own marks are text") {
    const ChangedLines changed = read_patch(
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ @@ -7 +9 @@\n---- a/y\n-+++ b/y\n++++ "
        "b/z\n+@@ -1 +5 @@\n"
        "@@ -9,0 +10 @@\n+q\n\\ No newline at end of file\n"
        "diff --git a/gone b/gone\n--- a/gone\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n",
        "/r");
    REQUIRE(changed.size() == 1);
    REQUIRE(changed.at("/r/x").size() == 2);
    CHECK(changed.at("/r/x")[0].first == 1);
    CHECK(changed.at("/r/x")[0].last == 2);
    CHECK(changed.at("/r/x")[1].first == 10);
    CHECK(changed.at("/r/x")[1].last == 10);
  }
}
