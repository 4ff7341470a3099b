#include <array>
#include <concepts>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/io.hpp>
#include <ferry/stream.hpp>
#include <ferry/util.hpp>
#include <ferry/v0_2/io.hpp>

#include "compat/io/legacy_streams.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using test::LegacyReader;
using test::LegacyStream;
using test::nobody;
using test::run;

namespace {

static_assert(legacy::io::AsyncRead<legacy::io::Stdin> && io::AsyncRead<legacy::io::Stdin>);
static_assert(io::AsyncWrite<legacy::io::Stdout> && io::AsyncWrite<legacy::io::Stderr>);
static_assert(std::derived_from<legacy::io::Stdin, io::Stdin>);
static_assert(legacy::io::AsyncRead<legacy::io::AnyRead> && io::AsyncRead<legacy::io::AnyRead>);
static_assert(std::constructible_from<legacy::io::AnyRead, LegacyReader> &&
              std::constructible_from<legacy::io::AnyRead, test::ScriptedReader> &&
              !std::constructible_from<legacy::io::AnyRead, LegacyReader&>);
static_assert(!std::constructible_from<io::AnyRead, LegacyReader>);
static_assert(!std::constructible_from<legacy::io::AnyBufRead, LegacyReader>);

/// The chunks "ab", "" and "c".
auto chunks() {
  return stream::iter(
      std::array{io::Result<std::string>("ab"), io::Result<std::string>(""), io::Result<std::string>("c")});
}

Task<void> write_to_stdout() {
  auto out = legacy::io::stdout();
  auto written = co_await out.write_all("");
  CHECK(written.has_value());
  auto flushed = co_await legacy::io::flush(out);
  CHECK(flushed.has_value());
  auto err = legacy::io::stderr();
  auto ended = co_await err.shutdown();
  CHECK(ended.has_value());
}

}  // namespace

