#include <array>
#include <concepts>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/stream.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/stream.hpp>

#include "compat/io/legacy_streams.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using test::LegacyReader;
using test::LegacyStream;
using test::nobody;
using test::run;

namespace {

// All of them read in both ways, whatever is inside.
template <class S>
constexpr bool kReadsInBothWays = legacy::io::AsyncRead<S> && io::AsyncRead<S>;
static_assert(kReadsInBothWays<legacy::io::BufReader<LegacyReader>>);
static_assert(kReadsInBothWays<legacy::io::BufReader<test::ScriptedReader&>>);
static_assert(kReadsInBothWays<legacy::io::BufStream<LegacyStream>>);
static_assert(kReadsInBothWays<legacy::io::BufWriter<LegacyStream&>>);
static_assert(kReadsInBothWays<legacy::io::Chain<LegacyReader, test::ScriptedReader>>);
static_assert(kReadsInBothWays<legacy::io::Take<LegacyReader>>);
static_assert(kReadsInBothWays<legacy::io::ReadHalf<LegacyStream>>);
static_assert(io::AsyncWrite<legacy::io::WriteHalf<LegacyStream>>);
static_assert(legacy::io::AsyncBufRead<legacy::io::BufReader<LegacyReader>>);
static_assert(!io::AsyncRead<legacy::io::BufWriter<test::RecordingWriter>>);
// What is derived from 1.x is 1.x's wherever that is wanted.
static_assert(
    std::derived_from<legacy::io::BufReader<test::ScriptedReader>, io::BufReader<test::ScriptedReader>>);

// IOE-07: streams then, none now.
using OldLines = legacy::io::Lines<legacy::io::BufReader<LegacyReader>>;
using OldSplit = legacy::io::Split<legacy::io::BufReader<LegacyReader>>;
static_assert(stream::Stream<OldLines> && stream::Stream<OldSplit>);
static_assert(!stream::Stream<io::Lines<io::BufReader<test::ScriptedReader>>>);
static_assert(!stream::Stream<io::Split<io::BufReader<test::ScriptedReader>>>);

}  // namespace

