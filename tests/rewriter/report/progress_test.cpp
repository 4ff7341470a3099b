#include "report/progress.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

// A run of `total` units, a second each, of which `done` are reported.
std::string shown(Progress::Style style, std::size_t total, std::size_t done, double second = 1,
                  bool is_wanted = false) {
  std::string text;
  llvm::raw_string_ostream out(text);
  double now = 100;
  Progress progress(out, {.style = style, .is_wanted = is_wanted, .columns = 80, .now = [&] { return now; }});
  progress.begin(total, "units");
  for (std::size_t i = 0; i < done; ++i) {
    now += second;
    progress.advance();
  }
  progress.end();
  return text;
}

}  // namespace

TEST_SUITE("rewriter.report.progress") {
  TEST_CASE("a bar is drawn over itself with rate and time left, and is gone in the end") {
    CHECK(shown(Progress::Style::Bar, 4, 2) ==
          "\r[######..................] 1/4 units, 1.0/s, 0:03 left\x1b[K"
          "\r[############............] 2/4 units, 1.0/s, 0:02 left\x1b[K"
          "\r\x1b[Kferry: 2 units in 2.00 s\n");
  }

  TEST_CASE("a short run draws no bar, and a bar is not drawn more often than one can see") {
    CHECK(shown(Progress::Style::Bar, 4, 4, 0.01).empty());
    const std::string many = shown(Progress::Style::Bar, 1000, 999, 0.01);
    CHECK(std::ranges::count(many, '\r') < 110);
  }

  TEST_CASE("a log gets a line now and then, a short run none") {
    CHECK(shown(Progress::Style::Lines, 10, 10).empty());
    CHECK(shown(Progress::Style::Lines, 100, 100, 1) ==
          "ferry: 60/100 units, 1.0/s, 0:40 left\n"
          "ferry: 100 units in 100.00 s\n");
    CHECK(shown(Progress::Style::Lines, 2, 2, 0.5, true) == "ferry: 2 units in 1.00 s\n");
  }

  TEST_CASE("never is silent") {
    CHECK(shown(Progress::Style::None, 1000, 1000).empty());
    CHECK(progress_style("never", true) == Progress::Style::None);
    CHECK(progress_style("auto", true) == Progress::Style::Bar);
    CHECK(progress_style("auto", false) == Progress::Style::Lines);
    CHECK(progress_style("always", false) == Progress::Style::Lines);
  }

  TEST_CASE("no more is done than there is to do") {
    CHECK(shown(Progress::Style::Bar, 2, 5).find("5/2") == std::string::npos);
    CHECK(shown(Progress::Style::Bar, 0, 1, 1).find("0/0") == std::string::npos);
  }

  TEST_CASE("long times are in hours, and a narrow terminal gets a line that does not wrap") {
    CHECK(shown(Progress::Style::Lines, 100, 1, 3600).find("99:00:00 left") != std::string::npos);
    std::string text;
    llvm::raw_string_ostream out(text);
    double now = 0;
    Progress progress(out, {.style = Progress::Style::Bar, .columns = 20, .now = [&] { return now; }});
    progress.begin(100, "units");
    now = 5;
    progress.advance();
    CHECK(text == "\r[..................\x1b[K");
  }
}
