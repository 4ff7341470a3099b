#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/task/task.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::ScriptedReader;

static_assert(io::AsyncRead<ScriptedReader> && !io::AsyncWrite<ScriptedReader>);
static_assert(io::AsyncRead<io::DuplexStream> && io::AsyncWrite<io::DuplexStream>);
static_assert(!io::AsyncRead<const io::DuplexStream>);
static_assert(!std::move_constructible<io::Read<ScriptedReader>>);
// What may be read into and what may be written.
static_assert(std::convertible_to<std::array<std::byte, 4>&, io::MutableBytes>);
static_assert(std::convertible_to<std::string&, io::MutableBytes>);
static_assert(std::convertible_to<unsigned char (&)[4], io::MutableBytes>);
static_assert(std::convertible_to<std::span<std::byte>, io::MutableBytes>);
static_assert(!std::convertible_to<std::span<const std::byte>, io::MutableBytes>);
static_assert(!std::convertible_to<const std::string&, io::MutableBytes>);
static_assert(!std::convertible_to<std::vector<int>&, io::MutableBytes>);
static_assert(std::convertible_to<std::string, io::ConstBytes>);
static_assert(std::convertible_to<std::string_view, io::ConstBytes>);
static_assert(std::convertible_to<std::span<std::byte>, io::ConstBytes>);
static_assert(!std::convertible_to<std::vector<int>&, io::ConstBytes>);

