#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/byte_count.hpp>
#include <ferry/io.hpp>

#include "compat/io/legacy_streams.hpp"
#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;

namespace {

/// Counts, pends and fails as it is told.
class Counting {
 public:
  explicit Counting(std::string text) : text_(std::move(text)) {}
  Counting(Counting&&) = default;

  Poll<io::Result<std::size_t>> poll_read(Context&, std::span<std::byte> memory) {
    if (is_pending) return pending;
    if (error) return io::Result<std::size_t>(error);
    const std::size_t size = std::min(memory.size(), text_.size());
    std::ranges::copy(std::as_bytes(std::span(text_)).first(size), memory.begin());
    text_.erase(0, size);
    return io::Result<std::size_t>(size);
  }

  bool is_pending = false;
  io::Error error;

 private:
  std::string text_;
};

using Borrowed = compat::FromByteCount<Counting&>;
static_assert(compat::ByteCountRead<Counting> && !io::AsyncRead<Counting>);
static_assert(io::AsyncRead<Borrowed> && !compat::ByteCountRead<Borrowed>);
static_assert(!io::AsyncWrite<Borrowed>);
static_assert(compat::ByteCountRead<compat::IntoByteCount<test::ScriptedReader>>);

class Both : public test::ScriptedReader, public test::RecordingWriter {};
static_assert(io::AsyncWrite<compat::IntoByteCount<Both&>>);

/// Says that it has read more than there is room for.
class LyingReader {
 public:
  Poll<io::Result<std::size_t>> poll_read(Context&, std::span<std::byte> memory) {
    return io::Result<std::size_t>(memory.size() + 1);
  }
  bool prepare_uninitialized_buffer(std::span<std::byte>) const { return has_prepared; }

  bool has_prepared = true;
};

/// Reads "ab" and does not look at the memory; zeroes it if it is told so.
class Preparing {
 public:
  Poll<io::Result<std::size_t>> poll_read(Context&, std::span<std::byte> memory) {
    memory[0] = std::byte{'a'};
    memory[1] = std::byte{'b'};
    return io::Result<std::size_t>(std::size_t{2});
  }
  bool prepare_uninitialized_buffer(std::span<std::byte> memory) {
    ++prepares;
    if (zeroes) std::ranges::fill(memory, std::byte{0});
    return zeroes;
  }

  bool zeroes = false;
  int prepares = 0;
};

/// Writes up to five bytes of all pieces at once, in the way of 0.2.
class Gathering : public test::RecordingWriter {
 public:
  template <class B>
  Poll<io::Result<std::size_t>> poll_write_buf(Context&, B& buf) {
    ++calls;
    std::array<std::span<const std::byte>, 8> pieces;
    std::string text;
    const std::size_t count = buf.bytes_vectored(pieces);
    for (std::size_t i = 0; i < count; ++i) text += test::text_of(pieces[i]);
    text.resize(std::min<std::size_t>(text.size(), 5));
    written += text;
    buf.advance(text.size());
    return io::Result<std::size_t>(text.size());
  }

  int calls = 0;
};

using test::nobody;

}  // namespace

