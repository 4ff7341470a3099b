#include "resolve/comments.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

// The spans of a text, each with a letter for its kind.
std::string spans(std::string_view text) {
  std::string result;
  for (const Span& span : spans_of(text)) {
    const char kind = span.kind == Span::Kind::LineComment    ? 'L'
                      : span.kind == Span::Kind::BlockComment ? 'B'
                                                              : 'Q';
    result += std::string(1, kind) + "{" + std::string(text.substr(span.begin, span.end - span.begin)) + "}";
  }
  return result;
}

}  // namespace

TEST_SUITE("rewriter.resolve.comments") {
  TEST_CASE("comments of both kinds are found, and end where they do") {
    CHECK(spans("a; // b\nc;") == "L{// b}");
    CHECK(spans("a; // b\r\nc;\r\n") == "L{// b}");
    CHECK(spans("a; /* b\n c */ d; // e") == "B{/* b\n c */}L{// e}");
    CHECK(spans("a /* // */ b") == "B{/* // */}");
    CHECK(spans("a // /* b\nc") == "L{// /* b}");
  }

  TEST_CASE("what looks like a comment in a literal is none") {
    CHECK(spans(R"(f("// no", '/'); // yes)") == R"(Q{"// no"}Q{'/'}L{// yes})");
    CHECK(spans(R"(f("\"// no");)") == R"(Q{"\"// no"})");
    CHECK(spans(R"(f('"'); // yes)") == R"(Q{'"'}L{// yes})");
    CHECK(spans(R"(f(L"// no", u8"/* no"); // yes)") == R"(Q{"// no"}Q{"/* no"}L{// yes})");
  }

  TEST_CASE("a raw string ends with its own delimiter only") {
    CHECK(spans("R\"(\" // no\n)\" // yes") == "Q{\"(\" // no\n)\"}L{// yes}");
    CHECK(spans("u8R\"x()\" // no )x\" // yes") == "Q{\"x()\" // no )x\"}L{// yes}");
    CHECK(spans("NotR\"(\" // yes") == "Q{\"(\"}L{// yes}");
  }

  TEST_CASE("a quote between digits begins no literal") {
    CHECK(spans("x = 1'000'000; // yes") == "L{// yes}");
    CHECK(spans("x = 0xFF'FFu; y = 'a'; // yes") == "Q{'a'}L{// yes}");
  }

  TEST_CASE("a backslash continues a line comment and a literal") {
    CHECK(spans("// a \\\n b\nc") == "L{// a \\\n b}");
    CHECK(spans("// a \\\r\n b\r\nc") == "L{// a \\\r\n b}");
    CHECK(spans("// a \\ \n b\nc") == "L{// a \\ \n b}");
    CHECK(spans("f(\"a\\\n// no\");") == "Q{\"a\\\n// no\"}");
  }

  TEST_CASE("what is never closed takes no more than a compiler would give it") {
    CHECK(spans("#error don't\n// yes") == "Q{'t}L{// yes}");
    CHECK(spans("x = \"a\n// yes") == "Q{\"a}L{// yes}");
    CHECK(spans("/* a\nb") == "B{/* a\nb}");
    CHECK(spans("R\"(a\nb") == "Q{\"(a\nb}");
    CHECK(spans("// a\\") == "L{// a\\}");
    CHECK(spans("\"a\\") == "Q{\"a\\}");
    CHECK(spans("/") == "");
    for (const char* text : {"'t", "\"a\\", "/* a", "R\"(a", "// a", "\"a\n"})
      CHECK_FALSE(spans_of(text)[0].is_closed);
    for (const char* text : {"'t'", "\"a\"", "/* a */", "R\"(a)\""}) CHECK(spans_of(text)[0].is_closed);
    CHECK(spans("") == "");
  }
}
