#include "report/printable.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

TEST_SUITE("rewriter.report.printable") {
  TEST_CASE("text is one line, and nothing in it acts upon the terminal") {
    CHECK(printable("plain") == "plain");
    CHECK(printable("größe 日本") == "größe 日本");
    CHECK(printable("a\nb\tc\r\n") == "a b c  ");
    CHECK(printable("a\x1b[31mb") == "a<U+001B>[31mb");
    CHECK(printable("a\u202eb") == "a<U+202E>b");
    CHECK(printable("a\u200bb") == "a<U+200B>b");
    CHECK(printable("a\xff\xe6\x97z") == "a<FF><E6><97>z");
    CHECK(printable(std::string_view("a\0b", 3)) == "a<U+0000>b");
    CHECK(printable("") == "");
  }

  TEST_CASE("columns are those of a terminal") {
    const Layout layout("\tä日x");
    CHECK(layout.width() == 8);
    CHECK(layout.column_of(0) == 0);
    CHECK(layout.column_of(1) == 4);
    CHECK(layout.column_of(2) == 4);  // within ä
    CHECK(layout.column_of(3) == 5);
    CHECK(layout.column_of(6) == 7);
    CHECK(layout.column_of(7) == 8);
    CHECK(layout.column_of(100) == 8);
    CHECK(Layout("a\tb").column_of(2) == 4);
    CHECK(Layout("").column_of(0) == 0);
    CHECK(Layout("e\u0301x").column_of(3) == 1);  // an accent of its own takes no column
  }

  TEST_CASE("a cut leaves no half of a character") {
    const Layout layout("\tä日x");
    CHECK(layout.columns(0, 8) == "    ä日x");
    CHECK(layout.columns(2, 6) == "  ä ");
    CHECK(layout.columns(6, 8) == " x");
    CHECK(layout.columns(8, 8).empty());
  }
}
