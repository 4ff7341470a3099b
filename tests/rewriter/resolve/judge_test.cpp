#include "resolve/judge.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

std::string lines(const LineRanges& ranges) {
  std::string result;
  for (const LineRange& range : ranges)
    result += (result.empty() ? "" : " ") + std::to_string(range.first) + "-" + std::to_string(range.last);
  return result;
}

std::string conditional(std::string_view text) { return lines(conditional_lines(text)); }

Analysis analysis(std::vector<std::string> inputs, std::vector<FileLines> unseen) {
  return {.inputs = std::move(inputs), .unseen = std::move(unseen)};
}

}  // namespace

TEST_SUITE("rewriter.resolve.judge") {
  TEST_CASE("a line is seen if one analysis has seen it") {
    const Texts texts{{"/p/h", "x\n"}};
    const auto unseen = [&](const std::vector<Analysis>& analyses) {
      return lines(judge(texts, analyses)[0].unseen);
    };
    CHECK(unseen({analysis({"/p/h"}, {{"/p/h", {{1, 5}}}})}) == "1-5");
    CHECK(unseen({analysis({"/p/h"}, {{"/p/h", {{1, 5}, {8, 9}}}}),
                  analysis({"/p/h"}, {{"/p/h", {{4, 8}}}})}) == "4-5 8-8");
    CHECK(unseen({analysis({"/p/h"}, {{"/p/h", {{1, 5}}}}), analysis({"/p/h"}, {})}).empty());
    CHECK(unseen({analysis({"/p/h"}, {{"/p/h", {{1, 5}}}}), analysis({"/p/other"}, {})}) == "1-5");
  }

  TEST_CASE("what no analysis has read is seen outside of #if") {
    CHECK(lines(judge({{"/p/h", "x\n#if A\ny\n#endif\n"}}, {}).front().unseen) == "2-4");
  }

  TEST_CASE("a file that links lead to is one") {
    const ::test::TempTree tree;
    tree.write("h.hpp", "x\n");
    std::filesystem::create_symlink(tree.path("h.hpp"), tree.path("link.hpp"));
    const auto judged = judge({{tree.path("h.hpp"), "x\n"}, {tree.path("link.hpp"), "x\n"}},
                              {analysis({tree.path("link.hpp")}, {{tree.path("link.hpp"), {{1, 1}}}})});
    REQUIRE(judged.size() == 1);
    CHECK(judged[0].names == std::vector<std::string>{tree.path("h.hpp"), tree.path("link.hpp")});
    CHECK(lines(judged[0].unseen) == "1-1");
  }

  TEST_CASE("lines between #if and #endif may not be there") {
    CHECK(conditional("x\n") == "");
    CHECK(conditional("x\n#if A\ny\n#else\nz\n#endif\nw\n") == "2-6");
    CHECK(conditional("x\n# ifdef A\n#if B\ny\n#endif\n#endif\n#ifndef C\n#endif\n") == "2-6 7-8");
    CHECK(conditional("x\n#if A\ny\n") == "2-4");
    CHECK(conditional("x\n#endif\n") == "");
  }

  TEST_CASE("the guard around a whole header is no condition") {
    CHECK(conditional("// about\n#ifndef H\n#define H\nx\n#endif  // H\n") == "");
    CHECK(conditional("#ifndef H\n#define H\n#if A\nx\n#endif\ny\n#endif\n") == "3-5");
    CHECK(conditional("#ifndef H\nx\n#endif\ny\n") == "1-5");
    CHECK(conditional("#ifndef H\nx\n#else\ny\n#endif\n") == "1-6");
    CHECK(conditional("x\n#ifndef H\ny\n#endif\n") == "2-4");
  }

  TEST_CASE("directives in comments and strings are none") {
    CHECK(conditional("/*\n#if A\n*/\nx\n") == "");
    CHECK(conditional("#if A /* one\n#endif */\nx\n#endif\n") == "1-4");
    CHECK(conditional("x = R\"(\n#if A\n)\";\n") == "");
  }
}
