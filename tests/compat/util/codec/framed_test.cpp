#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/io.hpp>
#include <ferry/util.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/util.hpp>

#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

using legacy::util::codec::LinesCodec;
using test::RecordingWriter;
using test::ScriptedReader;
using test::text_of;
using util::BytesMut;
using Outcomes = std::vector<std::string>;

static_assert(std::same_as<legacy::util::codec::LinesCodec, util::codec::LinesCodec>);
static_assert(std::same_as<legacy::util::codec::BytesCodec, util::codec::BytesCodec>);
static_assert(std::same_as<legacy::util::codec::LengthDelimitedCodec, util::codec::LengthDelimitedCodec>);
static_assert(
    std::same_as<legacy::util::codec::length_delimited::Builder, util::codec::length_delimited::Builder>);
static_assert(std::same_as<legacy::util::codec::LinesCodecError, util::codec::LinesCodecError>);
static_assert(std::same_as<legacy::util::codec::FramedWrite<RecordingWriter, LinesCodec>,
                           util::codec::FramedWrite<RecordingWriter, LinesCodec>>);
static_assert(std::same_as<legacy::util::codec::FramedParts<int, LinesCodec>,
                           util::codec::FramedParts<int, LinesCodec>>);

/// Numbers of one digit, "!" for a mistake, and what is not a number at all stays where it is. Written for
/// 0.2, whose traits are those of 1.x.
class Digits {
 public:
  using Item = int;
  using Error = io::Error;

  legacy::io::Result<std::optional<int>> decode(legacy::util::BytesMut& buffer) {
    ++decodes;
    if (buffer.empty()) return std::nullopt;
    const char first = text_of(buffer)[0];
    if (first != '!' && (first < '0' || first > '9')) return io::Error(io::ErrorKind::InvalidInput);
    buffer.advance(1);
    if (first == '!') return io::Error(io::ErrorKind::InvalidData);
    return first - '0';
  }
  legacy::io::Result<void> encode(int digit, legacy::util::BytesMut& buffer) {
    buffer.put_slice(std::to_string(digit));
    return {};
  }

  int decodes = 0;
};
static_assert(legacy::util::codec::Decoder<Digits> && util::codec::Decoder<Digits>);
static_assert(legacy::util::codec::Encoder<Digits, int> && util::codec::Encoder<Digits, int>);

// What a stream says to so many polls, but for those that are pending: "1", "!" for an error, "end".
template <class S>
Outcomes outcomes_of(S& stream, std::size_t count) {
  Outcomes outcomes;
  while (outcomes.size() < count) {
    auto polled = test::spawn([&] { return stream.next(); }).poll();
    if (polled.is_pending()) continue;
    if (!*polled)
      outcomes.push_back("end");
    else if ((*polled)->has_error())
      outcomes.push_back("!");
    else if constexpr (std::same_as<stream::StreamItem<S>, io::Result<int>>)
      outcomes.push_back(std::to_string(***polled));
    else
      outcomes.push_back(***polled);
  }
  return outcomes;
}

class Both : public ScriptedReader, public RecordingWriter {
 public:
  explicit Both(ScriptedReader reader) : ScriptedReader(std::move(reader)) {}
};

/// Reads in the way of 0.2 only.
class Counting {
 public:
  explicit Counting(std::string text) : text_(std::move(text)) {}
  Poll<io::Result<std::size_t>> poll_read(Context&, std::span<std::byte> memory) {
    const std::size_t size = std::min<std::size_t>({memory.size(), text_.size(), 3});
    std::ranges::copy(std::as_bytes(std::span(text_)).first(size), memory.begin());
    text_.erase(0, size);
    return io::Result<std::size_t>(size);
  }

 private:
  std::string text_;
};

/// Reads a digit at a time in the way of 0.2, and leaves something behind it in the memory.
class Scribbling {
 public:
  Poll<io::Result<std::size_t>> poll_read(Context&, std::span<std::byte> memory) {
    found.push_back(memory[1]);
    std::ranges::fill(memory, std::byte{'?'});
    memory[0] = std::byte{'1'};
    return io::Result<std::size_t>(std::size_t{1});
  }

  std::vector<std::byte> found;
};
/// Does not look at the memory.
class Trusted : public Scribbling {
 public:
  bool prepare_uninitialized_buffer(std::span<std::byte> memory) {
    prepared = memory.size();
    return false;
  }

