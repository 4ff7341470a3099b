#include <array>
#include <concepts>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/v0_2/io.hpp>

#include "compat/io/legacy_streams.hpp"
#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using test::LegacyBufReader;
using test::LegacyReader;
using test::LegacyStream;
using test::run;

namespace {

static_assert(legacy::io::AsyncRead<LegacyReader>);
static_assert(!io::AsyncRead<LegacyReader>);
static_assert(!legacy::io::AsyncRead<test::ScriptedReader>);
static_assert(legacy::io::AsyncBufRead<LegacyBufReader> && !io::AsyncBufRead<LegacyBufReader>);
template <class R>
concept Readable =
    requires(R& reader, std::array<std::byte, 4>& buffer) { legacy::io::read(reader, buffer); };
static_assert(Readable<LegacyReader> && Readable<test::ScriptedReader> && !Readable<int>);

// IOE-01: what 0.2 gives can be moved, what 1.x gives cannot.
template <class F>
constexpr bool kMovable = std::move_constructible<F>;
using Memory = std::array<std::byte, 4>;
template <class R>
constexpr bool kAllMovable =
    kMovable<decltype(legacy::io::read(std::declval<R&>(), std::declval<Memory&>()))> &&
    kMovable<decltype(legacy::io::read_exact(std::declval<R&>(), std::declval<Memory&>()))> &&
    kMovable<decltype(legacy::io::read_u32(std::declval<R&>()))> &&
    kMovable<decltype(legacy::io::read_to_string(std::declval<R&>(), std::declval<std::string&>()))>;
static_assert(kAllMovable<LegacyReader> && kAllMovable<test::ScriptedReader>);
// A reader of 1.x that many tasks may read from at once.
static_assert(io::SharedRead<net::TcpStream> && kAllMovable<net::TcpStream>);
static_assert(!kMovable<decltype(io::read(std::declval<test::ScriptedReader&>(), std::declval<Memory&>()))>);

}  // namespace

