#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <ferry/io.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::RecordingWriter;

TEST_SUITE("io.write") {
  TEST_CASE("text counts without its terminator, and anything else in full") {
    const auto size_of = [](io::ConstBytes data) { return data.span().size(); };
    static const char kUnterminated[] = {'a', '\0', 'b'};
    char array[] = "ab";
    const char* const pointer = "ab\0c";
    CHECK(size_of("ab") == 2);
    CHECK(size_of("") == 0);
    CHECK(size_of("\0\0x") == 3);
    CHECK(size_of(u8"\u00e4") == 2);
    CHECK(size_of(kUnterminated) == 3);
    CHECK(size_of(array) == 3);
    CHECK(size_of(pointer) == 2);
    CHECK(size_of(static_cast<char*>(array)) == 2);
    CHECK(size_of(std::string("a\0b", 3)) == 3);
    CHECK(size_of(std::string_view("a\0b", 3)) == 3);
    CHECK(size_of(std::array<std::byte, 4>{}) == 4);
  }

  TEST_CASE("write gives what the writer took") {
    RecordingWriter writer(2);
    CHECK(**test::spawn([&] { return io::write(writer, "abc"); }).poll() == 2);
    CHECK(writer.written == "ab");
  }

  TEST_CASE("write_all writes the rest until nothing is left") {
    RecordingWriter writer(2);
    CHECK(test::spawn([&] { return io::write_all(writer, "abcde"); }).poll()->has_value());
    CHECK(writer.written == "abcde");
    CHECK(writer.writes == 3);
  }

  TEST_CASE("write_all waits while the writer is pending") {
    RecordingWriter writer;
    writer.is_open = false;
    auto write = test::spawn([&] { return io::write_all(writer, "abc"); });
    REQUIRE(write.poll().is_pending());
    writer.is_open = true;
    writer.waker.wake_by_ref();
    CHECK(write.is_woken());
    CHECK(write.poll()->has_value());
    CHECK(writer.written == "abc");
  }

  TEST_CASE("write_all fails with WriteZero when the writer takes nothing") {
    RecordingWriter writer(0);
    auto polled = test::spawn([&] { return io::write_all(writer, "abc"); }).poll();
    REQUIRE(polled.is_ready());
    CHECK(polled->error() == io::ErrorKind::WriteZero);
  }

  TEST_CASE("write_all of nothing does not ask the writer") {
    RecordingWriter writer(0);
    CHECK(test::spawn([&] { return io::write_all(writer, ""); }).poll()->has_value());
    CHECK(writer.writes == 0);
  }

  TEST_CASE("a literal counts without its terminator, an array of characters in full") {
    RecordingWriter writer;
    char array[3] = {'x', 'y', 'z'};
    CHECK(test::spawn([&] { return io::write_all(writer, "lit"); }).poll()->has_value());
    CHECK(test::spawn([&] { return io::write_all(writer, array); }).poll()->has_value());
    const std::string string = "str";
    CHECK(test::spawn([&] { return io::write_all(writer, string); }).poll()->has_value());
    CHECK(writer.written == "litxyzstr");
  }

  TEST_CASE("flush and shutdown reach the writer") {
    RecordingWriter writer;
    CHECK(test::spawn([&] { return io::flush(writer); }).poll()->has_value());
    CHECK(test::spawn([&] { return io::shutdown(writer); }).poll()->has_value());
    CHECK(writer.flushes == 1);
    CHECK(writer.shutdowns == 1);
  }
}

}  // namespace
}  // namespace ferry