TEST_SUITE("compat.io.std") {
  TEST_CASE("IOE-11: empty, repeat and sink, read in both ways") {
    auto empty = legacy::io::empty();
    auto repeat = legacy::io::repeat('x');
    auto sink = legacy::io::sink();
    std::array<std::byte, 3> memory;
    CHECK((*empty.poll_read(nobody(), memory)).value() == 0);
    CHECK((*repeat.poll_read(nobody(), memory)).value() == 3);
    CHECK(test::text_of(memory) == "xxx");
    CHECK(run([&] { return legacy::io::write(sink, "abc"); }).value() == 3);
    static_assert(std::derived_from<decltype(repeat), io::Repeat>);
  }

  TEST_CASE("IOE-12: writing to a duplex whose other end is gone fails in both") {
    auto old = legacy::io::duplex(2);
    auto writing = test::spawn([&] { return old.first.write_all("abcd"); });
    REQUIRE(writing.poll().is_pending());
    {
      const auto gone = std::move(old.second);
    }
    CHECK(writing.is_woken());  // in 0.2 itself nobody woke it
    CHECK((*writing.poll()).error() == boost::system::errc::broken_pipe);

    auto modern = io::duplex(2);
    {
      const auto gone = std::move(modern.second);
    }
    CHECK(run([&] { return modern.first.write_all("a"); }).error() == boost::system::errc::broken_pipe);
  }

  TEST_CASE("IOE-12: what one end of a duplex writes, the other reads, counting") {
    auto [left, right] = legacy::io::duplex(8);
    CHECK(run([&] { return left.write_all("ab"); }).has_value());
    std::array<std::byte, 4> memory;
    CHECK((*right.poll_read(nobody(), memory)).value() == 2);
    CHECK(right.poll_read(nobody(), memory).is_pending());
  }

  TEST_CASE("IOE-18: stdin, stdout and stderr are those of 1.x") {
    test::current_thread().block_on(write_to_stdout());
    legacy::io::Stdin in = legacy::io::stdin();
    io::Stdin& modern = in;
    CHECK(&modern == &in);
  }

  TEST_CASE("IOE-14: a stream of chunks as a reader") {
    auto reader = legacy::io::stream_reader(chunks());
    std::array<std::byte, 8> memory;
    CHECK((*reader.poll_read(nobody(), memory)).value() == 2);
    std::string text;
    CHECK(run([&] { return reader.read_to_string(text); }).value() == 1);
    util::StreamReader modern(chunks());
    CHECK(run([&] { return io::read_to_string(modern, text); }).value() == 3);
    CHECK(text == "cabc");
    static_assert(std::derived_from<decltype(reader), decltype(modern)>);
  }

  TEST_CASE("IOE-15: a reader of either kind as a stream of chunks") {
    auto old = legacy::io::reader_stream(LegacyReader("abc", 2));
    CHECK(test::text_of(run([&] { return stream::next(old); })->value()) == "ab");
    CHECK(test::text_of(run([&] { return old.next(); })->value()) == "c");
    CHECK(!run([&] { return old.next(); }).has_value());
    util::ReaderStream modern(test::ScriptedReader().give("ab").build());
    CHECK(test::text_of(run([&] { return modern.next(); })->value()) == "ab");
    CHECK(!run([&] { return modern.next(); }).has_value());
  }

  TEST_CASE("IOT-08: a Cursor reads in both ways, and is written to") {
    legacy::io::Cursor cursor(std::string("abcd"));
    std::array<std::byte, 3> memory;
    CHECK((*cursor.poll_read(nobody(), memory)).value() == 3);
    io::ReadBuf buf(memory);
    CHECK((*cursor.poll_read(nobody(), buf)).has_value());
    CHECK(buf.filled().size() == 1);
    CHECK(run([&] { return cursor.write_all("ef"); }).has_value());
    CHECK(cursor.get_ref() == "abcdef");
    static_assert(std::derived_from<legacy::io::Cursor<std::string>, io::Cursor<std::string>>);
  }

  TEST_CASE("IOT-01, IOT-08: a reader whose type is not known counts, whatever it is made from") {
    legacy::io::AnyRead old(LegacyReader("abc", 2));
    std::array<std::byte, 8> memory;
    CHECK(old.poll_read(nobody(), memory).is_pending());
    CHECK((*old.poll_read(nobody(), memory)).value() == 2);
    CHECK(run([&] { return old.read_u8(); }).value() == 'c');
    old = legacy::io::AnyRead(test::ScriptedReader().give("d").build());
    CHECK(run([&] { return legacy::io::read_u8(old); }).value() == 'd');
    CHECK((*old.poll_read(nobody(), memory)).value() == 0);

    auto failing = legacy::io::AnyRead(test::ScriptedReader().fail(io::ErrorKind::InvalidData).build());
    CHECK((*failing.poll_read(nobody(), memory)).error() == io::ErrorKind::InvalidData);
  }

  TEST_CASE("IOT-01: type-erased streams cross in both directions") {
    auto modern = compat::from_legacy(legacy::io::AnyReadWrite(LegacyStream("abc", 2)));
    static_assert(std::same_as<decltype(modern), io::AnyReadWrite>);
    CHECK(run([&] { return modern.read_u8(); }).value() == 'a');
    auto old = compat::into_legacy(std::move(modern));
    std::array<std::byte, 8> memory;
    CHECK(old.poll_read(nobody(), memory).is_pending());
    CHECK((*old.poll_read(nobody(), memory)).value() == 2);
    CHECK(run([&] { return old.write_all("x"); }).has_value());

    // A reader that counts, and nothing more, of one of 1.x.
    auto counting = compat::into_byte_count(io::AnyRead(test::ScriptedReader().give("d").build()));
    CHECK((*counting.poll_read(nobody(), memory)).value() == 1);
  }

  TEST_CASE("IOT-06: a buffered reader whose type is not known") {
    legacy::io::AnyBufRead reader(test::LegacyBufReader("a\nb", 2));
    std::string line;
    CHECK(run([&] { return reader.read_line(line); }).value() == 2);
    auto lines = reader.lines();
    CHECK(run([&] { return lines.next(); })->value() == "b");
  }

  TEST_CASE("IOT-05: a writer whose type is not known gathers if it can") {
    auto [left, right] = io::duplex(16);
    legacy::io::AnyWrite writer(std::move(left));
    test::LegacyBuf buf({"ab", "cd"});
    CHECK((*writer.poll_write_buf(nobody(), buf)).value() == 4);
    legacy::io::AnyWrite plain(test::RecordingWriter{});
    test::LegacyBuf again({"ab", "cd"});
    CHECK((*plain.poll_write_buf(nobody(), again)).value() == 2);
  }
}
