#include <algorithm>
#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/v0_2/io.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

/// A reader as people wrote them for 0.2: gives its text in pieces of up to `piece` bytes, pending before
/// each.
class LegacyReader {
 public:
  LegacyReader(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}

  Poll<io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> buffer) {
    if (!std::exchange(is_due_, !is_due_)) {
      cx.waker().wake_by_ref();
      return pending;
    }
    const std::size_t size = std::min({buffer.size(), piece_, text_.size()});
    std::ranges::copy(std::as_bytes(std::span(text_)).first(size), buffer.begin());
    text_.erase(0, size);
    return io::Result<std::size_t>(size);
  }

 private:
  std::string text_;
  std::size_t piece_;
  bool is_due_ = false;
};

/// Reads in the old way, and can be written to.
class LegacyStream : public LegacyReader, public test::RecordingWriter {
 public:
  using LegacyReader::LegacyReader;
};

static_assert(legacy::io::AsyncRead<LegacyReader>);
static_assert(!io::AsyncRead<LegacyReader>);
static_assert(!legacy::io::AsyncRead<test::ScriptedReader>);
template <class R>
concept Readable =
    requires(R& reader, std::array<std::byte, 4>& buffer) { legacy::io::read(reader, buffer); };
static_assert(Readable<LegacyReader> && Readable<test::ScriptedReader> && !Readable<int>);

// Polls until it is ready; a pending future must have woken its task.
template <class Make>
auto run(Make make) {
  auto future = test::spawn(make);
  for (;;) {
    auto polled = future.poll();
    if (polled.is_ready()) return *std::move(polled);
    REQUIRE(future.is_woken());
  }
}

}  // namespace

TEST_SUITE("compat.io") {
  TEST_CASE("the functions of 0.2 read from readers that count (IOT-01)") {
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

  TEST_CASE("read_exact of a reader that ends too soon says so") {
    LegacyReader reader("abc", 2);
    std::string buffer(4, '\0');
    CHECK(run([&] { return legacy::io::read_exact(reader, buffer); }).error() ==
          io::ErrorKind::UnexpectedEof);
  }

  TEST_CASE("read_to_end appends what a reader that counts gives") {
    LegacyReader reader(std::string(1000, 'x'), 33);
    std::vector<unsigned char> bytes{'y'};
    CHECK(run([&] { return legacy::io::read_to_end(reader, bytes); }).value() == 1000);
    CHECK(bytes.size() == 1001);
    CHECK(bytes.front() == 'y');
    CHECK(bytes.back() == 'x');
  }

  TEST_CASE("copy goes from a reader that counts to any writer") {
    LegacyReader reader(std::string(20'000, 'z'), 777);
    test::RecordingWriter writer(512);
    CHECK(run([&] { return legacy::io::copy(reader, writer); }).value() == 20'000);
    CHECK(writer.written == std::string(20'000, 'z'));
    CHECK(writer.flushes >= 1);
  }

  TEST_CASE("copy_bidirectional takes streams of either kind on either side") {
    LegacyStream left("from the left", 3);
    LegacyStream right("from the right", 5);
    const auto copied = run([&] { return legacy::io::copy_bidirectional(left, right); }).value();
    CHECK(copied == std::pair<std::uint64_t, std::uint64_t>(13, 14));
    CHECK(right.written == "from the left");
    CHECK(left.written == "from the right");
    CHECK(left.shutdowns == 1);
    CHECK(right.shutdowns == 1);
  }

  TEST_CASE("a reader of 1.x is read by the same functions, unchanged") {
    test::ScriptedReader reader;
    reader.give("new").wait().give("er");
    std::string text;
    auto future = [&] { return legacy::io::read_to_string(reader, text); };
    static_assert(std::is_same_v<decltype(future()), io::ReadToString<test::ScriptedReader>>);
    CHECK(run(future).value() == 5);
    CHECK(text == "newer");
  }
}