TEST_SUITE("io.read") {
  TEST_CASE("read gives what is there, not what was asked for") {
    ScriptedReader reader;
    reader.give("abc").give("de");
    std::array<char, 16> buffer;
    auto read = test::spawn([&] { return io::read(reader, buffer); });
    CHECK(**read.poll() == 3);
    CHECK(std::string_view(buffer.data(), 3) == "abc");
  }

  TEST_CASE("read gives 0 at the end, and an error is passed on") {
    ScriptedReader at_end;
    std::array<char, 16> buffer;
    CHECK(**test::spawn([&] { return io::read(at_end, buffer); }).poll() == 0);

    ScriptedReader broken;
    broken.fail(io::Error(ECONNRESET, boost::system::system_category()));
    auto polled = test::spawn([&] { return io::read(broken, buffer); }).poll();
    REQUIRE(polled.is_ready());
    CHECK(polled->error() == boost::system::errc::connection_reset);
  }

  TEST_CASE("a cancelled read has taken nothing") {
    ScriptedReader reader;
    reader.wait().give("abc");
    std::array<char, 16> buffer;
    {
      auto cancelled = test::spawn([&] { return io::read(reader, buffer); });
      REQUIRE(cancelled.poll().is_pending());
      CHECK(cancelled.is_woken());
    }
    CHECK(**test::spawn([&] { return io::read(reader, buffer); }).poll() == 3);
  }

  TEST_CASE("read_exact collects pieces and leaves the rest") {
    ScriptedReader reader;
    reader.give("ab").wait().give("cdef");
    std::string buffer(4, '.');
    auto read = test::spawn([&] { return io::read_exact(reader, buffer); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 4);
    CHECK(buffer == "abcd");
    CHECK(**test::spawn([&] { return io::read(reader, buffer); }).poll() == 2);
  }

  TEST_CASE("read_exact fails with UnexpectedEof when the input ends early") {
    ScriptedReader reader;
    reader.give("ab");
    std::array<std::byte, 4> buffer;
    auto polled = test::spawn([&] { return io::read_exact(reader, buffer); }).poll();
    REQUIRE(polled.is_ready());
    CHECK(polled->error() == io::ErrorKind::UnexpectedEof);
    CHECK(polled->error().message() == "unexpected end of input");
  }

  TEST_CASE("read_exact of nothing is ready without reading") {
    ScriptedReader reader;
    reader.wait();
    std::array<std::byte, 0> nothing;
    CHECK(**test::spawn([&] { return io::read_exact(reader, nothing); }).poll() == 0);
  }

  TEST_CASE("read_to_end appends everything and gives how much") {
    ScriptedReader reader;
    reader.give("bc").wait().give(std::string(5000, 'x'));
    std::vector<char> bytes{'a'};
    auto read = test::spawn([&] { return io::read_to_end(reader, bytes); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 5002);
    CHECK(bytes.size() == 5003);
    CHECK(std::string_view(bytes.data(), 4) == "abcx");
  }

  TEST_CASE("read_to_end leaves the vector alone before its first poll, and once it has completed") {
    std::vector<char> text = {'k'};
    test::ScriptedReader reader;
    reader.give(" read");
    {
      auto unused = io::read_to_end(reader, text);
      text.push_back('!');
    }
    CHECK(text.size() == 2);
    {
      auto read = test::spawn([&] { return io::read_to_end(reader, text); });
      CHECK(**read.poll() == 5);
      text.push_back('?');
    }
    CHECK(std::string(text.begin(), text.end()) == "k! read?");
  }

  TEST_CASE("read_to_end does not grow a vector that has just the right capacity") {
    ScriptedReader reader;
    reader.give("cd");
    std::vector<std::byte> bytes;
    bytes.reserve(64);
    bytes.resize(62);
    const std::byte* data = bytes.data();
    const std::size_t capacity = bytes.capacity();
    CHECK(**test::spawn([&] { return io::read_to_end(reader, bytes); }).poll() == 2);
    CHECK(bytes.size() == 64);
    CHECK(bytes.capacity() == capacity);
    CHECK(bytes.data() == data);
  }

  TEST_CASE("what read_to_end has read before it is cancelled or fails is in the vector") {
    ScriptedReader reader;
    reader.give("ab").wait().give("cd").fail(io::Error(EIO, boost::system::system_category()));
    std::vector<char> bytes;
    {
      auto cancelled = test::spawn([&] { return io::read_to_end(reader, bytes); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(bytes == std::vector<char>{'a', 'b'});
    auto polled = test::spawn([&] { return io::read_to_end(reader, bytes); }).poll();
    REQUIRE(polled.is_ready());
    CHECK(polled->has_error());
    CHECK(bytes == std::vector<char>{'a', 'b', 'c', 'd'});
  }

  TEST_CASE("read_to_string appends text that arrives in pieces of characters") {
    ScriptedReader reader;
    reader.give("gr\xc3").wait().give(
        "\xbc\xc3\x9f"
        "e");
    std::string text = "> ";
    auto read = test::spawn([&] { return io::read_to_string(reader, text); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 7);
    CHECK(text ==
          "> gr\xc3\xbc\xc3\x9f"
          "e");
  }

  TEST_CASE("read_to_string refuses what is not UTF-8 and leaves the string alone") {
    for (const char* invalid :
         {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x28\xa1"}) {
      CAPTURE(invalid);
      ScriptedReader reader;
      reader.give(invalid);
      std::string text = "kept";
      auto polled = test::spawn([&] { return io::read_to_string(reader, text); }).poll();
      REQUIRE(polled.is_ready());
      CHECK(polled->error() == io::ErrorKind::InvalidData);
      CHECK(text == "kept");
    }
  }

  TEST_CASE("poll_read_bytes gives the count that poll_read keeps in its buffer") {
    ScriptedReader reader;
    reader.give("abc").wait();
    std::array<std::byte, 8> memory;
    Context cx(Waker::noop());
    CHECK(**io::poll_read_bytes(reader, cx, memory) == 3);
    CHECK(io::poll_read_bytes(reader, cx, memory).is_pending());
  }

  TEST_CASE("read_with makes a poll_read out of a function that counts") {
    std::array<std::byte, 8> memory;
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    const auto two = [](std::span<std::byte> room) -> Poll<io::Result<std::size_t>> {
      room[0] = std::byte{'h'};
      room[1] = std::byte{'i'};
      return io::Result<std::size_t>(2);
    };
    CHECK(io::read_with(buf, two)->has_value());
    CHECK(test::text_of(buf.filled()) == "hi");
    const auto never = [](std::span<std::byte>) -> Poll<io::Result<std::size_t>> { return pending; };
    CHECK(io::read_with(buf, never).is_pending());
    const auto broken = [](std::span<std::byte>) -> Poll<io::Result<std::size_t>> {
      return io::Result<std::size_t>(io::Error(EIO, boost::system::system_category()));
    };
    CHECK(io::read_with(buf, broken)->has_error());
    CHECK(buf.filled().size() == 2);
  }

  Task<std::string> greet(io::DuplexStream & stream) {
    std::array<char, 4> buffer;
    auto n = co_await io::read(stream, buffer);
    co_return std::string(buffer.data(), n.value());
  }

  TEST_CASE("a task awaits the helpers by name of a stream") {
    auto [near, far] = io::duplex(16);
    auto task = test::spawn([&] { return greet(near); });
    REQUIRE(task.poll().is_pending());
    CHECK(test::spawn([&] { return io::write_all(far, "hey"); }).poll().is_ready());
    REQUIRE(task.is_woken());
    CHECK(*task.poll() == "hey");
  }
}

}  // namespace
}  // namespace ferry