TEST_SUITE("compat.io.read") {
  TEST_CASE("IOT-01: the functions of 0.2 read from readers that count") {
    LegacyReader reader("some old text", 4);
    std::array<char, 16> buffer;
    CHECK(run([&] { return legacy::io::read(reader, buffer); }).value() == 4);
    CHECK(std::string(buffer.data(), 4) == "some");

    std::string five(5, '\0');
    CHECK(run([&] { return legacy::io::read_exact(reader, five); }).value() == 5);
    CHECK(five == " old ");

    std::string rest = "the ";
    CHECK(run([&] { return legacy::io::read_to_string(reader, rest); }).value() == 4);
    CHECK(rest == "the text");
    CHECK(run([&] { return legacy::io::read(reader, buffer); }).value() == 0);
  }

  TEST_CASE("IOE-02: read_exact of a reader that ends too soon says so, of either kind") {
    LegacyReader old("abc", 2);
    std::string buffer(4, '\0');
    CHECK(run([&] { return legacy::io::read_exact(old, buffer); }).error() == io::ErrorKind::UnexpectedEof);
    test::ScriptedReader modern;
    modern.give("ab").wait().give("c");
    CHECK(run([&] { return legacy::io::read_exact(modern, buffer); }).error() ==
          io::ErrorKind::UnexpectedEof);
  }

  TEST_CASE("IOE-02: read_to_end appends what a reader that counts gives") {
    LegacyReader reader(std::string(1000, 'x'), 33);
    std::vector<unsigned char> bytes{'y'};
    CHECK(run([&] { return legacy::io::read_to_end(reader, bytes); }).value() == 1000);
    CHECK(bytes.size() == 1001);
    CHECK(bytes.front() == 'y');
    CHECK(bytes.back() == 'x');
  }

  TEST_CASE("IOE-02: numbers are read from readers that count, in both byte orders") {
    LegacyReader reader(std::string("\x01\xff\x01\x02\x02\x01\x00\x00\x00\x07\x3f\xc0\x00\x00", 14), 3);
    CHECK(run([&] { return legacy::io::read_u8(reader); }).value() == 1);
    CHECK(run([&] { return legacy::io::read_i8(reader); }).value() == -1);
    CHECK(run([&] { return legacy::io::read_u16(reader); }).value() == 0x0102);
    CHECK(run([&] { return legacy::io::read_u16_le(reader); }).value() == 0x0102);
    CHECK(run([&] { return legacy::io::read_i32(reader); }).value() == 7);
    CHECK(run([&] { return legacy::io::read_f32(reader); }).value() == 1.5F);
    CHECK(run([&] { return legacy::io::read_u64(reader); }).error() == io::ErrorKind::UnexpectedEof);
  }

  TEST_CASE("IOE-03: read_buf appends to the room of a buffer, and is 0 when there is none") {
    LegacyReader reader("abcdefgh", 4);
    test::LegacyRoom room;
    CHECK(run([&] { return legacy::io::read_buf(reader, room); }).value() == 4);
    CHECK(run([&] { return legacy::io::read_buf(reader, room); }).value() == 2);
    CHECK(run([&] { return legacy::io::read_buf(reader, room); }).value() == 0);
    CHECK(room.text() == "abcdef");
    std::string text = "x";
    CHECK(run([&] { return legacy::io::read_buf(reader, text); }).value() == 2);
    CHECK(text == "xgh");
    CHECK(run([&] { return legacy::io::read_buf(reader, text); }).value() == 0);
  }

  TEST_CASE("IOE-01: a read that has begun can be moved, and goes on") {
    LegacyReader reader("abcdef", 2);
    std::string buffer(6, '\0');
    auto reading = test::spawn([&] { return legacy::io::read_exact(reader, buffer); });
    REQUIRE(reading.poll().is_pending());
    REQUIRE(reading.poll().is_pending());  // with two bytes read
    auto moved = test::spawn([&] { return std::move(*reading); });
    auto polled = moved.poll();
    while (polled.is_pending()) polled = moved.poll();
    CHECK((*polled).value() == 6);
    CHECK(buffer == "abcdef");

    LegacyReader number("\x01\x02", 1);
    auto first = test::spawn([&] { return legacy::io::read_u16(number); });
    REQUIRE(first.poll().is_pending());
    REQUIRE(first.poll().is_pending());
    auto second = test::spawn([&] { return std::move(*first); });
    CHECK((*second.poll()).value() == 0x0102);
  }

  TEST_CASE("IOE-06: lines and segments are read from readers that count") {
    LegacyBufReader reader("one\ntwo;three\nlast", 2);
    std::string line;
    CHECK(run([&] { return legacy::io::read_line(reader, line); }).value() == 4);
    CHECK(line == "one\n");
    std::vector<char> segment;
    CHECK(run([&] { return legacy::io::read_until(reader, ';', segment); }).value() == 4);
    CHECK(std::string(segment.begin(), segment.end()) == "two;");
    CHECK(run([&] { return legacy::io::read_line(reader, line); }).value() == 6);
    CHECK(run([&] { return legacy::io::read_line(reader, line); }).value() == 4);
    CHECK(line == "one\nthree\nlast");
    CHECK(run([&] { return legacy::io::read_line(reader, line); }).value() == 0);
  }

  TEST_CASE("IOE-10: copy goes from a reader that counts to any writer, and can be moved") {
    LegacyReader reader(std::string(20'000, 'z'), 777);
    test::RecordingWriter writer(512);
    CHECK(run([&] { return legacy::io::copy(reader, writer); }).value() == 20'000);
    CHECK(writer.written == std::string(20'000, 'z'));
    CHECK(writer.flushes >= 1);

    legacy::io::Copy<LegacyReader, test::RecordingWriter> copying(reader, writer);
    static_assert(std::move_constructible<decltype(copying)>);
    static_assert(!std::move_constructible<io::Copy<test::ScriptedReader, test::RecordingWriter>>);
    auto moved = std::move(copying);
    CHECK(run([&] { return std::move(moved); }).value() == 0);
  }

  TEST_CASE("IOE-20: copy_bidirectional takes streams of either kind on either side") {
    LegacyStream left("from the left", 3);
    LegacyStream right("from the right", 5);
    const auto copied = run([&] { return legacy::io::copy_bidirectional(left, right); }).value();
    CHECK(copied == std::pair<std::uint64_t, std::uint64_t>(13, 14));
    CHECK(right.written == "from the left");
    CHECK(left.written == "from the right");
    CHECK(left.shutdowns == 1);
    CHECK(right.shutdowns == 1);
  }

  TEST_CASE("IOE-02: a reader of 1.x is read by the same functions") {
    test::ScriptedReader reader;
    reader.give("n").wait().give("ew").wait().give("er");
    std::array<char, 3> buffer;
    CHECK(run([&] { return legacy::io::read(reader, buffer); }).value() == 1);
    std::string text;
    CHECK(run([&] { return legacy::io::read_to_string(reader, text); }).value() == 4);
    CHECK(text == "ewer");
  }

  TEST_CASE("IOE-19, IOT-09: errors, positions and ReadBuf are the same entities") {
    static_assert(std::same_as<legacy::io::Error, io::Error>);
    static_assert(std::same_as<legacy::io::ErrorKind, io::ErrorKind>);
    static_assert(std::same_as<legacy::io::Result<int>, io::Result<int>>);
    static_assert(std::same_as<legacy::io::SeekFrom, io::SeekFrom>);
    static_assert(std::same_as<legacy::io::ReadBuf, io::ReadBuf>);
    const legacy::io::Error error = legacy::io::ErrorKind::WriteZero;
    CHECK(error == io::ErrorKind::WriteZero);
  }
}
