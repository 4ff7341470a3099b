#include "support/line_diff.hpp"

#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace ferry::rewriter;

TEST_SUITE("rewriter.support.line_diff") {
  TEST_CASE("lines keep their ends, the last one what it has") {
    CHECK(split_lines("a\r\nb") == std::vector<std::string_view>{"a\r\n", "b"});
    CHECK(split_lines("").empty());
  }

  TEST_CASE("changed lines next to each other are one change") {
    const auto changes = line_diff(split_lines("a\nb\nc\nd\n"), split_lines("a\nx\ny\nz\nd\n"));
    CHECK(changes == std::vector<LineChange>{{.old_begin = 1, .old_end = 3, .new_begin = 1, .new_end = 4}});
  }

  TEST_CASE("equal texts have no changes, and an empty text differs in all") {
    CHECK(line_diff(split_lines("a\n"), split_lines("a\n")).empty());
    CHECK(line_diff({}, split_lines("a\nb\n")) ==
          std::vector<LineChange>{{.old_begin = 0, .old_end = 0, .new_begin = 0, .new_end = 2}});
  }

  TEST_CASE("the changes lead from any text to any other") {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
      const auto make = [&] {
        std::string text;
        for (unsigned n = random() % 12; n > 0; --n)
          text += static_cast<char>('a' + random() % 3) + std::string("\n");
        return text;
      };
      const std::string before = make();
      const std::string after = make();
      const auto old_lines = split_lines(before);
      const auto new_lines = split_lines(after);
      std::string rebuilt;
      std::size_t copied = 0;
      for (const LineChange& change : line_diff(old_lines, new_lines)) {
        for (; copied < change.old_begin; ++copied) rebuilt += old_lines[copied];
        for (std::size_t i = change.new_begin; i < change.new_end; ++i) rebuilt += new_lines[i];
        copied = change.old_end;
      }
      for (; copied < old_lines.size(); ++copied) rebuilt += old_lines[copied];
      REQUIRE(rebuilt == after);
    }
  }
}
