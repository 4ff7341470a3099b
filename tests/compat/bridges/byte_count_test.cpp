#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/byte_count.hpp>
#include <ferry/io.hpp>

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

Context& nobody() {
  static Context cx(Waker::noop());
  return cx;
}

}  // namespace

TEST_SUITE("compat.byte_count") {
  TEST_CASE("a reader that counts appends to a ReadBuf and keeps what is filled (IOT-01)") {
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

  TEST_CASE("pending and errors go through, and fill nothing") {
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

  TEST_CASE("a reader of 1.x gives its count, 0 at the end (IOT-01)") {
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

  TEST_CASE("there and back again is the reader itself") {
    Counting counting("abc");
    auto reader = compat::into_byte_count(compat::from_byte_count(counting));
    std::array<std::byte, 8> memory;
    CHECK((*reader.poll_read(nobody(), memory)).value() == 3);
    CHECK(&reader.get_ref().get_ref() == &counting);
  }

  TEST_CASE("a bridge takes a reader over, and gives it back with what it still has") {
    auto reader = compat::from_byte_count(Counting("abc"));
    std::array<std::byte, 2> memory;
    io::ReadBuf buf(memory);
    REQUIRE((*reader.poll_read(nobody(), buf)).has_value());
    Counting back = std::move(reader).into_inner();
    std::array<std::byte, 2> rest;
    CHECK((*back.poll_read(nobody(), rest)).value() == 1);
  }

  TEST_CASE("a stream is written to through its bridge") {
    Both stream;
    auto bridged = compat::into_byte_count(stream);
    auto writing = test::spawn([&] { return io::write_all(bridged, "x"); });
    CHECK((*writing.poll()).has_value());
    CHECK(stream.written == "x");
  }
}
