#include <concepts>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using test::at_once;
using test::read_all;
using test::read_once;

namespace {

static_assert(io::AsyncRead<io::ReadHalf<io::DuplexStream>> &&
              !io::AsyncWrite<io::ReadHalf<io::DuplexStream>>);
static_assert(io::AsyncWrite<io::WriteHalf<io::DuplexStream>> &&
              !io::AsyncRead<io::WriteHalf<io::DuplexStream>>);
template <class T>
concept CanBeSplit = requires(T&& stream) { io::split(std::forward<T>(stream)); };
static_assert(CanBeSplit<io::DuplexStream> && !CanBeSplit<io::DuplexStream&>);
static_assert(!CanBeSplit<test::ScriptedReader>);

TEST_SUITE("io.split") {
  TEST_CASE("the halves read from and write to the same stream") {
    auto [near, far] = io::duplex(16);
    auto [reader, writer] = io::split(std::move(near));
    CHECK(at_once([&, &writer = writer] { return writer.write_all("ping"); }).has_value());
    CHECK(read_once(far) == "ping");
    CHECK(at_once([&, &far = far] { return far.write_all("pong"); }).has_value());
    CHECK(read_once(reader) == "pong");
    CHECK(at_once([&, &writer = writer] { return writer.flush(); }).has_value());
    CHECK(at_once([&, &writer = writer] { return writer.shutdown(); }).has_value());
    CHECK(read_once(far).empty());
  }

  TEST_CASE("the stream lives as long as one of the halves, a half's end shuts nothing down") {
    auto [near, far] = io::duplex(16);
    auto halves =
        std::make_unique<std::pair<io::ReadHalf<io::DuplexStream>, io::WriteHalf<io::DuplexStream>>>(
            io::split(std::move(near)));
    io::ReadHalf reader = std::move(halves->first);
    halves.reset();
    std::string buffer(4, '.');
    auto read = test::spawn([&, &far = far] { return far.read(buffer); });
    CHECK(read.poll().is_pending());
    {
      io::ReadHalf gone = std::move(reader);
    }
    CHECK(read.is_woken());
    CHECK(**read.poll() == 0);
  }

  TEST_CASE("unsplit gives the stream back") {
    auto [near, far] = io::duplex(16);
    auto [reader, writer] = io::split(std::move(near));
    CHECK(reader.is_pair_of(writer));
    CHECK(writer.is_pair_of(reader));
    io::DuplexStream whole = std::move(reader).unsplit(std::move(writer));
    CHECK(at_once([&] { return whole.write_all("ab"); }).has_value());
    CHECK(read_once(far) == "ab");
  }

  TEST_CASE("halves of different streams do not fit together") {
    auto [reader, writer] = io::split(io::SimplexStream::new_unsplit(4));
    auto [other_reader, other_writer] = io::split(io::SimplexStream::new_unsplit(4));
    CHECK_FALSE(reader.is_pair_of(other_writer));
    CHECK_FALSE(other_writer.is_pair_of(reader));
    CHECK_THROWS_AS(std::move(reader).unsplit(std::move(other_writer)), std::logic_error);
  }

  TEST_CASE("the writing half takes several pieces at once if the stream does") {
    auto [near, far] = io::duplex(16);
    auto [reader, writer] = io::split(std::move(near));
    CHECK(io::is_write_vectored(writer));
    const auto pieces = test::pieces_of({"ab", "cd"});
    CHECK(at_once([&, &writer = writer] { return writer.write_vectored(pieces); }).value() == 4);
    CHECK(read_once(far) == "abcd");
    auto [plain_reader, plain_writer] = io::split(io::join(io::empty(), test::RecordingWriter()));
    CHECK_FALSE(io::is_write_vectored(plain_writer));
  }

  Task<void> send(io::WriteHalf<io::DuplexStream> writer, std::size_t size) {
    const std::string data(size, 'x');
    CHECK((co_await writer.write_all(data)).has_value());
    CHECK((co_await writer.shutdown()).has_value());
  }
  Task<std::size_t> receive(io::ReadHalf<io::DuplexStream> reader) {
    std::string data;
    CHECK((co_await reader.read_to_string(data)).has_value());
    co_return data.size();
  }

  TEST_CASE("two tasks use the halves at once") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [near, far] = io::duplex(100);
        auto [near_reader, near_writer] = io::split(std::move(near));
        auto [far_reader, far_writer] = io::split(std::move(far));
        auto there = spawn(send(std::move(near_writer), 10'000));
        auto back = spawn(send(std::move(far_writer), 20'000));
        auto at_far = spawn(receive(std::move(far_reader)));
        auto at_near = spawn(receive(std::move(near_reader)));
        CHECK((co_await at_far).value() == 10'000);
        CHECK((co_await at_near).value() == 20'000);
        CHECK((co_await there).has_value());
        CHECK((co_await back).has_value());
      }());
    });
  }
}

static_assert(io::AsyncRead<io::AnyRead> && !io::AsyncWrite<io::AnyRead> && !io::AsyncBufRead<io::AnyRead>);
static_assert(io::AsyncWrite<io::AnyWrite> && !io::AsyncRead<io::AnyWrite>);
static_assert(io::AsyncRead<io::AnyReadWrite> && io::AsyncWrite<io::AnyReadWrite>);
static_assert(io::AsyncBufRead<io::AnyBufRead>);
static_assert(std::constructible_from<io::AnyRead, io::DuplexStream> &&
              !std::constructible_from<io::AnyRead, io::DuplexStream&> &&
              !std::constructible_from<io::AnyBufRead, io::DuplexStream> &&
              !std::constructible_from<io::AnyWrite, test::ScriptedReader>);
static_assert(std::movable<io::AnyReadWrite> && !std::copy_constructible<io::AnyReadWrite>);

TEST_SUITE("io.Any") {
  TEST_CASE("readers of different types go into one container") {
    std::vector<io::AnyRead> readers;
    readers.emplace_back(io::Cursor(std::string("one ")));
    readers.emplace_back(test::ScriptedReader().give("two ").build());
    readers.emplace_back(io::take(io::repeat('3'), 5));
    std::string all;
    for (io::AnyRead& reader : readers) all += read_all(reader);
    CHECK(all == "one two 33333");
  }

  TEST_CASE("owns what it is made from, and moves with it") {
    auto [near, far] = io::duplex(16);
    {
      io::AnyReadWrite any = std::move(near);
      io::AnyReadWrite moved = std::move(any);
      CHECK(at_once([&] { return moved.write_all("cd"); }).has_value());
      CHECK(at_once([&] { return moved.flush(); }).has_value());
    }
    CHECK(read_all(far) == "cd");
  }

  TEST_CASE("a stream of which only one direction is wanted") {
    auto [near, far] = io::duplex(16);
    io::AnyReadWrite both = std::move(near);
    io::AnyRead reading = std::move(both);
    CHECK(at_once([&, &far = far] { return far.write_all("ab"); }).has_value());
    CHECK(read_once(reading) == "ab");
  }

  TEST_CASE("waits as the reader behind it does") {
    io::AnyRead reader = test::ScriptedReader().wait().give("a").build();
    std::string buffer(4, '.');
    auto read = test::spawn([&] { return reader.read(buffer); });
    REQUIRE(read.poll().is_pending());
    CHECK(read.is_woken());
    CHECK(**read.poll() == 1);
  }

  TEST_CASE("takes several pieces at once if the writer behind it does") {
    io::AnyWrite any = test::VectoredWriter();
    CHECK(io::is_write_vectored(any));
    const auto pieces = test::pieces_of({"ab", "c"});
    CHECK(at_once([&] { return any.write_vectored(pieces); }).value() == 3);

    io::AnyWrite plain = test::RecordingWriter();
    CHECK_FALSE(io::is_write_vectored(plain));
    CHECK(at_once([&] { return plain.write_vectored(pieces); }).value() == 2);
    CHECK(at_once([&] { return plain.shutdown(); }).has_value());
  }

  TEST_CASE("gives the lines of a buffered reader") {
    io::AnyBufRead reader = io::BufReader(test::ScriptedReader().give("one\ntwo").build());
    auto lines = reader.lines();
    CHECK(at_once([&] { return lines.next_line(); }).value() == "one");
    CHECK(read_once(reader) == "two");
  }
}

}  // namespace
