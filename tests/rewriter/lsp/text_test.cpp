#include "lsp/text.hpp"

#include <doctest/doctest.h>

#include "lsp/documents.hpp"
#include "lsp/uri.hpp"

namespace ferry::rewriter::lsp {
namespace {

TEST_SUITE("lsp.text") {
  TEST_CASE("a character counts for bytes, UTF-16 units or code points") {
    const std::string text = "aö日😀b";
    const std::size_t end = text.size() - 1;
    CHECK(Lines(text, Encoding::Utf8).place(end) == Place{.line = 0, .character = 10});
    CHECK(Lines(text, Encoding::Utf16).place(end) == Place{.line = 0, .character = 5});
    CHECK(Lines(text, Encoding::Utf32).place(end) == Place{.line = 0, .character = 4});
    for (const Encoding encoding : {Encoding::Utf8, Encoding::Utf16, Encoding::Utf32}) {
      const Lines lines(text, encoding);
      CHECK(lines.offset(lines.place(end)) == end);
      CHECK(parse_encoding(to_string(encoding)) == encoding);
    }
    CHECK(parse_encoding("utf-7") == std::nullopt);
  }

  TEST_CASE("a place within a character is at its beginning") {
    const std::string text = "😀b";
    CHECK(Lines(text, Encoding::Utf16).offset({.line = 0, .character = 1}) == 0);
    CHECK(Lines(text, Encoding::Utf16).place(2) == Place{.line = 0, .character = 0});
  }

  TEST_CASE("lines end with a line feed, a carriage return or both") {
    const Lines lines("a\r\nb\rc\nd", Encoding::Utf16);
    CHECK(lines.place(3) == Place{.line = 1, .character = 0});
    CHECK(lines.place(5) == Place{.line = 2, .character = 0});
    CHECK(lines.place(7) == Place{.line = 3, .character = 0});
    CHECK(lines.offset({.line = 0, .character = 99}) == 1);
    CHECK(lines.offset({.line = 1, .character = 99}) == 4);
    CHECK(lines.offset({.line = 99, .character = 0}) == 8);
    CHECK(lines.place(99) == Place{.line = 3, .character = 1});
  }

  TEST_CASE("what is no UTF-8 counts a byte at a time") {
    const std::string text = "\xff\xc3x\xf0\x9f";
    CHECK(Lines(text, Encoding::Utf16).place(5) == Place{.line = 0, .character = 5});
  }

  TEST_CASE("changes of a text, by ranges and as a whole") {
    std::string text = "one\ntwo\n";
    const auto change = [&](const char* json) {
      auto parsed = llvm::json::parse(json);
      REQUIRE(static_cast<bool>(parsed));
      return change_text(text, *parsed->getAsObject(), Encoding::Utf16);
    };
    CHECK(change(R"({"range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 3}},
                     "text": "zwei"})"));
    CHECK(text == "one\nzwei\n");
    CHECK(change(R"({"range": {"start": {"line": 9, "character": 9}, "end": {"line": 9, "character": 9}},
                     "text": "drei"})"));
    CHECK(text == "one\nzwei\ndrei");
    CHECK_FALSE(
        change(R"({"range": {"start": {"line": 1, "character": 0}, "end": {"line": 0, "character": 3}},
                           "text": ""})"));
    CHECK_FALSE(change(R"({"range": {"start": {"line": -1, "character": 0}}, "text": ""})"));
    CHECK_FALSE(change(R"({"range": 7, "text": ""})"));
    CHECK_FALSE(change(R"({"text": 7})"));
    CHECK(text == "one\nzwei\ndrei");
    CHECK(change(R"({"text": "new"})"));
    CHECK(text == "new");
  }
}

TEST_SUITE("lsp.uri") {
  TEST_CASE("paths become URIs and back") {
    for (const char* path : {"/a/b.cpp", "/with space/größe.hpp", "/100%/a#b?c.cpp"})
      CHECK(path_of_uri(uri_of(path)) == std::string(path));
    CHECK(uri_of("/a b/ö") == "file:///a%20b/%C3%B6");
    CHECK(path_of_uri("file://host/a%2Bb") == std::string("/a+b"));
    CHECK(path_of_uri("FILE:///a%2") == std::string("/a%2"));
  }

  TEST_CASE("other URIs name no path") {
    for (const char* uri :
         {"", "untitled:Untitled-1", "http://x/a.cpp", "file://", "file://host", "file:///a%00b"})
      CHECK_MESSAGE(path_of_uri(uri) == std::nullopt, uri);
  }
}

}  // namespace
}  // namespace ferry::rewriter::lsp
