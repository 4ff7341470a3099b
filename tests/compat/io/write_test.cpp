#include <array>
#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/v0_2/io.hpp>

#include "compat/io/legacy_streams.hpp"
#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using test::LegacyBuf;
using test::nobody;
using test::run;

namespace {

template <class W>
using WriteAllOf = decltype(legacy::io::write_all(std::declval<W&>(), "x"));
// IOE-01: movable, also where each of many tasks that write at once has a waiter.
static_assert(io::SharedWrite<net::TcpStream>);
static_assert(std::movable<WriteAllOf<net::TcpStream>> && std::movable<WriteAllOf<test::RecordingWriter>>);
static_assert(!std::move_constructible<io::WriteAll<test::RecordingWriter>>);

}  // namespace

TEST_SUITE("compat.io.write") {
  TEST_CASE("IOT-04: what a writer is has not changed, and poll_write counts in both") {
    static_assert(legacy::io::AsyncWrite<test::RecordingWriter> && io::AsyncWrite<test::RecordingWriter>);
    static_assert(!legacy::io::AsyncWrite<test::LegacyReader>);
    test::RecordingWriter writer(2);
    CHECK((*writer.poll_write(nobody(), std::as_bytes(std::span("abc", 3)))).value() == 2);
    CHECK(run([&] { return legacy::io::shutdown(writer); }).has_value());
    CHECK(writer.shutdowns == 1);
  }

  TEST_CASE("IOE-04: write takes some, write_all all, flush and numbers as in 1.x") {
    test::RecordingWriter writer(3);
    CHECK(run([&] { return legacy::io::write(writer, "abcd"); }).value() == 3);
    CHECK(run([&] { return legacy::io::write_all(writer, "defgh"); }).has_value());
    CHECK(run([&] { return legacy::io::flush(writer); }).has_value());
    CHECK(writer.flushes == 1);
    CHECK(run([&] { return legacy::io::write_u32(writer, 0x69'6a'6b'6c); }).has_value());
    CHECK(run([&] { return legacy::io::write_u16_le(writer, 0x6e6d); }).has_value());
    CHECK(writer.written == "abcdefghijklmn");
    test::RecordingWriter full(0);
    CHECK(run([&] { return legacy::io::write_all(full, "x"); }).error() == io::ErrorKind::WriteZero);
  }

  TEST_CASE("IOE-01: a write that has begun can be moved, and goes on") {
    test::RecordingWriter writer(2);
    auto writing = test::spawn([&] {
      writer.is_open = false;
      return legacy::io::write_all(writer, "abcd");
    });
    REQUIRE(writing.poll().is_pending());
    auto moved = test::spawn([&] { return std::move(*writing); });
    writer.is_open = true;
    CHECK((*moved.poll()).has_value());
    CHECK(writer.written == "abcd");
  }

  TEST_CASE("IOE-05, IOT-05: write_buf gathers pieces where the writer can, and writes the first where not") {
    const std::vector<std::string> pieces{"one", "two", "three"};
    SUBCASE("a writer that gathers, and a buffer of bytes 0.5") {
      test::VectoredWriter writer;
      LegacyBuf buf(pieces);
      CHECK(run([&] { return legacy::io::write_buf(writer, buf); }).value() == 11);
      CHECK(writer.most_pieces == 3);
      CHECK(buf.remaining() == 0);
      CHECK(run([&] { return legacy::io::write_buf(writer, buf); }).value() == 0);
    }
    SUBCASE("one that takes part of them") {
      test::VectoredWriter writer(4);
      LegacyBuf buf(pieces);
      CHECK(run([&] { return legacy::io::write_buf(writer, buf); }).value() == 4);
      CHECK(writer.written == "onet");
      CHECK(test::text_of(buf.bytes()) == "wo");
    }
    SUBCASE("one that does not gather") {
      test::RecordingWriter writer;
      LegacyBuf buf(pieces);
      CHECK(run([&] { return legacy::io::write_buf(writer, buf); }).value() == 3);
      CHECK(writer.written == "one");
    }
    SUBCASE("the same in 1.x, of its buffers") {
      test::VectoredWriter writer;
      auto spans = test::pieces_of({"one", "two", "three"});
      io::Pieces buf(spans);
      CHECK(run([&] { return io::write_buf(writer, buf); }).value() == 11);
      CHECK(writer.most_pieces == 3);
    }
    SUBCASE("a view of bytes") {
      test::RecordingWriter writer(2);
      std::string_view text = "abc";
      CHECK(run([&] { return legacy::io::write_buf(writer, text); }).value() == 2);
      CHECK(text == "c");
    }
  }

  TEST_CASE("IOT-05: poll_write_buf of a stream of 0.2 gathers, as the function of 1.x does") {
    auto [left, right] = legacy::io::duplex(64);
    LegacyBuf buf({"ab", "cd", "ef"});
    CHECK((*left.poll_write_buf(nobody(), buf)).value() == 6);
    CHECK(buf.remaining() == 0);
    CHECK((*left.poll_write_buf(nobody(), buf)).value() == 0);
    auto spans = test::pieces_of({"gh", "ij"});
    io::Pieces pieces(spans);
    CHECK((*util::poll_write_buf(left, nobody(), pieces)).value() == 4);
    std::array<std::byte, 16> read;
    CHECK((*right.poll_read(nobody(), read)).value() == 10);
    CHECK(test::text_of(std::span(read).first(10)) == "abcdefghij");
  }

  TEST_CASE("IOE-20: what 1.x has added is found in the namespace of 0.2") {
    test::VectoredWriter writer;
    const auto spans = test::pieces_of({"a", "b"});
    CHECK(run([&] { return legacy::io::write_vectored(writer, spans); }).value() == 2);
    std::string_view rest = "cd";
    CHECK(run([&] { return legacy::io::write_all_buf(writer, rest); }).has_value());
    legacy::io::BufReader reader(test::ScriptedReader().give("ef").build());
    CHECK(run([&] { return legacy::io::copy_buf(reader, writer); }).value() == 2);
    CHECK(writer.written == "abcdef");
  }
}
