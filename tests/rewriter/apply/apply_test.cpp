#include "apply/apply.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "apply/journal.hpp"
#include "model/digest.hpp"
#include "support/temp_tree.hpp"

using namespace ferry::rewriter;
namespace fs = std::filesystem;

TEST_SUITE("rewriter.apply") {
  TEST_CASE("a file keeps its bytes outside the edits, its permissions and its links") {
    const test::TempTree tree;
    const std::string before = "\xEF\xBB\xBFold\r\n\xFF\r\n";
    const std::string after = "\xEF\xBB\xBFnew\r\n\xFF\r\n";
    const std::string real = tree.write("real.cpp", before);
    fs::permissions(real, fs::perms::owner_read | fs::perms::owner_write | fs::perms::owner_exec);
    fs::create_symlink("real.cpp", tree.path("link.cpp"));

    const Applied applied =
        apply({{tree.path("link.cpp"), before}}, {{tree.path("link.cpp"), after}}, tree.root());
    CHECK(applied.problems.empty());
    CHECK(applied.written == std::vector<std::string>{tree.path("link.cpp")});
    CHECK(tree.read("real.cpp") == after);
    CHECK(fs::is_symlink(tree.path("link.cpp")));
    CHECK((fs::status(real).permissions() & fs::perms::owner_exec) != fs::perms::none);
    CHECK(std::distance(fs::directory_iterator(tree.root()), {}) ==
          2);  // neither journal nor temporary files
  }

  TEST_CASE("nothing is written when one of the files has changed or is read-only") {
    const test::TempTree tree;
    const std::string a = tree.write("a.cpp", "a");
    const std::string b = tree.write("b.cpp", "b");
    const Texts before = {{a, "a"}, {b, "b"}};
    const Texts after = {{a, "A"}, {b, "B"}};
    std::string said;
    SUBCASE("changed") {
      tree.write("b.cpp", "changed");
      said = "changed while ferry ran";
    }
    SUBCASE("read-only") {
      fs::permissions(b, fs::perms::owner_read);
      said = "read-only";
    }
    const Applied applied = apply(before, after, tree.root());
    REQUIRE(applied.problems.size() == 1);
    CHECK(applied.problems[0].file == b);
    CHECK(applied.problems[0].message.find(said) != std::string::npos);
    CHECK(applied.written.empty());
    CHECK(tree.read("a.cpp") == "a");
    CHECK_FALSE(is_interrupted(tree.root()));
  }

  TEST_CASE("a run that was interrupted before the first renaming is undone") {
    const test::TempTree tree;
    const std::string a = tree.write("a.cpp", "a");
    tree.write(".a.cpp.ferry-new", "half");
    REQUIRE_FALSE(write_journal(tree.root(), {.entries = {{tree.path(".a.cpp.ferry-new"), a, digest("a")}}}));
    CHECK(is_interrupted(tree.root()));
    CHECK(recover(tree.root()).empty());
    CHECK(tree.read("a.cpp") == "a");
    CHECK_FALSE(tree.has(".a.cpp.ferry-new"));
    CHECK_FALSE(is_interrupted(tree.root()));
  }

  TEST_CASE("a run that was interrupted between renamings is finished, except where a file changed since") {
    const test::TempTree tree;
    const std::string a = tree.write("a.cpp", "A");  // renamed already
    const std::string b = tree.write("b.cpp", "b");
    const std::string c = tree.write("c.cpp", "by hand");
    tree.write(".b.cpp.ferry-new", "B");
    tree.write(".c.cpp.ferry-new", "C");
    Journal journal{.entries = {{tree.path(".a.cpp.ferry-new"), a, digest("a")},
                                {tree.path(".b.cpp.ferry-new"), b, digest("b")},
                                {tree.path(".c.cpp.ferry-new"), c, digest("c")}}};
    REQUIRE_FALSE(write_journal(tree.root(), journal));
    journal.is_complete = true;
    REQUIRE_FALSE(write_journal(tree.root(), journal));

    const Problems problems = recover(tree.root());
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].file == c);
    CHECK(tree.read("a.cpp") == "A");
    CHECK(tree.read("b.cpp") == "B");
    CHECK(tree.read("c.cpp") == "by hand");
    CHECK_FALSE(tree.has(".c.cpp.ferry-new"));
    CHECK_FALSE(is_interrupted(tree.root()));
  }

  TEST_CASE("a journal that another run has written stops this one") {
    const test::TempTree tree;
    const std::string a = tree.write("a.cpp", "a");
    REQUIRE_FALSE(write_journal(tree.root(), {}));
    CHECK(apply({{a, "a"}}, {{a, "A"}}, tree.root()).problems.size() == 1);
    CHECK(tree.read("a.cpp") == "a");
  }

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
}
