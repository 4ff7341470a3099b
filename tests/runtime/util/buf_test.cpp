#include <array>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/util/buf.hpp>
#include <ferry/util/bytes_mut.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

namespace buf = util::buf;
using test::text_of;
using util::BytesMut;

static_assert(io::Buf<buf::Chain<BytesMut, std::string_view>> && io::Buf<buf::Take<BytesMut&>>);
static_assert(io::BufMut<buf::Limit<BytesMut>>);
static_assert(io::AsyncBufRead<buf::Reader<BytesMut>> && io::AsyncWrite<buf::Writer<BytesMut&>>);

TEST_SUITE("util.buf") {
  TEST_CASE("chain goes from the first to the last, and gives the pieces of both") {
    auto both = buf::chain(BytesMut("ab"), std::string_view("cde"));
    CHECK(both.remaining() == 5);
    std::array<std::span<const std::byte>, 3> pieces;
    CHECK(io::chunks_vectored(both, pieces) == 2);
    CHECK(text_of(pieces[1]) == "cde");
    CHECK(io::chunks_vectored(both, std::span(pieces).first(1)) == 1);
    CHECK(text_of(both.chunk()) == "ab");
    both.advance(3);  // over the border
    CHECK(text_of(both.chunk()) == "de");
    CHECK(both.first_ref().empty());
    CHECK(both.last_ref() == "de");
    CHECK(std::move(both).into_inner().second == "de");
  }

  TEST_CASE("take ends at its limit and leaves the rest") {
    std::string_view text = "abcd";
    auto two = buf::take(text, 2);
    CHECK(two.remaining() == 2);
    CHECK(text_of(two.chunk()) == "ab");
    CHECK_THROWS_AS(two.advance(3), std::logic_error);
    two.advance(2);
    CHECK(two.remaining() == 0);
    CHECK(two.chunk().empty());
    CHECK(text == "cd");
    two.set_limit(9);
    CHECK(two.remaining() == 2);
  }

  TEST_CASE("limit gives no more room than it is told") {
    auto limited = buf::limit(BytesMut::with_capacity(8), 3);
    CHECK(limited.spare_capacity_mut().size() == 3);
    CHECK_THROWS_AS(limited.advance_mut(4), std::logic_error);
    limited.advance_mut(2);
    CHECK(limited.limit() == 1);
    CHECK(limited.get_ref().size() == 2);
  }

  TEST_CASE("reader reads all pieces at once, and shows them one by one") {
    auto reader = buf::reader(buf::chain(BytesMut("ab"), BytesMut("c\nd")));
    std::array<std::byte, 3> three;
    CHECK(**test::spawn([&] { return reader.read(three); }).poll() == 3);
    CHECK(text_of(three) == "abc");
    std::string line;
    CHECK(**test::spawn([&] { return reader.read_line(line); }).poll() == 1);
    CHECK(std::move(reader).into_inner().remaining() == 1);
  }

  TEST_CASE("writer fills the room there is, and then takes nothing") {
    BytesMut bytes = BytesMut::with_capacity(2);
    auto writer = buf::writer(buf::limit(bytes, 2));
    CHECK(**test::spawn([&] { return writer.write("abc"); }).poll() == 2);
    CHECK(**test::spawn([&] { return writer.write("c"); }).poll() == 0);
    CHECK(text_of(bytes) == "ab");
  }

  TEST_CASE("copy_to_bytes takes from several pieces, and from a BytesMut without copying") {
    auto both = buf::chain(BytesMut("ab"), BytesMut("cd"));
    CHECK(util::copy_to_bytes(both, 3) == BytesMut("abc"));
    CHECK(both.remaining() == 1);
    CHECK_THROWS_AS(static_cast<void>(util::copy_to_bytes(both, 2)), std::logic_error);
    BytesMut bytes("xyz");
    const std::byte* const data = bytes.data();
    CHECK(util::copy_to_bytes(bytes, 2).data() == data);
    CHECK(text_of(bytes) == "z");
  }
}

}  // namespace
}  // namespace ferry
