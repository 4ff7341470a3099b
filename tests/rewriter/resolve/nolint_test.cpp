#include "resolve/nolint.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

Nolint only(std::string_view text) {
  const auto nolints = read_nolints(text);
  REQUIRE(nolints.size() == 1);
  return nolints.front();
}

bool accepts(std::string_view comment) { return names_rule(only(comment), "TIME-01"); }

}  // namespace

TEST_SUITE("rewriter.resolve.nolint") {
  TEST_CASE("a list names rules, separated by commas, with * for anything") {
    CHECK(accepts("// NOLINT"));
    CHECK(accepts("// NOLINT(ferry-TIME-01)"));
    CHECK(accepts("/* NOLINT( other ,ferry-TIME-01 ) */"));
    CHECK(accepts("// NOLINT(ferry-*)"));
    CHECK(accepts("// NOLINT(*)"));
    CHECK(accepts("// NOLINT(f*-TIME-*1)"));
    CHECK_FALSE(accepts("// NOLINT(ferry-TIME-02)"));
    CHECK_FALSE(accepts("// NOLINT(TIME-01)"));
    CHECK_FALSE(accepts("// NOLINT(ferry-time-01)"));
    CHECK_FALSE(accepts("// NOLINT(ferry-TIME-0)"));
  }

  // What clang-tidy 19 does with the same comments.
  TEST_CASE("the cases that clang-tidy is particular about are read as it reads them") {
    CHECK_FALSE(accepts("// NOLINT()"));
    CHECK(accepts("// NOLINT (other)"));
    CHECK(accepts("// NOLINT(other"));
    CHECK(accepts("// XNOLINT"));
    CHECK(accepts("// NOLINT_X"));
    CHECK(accepts("// NOLINT(*,-ferry-TIME-01)"));
    CHECK(read_nolints("// NOLINTX").empty());
    CHECK(read_nolints("// NOLINTNEXTLINES").empty());
  }

  TEST_CASE("it counts in comments only") {
    CHECK(read_nolints("const char* s = \"// NOLINT\"; NOLINT(); x = R\"(// NOLINT)\";").empty());
    CHECK(read_nolints("a(); /* NOLINT */ b(); // NOLINT").size() == 2);
  }

  TEST_CASE("the word says which line is meant, and where it stands is known") {
    CHECK(only("// NOLINT").kind == Nolint::Kind::Line);
    CHECK(only("// NOLINTNEXTLINE(a)").kind == Nolint::Kind::NextLine);
    CHECK(only("// NOLINTBEGIN").kind == Nolint::Kind::Begin);
    CHECK(only("// NOLINTEND").kind == Nolint::Kind::End);
    const Nolint nolint = only("one;\n  two; /* three\n four NOLINT(a) five */\n");
    CHECK(nolint.line == 3);
    CHECK(nolint.column == 7);
    CHECK(nolint.reason == "five");
  }

  TEST_CASE("what follows is the reason, and a date in it") {
    CHECK(only("// NOLINT(a): why not").reason == "why not");
    CHECK(only("// NOLINT(a) why not").reason == "why not");
    CHECK(only("/* NOLINT: why not */").reason == "why not");
    CHECK(only("// NOLINT(a)").reason.empty());
    const Nolint dated = only("// NOLINT(a): ticket 12; until=2027-06-30, then gone\r\nx");
    CHECK(dated.until == "2027-06-30");
    CHECK(dated.reason == "ticket 12 then gone");
    CHECK(only("// NOLINT(a) until=2027-06-30").reason.empty());
    CHECK(only("// NOLINT(a): (until=2027-06-30) x").until == "2027-06-30");
    CHECK(only("// NOLINT(a): not_until=1").until.empty());
    CHECK(only("// NOLINT(a): until=").until == "?");
  }

  TEST_CASE("several in one comment each have their own tail") {
    const auto nolints = read_nolints("// NOLINT(a): one NOLINT(b): two\n");
    REQUIRE(nolints.size() == 2);
    CHECK(nolints[0].reason == "one");
    CHECK(nolints[1].reason == "two");
  }

  TEST_CASE("a backslash at the end of the line is not part of what is said") {
    const std::string_view text = "#define A \\\n  b // NOLINT(x): why \\\n  c\n";
    const Nolint nolint = only(text);
    CHECK(nolint.reason == "why");
    CHECK(text.substr(nolint.tail_end, 2) == " \\");
  }

  TEST_CASE("a date is one that the calendar has") {
    CHECK(is_date("2028-02-29"));
    CHECK_FALSE(is_date("2027-02-29"));
    CHECK_FALSE(is_date("2027-13-01"));
    CHECK_FALSE(is_date("2027-00-10"));
    CHECK_FALSE(is_date("27-01-01"));
    CHECK_FALSE(is_date("2027-1-1"));
    CHECK_FALSE(is_date("2027/01/01"));
    CHECK_FALSE(is_date("+027-01-01"));
    CHECK_FALSE(is_date("tomorrow"));
    CHECK_FALSE(is_date(""));
  }
}