  std::size_t prepared = 0;
};

using Framed = legacy::util::codec::Framed<Both, LinesCodec>;
static_assert(std::derived_from<Framed, util::codec::Framed<Both, LinesCodec>>);
static_assert(legacy::stream::Stream<Framed> && legacy::util::Sink<Framed, std::string>);

}  // namespace

TEST_SUITE("compat.util.codec") {
  TEST_CASE(
      "UTIL-02, UTIL-05: after an error of the decoder the next frame follows, in 1.x an end does first") {
    const auto reader = [] { return ScriptedReader().give("1!2").wait().give("3").build(); };
    legacy::util::codec::FramedRead old(reader(), Digits());
    CHECK(outcomes_of(old, 6) == Outcomes{"1", "!", "2", "3", "end", "end"});
    util::codec::FramedRead modern(reader(), Digits());
    CHECK(outcomes_of(modern, 6) == Outcomes{"1", "!", "end", "2", "3", "end"});
  }

  TEST_CASE("UTIL-02: a decoder that takes nothing off is asked again, in 1.x not before there is more") {
    const auto reader = [] { return ScriptedReader().give("1x").build(); };
    legacy::util::codec::FramedRead old(reader(), Digits());
    CHECK(outcomes_of(old, 4) == Outcomes{"1", "!", "!", "!"});
    CHECK(old.decoder().decodes == 4);
    util::codec::FramedRead modern(reader(), Digits());
    CHECK(outcomes_of(modern, 3) == Outcomes{"1", "!", "end"});
    CHECK(modern.decoder().decodes == 2);
  }

  TEST_CASE("UTIL-02: a loop over lines goes on behind one that is too long") {
    legacy::util::codec::FramedRead lines(ScriptedReader().give("one\nmuch too long\ntwo\n").build(),
                                          LinesCodec::new_with_max_length(5));
    CHECK(outcomes_of(lines, 4) == Outcomes{"one", "!", "two", "end"});
  }

  TEST_CASE("UTIL-02: bytes that are left at the end are an error") {
    class Pairs {
     public:
      using Item = std::string;
      using Error = io::Error;
      io::Result<std::optional<std::string>> decode(BytesMut& buffer) {
        if (buffer.size() < 2) return std::nullopt;
        return text_of(buffer.split_to(2));
      }
    };
    legacy::util::codec::FramedRead pairs(ScriptedReader().give("abc").build(), Pairs());
    CHECK(outcomes_of(pairs, 2) == Outcomes{"ab", "!"});
  }

  TEST_CASE("UTIL-05: an error of the reader is not the end either") {
    const io::Error broken = make_error_code(boost::system::errc::io_error);
    legacy::util::codec::FramedRead old(ScriptedReader().give("1").fail(broken).build(), Digits());
    CHECK(outcomes_of(old, 3) == Outcomes{"1", "!", "!"});
    util::codec::FramedRead modern(ScriptedReader().give("1").fail(broken).build(), Digits());
    CHECK(outcomes_of(modern, 4) == Outcomes{"1", "!", "end", "!"});
  }

  TEST_CASE("UTIL-05: the end is for ever, in 1.x until the reader has more") {
    /// Ends, and goes on.
    class Growing {
     public:
      Poll<io::Result<void>> poll_read(Context&, io::ReadBuf& buf) {
        if (std::exchange(is_at_end_, !is_at_end_)) buf.put_slice(std::as_bytes(std::span("7", 1)));
        return io::Result<void>();
      }

     private:
      bool is_at_end_ = false;
    };
    legacy::util::codec::FramedRead old{Growing(), Digits()};
    CHECK(outcomes_of(old, 3) == Outcomes{"end", "end", "end"});
    util::codec::FramedRead modern{Growing(), Digits()};
    CHECK(outcomes_of(modern, 3) == Outcomes{"end", "7", "end"});
  }

  TEST_CASE("UTIL-03: frames are read from and written to one thing, which comes back with what is left") {
    legacy::util::codec::Framed framed(Both(ScriptedReader().give("one\ntw")), LinesCodec());
    static_assert(std::same_as<decltype(framed), Framed>);
    CHECK(outcomes_of(framed, 1) == Outcomes{"one"});
    CHECK((*test::spawn([&] { return framed.send("three"); }).poll()).has_value());
    CHECK(framed.get_ref().written == "three\n");
    CHECK((*test::spawn([&] { return framed.feed("four"); }).poll()).has_value());
    CHECK(text_of(framed.read_buffer()) == "tw");

    auto parts = std::move(framed).into_parts();
    CHECK(text_of(parts.read_buf) == "tw");
    CHECK(text_of(parts.write_buf) == "four\n");
    parts.io.give("o\n");
    auto again = legacy::util::codec::Framed<Both, LinesCodec>::from_parts(std::move(parts));
    CHECK(outcomes_of(again, 2) == Outcomes{"two", "end"});
    CHECK((*test::spawn([&] { return again.flush(); }).poll()).has_value());
    CHECK(std::move(again).into_inner().written == "three\nfour\n");
  }

  TEST_CASE(
      "UTIL-03: with any capacity, 8 KiB that are not written make the sink flush, in 1.x the capacity "
      "does") {
    auto old = Framed::with_capacity(Both(ScriptedReader()), LinesCodec(), 64);
    auto modern =
        util::codec::Framed<Both, LinesCodec>::with_capacity(Both(ScriptedReader()), LinesCodec(), 64);
    const std::string line(100, 'x');
    for (int i = 0; i < 2; ++i) {
      CHECK((*test::spawn([&] { return old.feed(line); }).poll()).has_value());
      CHECK((*test::spawn([&] { return modern.feed(line); }).poll()).has_value());
    }
    CHECK(old.get_ref().written.empty());
    CHECK(modern.get_ref().written.size() == 101);
    for (int i = 0; i < 100; ++i) CHECK((*test::spawn([&] { return old.feed(line); }).poll()).has_value());
    CHECK(old.get_ref().written.size() == 82 * 101);
  }

  TEST_CASE("UTIL-04: a writer that takes nothing is the error WriteZero, in one buffer and in both") {
    legacy::util::codec::FramedWrite framed(RecordingWriter(0), Digits());
    CHECK((*test::spawn([&] { return framed.send(1); }).poll()).error() == io::ErrorKind::WriteZero);
  }

  TEST_CASE("UTIL-04: frames that were fed are written at once") {
    legacy::util::codec::FramedWrite framed{RecordingWriter(), LinesCodec()};
    for (const char* line : {"a", "b", "c"})
      CHECK((*test::spawn([&] { return framed.feed(line); }).poll()).has_value());
    CHECK((*test::spawn([&] { return framed.flush(); }).poll()).has_value());
    CHECK(framed.get_ref().written == "a\nb\nc\n");
    CHECK(framed.get_ref().writes == 1);
  }

  TEST_CASE("UTIL-06: the codecs are the same") {
    LinesCodec lines = LinesCodec::new_with_max_length(3);
    BytesMut buffer(io::ConstBytes("abcd\n"));
    CHECK(lines.decode(buffer).error() == legacy::util::codec::LinesCodecError::MaxLineLengthExceeded);

    auto lengths = legacy::util::codec::length_delimited::Builder().length_field_length(2).new_codec();
    BytesMut frame;
    CHECK(lengths.encode("hey", frame).has_value());
    CHECK(text_of(frame) == std::string("\0\3hey", 5));
    CHECK(text_of(lengths.decode(frame).value().value()) == "hey");
    CHECK(legacy::util::codec::LengthDelimitedCodec().max_frame_length() == 8 * 1024 * 1024);

    BytesMut bytes(io::ConstBytes("as it comes"));
    CHECK(text_of(legacy::util::codec::BytesCodec().decode(bytes).value().value()) == "as it comes");
  }

  TEST_CASE("UTIL-02, UTIL-06: a codec of 0.2 serves a Framed of 1.x, and one of 1.x a reader of 0.2") {
    Both stream(ScriptedReader().give("12"));
    util::codec::Framed<Both&, Digits> modern(stream, Digits());
    CHECK(outcomes_of(modern, 3) == Outcomes{"1", "2", "end"});
    CHECK((*test::spawn([&] { return modern.send(3); }).poll()).has_value());
    CHECK(stream.written == "3");

    legacy::util::codec::FramedRead old(Counting("one\ntwo,three"),
                                        util::codec::AnyDelimiterCodec(",\n", ","));
    for (const char* expected : {"one", "two", "three"}) {
      auto frame = test::spawn([&] { return old.next(); }).poll();
      CHECK(text_of((*frame)->value()) == expected);
    }
    CHECK(*test::spawn([&] { return old.next(); }).poll() == std::nullopt);
  }

  TEST_CASE("UTIL-05, IOT-02: a reader that counts finds zeros, unless it says that it does not look") {
    const std::vector<std::byte> zeros(3);
    legacy::util::codec::FramedRead old{Scribbling(), Digits()};
    CHECK(outcomes_of(old, 3) == Outcomes{"1", "1", "1"});
    CHECK(old.get_ref().found == zeros);
    legacy::util::codec::Framed both{Scribbling(), Digits()};
    CHECK(outcomes_of(both, 3) == Outcomes{"1", "1", "1"});
    CHECK(both.get_ref().found == zeros);
    util::codec::FramedRead modern(compat::from_byte_count(Scribbling()), Digits());
    CHECK(outcomes_of(modern, 3) == Outcomes{"1", "1", "1"});
    CHECK(modern.get_ref().get_ref().found == zeros);

    legacy::util::codec::FramedRead trusting{Trusted(), Digits()};
    CHECK(outcomes_of(trusting, 3) == Outcomes{"1", "1", "1"});
    CHECK(trusting.get_ref().found.back() == std::byte{'?'});
    CHECK(trusting.get_ref().prepared > 0);
  }

  TEST_CASE("UTIL-02: a stream that goes to 1.x behind an error or its end goes on, as that does") {
    const auto reader = [] { return ScriptedReader().give("1!2!3").build(); };
    legacy::util::codec::FramedRead old(reader(), Digits());
    CHECK(outcomes_of(old, 2) == Outcomes{"1", "!"});
    util::codec::FramedRead modern = compat::from_legacy(std::move(old));
    CHECK(outcomes_of(modern, 2) == Outcomes{"2", "!"});
    legacy::util::codec::FramedRead back = compat::into_legacy(std::move(modern));
    CHECK(outcomes_of(back, 2) == Outcomes{"3", "end"});  // without the end that 1.x owed
    util::codec::FramedRead ended = compat::from_legacy(std::move(back));
    CHECK(outcomes_of(ended, 2) == Outcomes{"end", "end"});
  }

  TEST_CASE("UTIL-03: what goes to 1.x keeps where its sink flushes") {
    auto old = Framed::with_capacity(Both(ScriptedReader()), LinesCodec(), 64);
    old.set_backpressure_boundary(100);
    CHECK(compat::from_legacy(std::move(old)).backpressure_boundary() == 100);
  }

  TEST_CASE("UTIL-03, UTIL-05: what was read ahead is given without reading more, wherever it goes") {
    const auto input = [] { return Both(ScriptedReader().give("one\ntwo\n").wait().give("three\n")); };
    legacy::util::codec::Framed old(input(), LinesCodec());
    CHECK(outcomes_of(old, 1) == Outcomes{"one"});
    util::codec::Framed<Both, LinesCodec> modern = compat::from_legacy(std::move(old));
    CHECK(test::spawn([&] { return modern.next(); }).poll().is_ready());

    legacy::util::codec::FramedRead old_reader(input(), LinesCodec());
    CHECK(outcomes_of(old_reader, 1) == Outcomes{"one"});
    util::codec::FramedRead<Both, LinesCodec> reader = compat::from_legacy(std::move(old_reader));
    CHECK(test::spawn([&] { return reader.next(); }).poll().is_ready());
  }

  TEST_CASE("UTIL-03: a Framed goes to 1.x and back in the middle of a line") {
    legacy::util::codec::Framed old(Both(ScriptedReader().give("one\ntw").wait().give("o\nthree")),
                                    LinesCodec());
    CHECK(outcomes_of(old, 1) == Outcomes{"one"});
    util::codec::Framed<Both, LinesCodec> modern = compat::from_legacy(std::move(old));
    CHECK(outcomes_of(modern, 1) == Outcomes{"two"});
    Framed back = compat::into_legacy(std::move(modern));
    CHECK(outcomes_of(back, 2) == Outcomes{"three", "end"});
  }
}
