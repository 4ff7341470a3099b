#include "report/diff.hpp"

#include <cstdlib>

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

std::string diff(const Texts& before, const Texts& after, const std::string& root) {
  std::string text;
  llvm::raw_string_ostream out(text);
  print_diff(out, before, after, root);
  return text;
}

}  // namespace

TEST_SUITE("rewriter.report.diff") {
  TEST_CASE("changes more than six lines apart have hunks of their own") {
    std::string before;
    for (char c = 'a'; c <= 'p'; ++c) before += std::string(1, c) + "\n";
    std::string after = before;
    after.replace(after.find("b\n"), 2, "B\n");
    after.replace(after.find("n\n"), 2, "N\nN2\n");
    CHECK(diff({{"/p/x.cpp", before}}, {{"/p/x.cpp", after}}, "/p") ==
          "--- a/x.cpp\n+++ b/x.cpp\n@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n@@ -11,6 +11,7 @@\n k\n l\n "
          "m\n-n\n+N\n+N2\n"
          " o\n p\n");
  }

  TEST_CASE("a file that does not change is not mentioned") {
    CHECK(diff({{"/p/x.cpp", "a\n"}}, {{"/p/x.cpp", "a\n"}}, "/p").empty());
  }

  TEST_CASE("git apply makes of the old files the new ones") {
    const test::TempTree tree;
    const Texts before = {{tree.path("src/a b.cpp"), "one\r\ntwo\r\n"}, {tree.path("c.cpp"), "no\nend"}};
    const Texts after = {{tree.path("src/a b.cpp"), "one\r\nzwei\r\ndrei\r\n"},
                         {tree.path("c.cpp"), "no\nend!"}};
    tree.write("src/a b.cpp", "one\r\ntwo\r\n");
    tree.write("c.cpp", "no\nend");
    tree.write("the.patch", diff(before, after, tree.root()));
    REQUIRE(std::system(("cd " + tree.root() +
                         " && git init -q . && git apply --check the.patch && git apply the.patch")
                            .c_str()) == 0);
    CHECK(tree.read("src/a b.cpp") == "one\r\nzwei\r\ndrei\r\n");
    CHECK(tree.read("c.cpp") == "no\nend!");
  }
}
