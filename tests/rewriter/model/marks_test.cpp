#include "model/marks.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

TEST_SUITE("rewriter.model.marks") {
  TEST_CASE("a deprecated attribute with two arguments names a replacement") {
    CHECK(may_name_replacement(R"(__attribute__((deprecated("old", "fresh"))) int f();)"));
    CHECK(may_name_replacement(R"(__attribute__ ( ( __deprecated__ ( "a\", b" , "c" ) ) ))"));
    CHECK(may_name_replacement("#define OLD(why, fix) __attribute__((deprecated(why, fix)))"));
    CHECK(may_name_replacement("[[deprecated]] int f(); [[gnu::deprecated(\"\", \"g\")]] int h();"));
  }

  TEST_CASE("a deprecated attribute with a message, or with nothing, names none") {
    CHECK_FALSE(may_name_replacement("[[deprecated]] int f(int a, int b);"));
    CHECK_FALSE(may_name_replacement("[[deprecated(\"use g(a, b), not f\")]] int f(int a, int b);"));
    CHECK_FALSE(may_name_replacement("#define OLD(message) __attribute__((deprecated(text(1, 2) message)))"));
    CHECK_FALSE(may_name_replacement("deprecated(\"never closed, nor is this"));
    CHECK_FALSE(may_name_replacement("is_deprecated"));
    CHECK_FALSE(may_name_replacement(""));
  }
}
