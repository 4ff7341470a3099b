#include <array>
#include <string>
#include <string_view>
#include <thread>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::at_once;
using test::read_once;

template <class W>
void put(W& writer, std::string_view text) {
  REQUIRE(at_once([&] { return io::write_all(writer, text); }).has_value());
}
template <class R>
bool has_ended(R& reader) {
  return read_once(reader).empty();
}

TEST_SUITE("io.duplex") {
  TEST_CASE("both directions work, and members do what the functions do") {
    auto [a, b] = io::duplex(32);
    put(a, "ping");
    CHECK(read_once(b) == "ping");
    CHECK(at_once([&, &b = b] { return b.write_all("pong"); }).has_value());
    CHECK(at_once([&, &b = b] { return b.flush(); }).has_value());
    std::string text(4, '.');
    CHECK(at_once([&, &a = a] { return a.read_exact(text); }).value() == 4);
    CHECK(text == "pong");
    const auto pieces = test::pieces_of({"a", "b"});
    CHECK(at_once([&, &a = a] { return a.write_vectored(pieces); }).value() == 2);
    CHECK(read_once(b) == "ab");
  }

  TEST_CASE("a write beyond the limit is taken in part, and the rest waits for a read") {
    auto [near, far] = io::duplex(4);
    auto write = test::spawn([&] { return io::write_all(near, "abcdef"); });
    REQUIRE(write.poll().is_pending());
    CHECK(read_once(far) == "abcd");
    REQUIRE(write.is_woken());
    REQUIRE(write.poll().is_ready());
    CHECK(read_once(far) == "ef");
  }

  TEST_CASE("a destroyed end lets the other read what is left, then the end, and breaks its writes") {
    auto [near, far] = io::duplex(4);
    put(near, "ab");
    {
      io::DuplexStream gone = std::move(near);
    }
    CHECK(read_once(far) == "ab");
    CHECK(has_ended(far));
    CHECK(test::spawn([&] { return io::write(far, "x"); }).poll()->error() ==
          boost::system::errc::broken_pipe);
  }

  TEST_CASE("a pipe that has to wait costs no budget") {
    auto [a, b] = io::duplex(4);
    put(a, "full");
    const Waker waker = Waker::noop();
    Context cx(waker, 1);
    std::array<char, 4> bytes{};
    auto write = io::write(a, "x");
    auto read = io::read(a, bytes);
    CHECK(write.poll(cx).is_pending());
    CHECK(read.poll(cx).is_pending());
    CHECK(cx.has_budget_remaining());
    CHECK(**io::read(b, bytes).poll(cx) == 4);
    CHECK_FALSE(cx.has_budget_remaining());
  }

  TEST_CASE("destroying an end wakes whoever waits at the other") {
    auto [near, far] = io::duplex(4);
    std::string buffer(4, '\0');
    auto read = test::spawn([&] { return io::read(far, buffer); });
    REQUIRE(read.poll().is_pending());
    {
      io::DuplexStream gone = std::move(near);
    }
    REQUIRE(read.is_woken());
    CHECK(**read.poll() == 0);
  }

  TEST_CASE("a stream that is always ready uses the budget up and then yields") {
    auto [near, far] = io::duplex(4);
    {
      io::DuplexStream gone = std::move(near);
    }
    std::string buffer(4, '\0');
    Context cx(Waker::noop());
    std::uint32_t polls = 0;
    while (io::poll_read_bytes(far, cx, std::as_writable_bytes(std::span(buffer))).is_ready()) ++polls;
    CHECK(polls == Context::kBudget);
  }
}

