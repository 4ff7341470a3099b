#include <array>
#include <concepts>
#include <span>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/bytes.hpp>
#include <ferry/compat/legacy.hpp>
#include <ferry/io.hpp>
#include <ferry/util.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/util/buf.hpp>
#include <ferry/v0_2/util/bytes_mut.hpp>

#include "compat/io/legacy_streams.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using legacy::bytes::BytesMut;
using test::nobody;
using test::run;

namespace {

static_assert(legacy::io::Buf<BytesMut> && legacy::io::BufMut<BytesMut>);
static_assert(io::Buf<BytesMut> && io::BufMut<BytesMut>);
static_assert(legacy::io::Buf<legacy::io::Cursor<std::string>>);
static_assert(legacy::io::Buf<test::LegacyBuf> && !io::Buf<test::LegacyBuf>);
static_assert(legacy::io::BufMut<test::LegacyRoom> && !io::BufMut<test::LegacyRoom>);
static_assert(!legacy::io::Buf<util::BytesMut> && !legacy::io::BufMut<util::BytesMut>);

}  // namespace

TEST_SUITE("compat.util.BytesMut") {
  TEST_CASE("BYTES-01: bytes is what chunk is in 1.x") {
    BytesMut bytes("abc");
    CHECK(test::text_of(bytes.bytes()) == "abc");
    CHECK(bytes.bytes().data() == bytes.chunk().data());
    bytes.advance(1);
    CHECK(test::text_of(bytes.bytes()) == "bc");
    CHECK(bytes.has_remaining());
    const legacy::io::Cursor cursor(std::string("de"));
    CHECK(test::text_of(cursor.bytes()) == "de");
  }

  TEST_CASE("BYTES-02: bytes_vectored fills the pieces that there are") {
    const BytesMut bytes("abc");
    std::array<std::span<const std::byte>, 2> pieces;
    CHECK(bytes.bytes_vectored(pieces) == 1);
    CHECK(test::text_of(pieces[0]) == "abc");
    CHECK(io::chunks_vectored(bytes, pieces) == 1);
    CHECK(BytesMut().bytes_vectored(pieces) == 0);
    CHECK(bytes.bytes_vectored({}) == 0);
  }

  TEST_CASE("BYTES-03: to_bytes drains everything, copy_to_bytes as much as it is told") {
    BytesMut bytes("abc");
    CHECK(bytes.to_bytes() == util::BytesMut("abc"));
    CHECK(!bytes.has_remaining());
    util::BytesMut modern("abc");
    CHECK(util::copy_to_bytes(modern, 2) == util::BytesMut("ab"));
    CHECK(modern.remaining() == 1);
    CHECK_THROWS_AS(static_cast<void>(util::copy_to_bytes(modern, 2)), std::logic_error);
    legacy::io::Cursor cursor(std::string("de"));
    CHECK(cursor.to_bytes() == util::BytesMut("de"));
    CHECK(cursor.position() == 2);
  }

  TEST_CASE("BYTES-04, IOE-03: bytes_mut makes room when there is none, spare_capacity_mut does not") {
    BytesMut bytes;
    CHECK(bytes.spare_capacity_mut().empty());
    CHECK(bytes.bytes_mut().size() >= 64);
    bytes.bytes_mut()[0] = std::byte{'x'};
    bytes.advance_mut(1);
    CHECK(bytes == util::BytesMut("x"));
    CHECK(bytes.has_remaining_mut());

    // So a loop around read_buf ends in 0.2 only at the end.
    BytesMut old;
    auto reader = test::ScriptedReader().give("abc").build();
    CHECK(run([&] { return legacy::io::read_buf(reader, old); }).value() == 3);
    util::BytesMut modern;
    CHECK(run([&] { return io::read_buf(reader, modern); }).value() == 0);
  }

  TEST_CASE("BYTES-05: bytes_vectored_mut gives the one piece of room that there is") {
    auto bytes = BytesMut::with_capacity(8);
    std::array<std::span<std::byte>, 2> pieces;
    CHECK(bytes.bytes_vectored_mut(pieces) == 1);
    CHECK(pieces[0].data() == bytes.spare_capacity_mut().data());
    CHECK(bytes.bytes_vectored_mut({}) == 0);
  }

  TEST_CASE("BYTES-06: chain, take, limit, reader and writer are the same functions") {
    namespace ext = legacy::bytes::buf::ext;
    static_assert(std::same_as<ext::Take<BytesMut>, util::buf::Take<BytesMut>>);
    auto both = ext::chain(BytesMut("ab"), BytesMut("cd"));
    auto three = ext::take(both, 3);
    std::string text;
    auto reader = ext::reader(three);
    CHECK(run([&] { return reader.read_to_string(text); }).value() == 3);
    CHECK(text == "abc");
    CHECK(both.remaining() == 1);
    auto writer = ext::writer(ext::limit(BytesMut::with_capacity(8), 2));
    CHECK(run([&] { return writer.write(text); }).value() == 2);
    CHECK(std::move(writer).into_inner().into_inner() == util::BytesMut("ab"));
  }

  TEST_CASE("BYTES-01, BYTES-04: buffers of bytes 0.5 and of 1.x, each used as the other") {
    test::LegacyBuf old({"ab", "cd"});
    auto view = compat::from_bytes(old);
    static_assert(io::Buf<decltype(view)>);
    test::VectoredWriter writer;
    CHECK(run([&] { return io::write_all_buf(writer, view); }).has_value());
    CHECK(writer.written == "abcd");
    CHECK(writer.most_pieces == 2);

    std::string_view text = "ef";
    auto bytes = compat::into_bytes(text);
    static_assert(legacy::io::Buf<decltype(bytes)>);
    CHECK(test::text_of(bytes.bytes()) == "ef");
    bytes.advance(1);
    CHECK(text == "f");
    CHECK(bytes.remaining() == 1);

    test::LegacyRoom room;
    auto into = compat::from_bytes(room);
    auto reader = test::ScriptedReader().give("ghi").build();
    CHECK((*util::poll_read_buf(reader, nobody(), into)).value() == 3);
    CHECK(room.text() == "ghi");
    auto spare = util::BytesMut::with_capacity(4);
    auto legacy_room = compat::into_bytes(spare);
    static_assert(legacy::io::BufMut<decltype(legacy_room)>);
    CHECK(legacy_room.remaining_mut() == 4);
  }

  TEST_CASE("BYTES-03: bytes cross in both directions without being copied") {
    util::BytesMut modern("abc");
    const std::byte* const data = modern.data();
    BytesMut old = compat::into_legacy(std::move(modern));
    CHECK(old.data() == data);
    CHECK(compat::from_legacy(std::move(old)).data() == data);
  }
}
