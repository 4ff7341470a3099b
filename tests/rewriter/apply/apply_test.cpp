#include "apply/apply.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "apply/journal.hpp"
#include "apply/lock.hpp"
#include "apply/records.hpp"
#include "apply/replace.hpp"
#include "support/temp_tree.hpp"

using namespace ferry::rewriter;
namespace fs = std::filesystem;

namespace {

// A tree with a git directory, so that what is kept of it goes away with it.
struct Case {
  test::TempTree tree;
  Texts before;
  Texts after;

  Case() { tree.write(".git/HEAD", ""); }

  std::string add(const std::string& name, const std::string& old_text, const std::string& new_text) {
    const std::string path = tree.write(name, old_text);
    before[path] = old_text;
    after[path] = new_text;
    return path;
  }
  ApplyOptions options() const { return {.tree = tree_of(tree.root()), .root = tree.root(), .what = "test"}; }
  Applied run() const { return apply(before, after, options()); }
  Applied undo() const {
    const auto record = last_record(tree_of(tree.root()));
    REQUIRE(record);
    Texts now;
    Texts old;
    Problems problems = take_back(*record, now, old);
    if (!problems.empty()) return {.written = {}, .problems = std::move(problems)};
    ApplyOptions with_name = options();
    with_name.takes_back = record->name;
    return apply(now, old, with_name);
  }
  // Every name below the root but those below .git.
  std::set<std::string> names() const {
    std::set<std::string> all;
    for (auto at = fs::recursive_directory_iterator(tree.root()); at != fs::recursive_directory_iterator();
         ++at) {
      if (at->path().filename() == ".git") at.disable_recursion_pending();
      all.insert(at->path().lexically_relative(tree.root()).string());
    }
    return all;
  }
};

struct stat status_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status;
}

}  // namespace