TEST_SUITE("io.simplex") {
  TEST_CASE("what is written is read, many times round the buffer") {
    auto [reader, writer] = io::simplex(32);
    for (int i = 0; i < 64; ++i) {
      put(writer, "Hello, world!");
      std::string text(13, '.');
      CHECK(at_once([&, &reader = reader] { return reader.read_exact(text); }).value() == 13);
      CHECK(text == "Hello, world!");
    }
  }

  TEST_CASE("the ends may be on different threads") {
    auto [reader, writer] = io::simplex(32);
    const runtime::Runtime near = test::current_thread();
    const runtime::Runtime far = test::current_thread();
    const auto send = [](io::SimplexWriter to) -> Task<void> {
      for (int i = 0; i < 1000; ++i) CHECK((co_await to.write_all("Hello, world!")).has_value());
    };
    std::thread thread([&, writer = std::move(writer)]() mutable { far.block_on(send(std::move(writer))); });
    std::string text;
    CHECK(near.block_on(reader.read_to_string(text)).value() == 13'000);
    thread.join();
    CHECK(text.ends_with("!Hello, world!"));
  }

  TEST_CASE("a read into no room, and a write of nothing, do not wait") {
    auto [reader, writer] = io::simplex(1);
    CHECK(read_once(reader, 0).empty());
    put(writer, "x");
    CHECK(at_once([&, &writer = writer] { return writer.write(""); }).value() == 0);
    const auto nothing = test::pieces_of({"", ""});
    CHECK(at_once([&, &writer = writer] { return writer.write_vectored(nothing); }).value() == 0);
  }

  TEST_CASE("several pieces are taken at once, as far as there is room") {
    auto [reader, writer] = io::simplex(4);
    const auto pieces = test::pieces_of({"a", "", "bcd", "ef"});
    CHECK(at_once([&, &writer = writer] { return writer.write_vectored(pieces); }).value() == 4);
    CHECK(read_once(reader) == "abcd");
  }

  TEST_CASE("writing and flushing fail when the reader is gone, also for who waits already") {
    auto [reader, writer] = io::simplex(1);
    auto write = test::spawn([&, &writer = writer] { return writer.write_u16(1); });
    REQUIRE(write.poll().is_pending());
    CHECK_FALSE(write.is_woken());
    {
      io::SimplexReader gone = std::move(reader);
    }
    REQUIRE(write.is_woken());
    CHECK(write.poll()->error() == boost::system::errc::broken_pipe);
    CHECK(at_once([&, &writer = writer] { return writer.flush(); }).error() ==
          boost::system::errc::broken_pipe);
  }

  TEST_CASE("the reader ends when the writer is gone and everything was read, and is woken for it") {
    auto [reader, writer] = io::simplex(2);
    std::vector<char> bytes;
    auto read = test::spawn([&, &reader = reader] { return reader.read_to_end(bytes); });
    REQUIRE(read.poll().is_pending());
    put(writer, "a");
    REQUIRE(read.poll().is_pending());
    CHECK_FALSE(read.is_woken());
    {
      io::SimplexWriter gone = std::move(writer);
    }
    REQUIRE(read.is_woken());
    CHECK(**read.poll() == 1);
    std::array<char, 4> more;
    CHECK(at_once([&, &reader = reader] { return reader.read_exact(more); }).error() ==
          io::ErrorKind::UnexpectedEof);
  }

  TEST_CASE("after a shutdown, which may be repeated, the reader ends, and writing and flushing fail") {
    auto [reader, writer] = io::simplex(2);
    std::vector<char> bytes;
    auto read = test::spawn([&, &reader = reader] { return reader.read_to_end(bytes); });
    put(writer, "a");
    REQUIRE(read.poll().is_pending());
    CHECK(at_once([&, &writer = writer] { return writer.shutdown(); }).has_value());
    CHECK(at_once([&, &writer = writer] { return writer.shutdown(); }).has_value());
    REQUIRE(read.is_woken());
    CHECK(**read.poll() == 1);
    CHECK(at_once([&, &writer = writer] { return writer.write("b"); }).has_error());
    CHECK(at_once([&, &writer = writer] { return writer.flush(); }).has_error());
  }

  TEST_CASE("both ends yield when the budget is spent") {
    auto [reader, writer] = io::simplex(2 * Context::kBudget);
    Context writing(Waker::noop());
    std::uint32_t writes = 0;
    const std::byte byte{1};
    while (writer.poll_write(writing, std::span(&byte, 1)).is_ready()) ++writes;
    CHECK(writes == Context::kBudget);
    put(writer, "more");
    Context reading(Waker::noop());
    std::uint32_t reads = 0;
    std::array<std::byte, 1> memory;
    while (io::poll_read_bytes(reader, reading, memory).is_ready()) ++reads;
    CHECK(reads == Context::kBudget);
  }

  TEST_CASE("an end that is assigned to closes what it was once the other is gone") {
    auto [reader, writer] = io::simplex(4);
    auto [other_reader, other_writer] = io::simplex(4);
    {
      io::SimplexWriter moved = std::move(other_writer);
      writer = std::move(moved);
    }
    CHECK(has_ended(reader));
    put(writer, "ab");
    CHECK(read_once(other_reader) == "ab");
  }

  TEST_CASE("both ends in one object give back what was written") {
    io::SimplexStream stream = io::SimplexStream::new_unsplit(4);
    put(stream, "abcd");
    CHECK(read_once(stream, 2) == "ab");
    put(stream, "ef");
    auto [reader, writer] = std::move(stream).into_inner();
    CHECK(at_once([&, &writer = writer] { return writer.shutdown(); }).has_value());
    CHECK(test::read_all(reader) == "cdef");
  }
}

}  // namespace
}  // namespace ferry