TEST_SUITE("compat.io.buffered") {
  TEST_CASE("IOE-16: a BufReader around a reader of 0.2 shows what it has, and gives the reader back") {
    LegacyReader reader("one\ntwo\n", 5);
    legacy::io::BufReader buffered(reader, 6);
    std::string line;
    CHECK(run([&] { return buffered.read_line(line); }).value() == 4);
    CHECK(test::text_of(buffered.buffer()) == "t");
    CHECK(&buffered.get_ref() == &reader);
    CHECK(&buffered.get_mut() == &reader);
    CHECK(run([&] { return buffered.read_u8(); }).value() == 't');
    auto owning = legacy::io::BufReader(LegacyReader("abc", 2));
    std::array<std::byte, 1> one;
    CHECK(run([&] { return owning.read(one); }).value() == 1);
    CHECK(std::move(owning).into_inner().text() == "c");  // what was in the buffer is lost
  }

  TEST_CASE("IOT-06: fill and consume of a BufReader, as in 1.x") {
    legacy::io::BufReader old(test::ScriptedReader().give("abc").build());
    io::BufReader modern(test::ScriptedReader().give("abc").build());
    CHECK(test::text_of((*old.poll_fill_buf(nobody())).value()) == "abc");
    CHECK(test::text_of((*modern.poll_fill_buf(nobody())).value()) == "abc");
    old.consume(2);
    modern.consume(2);
    CHECK(test::text_of((*old.poll_fill_buf(nobody())).value()) == "c");
    CHECK(test::text_of((*modern.poll_fill_buf(nobody())).value()) == "c");
  }

  TEST_CASE("IOT-01: a BufReader of 0.2 counts, one of 1.x fills a ReadBuf") {
    legacy::io::BufReader old(test::ScriptedReader().give("abc").build());
    std::array<std::byte, 8> memory;
    CHECK((*old.poll_read(nobody(), memory)).value() == 3);
    CHECK((*old.poll_read(nobody(), memory)).value() == 0);
    io::BufReader modern(test::ScriptedReader().give("abc").build());
    io::ReadBuf buf(memory);
    CHECK((*modern.poll_read(nobody(), buf)).has_value());
    CHECK(buf.filled().size() == 3);
    CHECK((*modern.poll_read(nobody(), buf)).has_value());
    CHECK(buf.filled().size() == 3);
  }

  TEST_CASE("IOT-02, IOT-03: the other members of a reader of 0.2") {
    legacy::io::BufReader old(test::ScriptedReader().give("abcdefgh").build());
    std::array<std::byte, 8> memory;
    CHECK(!old.prepare_uninitialized_buffer(memory));
    test::LegacyRoom room;
    CHECK((*old.poll_read_buf(nobody(), room)).value() == 6);
    CHECK((*old.poll_read_buf(nobody(), room)).value() == 0);  // no room
    CHECK(room.text() == "abcdef");
    std::string rest;
    CHECK((*util::poll_read_buf(old, nobody(), rest)).value() == 2);  // in 1.x a function
    CHECK(rest == "gh");
  }

  TEST_CASE("IOE-16: a BufWriter and a BufStream collect what is written, for streams of either kind") {
    LegacyStream stream("in", 2);
    {
      legacy::io::BufStream buffered(stream, 16, 16);
      CHECK(run([&] { return buffered.write_all("out"); }).has_value());
      CHECK(stream.written.empty());
      CHECK(run([&] { return buffered.flush(); }).has_value());
      CHECK(stream.written == "out");
      std::string text;
      CHECK(run([&] { return buffered.read_to_string(text); }).value() == 2);
      CHECK(&buffered.get_ref() == &stream);
      LegacyStream& back = std::move(buffered).into_inner();
      CHECK(&back == &stream);
    }
    legacy::io::BufWriter writer(test::RecordingWriter{}, 4);
    CHECK(run([&] { return writer.write_u16(0x6162); }).has_value());
    CHECK(test::text_of(writer.buffer()) == "ab");
    CHECK(run([&] { return writer.shutdown(); }).has_value());
    const test::RecordingWriter inner = std::move(writer).into_inner();
    CHECK(inner.written == "ab");
    CHECK(inner.shutdowns == 1);
  }

  TEST_CASE("IOE-07: lines and segments are streams in 0.2, and go on with next_line and next_segment") {
    legacy::io::BufReader reader(LegacyReader("a\nb\r\nc\nd", 3));
    auto lines = legacy::io::lines(reader);
    CHECK(run([&] { return lines.next(); })->value() == "a");
    CHECK(run([&] { return stream::next(lines); })->value() == "b");
    CHECK(*run([&] { return lines.next_line(); }).value() == "c");
    CHECK(run([&] { return lines.next(); })->value() == "d");
    CHECK(run([&] { return lines.next(); }) == std::nullopt);
    CHECK(&lines.get_ref() == &reader);

    auto segments = legacy::io::split(legacy::io::BufReader(LegacyReader("x;yz", 3)), ';');
    CHECK(test::text_of(run([&] { return segments.next(); })->value()) == "x");
    CHECK(test::text_of(*run([&] { return segments.next_segment(); }).value()) == "yz");
    CHECK(run([&] { return segments.next(); }) == std::nullopt);
  }

  TEST_CASE("IOE-07: an error is an item of lines, and not their end, in 1.x it is next_line's") {
    legacy::io::BufReader old(test::ScriptedReader().give("\xff\nafter\n").build());
    auto lines = std::move(old).lines();
    CHECK(run([&] { return lines.next(); })->error() == io::ErrorKind::InvalidData);
    CHECK(run([&] { return lines.next(); })->value() == "after");
    io::BufReader modern(test::ScriptedReader().give("\xff\nafter\n").build());
    auto next = modern.lines();
    CHECK(run([&] { return next.next_line(); }).error() == io::ErrorKind::InvalidData);
    CHECK(*run([&] { return next.next_line(); }).value() == "after");
  }

  TEST_CASE("IOE-08: poll_next_line and poll_next_segment, as in 1.x") {
    auto lines = legacy::io::lines(legacy::io::BufReader(test::ScriptedReader().give("a\n").build()));
    CHECK(*(*lines.poll_next_line(nobody())).value() == "a");
    CHECK((*lines.poll_next_line(nobody())).value() == std::nullopt);
    auto split = legacy::io::split(legacy::io::BufReader(test::ScriptedReader().give("a;").build()), ';');
    CHECK(test::text_of(*(*split.poll_next_segment(nobody())).value()) == "a");
    CHECK((*split.poll_next_segment(nobody())).value() == std::nullopt);
  }

  TEST_CASE("IOE-17, IOE-02: chain and take of readers of both kinds, and their accessors") {
    LegacyReader first("abc", 2);
    auto chained = legacy::io::chain(first, test::ScriptedReader().give("def").build());
    CHECK(&chained.get_ref().first == &first);
    auto taken = legacy::io::take(std::move(chained), 5);
    std::string text;
    CHECK(run([&] { return taken.read_to_string(text); }).value() == 5);
    CHECK(text == "abcde");
    CHECK(taken.limit() == 0);
    taken.set_limit(1);
    CHECK(run([&] { return taken.read_u8(); }).value() == 'f');
    auto [left, right] = std::move(taken).into_inner().into_inner();
    CHECK(&left == &first);

    auto old = legacy::io::take(LegacyReader("abc", 9), 1);
    CHECK(run([&] { return old.read_u8(); }).value() == 'a');
    CHECK(old.get_ref().piece() == 9);
    CHECK(std::move(old).into_inner().text() == "bc");
  }

  TEST_CASE("IOE-13: a stream of 0.2 is divided, and put together again") {
    auto [reader, writer] = legacy::io::split(LegacyStream("ab", 2));
    CHECK(reader.is_pair_of(writer));
    CHECK(writer.is_pair_of(reader));
    CHECK(run([&] { return reader.read_u8(); }).value() == 'a');
    CHECK(run([&] { return writer.write_all("x"); }).has_value());
    LegacyStream stream = std::move(reader).unsplit(std::move(writer));
    CHECK(stream.written == "x");
    CHECK(stream.text() == "b");

    auto one = legacy::io::split(legacy::io::duplex(8).first);
    auto other = legacy::io::split(legacy::io::duplex(8).first);
    CHECK(!one.first.is_pair_of(other.second));
    CHECK_THROWS_AS(std::move(one.first).unsplit(std::move(other.second)), std::logic_error);
  }
}