TEST_SUITE("rewriter.apply") {
  TEST_CASE("a file keeps its bytes outside the edits, its permissions and its links") {
    Case c;
    const std::string before = "\xEF\xBB\xBFold\r\n\xFF\r\n";
    const std::string after = "\xEF\xBB\xBFnew\r\n\xFF\r\n";
    const std::string real = c.tree.write("real.cpp", before);
    fs::permissions(real, fs::perms::owner_read | fs::perms::owner_write | fs::perms::owner_exec);
    fs::create_symlink("real.cpp", c.tree.path("link.cpp"));
    c.before[c.tree.path("link.cpp")] = before;
    c.after[c.tree.path("link.cpp")] = after;

    const Applied applied = c.run();
    CHECK(applied.problems.empty());
    CHECK(applied.written == std::vector<std::string>{c.tree.path("link.cpp")});
    CHECK(c.tree.read("real.cpp") == after);
    CHECK(fs::is_symlink(c.tree.path("link.cpp")));
    CHECK((fs::status(real).permissions() & fs::perms::owner_exec) != fs::perms::none);
    CHECK(c.names() == std::set<std::string>{".git", "link.cpp", "real.cpp"});
    CHECK(c.undo().problems.empty());
    CHECK(c.tree.read("real.cpp") == before);
    CHECK(fs::is_symlink(c.tree.path("link.cpp")));
  }

  TEST_CASE("a file keeps its owner, its group and its extended attributes") {
    Case c;
    const std::string file = c.add("a.cpp", "a", "A");
    const bool has_attributes = ::setxattr(file.c_str(), "user.ferry", "kept", 4, 0) == 0;
    if (::geteuid() == 0) REQUIRE(::chown(file.c_str(), 12345, 54321) == 0);
    REQUIRE(::chmod(file.c_str(), 0640) == 0);
    const struct stat before = status_of(file);
    CHECK(c.run().problems.empty());
    const struct stat after = status_of(file);
    CHECK(c.tree.read("a.cpp") == "A");
    CHECK(after.st_uid == before.st_uid);
    CHECK(after.st_gid == before.st_gid);
    CHECK(after.st_mode == before.st_mode);
    if (has_attributes) {
      char value[8] = {};
      CHECK(::getxattr(file.c_str(), "user.ferry", value, sizeof value) == 4);
      CHECK(std::string(value) == "kept");
    }
  }

  TEST_CASE("a file with several names stays one file under all of them") {
    Case c;
    c.add("a.cpp", "a longer old text\n", "new\n");
    fs::create_hard_link(c.tree.path("a.cpp"), c.tree.path("other.txt"));
    CHECK(c.run().problems.empty());
    CHECK(c.tree.read("other.txt") == "new\n");
    CHECK(fs::hard_link_count(c.tree.path("a.cpp")) == 2);
    CHECK(c.names() == std::set<std::string>{".git", "a.cpp", "other.txt"});
    CHECK(c.undo().problems.empty());
    CHECK(c.tree.read("other.txt") == "a longer old text\n");
    CHECK(fs::hard_link_count(c.tree.path("a.cpp")) == 2);
  }

  TEST_CASE(
      "edits through two names of one file are made once if they agree, and not at all if they do not") {
    Case c;
    c.add("a.cpp", "a", "A");
    fs::create_hard_link(c.tree.path("a.cpp"), c.tree.path("b.cpp"));
    c.before[c.tree.path("b.cpp")] = "a";
    c.after[c.tree.path("b.cpp")] = "A";
    SUBCASE("they agree") {
      const Applied applied = c.run();
      CHECK(applied.problems.empty());
      CHECK(applied.written.size() == 2);
      CHECK(c.tree.read("b.cpp") == "A");
    }
    SUBCASE("they do not") {
      c.after[c.tree.path("b.cpp")] = "B";
      CHECK(c.run().problems.size() == 1);
      CHECK(c.tree.read("b.cpp") == "a");
    }
  }

  TEST_CASE("what an interrupted write in place leaves is told from what somebody has written") {
    const std::string before = "one two three four";
    for (const std::string after : {"ONE two", "one TWO three FOUR", "one two three four five six", ""}) {
      for (std::size_t i = 0; i <= after.size(); ++i) {
        std::string content = before;
        content.replace(0, std::min(i, before.size()), after, 0, i);
        if (i > before.size()) content = after.substr(0, i);
        CHECK_MESSAGE(is_torn(content, before, after), content);
      }
      CHECK_FALSE(is_torn("one two three four!", before, after));
      CHECK_FALSE(is_torn("ONE two three five", before, after));
      CHECK_FALSE(is_torn("ONE", before, after));
    }
  }

  TEST_CASE("nothing is written when one of the files may not be") {
    Case c;
    c.add("a.cpp", "a", "A");
    const std::string b = c.add("folder/b.cpp", "b", "B");
    std::string said;
    std::string content = "b";
    SUBCASE("it has changed") {
      c.tree.write("folder/b.cpp", content = "changed");
      said = "changed while ferry ran";
    }
    SUBCASE("it is read-only") {
      fs::permissions(b, fs::perms::owner_read);
      said = "the file is read-only";
    }
    SUBCASE("its directory is read-only") {
      fs::permissions(c.tree.path("folder"), fs::perms::owner_read | fs::perms::owner_exec);
      said = "its directory is read-only";
    }
    SUBCASE("a link leads out of the root") {
      const test::TempTree outside;
      outside.write("b.cpp", "b");
      fs::remove(b);
      fs::create_symlink(outside.path("b.cpp"), b);
      const Applied applied = c.run();
      REQUIRE(applied.problems.size() == 1);
      CHECK(applied.problems[0].message.starts_with("a link leads out of the root"));
      CHECK(outside.read("b.cpp") == "b");
      return;
    }
    const Applied applied = c.run();
    REQUIRE(applied.problems.size() == 1);
    CHECK(applied.problems[0].file == b);
    CHECK(applied.problems[0].message.find(said) != std::string::npos);
    CHECK(applied.written.empty());
    CHECK(c.tree.read("a.cpp") == "a");
    CHECK_FALSE(is_interrupted(tree_of(c.tree.root())));
    CHECK_FALSE(last_record(tree_of(c.tree.root())));
    fs::permissions(c.tree.path("folder"), fs::perms::owner_all);
  }

  TEST_CASE("a run that is to be committed can be settled or taken back, and leaves no record") {
    Case c;
    c.add("a.cpp", "a", "A");
    const Tree tree = tree_of(c.tree.root());
    ApplyOptions options = c.options();
    options.base = "0123456789";
    CHECK(apply(c.before, c.after, options).problems.empty());
    CHECK(c.tree.read("a.cpp") == "A");
    CHECK(is_interrupted(tree));
    SUBCASE("settled") {
      settle(tree);
      CHECK(c.tree.read("a.cpp") == "A");
    }
    SUBCASE("taken back") {
      CHECK(withdraw(tree).empty());
      CHECK(c.tree.read("a.cpp") == "a");
    }
    CHECK_FALSE(is_interrupted(tree));
    CHECK_FALSE(last_record(tree));
    CHECK(c.names() == std::set<std::string>{".git", "a.cpp"});
  }

  TEST_CASE("runs are taken back one after the other, the last one first") {
    Case c;
    const Tree tree = tree_of(c.tree.root());
    c.add("a.cpp", "one\ntwo\nthree\n", "one\nTWO\nthree\n");
    CHECK(c.run().problems.empty());
    c.before = {{c.tree.path("a.cpp"), "one\nTWO\nthree\n"}};
    c.after = {{c.tree.path("a.cpp"), "\xFF\n"}};
    CHECK(c.run().problems.empty());
    CHECK(c.undo().problems.empty());
    CHECK(c.tree.read("a.cpp") == "one\nTWO\nthree\n");
    CHECK(c.undo().problems.empty());
    CHECK(c.tree.read("a.cpp") == "one\ntwo\nthree\n");
    CHECK_FALSE(last_record(tree));
  }

  TEST_CASE("a run is not taken back when one of its files has changed since") {
    Case c;
    c.add("a.cpp", "a", "A");
    const std::string b = c.add("b.cpp", "b", "B");
    const std::string gone = c.add("gone.cpp", "c", "C");
    CHECK(c.run().problems.empty());
    c.tree.write("b.cpp", "B and more");
    fs::remove(gone);
    const Applied undone = c.undo();
    REQUIRE(undone.problems.size() == 2);
    CHECK(undone.problems[0].file == b);
    CHECK(undone.problems[0].message.starts_with("changed since that run"));
    CHECK(undone.problems[1].file == gone);
    CHECK(undone.problems[1].message.starts_with("is gone since that run"));
    CHECK(c.tree.read("a.cpp") == "A");
  }

  TEST_CASE("the records of old runs are forgotten, those of the last ones are not") {
    Case c;
    std::string text = "0";
    c.add("a.cpp", text, text);
    for (int i = 1; i <= 30; ++i) {
      c.before[c.tree.path("a.cpp")] = text;
      c.after[c.tree.path("a.cpp")] = text = std::to_string(i);
      REQUIRE(c.run().problems.empty());
    }
    CHECK(std::distance(fs::directory_iterator(c.tree.path(".git/ferry/undo")), {}) == 20);
    for (int i = 0; i < 20; ++i) REQUIRE(c.undo().problems.empty());
    CHECK(c.tree.read("a.cpp") == "10");
    CHECK_FALSE(last_record(tree_of(c.tree.root())));
  }

  TEST_CASE("one run at a time holds a tree, and a subdirectory is the same tree") {
    Case c;
    c.tree.write("src/a.cpp", "");
    auto lock = Lock::take(tree_of(c.tree.root()));
    REQUIRE(lock);
    CHECK_FALSE(Lock::take(tree_of(c.tree.path("src"))));
    lock.reset();
    CHECK(Lock::take(tree_of(c.tree.path("src"))));
  }

  TEST_CASE("a file of a name that is nearly too long is replaced") {
    Case c;
    c.add(std::string(251, 'x') + ".cpp", "a", "A");
    CHECK(c.run().problems.empty());
    CHECK(c.tree.read(std::string(251, 'x') + ".cpp") == "A");
  }
}

