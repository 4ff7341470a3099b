// docs/performance.md explains every figure that it shows as not good enough.
#include <regex>
#include <set>

#include <doctest/doctest.h>

#include "files.hpp"

namespace ferry::test {
namespace {

struct Page {
  std::string figures;  ///< written by ./dev bench
  std::string reasons;  ///< written by hand
};

Page performance_page() {
  const std::string text = read("docs/performance.md");
  const std::size_t begin = text.find("\n<!-- figures -->\n");
  const std::size_t end = text.find("\n<!-- end of figures -->\n");
  const std::size_t reasons = text.find("\n## What is missed, and why\n");
  REQUIRE(begin != text.npos);
  REQUIRE(end != text.npos);
  REQUIRE(reasons != text.npos);
  REQUIRE(begin < end);
  return {text.substr(begin, end - begin), text.substr(reasons, text.find("\n## ", reasons + 1) - reasons)};
}

// The first cells of the lines of tables that say `**missed**`.
std::set<std::string> missed_workloads(const std::string& figures) {
  static const std::regex row(R"(\| ([^|]+) \|.*\*\*missed\*\*.*)");
  std::set<std::string> names;
  for (const std::string& line : lines_of(figures)) {
    std::smatch match;
    if (std::regex_match(line, match, row)) names.insert(match[1]);
  }
  return names;
}

TEST_SUITE("docs.performance") {
  TEST_CASE("what misses its bar has a reason") {
    const Page page = performance_page();
    CHECK(page.figures.find("| spawn_batch |") != page.figures.npos);
    for (const std::string& name : missed_workloads(page.figures))
      CHECK_MESSAGE(page.reasons.find("`" + name + "`") != page.reasons.npos, name, " is not explained");
  }

  // The checker itself.
  TEST_CASE("a missed bar is found in a table") {
    CHECK(missed_workloads("| a | 1 | 3.0 | met |\n| b_1 | 2 | 4.0 | **missed**: 2 > 1 |\n") ==
          std::set<std::string>{"b_1"});
  }
}

}  // namespace
}  // namespace ferry::test
