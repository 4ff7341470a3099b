#include <algorithm>
#include <array>
#include <limits>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io/buf.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/read_buf.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::text_of;
using util::BytesMut;

static_assert(io::ByteRange<BytesMut&> && io::ByteRange<const BytesMut&>);
static_assert(!std::is_convertible_v<std::string, BytesMut>);  // copies are made where one can see it

TEST_SUITE("util.BytesMut") {
  TEST_CASE("bytes are appended at the end and taken from the front") {
    BytesMut bytes;
    CHECK(bytes.empty());
    CHECK(bytes.capacity() == 0);
    bytes.put_slice("hello ");
    bytes.put_slice("world");
    CHECK(text_of(bytes) == "hello world");
    bytes.advance(6);
    CHECK(text_of(bytes) == "world");
    bytes.truncate(7);
    CHECK(text_of(bytes) == "world");
    bytes.truncate(3);
    CHECK(text_of(bytes) == "wor");
    CHECK(bytes == BytesMut("wor"));
    CHECK(bytes != BytesMut("war"));
    bytes.clear();
    CHECK(bytes.empty());
  }

  TEST_CASE("split_to gives the front without copying it, and both go on by themselves") {
    BytesMut rest("headbody");
    const std::byte* const memory = rest.data();
    BytesMut head = rest.split_to(4);
    CHECK(head.data() == memory);
    CHECK(rest.data() == memory + 4);
    CHECK(head.capacity() == 4);
    head.put_slice("er");  // does not write into the rest
    rest.put_slice("!");
    CHECK(text_of(head) == "header");
    CHECK(text_of(rest) == "body!");
    CHECK(rest.split_to(0).empty());
    const BytesMut all = rest.split();
    CHECK(text_of(all) == "body!");
    CHECK(rest.empty());
  }

  TEST_CASE("a part outlives what it was split from") {
    BytesMut head;
    {
      BytesMut rest("headbody");
      head = rest.split_to(4);
    }
    CHECK(text_of(head) == "head");
  }

  TEST_CASE("taking more than there is is a mistake") {
    BytesMut bytes("abc");
    CHECK_THROWS_AS(bytes.advance(4), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(bytes.split_to(4)), std::logic_error);
    CHECK_THROWS_AS(bytes.advance_mut(bytes.capacity() - bytes.size() + 1), std::logic_error);
    CHECK_THROWS_AS(bytes.reserve(std::numeric_limits<std::size_t>::max()), std::length_error);
    CHECK_THROWS_AS(bytes.reserve(std::numeric_limits<std::size_t>::max() - 3), std::length_error);
    CHECK(text_of(bytes) == "abc");
  }

  TEST_CASE("room that was written to is counted in") {
    BytesMut bytes = BytesMut::with_capacity(8);
    CHECK(bytes.capacity() == 8);
    const std::span<std::byte> room = bytes.spare_capacity_mut();
    REQUIRE(room.size() == 8);
    std::ranges::copy(io::ConstBytes("abc").span(), room.begin());
    bytes.advance_mut(3);
    CHECK(text_of(bytes) == "abc");
    CHECK(bytes.spare_capacity_mut().size() == 5);
  }

  TEST_CASE("reserve uses the memory in front again once enough of it is free") {
    BytesMut bytes = BytesMut::with_capacity(100);
    const std::byte* const memory = bytes.data();
    bytes.put_slice(std::string(100, 'x'));
    bytes.advance(90);
    bytes.reserve(90);
    CHECK(bytes.data() == memory);
    CHECK(bytes.capacity() == 100);
    CHECK(text_of(bytes) == std::string(10, 'x'));

    SUBCASE("but not while a part of it is in use") {
      const BytesMut part = bytes.split_to(5);
      bytes.reserve(95);
      CHECK(bytes.data() != memory + 5);
      CHECK(bytes.capacity() >= 100);
      CHECK(text_of(part) == "xxxxx");
      CHECK(text_of(bytes) == "xxxxx");
    }
    SUBCASE("and not for a few bytes at the price of many") {
      bytes.put_slice(std::string(90, 'y'));
      bytes.advance(10);
      bytes.reserve(10);
      CHECK(bytes.capacity() >= 180);
      CHECK(text_of(bytes) == std::string(90, 'y'));
    }
  }

  TEST_CASE(
      "reserve gives at least as much room as was asked for, exactly so much where that is more than "
      "double") {
    BytesMut bytes("abc");
    bytes.reserve(8192 - 3);
    CHECK(bytes.capacity() == 8192);
    CHECK(text_of(bytes) == "abc");
  }

  TEST_CASE("appending a byte at a time allocates now and then") {
    BytesMut bytes;
    int moves = 0;
    for (int i = 0; i < 100'000; ++i) {
      const std::byte* const before = bytes.data();
      bytes.put_slice("x");
      moves += before != bytes.data() ? 1 : 0;
    }
    CHECK(bytes.size() == 100'000);
    CHECK(moves < 20);
  }

  TEST_CASE("one huge frame does not make the memory after it huge") {
    BytesMut bytes(std::string(1 << 20, 'x'));
    const BytesMut frame = bytes.split_to((1 << 20) - 1);
    bytes.reserve(bytes.capacity() + 1);
    CHECK(bytes.capacity() <= 64 * 1024);
  }

  TEST_CASE("a copy has bytes of its own, what was moved from is empty") {
    BytesMut bytes("abc");
    BytesMut copy = bytes;
    copy.put_slice("d");
    CHECK(text_of(bytes) == "abc");
    CHECK(text_of(copy) == "abcd");
    BytesMut moved = std::move(bytes);
    CHECK(bytes.empty());  // NOLINT: says what is left
    CHECK(bytes.capacity() == 0);
    copy = moved;
    CHECK(text_of(copy) == "abc");
  }

  TEST_CASE("parts may be used and destroyed on different threads") {
    for (int round = 0; round < 50; ++round) {
      BytesMut rest = BytesMut::with_capacity(64);
      rest.put_slice(std::string(64, 'x'));
      BytesMut part = rest.split_to(32);
      std::thread other([part = std::move(part)]() mutable {
        std::ranges::fill(part, std::byte{'y'});
        CHECK(text_of(part) == std::string(32, 'y'));
      });
      rest.advance(16);
      rest.reserve(48);  // in place or not: as the other thread is done or not
      rest.put_slice(std::string(48, 'z'));
      CHECK(text_of(rest) == std::string(16, 'x') + std::string(48, 'z'));
      other.join();
    }
  }
}

TEST_SUITE("util.read_buf") {
  TEST_CASE("reads into the room there is, behind the bytes there are") {
    test::ScriptedReader reader;
    reader.give("hello").wait().give("world");
    BytesMut buffer("> ");
    CHECK(**test::spawn([&] { return io::read_buf(reader, buffer); }).poll() == 5);
    CHECK(text_of(buffer) == "> hello");
    auto second = test::spawn([&] { return io::read_buf(reader, buffer); });
    CHECK(second.poll().is_pending());
    CHECK(**second.poll() == 5);
    CHECK(text_of(buffer) == "> helloworld");
    CHECK(**test::spawn([&] { return io::read_buf(reader, buffer); }).poll() == 0);
  }

  TEST_CASE("without room nothing is read") {
    test::ScriptedReader reader;
    reader.give("hello");
    BytesMut buffer;
    CHECK(**test::spawn([&] { return io::read_buf(reader, buffer); }).poll() == 0);
    const Waker waker = Waker::noop();
    Context cx(waker);
    CHECK(**util::poll_read_buf(reader, cx, buffer) == 0);
    buffer.reserve(1);
    CHECK(**util::poll_read_buf(reader, cx, buffer) == 5);
  }

  TEST_CASE("poll_write_buf takes off what was written") {
    test::RecordingWriter writer(4);
    BytesMut buffer("hello");
    const Waker waker = Waker::noop();
    Context cx(waker);
    CHECK(**util::poll_write_buf(writer, cx, buffer) == 4);
    CHECK(text_of(buffer) == "o");
    CHECK(**util::poll_write_buf(writer, cx, buffer) == 1);
    CHECK(**util::poll_write_buf(writer, cx, buffer) == 0);
    CHECK(writer.written == "hello");
    CHECK(writer.writes == 2);
  }

  TEST_CASE("poll_read_buf reads behind what a ReadBuf, a vector or a string has") {
    test::ScriptedReader reader;
    reader.give("abc").wait().give("de").wait().fail(io::ErrorKind::InvalidData);
    const Waker waker = Waker::noop();
    Context cx(waker);
    std::array<std::byte, 2> memory;
    io::ReadBuf buf(memory);
    CHECK(**util::poll_read_buf(reader, cx, buf) == 2);
    CHECK(**util::poll_read_buf(reader, cx, buf) == 0);  // no room
    std::string text = "> ";
    CHECK(**util::poll_read_buf(reader, cx, text) == 1);
    CHECK(util::poll_read_buf(reader, cx, text).is_pending());
    CHECK(text == "> c");
    std::vector<unsigned char> bytes;
    CHECK(**util::poll_read_buf(reader, cx, bytes) == 2);
    CHECK(bytes == std::vector<unsigned char>{'d', 'e'});
    CHECK(util::poll_read_buf(reader, cx, text).is_pending());
    CHECK((*util::poll_read_buf(reader, cx, text)).error() == io::ErrorKind::InvalidData);
    CHECK(text == "> c");
  }

  TEST_CASE("poll_write_buf gives all pieces to a writer that can, and else the first") {
    const Waker waker = Waker::noop();
    Context cx(waker);
    auto spans = test::pieces_of({"ab", "cd", "ef"});
    io::Pieces pieces(spans);
    test::VectoredWriter gathers(5);
    CHECK(**util::poll_write_buf(gathers, cx, pieces) == 5);
    CHECK(gathers.most_pieces == 3);
    CHECK(pieces.remaining() == 1);
    auto again = test::pieces_of({"ab", "cd"});
    io::Pieces two(again);
    test::RecordingWriter plain;
    CHECK(**util::poll_write_buf(plain, cx, two) == 2);
    std::string_view text = "xyz";
    CHECK(**util::poll_write_buf(plain, cx, text) == 3);
    CHECK(plain.written == "abxyz");
    CHECK(text.empty());
  }
}

}  // namespace
}  // namespace ferry