TEST_SUITE("rewriter.apply.journal") {
  TEST_CASE("reversals lead from any text to any other") {
    const std::vector<std::string> texts = {"",          "a",    "a\n",    "a\nb\nc\n",
                                            "a\nB\nc\n", "b\nc", "\n\n\n", "x\na\nb\nc\ny\n"};
    for (const std::string& before : texts)
      for (const std::string& after : texts) {
        const Reversals back = reversals(before, after);
        CHECK(reverse(after, back) == before);
        CHECK(back.empty() == (before == after));
      }
    std::string many_before;
    std::string many_after = "first\n";
    for (int i = 0; i < 3000; ++i) {
      many_before += std::to_string(i) + "\n";
      many_after += std::to_string(i * 7 % 3001) + "\n";
    }
    CHECK(reverse(many_after, reversals(many_before, many_after)) == many_before);
  }

  TEST_CASE("reversals for another text are refused") {
    CHECK_FALSE(reverse("ab", {{.offset = 1, .length = 5, .text = "x"}}));
    CHECK_FALSE(reverse("ab", {{.offset = 3, .length = 0, .text = "x"}}));
    CHECK_FALSE(
        reverse("abc", {{.offset = 1, .length = 1, .text = "x"}, {.offset = 0, .length = 1, .text = "y"}}));
  }

  TEST_CASE(
      "a journal is read as it was written, whatever bytes names and texts have, and wherever its tree is") {
    const Journal journal{
        .when = "2025-03-08 14:05",
        .what = "ferry fix \xFF",
        .takes_back = "00000007",
        .base = "abc",
        .commits = {"1", "2"},
        .entries = {
            {.target = "/top/s\xFF.cpp",
             .temporary = "/top/.t",
             .before = "b",
             .after = "a",
             .is_in_place = true,
             .back = {{.offset = 1, .length = 2, .text = "\x80\n"}}},
            {.target = "/elsewhere/b.cpp", .temporary = "/elsewhere/.t", .before = "x", .after = "y"}}};
    const std::string text = print_journal(journal, "/top");
    CHECK(parse_journal(text, "/top") == journal);
    const auto moved = parse_journal(text, "/moved");
    REQUIRE(moved);
    CHECK(moved->entries[0].target == "/moved/s\xFF.cpp");
    CHECK(moved->entries[1].target == "/elsewhere/b.cpp");
    for (std::size_t length = 0; length + 2 < text.size(); ++length)
      REQUIRE_FALSE(parse_journal(text.substr(0, length), "/top"));
  }
}

