#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>

#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using io::SeekFrom;
using test::at_once;
using test::read_all;
using test::read_once;
using test::ScriptedReader;

namespace {

static_assert(io::AsyncBufRead<io::Cursor<std::string_view>> &&
              !io::AsyncWrite<io::Cursor<std::string_view>>);
static_assert(io::AsyncWrite<io::Cursor<std::string&>> && !io::AsyncWrite<io::Cursor<const std::string&>>);
static_assert(io::AsyncBufRead<const io::Empty> && io::AsyncWrite<const io::Empty> &&
              io::AsyncSeek<io::Empty>);
static_assert(io::AsyncRead<const io::Repeat> && !io::AsyncWrite<io::Repeat>);
static_assert(io::AsyncWrite<const io::Sink> && !io::AsyncRead<io::Sink>);
static_assert(io::AsyncBufRead<io::Take<io::Empty>> && !io::AsyncBufRead<io::Take<ScriptedReader>>);
static_assert(!io::AsyncBufRead<io::Chain<io::Empty, ScriptedReader>>);
static_assert(!std::is_aggregate_v<io::Empty> && !std::is_aggregate_v<io::Sink>);

// How often a future that is always ready can be awaited in one poll of a task.
template <class Poll>
std::uint32_t polls_in_one_turn(Poll&& poll) {
  Context cx(Waker::noop());
  std::uint32_t polls = 0;
  while (poll(cx).is_ready()) ++polls;
  return polls;
}

TEST_SUITE("io.Cursor") {
  TEST_CASE("reads from its position to the end") {
    io::Cursor cursor(std::string_view("hello world"));
    CHECK(read_once(cursor, 5) == "hello");
    CHECK(cursor.position() == 5);
    cursor.set_position(6);
    CHECK(cursor.remaining() == 5);
    CHECK(read_all(cursor) == "world");
    CHECK(read_once(cursor).empty());
    cursor.set_position(100);
    CHECK(read_once(cursor).empty());
  }

  TEST_CASE("writing overwrites, and makes a string or a vector longer") {
    std::string text = "hello";
    io::Cursor cursor(text);
    cursor.set_position(3);
    CHECK(at_once([&] { return cursor.write("p me"); }).value() == 4);
    CHECK(text == "help me");
    cursor.set_position(9);
    CHECK(at_once([&] { return cursor.write("!"); }).value() == 1);
    CHECK(text == std::string_view("help me\0\0!", 10));

    io::Cursor bytes(std::vector<std::byte>{});
    CHECK(at_once([&] { return bytes.write_all("ab"); }).has_value());
    CHECK(at_once([&] { return bytes.flush(); }).has_value());
    CHECK(at_once([&] { return bytes.shutdown(); }).has_value());
    CHECK(test::text_of(std::move(bytes).into_inner()) == "ab");
  }

  TEST_CASE("what cannot grow takes as much as it has room for") {
    std::array<char, 4> memory{};
    io::Cursor cursor{std::span(memory)};
    CHECK(at_once([&] { return cursor.write("abcdef"); }).value() == 4);
    CHECK(std::string_view(memory.data(), 4) == "abcd");
    CHECK(at_once([&] { return cursor.write_all("x"); }).error() == io::ErrorKind::WriteZero);
    cursor.set_position(100);
    CHECK(at_once([&] { return cursor.write("x"); }).value() == 0);
  }

  TEST_CASE("seeks from the start, the end and the position, also past the end, not before the start") {
    io::Cursor cursor(std::string_view("0123456789"));
    const auto seek = [&](SeekFrom position) { return at_once([&] { return cursor.seek(position); }); };
    CHECK(seek(SeekFrom::start(3)).value() == 3);
    CHECK(seek(SeekFrom::current(4)).value() == 7);
    CHECK(seek(SeekFrom::current(-2)).value() == 5);
    CHECK(seek(SeekFrom::end(-1)).value() == 9);
    CHECK(seek(SeekFrom::end(5)).value() == 15);
    CHECK(seek(SeekFrom::current(-16)).error() == io::ErrorKind::InvalidInput);
    CHECK(seek(SeekFrom::end(-11)).error() == io::ErrorKind::InvalidInput);
    CHECK(at_once([&] { return io::stream_position(cursor); }).value() == 15);
    CHECK(at_once([&] { return io::rewind(cursor); }).has_value());
    CHECK(cursor.position() == 0);
  }

  TEST_CASE("is data that shrinks, too") {
    io::Cursor cursor(std::string_view("hello"));
    cursor.advance(2);
    CHECK(test::text_of(cursor.chunk()) == "llo");
    CHECK(cursor.get_ref() == "hello");
    cursor.get_mut() = "other";
    CHECK(test::text_of(cursor.chunk()) == "her");
  }

  TEST_CASE("is always ready, and yields when the budget is spent") {
    io::Cursor cursor{std::string()};
    CHECK(polls_in_one_turn([&](Context& cx) { return cursor.poll_fill_buf(cx); }) == Context::kBudget);
    CHECK(polls_in_one_turn([&](Context& cx) { return cursor.poll_write(cx, {}); }) == Context::kBudget);
  }
}

TEST_SUITE("io.empty") {
  TEST_CASE("is at its end from the start") {
    io::Empty empty = io::empty();
    CHECK(read_all(empty).empty());
    std::string line;
    CHECK(at_once([&] { return empty.read_line(line); }).value() == 0);
    empty.consume(1);
    CHECK(at_once([&] { return empty.fill_buf(); })->empty());
  }

  TEST_CASE("takes everything, and has the position 0") {
    io::Empty empty = io::empty();
    CHECK(at_once([&] { return empty.write("hello"); }).value() == 5);
    const auto pieces = test::pieces_of({"ab", "c"});
    CHECK(at_once([&] { return empty.write_vectored(pieces); }).value() == 3);
    CHECK(at_once([&] { return empty.flush(); }).has_value());
    CHECK(at_once([&] { return empty.shutdown(); }).has_value());
    CHECK(at_once([&] { return empty.seek(SeekFrom::end(7)); }).value() == 0);
  }

  TEST_CASE("reads and buffered reads yield when the budget is spent") {
    io::Empty empty = io::empty();
    std::array<std::byte, 4> memory;
    io::ReadBuf buf(memory);
    CHECK(polls_in_one_turn([&](Context& cx) { return empty.poll_read(cx, buf); }) == Context::kBudget);
    CHECK(polls_in_one_turn([&](Context& cx) { return empty.poll_fill_buf(cx); }) == Context::kBudget);
  }
}

TEST_SUITE("io.repeat") {
  TEST_CASE("fills whatever it is given, again and again") {
    const io::Repeat reader = io::repeat('x');
    CHECK(read_once(reader, 5) == "xxxxx");
    CHECK(read_once(reader, 3) == "xxx");
    std::array<std::byte, 2> memory;
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    Context cx(Waker::noop());
    CHECK(reader.poll_read(cx, buf)->has_value());
    CHECK(test::text_of(buf.filled()) == "xx");
    CHECK(polls_in_one_turn([&](Context& turn) { return reader.poll_read(turn, buf); }) == Context::kBudget);
  }
}

TEST_SUITE("io.sink") {
  TEST_CASE("takes everything") {
    const io::Sink sink = io::sink();
    CHECK(at_once([&] { return sink.write("hello"); }).value() == 5);
    CHECK(at_once([&] { return sink.flush(); }).has_value());
    CHECK(at_once([&] { return sink.shutdown(); }).has_value());
    ScriptedReader reader;
    reader.give(std::string(100'000, 'x'));
    CHECK(at_once([&] { return io::copy(reader, sink); }).value() == 100'000);
  }

  TEST_CASE("writes yield when the budget is spent, vectored ones, too") {
    const io::Sink sink = io::sink();
    CHECK(polls_in_one_turn([&](Context& cx) { return sink.poll_write(cx, {}); }) == Context::kBudget);
    CHECK(polls_in_one_turn([&](Context& cx) { return sink.poll_write_vectored(cx, {}); }) ==
          Context::kBudget);
  }
}

TEST_SUITE("io.take") {
  TEST_CASE("ends at the limit, and then does not ask the reader") {
    io::Take reader = io::take(ScriptedReader().give("hello").give(" world").wait().build(), 7);
    CHECK(read_once(reader) == "hello");
    CHECK(reader.limit() == 2);
    CHECK(read_once(reader) == " w");
    CHECK(read_once(reader).empty());
    CHECK(reader.limit() == 0);
    reader.set_limit(3);
    CHECK(read_once(reader) == "orl");
  }

  TEST_CASE("may end before the limit") {
    ScriptedReader script;
    script.give("ab");
    io::Take reader = io::take(script, 7);
    CHECK(read_all(reader) == "ab");
    CHECK(reader.limit() == 5);
    CHECK(&reader.get_mut() == &script);
  }

  TEST_CASE("fills a buffer behind what is in it") {
    io::Take reader = io::take(ScriptedReader().give("hello").build(), 4);
    std::array<std::byte, 8> memory{};
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    buf.put_slice(std::as_bytes(std::span("AB", 2)));
    Context cx(Waker::noop());
    REQUIRE(reader.poll_read(cx, buf)->has_value());
    CHECK(test::text_of(buf.filled()) == "ABhell");
    CHECK(buf.initialized().size() == 6);
    ScriptedReader left = std::move(reader).into_inner();
    CHECK(read_once(left) == "o");
  }

  TEST_CASE("shows no more than the limit, and lets no more be consumed") {
    io::BufReader inner(ScriptedReader().give("hello world").build());
    io::Take reader = io::take(inner, 4);
    CHECK(test::text_of(at_once([&] { return reader.fill_buf(); }).value()) == "hell");
    reader.consume(100);
    CHECK(reader.limit() == 0);
    CHECK(at_once([&] { return reader.fill_buf(); })->empty());
    CHECK(test::text_of(reader.get_ref().buffer()) == "o world");
  }

  TEST_CASE("passes waiting and errors on") {
    io::Take reader = io::take(ScriptedReader().wait().give("a").fail(io::ErrorKind::InvalidData).build(), 4);
    std::string text(2, '.');
    auto read = test::spawn([&] { return reader.read(text); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 1);
    CHECK(at_once([&] { return reader.read(text); }).error() == io::ErrorKind::InvalidData);
    CHECK(reader.limit() == 3);
  }
}

TEST_SUITE("io.chain") {
  TEST_CASE("gives what the second reader has when the first has ended") {
    io::Chain reader =
        io::chain(ScriptedReader().give("hello ").build(), ScriptedReader().give("world").build());
    CHECK(read_all(reader) == "hello world");
  }

  TEST_CASE("a read into no room is not taken for the end of the first") {
    io::Chain reader = io::chain(ScriptedReader().give("ab").build(), ScriptedReader().give("c").build());
    CHECK(read_once(reader, 0).empty());
    CHECK(read_all(reader) == "abc");
  }

  TEST_CASE("lines go across the border, and the first is not asked again after its end") {
    io::BufReader first(ScriptedReader().give("one\ntw").build());
    io::BufReader second(ScriptedReader().give("o\nthree").build());
    io::Chain reader = io::chain(first, second);
    auto lines = reader.lines();
    for (const std::string_view expected : {"one", "two", "three"})
      CHECK(at_once([&] { return lines.next_line(); }).value() == expected);
    CHECK(at_once([&] { return lines.next_line(); }).value() == std::nullopt);
  }

  TEST_CASE("passes waiting and the errors of either reader on") {
    ScriptedReader broken;
    broken.wait().fail(io::ErrorKind::InvalidData);
    io::Chain reader = io::chain(broken, io::Cursor(std::string_view("rest")));
    std::string text(8, '.');
    auto read = test::spawn([&] { return reader.read(text); });
    REQUIRE(read.poll().is_pending());
    CHECK(read.poll()->error() == io::ErrorKind::InvalidData);
    CHECK(&reader.get_ref().first == &broken);
    reader.get_mut().second.set_position(2);
    auto [first, second] = std::move(reader).into_inner();
    CHECK(read_once(second) == "st");
  }
}

TEST_SUITE("io.join") {
  TEST_CASE("reads from the one and writes to the other") {
    test::VectoredWriter writer;
    io::Join joined = io::join(io::Cursor(std::string_view("in\nput")), writer);
    static_assert(
        std::same_as<decltype(joined), io::Join<io::Cursor<std::string_view>, test::VectoredWriter&>>);
    std::string line;
    CHECK(at_once([&] { return joined.read_line(line); }).value() == 3);
    CHECK(read_once(joined) == "put");
    CHECK(at_once([&] { return joined.write_all("out"); }).has_value());
    CHECK(io::is_write_vectored(joined));
    const auto pieces = test::pieces_of({"p", "ut"});
    CHECK(at_once([&] { return joined.write_vectored(pieces); }).value() == 3);
    CHECK(at_once([&] { return joined.flush(); }).has_value());
    CHECK(at_once([&] { return joined.shutdown(); }).has_value());
    CHECK(writer.written == "output");
    CHECK(writer.flushes == 1);
    CHECK(writer.shutdowns == 1);
    CHECK(joined.reader().position() == 6);
    joined.reader_mut().set_position(4);
    CHECK(&joined.writer() == &writer);
    CHECK(&joined.writer_mut() == &writer);
    auto [reader, same_writer] = std::move(joined).into_inner();
    CHECK(read_once(reader) == "ut");
  }

  TEST_CASE("takes several pieces at once only if its writer does") {
    io::Join joined = io::join(io::empty(), test::RecordingWriter());
    CHECK_FALSE(io::is_write_vectored(joined));
    const auto pieces = test::pieces_of({"", "ab", "c"});
    CHECK(at_once([&] { return joined.write_vectored(pieces); }).value() == 2);
  }
}

}  // namespace
