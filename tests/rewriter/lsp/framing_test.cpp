#include "lsp/framing.hpp"

#include <doctest/doctest.h>

namespace ferry::rewriter::lsp {
namespace {

TEST_SUITE("lsp.framing") {
  TEST_CASE("messages come out as they went in, whatever pieces they arrive in") {
    const std::string stream = framed("{}") + framed("") + framed("größe");
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
      MessageReader reader;
      std::string bodies;
      for (std::size_t at = 0; at < stream.size(); at += piece) {
        reader.feed(std::string_view(stream).substr(at, piece));
        while (const auto body = reader.next()) bodies += "<" + *body + ">";
      }
      CHECK(bodies == "<{}><><größe>");
      CHECK(reader.fault().empty());
    }
  }

  TEST_CASE("a header may have other fields, and letters of any case") {
    MessageReader reader;
    reader.feed("Content-Type: text/x\r\ncontent-LENGTH:  2 \r\n\r\n{}");
    CHECK(reader.next() == "{}");
  }

  TEST_CASE("after a header that is none nothing is read any more") {
    for (const char* header : {"Content-Length: -1\r\n\r\n", "Content-Length: x\r\n\r\n", "\r\n\r\n",
                               "Content-Length: 99999999999999999999\r\n\r\n", "Length: 2\r\n\r\n"}) {
      MessageReader reader;
      reader.feed(std::string(header) + "{}" + framed("{}"));
      CHECK(reader.next() == std::nullopt);
      CHECK_MESSAGE(!reader.fault().empty(), header);
      CHECK(reader.next() == std::nullopt);
    }
  }

  TEST_CASE("a header that does not end is given up") {
    MessageReader reader;
    reader.feed(std::string(1000, 'x'));
    CHECK(reader.next() == std::nullopt);
    CHECK(reader.fault().empty());
    reader.feed(std::string(10000, 'x'));
    CHECK(reader.next() == std::nullopt);
    CHECK_FALSE(reader.fault().empty());
  }
}

}  // namespace
}  // namespace ferry::rewriter::lsp