TEST_SUITE("rewriter.apply.format") {
  TEST_CASE("only changed lines are formatted, by the project's own style") {
    const test::TempTree tree;
    const std::string before = "int  a;\nint  b;\n";
    const std::string after = "int  a;\nint  c  =  1;\n";
    Problems problems;
    CHECK(format_changes(tree.path("a.cpp"), before, after, problems) == after);  // no style, no formatting
    tree.write(".clang-format", "BasedOnStyle: LLVM\n");
    CHECK(format_changes(tree.path("a.cpp"), before, after, problems) == "int  a;\nint c = 1;\n");
    CHECK(problems.empty());
    tree.write(".clang-format", "BasedOnStyle: [\n");
    CHECK(format_changes(tree.path("a.cpp"), before, after, problems) == after);
    CHECK(problems.size() == 1);
  }

  TEST_CASE("a style that changes more than white space only moves what is there") {
    const test::TempTree tree;
    tree.write(".clang-format",
               "BasedOnStyle: Google\nInsertBraces: true\nRemoveParentheses: ReturnStatement\n"
               "QualifierAlignment: Right\nRemoveSemicolon: true\nColumnLimit: 40\n");
    Problems problems;
    CHECK(format_changes(tree.path("a.cpp"), "void f() {\n}\n",
                         "void f() {\n  if (x)   g(\"a long text that does not fit in one line\");\n"
                         "  const  int  y  =  1;;\n}\n",
                         problems) ==
          "void f() {\n  if (x)\n    g(\"a long text that does not fit in one line\");\n  const int y = 1;\n "
          " ;\n}\n");
  }

  TEST_CASE("line ends, a missing last one, and a byte order mark stay as they are") {
    const test::TempTree tree;
    tree.write(".clang-format", "BasedOnStyle: LLVM\nInsertNewlineAtEOF: true\n");
    Problems problems;
    CHECK(format_changes(tree.path("a.cpp"), "\xEF\xBB\xBFint  a;\r\nint  b;\r\nint  c;",
                         "\xEF\xBB\xBFint  a;\r\nint  x;\r\nint  c;",
                         problems) == "\xEF\xBB\xBFint  a;\r\nint x;\r\nint  c;");
  }

  TEST_CASE("the body of a lambda behind a change stays as it is, and the rest of a call is aligned") {
    const test::TempTree tree;
    tree.write(".clang-format", "BasedOnStyle: LLVM\n");
    const std::string body =
        "\n        .then([] {\n            one();\n            two();\n            three();\n"
        "        });\n}\n";
    Problems problems;
    const std::string after = "void f() {\n    socket.fresh(1)" + body;
    CHECK(format_changes(tree.path("a.cpp"), "void f() {\n    socket.old(1)" + body, after, problems) ==
          after);
    tree.write(".clang-format", "BasedOnStyle: LLVM\nColumnLimit: 20\n");
    CHECK(format_changes(tree.path("a.cpp"), "void f() {\n  old(aaaaaaa,\n      bbbbbbb);\n}\n",
                         "void f() {\n  fresh(aaaaaaa,\n      bbbbbbb);\n}\n",
                         problems) == "void f() {\n  fresh(aaaaaaa,\n        bbbbbbb);\n}\n");
  }

  TEST_CASE("lines that never were in the style are neither joined nor parted, unless they are too long") {
    const test::TempTree tree;
    tree.write(".clang-format", "BasedOnStyle: LLVM\nIndentWidth: 4\nColumnLimit: 40\n");
    Problems problems;
    const std::string after = "void reset()\n{\n    native.restart();\n}\n";
    CHECK(format_changes(tree.path("a.cpp"), "void reset()\n{\n    native.reset();\n}\n", after, problems) ==
          after);
    CHECK(format_changes(tree.path("a.cpp"), "void reset()\n{\n    f(one,\n      two);\n}\n",
                         "void reset()\n{\n    f(one, a_name_that_is_very_long_indeed,\n      two);\n}\n",
                         problems) ==
          "void reset()\n{\n    f(one,\n      a_name_that_is_very_long_indeed,\n      two);\n}\n");
    CHECK(format_changes(tree.path("a.cpp"), "void reset() { old(); }\n",
                         "void reset() { a_much_longer_name_of_it(12); }\n",
                         problems) == "void reset() {\n    a_much_longer_name_of_it(12);\n}\n");
  }

  TEST_CASE("lines beside a changed one stay as they are") {
    const test::TempTree tree;
    tree.write(".clang-format",
               "BasedOnStyle: LLVM\nAlignConsecutiveAssignments: true\nAlignTrailingComments: true\n");
    const std::string before =
        "int   a  = 1;  // one\n\n\n\nint b=2; // two\nint   ccc =3;    // three\n\n\n\n\nvoid f( ) ;\n";
    std::string after = before;
    after.replace(after.find("b=2"), 3, "bb=2");
    Problems problems;
    const std::string formatted = format_changes(tree.path("a.cpp"), before, after, problems);
    CHECK(formatted ==
          "int   a  = 1;  // one\n\n\n\nint bb    = 2;   // two\nint   ccc =3;    // three\n\n\n\n\nvoid f( "
          ") ;\n");
  }
}
