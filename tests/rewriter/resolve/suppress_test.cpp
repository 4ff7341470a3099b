#include <doctest/doctest.h>

#include "resolve/resolve.hpp"

using namespace ferry::rewriter;

TEST_SUITE("rewriter.resolve.suppress") {
  TEST_CASE("NOLINT speaks for its own line") {
    CHECK(is_suppressed("old(); // NOLINT\n", 0, "TIME-01"));
    CHECK(is_suppressed("old(); // NOLINT(ferry-TIME-01)", 2, "TIME-01"));
    CHECK(is_suppressed("old(); // NOLINT(other, ferry-TIME-01)\n", 0, "TIME-01"));
    CHECK(is_suppressed("old(); // NOLINT(ferry-*)\n", 0, "TIME-01"));
    CHECK_FALSE(is_suppressed("old(); // NOLINT(ferry-TIME-02)\n", 0, "TIME-01"));
    CHECK_FALSE(is_suppressed("old(); // NOLINT(TIME-01)\n", 0, "TIME-01"));
    CHECK_FALSE(is_suppressed("x; // NOLINT\nold();\n", 13, "TIME-01"));
  }

  TEST_CASE("NOLINTNEXTLINE speaks for the line after it and no other") {
    const std::string_view text = "// NOLINTNEXTLINE(ferry-TIME-01)\nold();\nold();\n";
    CHECK(is_suppressed(text, text.find("old"), "TIME-01"));
    CHECK_FALSE(is_suppressed(text, text.rfind("old"), "TIME-01"));
    CHECK_FALSE(is_suppressed("old(); // NOLINTNEXTLINE\n", 0, "TIME-01"));
  }
}