TEST_SUITE("compat.byte_count") {
  TEST_CASE("IOT-01: a reader that counts appends to a ReadBuf and keeps what is filled") {
    Counting counting("abc");
    auto reader = compat::from_byte_count(counting);
    std::array<std::byte, 8> memory;
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    buf.put_slice(std::as_bytes(std::span("12", 2)));
    REQUIRE((*reader.poll_read(nobody(), buf)).has_value());
    CHECK(test::text_of(buf.filled()) == "12abc");
    CHECK(buf.initialized().size() == 8);  // zeroed once
    REQUIRE((*reader.poll_read(nobody(), buf)).has_value());
    CHECK(buf.filled().size() == 5);  // the end: nothing appended, with room left
  }

  TEST_CASE("IOT-01: pending and errors go through, and fill nothing") {
    Counting counting("abc");
    auto reader = compat::from_byte_count(counting);
    std::array<std::byte, 8> memory;
    io::ReadBuf buf(memory);
    counting.is_pending = true;
    CHECK(reader.poll_read(nobody(), buf).is_pending());
    counting.is_pending = false;
    counting.error = make_error_code(boost::system::errc::connection_reset);
    CHECK((*reader.poll_read(nobody(), buf)).error() == boost::system::errc::connection_reset);
    CHECK(buf.filled().empty());
  }

  TEST_CASE("IOT-01: a reader of 1.x gives its count, 0 at the end") {
    test::ScriptedReader scripted;
    scripted.give("hello").wait();
    auto reader = compat::into_byte_count(scripted);
    std::array<std::byte, 3> memory;
    CHECK((*reader.poll_read(nobody(), memory)).value() == 3);
    CHECK(test::text_of(memory) == "hel");
    CHECK((*reader.poll_read(nobody(), memory)).value() == 2);
    CHECK(reader.poll_read(nobody(), memory).is_pending());
    CHECK((*reader.poll_read(nobody(), memory)).value() == 0);
  }

  TEST_CASE("IOT-01: there and back again is the reader itself") {
    Counting counting("abc");
    auto reader = compat::into_byte_count(compat::from_byte_count(counting));
    std::array<std::byte, 8> memory;
    CHECK((*reader.poll_read(nobody(), memory)).value() == 3);
    CHECK(&reader.get_ref().get_ref() == &counting);
  }

  TEST_CASE("IOT-01: a bridge takes a reader over, and gives it back with what it still has") {
    auto reader = compat::from_byte_count(Counting("abc"));
    std::array<std::byte, 2> memory;
    io::ReadBuf buf(memory);
    REQUIRE((*reader.poll_read(nobody(), buf)).has_value());
    Counting back = std::move(reader).into_inner();
    std::array<std::byte, 2> rest;
    CHECK((*back.poll_read(nobody(), rest)).value() == 1);
  }

  TEST_CASE("IOT-04: a stream is written to through its bridge") {
    Both stream;
    auto bridged = compat::into_byte_count(stream);
    auto writing = test::spawn([&] { return io::write_all(bridged, "x"); });
    CHECK((*writing.poll()).has_value());
    CHECK(stream.written == "x");
  }

  TEST_CASE("IOT-01: a reader that counts more than it was given is found out") {
    LyingReader lying;
    auto reader = compat::from_byte_count(lying);
    std::array<std::byte, 2> memory;
    io::ReadBuf buf(memory);
    CHECK_THROWS_AS(static_cast<void>(reader.poll_read(nobody(), buf)), std::logic_error);
    lying.has_prepared = false;
    CHECK_THROWS_AS(static_cast<void>(reader.poll_read(nobody(), buf)), std::logic_error);
  }

  TEST_CASE("IOT-02: memory is not zeroed for a reader that never looks at it, and is for one that may") {
    Preparing preparing;
    auto reader = compat::from_byte_count(preparing);
    std::array<std::byte, 8> memory;
    memory.fill(std::byte{'?'});
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    REQUIRE((*reader.poll_read(nobody(), buf)).has_value());
    CHECK(test::text_of(buf.filled()) == "ab");
    CHECK(buf.initialized().size() == 2);
    CHECK(test::text_of(memory) == "ab??????");

    preparing.zeroes = true;
    REQUIRE((*reader.poll_read(nobody(), buf)).has_value());
    CHECK(test::text_of(buf.filled()) == "abab");
    CHECK(buf.initialized().size() == 8);
    CHECK(memory[7] == std::byte{0});
    CHECK(preparing.prepares == 2);

    io::ReadBuf prepared(memory);
    REQUIRE((*reader.poll_read(nobody(), prepared)).has_value());
    CHECK(preparing.prepares == 2);  // there is nothing to prepare

    test::ScriptedReader modern;
    CHECK(!compat::into_byte_count(modern).prepare_uninitialized_buffer(memory));
  }

  TEST_CASE("IOT-03: a reader of 1.x reads into room of either kind through its bridge") {
    auto reader = compat::into_byte_count(test::ScriptedReader().give("abcdefgh").wait().build());
    test::LegacyRoom room;
    CHECK((*reader.poll_read_buf(nobody(), room)).value() == 6);
    CHECK((*reader.poll_read_buf(nobody(), room)).value() == 0);
    CHECK(room.text() == "abcdef");
    std::string text;
    CHECK((*reader.poll_read_buf(nobody(), text)).value() == 2);
    CHECK(reader.poll_read_buf(nobody(), text).is_pending());
    CHECK(text == "gh");
    CHECK((*reader.poll_read_buf(nobody(), text)).value() == 0);
  }

  TEST_CASE("IOT-05: poll_write_buf gathers through the bridge where the writer of 1.x does") {
    test::VectoredWriter gathers(5);
    auto writer = compat::into_byte_count(gathers);
    test::LegacyBuf buf({"ab", "cd", "ef"});
    CHECK((*writer.poll_write_buf(nobody(), buf)).value() == 5);
    CHECK(gathers.most_pieces == 3);
    CHECK(buf.remaining() == 1);
    gathers.is_open = false;
    CHECK(writer.poll_write_buf(nobody(), buf).is_pending());
    CHECK(buf.remaining() == 1);

    test::RecordingWriter plain;
    auto one = compat::into_byte_count(plain);
    test::LegacyBuf pieces({"ab", "cd"});
    CHECK((*one.poll_write_buf(nobody(), pieces)).value() == 2);
    CHECK(plain.written == "ab");
  }

  TEST_CASE("IOT-05: a writer of 0.2 that gathers does so for write_vectored of 1.x") {
    Gathering gathering;
    auto writer = compat::from_byte_count(gathering);
    CHECK(io::is_write_vectored(writer));
    const auto pieces = test::pieces_of({"ab", "cd", "ef"});
    auto writing = test::spawn([&] { return io::write_vectored(writer, pieces); });
    CHECK((*writing.poll()).value() == 5);
    CHECK(gathering.written == "abcde");
    CHECK(gathering.calls == 1);

    static_assert(!compat::PollWriteBuf<test::RecordingWriter>);
    Both stream;
    CHECK(!io::is_write_vectored(compat::into_byte_count(stream)));
  }

  TEST_CASE("IOT-06: a buffered reader of 0.2 is one of 1.x through its bridge, and back") {
    test::LegacyBufReader old("one\ntwo", 5);
    auto modern = compat::from_byte_count(old);
    static_assert(io::AsyncBufRead<decltype(modern)>);
    std::string line;
    auto reading = test::spawn([&] { return io::read_line(modern, line); });
    REQUIRE(reading.poll().is_pending());
    CHECK((*reading.poll()).value() == 4);
    CHECK(line == "one\n");

    io::BufReader buffered(test::ScriptedReader().give("abc").build());
    auto counting = compat::into_byte_count(buffered);
    static_assert(compat::ByteCountBufRead<decltype(counting)>);
    CHECK(test::text_of((*counting.poll_fill_buf(nobody())).value()) == "abc");
    counting.consume(1);
    std::array<std::byte, 8> memory;
    CHECK((*counting.poll_read(nobody(), memory)).value() == 2);
  }
}
