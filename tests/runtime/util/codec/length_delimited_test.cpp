#include <bit>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io/duplex.hpp>
#include <ferry/util/codec/length_delimited.hpp>

#include "runtime/util/codec/split_frames.hpp"

namespace ferry {
namespace {

using namespace std::string_literals;
using test::frames_before_error;
using test::frames_of;
using test::RecordingWriter;
using test::text_of;
using util::BytesMut;
using util::codec::LengthDelimitedCodec;
using util::codec::LengthDelimitedCodecError;
using util::codec::length_delimited::Builder;

using Frames = std::vector<std::string>;

const std::string kCutOff = "!unexpected end of input";
const std::string kTooLong = "!the frame is too long";

std::string encoded(Builder builder, std::string_view payload) {
  auto codec = builder.new_codec();
  BytesMut buffer;
  REQUIRE(codec.encode(payload, buffer));
  return text_of(buffer);
}
io::Error encode_error(LengthDelimitedCodec codec, std::string_view payload) {
  BytesMut buffer;
  const auto result = codec.encode(payload, buffer);
  CHECK(buffer.empty());
  return result.error();
}

TEST_SUITE("util.codec.LengthDelimitedCodec") {
  TEST_CASE("no input, no frames") { CHECK(frames_of(LengthDelimitedCodec(), {}).empty()); }

  TEST_CASE("a head is four bytes, big endian, unless something else is said") {
    CHECK(frames_of(LengthDelimitedCodec(), {"\0\0\0\x09"
                                             "abcdefghi"s}) == Frames{"=abcdefghi"});
    CHECK(frames_of(Builder().big_endian().new_codec(), {"\0\0\0\x02"
                                                         "ab"s}) == Frames{"=ab"});
    CHECK(frames_of(Builder().little_endian().new_codec(), {"\x02\0\0\0"
                                                            "ab"s}) == Frames{"=ab"});
    const std::string native = std::endian::native == std::endian::big ? "\0\x02"s : "\x02\0"s;
    CHECK(frames_of(Builder().native_endian().length_field_length(2).new_codec(), {native + "ab"}) ==
          Frames{"=ab"});
    CHECK(frames_of(Builder().length_field_length(1).new_codec(), {"\x02"
                                                                   "ab"}) == Frames{"=ab"});
    CHECK(frames_of(Builder().length_field_length(3).new_codec(), {"\0\0\x02"
                                                                   "ab"s}) == Frames{"=ab"});
    CHECK(frames_of(Builder().length_field_length(8).new_codec(), {"\0\0\0\0\0\0\0\x02"
                                                                   "ab"s}) == Frames{"=ab"});
    CHECK(frames_of(Builder().length_field_type<std::uint16_t>().new_codec(), {"\0\x02"
                                                                               "ab"s}) == Frames{"=ab"});
  }

  TEST_CASE("frames follow one another in one piece or many") {
    const Frames all = {"=abcdefghi", "=", "=123", "=hello world"};
    CHECK(frames_of(LengthDelimitedCodec(), {"\0\0\0\x09"
                                             "abcdefghi\0\0\0\0\0\0\0\x03"
                                             "123\0\0\0\x0b"
                                             "hello world"s}) == all);
    CHECK(frames_of(LengthDelimitedCodec(), {"\0\0"s,
                                             "\0\x09"
                                             "abc"s,
                                             "defghi", "\0\0\0\0"s,
                                             "\0\0\0\x03"
                                             "12"s,
                                             "3\0\0\0\x0b"
                                             "hello world"s}) == all);
  }

  TEST_CASE("a frame that the end cuts off is an error, in its head, behind it or in its payload") {
    CHECK(frames_before_error(LengthDelimitedCodec(), {"\0\0"s}) == Frames{kCutOff});
    CHECK(frames_before_error(LengthDelimitedCodec(), {"\0\0\0\x02"
                                                       "ab\0"s}) == Frames{"=ab", kCutOff});
    CHECK(frames_before_error(LengthDelimitedCodec(), {"\0\0\0\x09"
                                                       "ab"s,
                                                       "cd"}) == Frames{kCutOff});
    CHECK(frames_before_error(LengthDelimitedCodec(), {"\0\0\0\x09"s}) == Frames{kCutOff});
  }

  TEST_CASE("what comes after the end begins with a head") {
    LengthDelimitedCodec codec;
    for (const std::string& cut_off : {"\0\0"s, "\0\0\0\2"s, "\0\0\0\2a"s}) {
      BytesMut buffer(cut_off);
      CHECK(codec.decode_eof(buffer).error() == io::ErrorKind::UnexpectedEof);
      CHECK(codec.decode_eof(buffer).value() == std::nullopt);
      buffer.put_slice("\0\0\0\1x"s);
      CHECK(text_of(**codec.decode(buffer)) == "x");
    }
  }

  TEST_CASE("a frame that is too long is an error, again and again") {
    auto codec = Builder().max_frame_length(5).new_codec();
    CHECK(codec.max_frame_length() == 5);
    BytesMut buffer(
        "\0\0\0\x05"
        "abcde\0\0\0\x06"
        "abcdef"s);
    CHECK(text_of(**codec.decode(buffer)) == "abcde");
    CHECK(codec.decode(buffer).error() == LengthDelimitedCodecError::MaxFrameLengthExceeded);
    CHECK(codec.decode(buffer).error() == LengthDelimitedCodecError::MaxFrameLengthExceeded);
    CHECK(buffer.size() == 10);
  }

  TEST_CASE("the greatest length is 8 MiB, and may be changed") {
    LengthDelimitedCodec codec;
    CHECK(codec.max_frame_length() == 8 * 1024 * 1024);
    BytesMut buffer("\0\x80\0\1"s);
    CHECK(codec.decode(buffer).error() == LengthDelimitedCodecError::MaxFrameLengthExceeded);
    buffer = BytesMut("\0\x80\0\0"s);
    CHECK(codec.decode(buffer).value() == std::nullopt);

    SUBCASE("for the frames to come") {
      codec = LengthDelimitedCodec();
      buffer = BytesMut(
          "\0\0\0\x06"
          "abcdef\0\0\0\x06"
          "abcdef"s);
      CHECK(text_of(**codec.decode(buffer)) == "abcdef");
      codec.set_max_frame_length(5);
      CHECK(codec.decode(buffer).error() == LengthDelimitedCodecError::MaxFrameLengthExceeded);
    }
    SUBCASE("but not for the one whose head was seen") {
      codec = LengthDelimitedCodec();
      buffer = BytesMut(
          "\0\0\0\x06"
          "abc"s);
      CHECK(codec.decode(buffer).value() == std::nullopt);
      codec.set_max_frame_length(5);
      buffer.put_slice("def\0\0\0\x06"s);
      CHECK(text_of(**codec.decode(buffer)) == "abcdef");
      CHECK(codec.decode(buffer).error() == LengthDelimitedCodecError::MaxFrameLengthExceeded);
    }
  }

  TEST_CASE("the length field may come later in the head") {
    CHECK(frames_of(Builder().length_field_length(2).length_field_offset(4).new_codec(), {"zzzz\0\x09"
                                                                                          "abcdefghi"s}) ==
          Frames{"=abcdefghi"});
  }

  TEST_CASE("the head may be kept in the frame") {
    const auto codec =
        Builder().length_field_length(2).length_field_offset(2).num_skip(0).length_adjustment(4).new_codec();
    CHECK(frames_of(codec, {"xx\0\x09"
                            "abcdefghiyy\0\x03"
                            "123zz\0\x0b"
                            "hello world"s}) == Frames{"=xx\0\x09"
                                                       "abcdefghi"s,
                                                       "=yy\0\x03"
                                                       "123"s,
                                                       "=zz\0\x0b"
                                                       "hello world"s});
  }

  TEST_CASE("more than the length field may be left out") {
    CHECK(frames_of(Builder().length_field_length(3).num_skip(4).new_codec(), {"\0\0\x0b\x0cHello world"s}) ==
          Frames{"=Hello world"});
    // The bytes to be left out are waited for.
    CHECK(frames_of(Builder().length_field_length(1).num_skip(4).new_codec(), {"\1", "abc", "d"}) ==
          Frames{"=d"});
  }

  TEST_CASE("the length may count the head") {
    const auto codec = Builder().length_field_length(2).length_adjustment(-2).new_codec();
    CHECK(frames_of(codec, {"\0\x0b"
                            "abcdefghi\0\x05"
                            "123\0\x0d"
                            "hello world"s}) == Frames{"=abcdefghi", "=123", "=hello world"});
    CHECK(frames_of(codec, {"\0\2"s}) == Frames{"="});
    CHECK(frames_before_error(codec, {"\0\1"s}) ==
          Frames{"!the length of the frame is out of range once it is adjusted"});
  }

  TEST_CASE("a frame without any bytes, not even of a head, is an error: there would be no end of them") {
    auto codec = Builder().length_field_length(1).num_skip(0).length_adjustment(-1).new_codec();
    BytesMut buffer("\3a\1b");
    CHECK(text_of(**codec.decode(buffer)) == "\3a");
    CHECK(codec.decode(buffer).error() == LengthDelimitedCodecError::LengthOverflow);
  }

  TEST_CASE("a length field has one to eight bytes") {
    CHECK_THROWS_AS(Builder().length_field_length(0), std::logic_error);
    CHECK_THROWS_AS(Builder().length_field_length(9), std::logic_error);
  }

  TEST_CASE("no frame is longer than its length field can say") {
    CHECK(Builder().length_field_length(1).max_frame_length(256).new_codec().max_frame_length() == 255);
    CHECK(Builder().length_field_length(1).length_adjustment(-1).new_codec().max_frame_length() == 254);
    CHECK(Builder().length_field_length(1).length_adjustment(1).new_codec().max_frame_length() == 256);
    CHECK(Builder().length_field_length(1).length_adjustment(-300).new_codec().max_frame_length() == 0);
    CHECK(Builder().length_field_length(1).max_frame_length(10).new_codec().max_frame_length() == 10);
    constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max();
    auto codec =
        Builder().length_field_type<std::uint64_t>().max_frame_length(kMost).length_adjustment(1).new_codec();
    CHECK(codec.max_frame_length() == kMost);
    codec = Builder().length_field_length(1).new_codec();
    codec.set_max_frame_length(1000);
    CHECK(codec.max_frame_length() == 255);
    CHECK(encode_error(codec, std::string(256, 'x')) == LengthDelimitedCodecError::MaxFrameLengthExceeded);
  }

  TEST_CASE("a peer that claims a huge frame gets an error or waits, it takes no memory") {
    constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max();
    auto codec = Builder().length_field_length(8).max_frame_length(kMost).new_codec();
    BytesMut buffer(
        "\xff\xff\xff\xff\xff\xff\xff\xff"
        "abc");
    CHECK(codec.decode(buffer).value() == std::nullopt);
    CHECK(buffer.capacity() <= 8 * 1024 * 1024);
    codec = Builder().length_field_length(8).max_frame_length(kMost).length_adjustment(1).new_codec();
    buffer = BytesMut(
        "\xff\xff\xff\xff\xff\xff\xff\xff"
        "abc");
    CHECK(codec.decode(buffer).error() == LengthDelimitedCodecError::LengthOverflow);
  }

  TEST_CASE("room for a frame is made once its head is there") {
    LengthDelimitedCodec codec;
    BytesMut buffer("\0\1\0\0"s);
    CHECK(codec.decode(buffer).value() == std::nullopt);
    CHECK(buffer.capacity() == 65536);
  }

  TEST_CASE("frames are encoded with their length before them") {
    CHECK(encoded(Builder(), "abcdefghi") ==
          "\0\0\0\x09"
          "abcdefghi"s);
    CHECK(encoded(Builder(), "") == "\0\0\0\0"s);
    CHECK(encoded(Builder().little_endian(), "abc") == "\3\0\0\0abc"s);
    CHECK(encoded(Builder().length_field_length(1), "abc") == "\3abc");
    CHECK(encoded(Builder().length_field_length(3).little_endian(), std::string(258, 'x')) ==
          "\2\1\0"s + std::string(258, 'x'));
    CHECK(encoded(Builder().length_adjustment(-2), "abcdefghi") ==
          "\0\0\0\x0b"
          "abcdefghi"s);
    CHECK(encoded(Builder().length_adjustment(2), "abcdefghi") ==
          "\0\0\0\x07"
          "abcdefghi"s);
    // What precedes the length field, or is left out behind it, is not written.
    CHECK(encoded(Builder().length_field_offset(3).num_skip(9), "abc") == "\0\0\0\3abc"s);
  }

  TEST_CASE("what cannot be encoded leaves nothing behind") {
    CHECK(encode_error(Builder().max_frame_length(5).new_codec(), "abcdef") ==
          LengthDelimitedCodecError::MaxFrameLengthExceeded);
    CHECK(encode_error(Builder().length_adjustment(4).new_codec(), "abc") ==
          LengthDelimitedCodecError::LengthOverflow);
  }

  TEST_CASE("encoding makes room in a buffer that is full") {
    LengthDelimitedCodec codec;
    BytesMut buffer = BytesMut::with_capacity(1024);
    buffer.put_slice(std::string(1024, 'a'));
    REQUIRE(codec.encode("hello", buffer));
    CHECK(text_of(buffer) == std::string(1024, 'a') + "\0\0\0\5hello"s);
  }

  TEST_CASE("a builder makes readers, writers and both") {
    test::ScriptedReader input;
    input.give("\2ab");
    Builder builder;
    builder.length_field_length(1);
    auto reader = builder.new_read(std::move(input));
    CHECK(text_of(***test::spawn([&] { return reader.next(); }).poll()) == "ab");

    auto writer = builder.new_write(RecordingWriter());
    REQUIRE(test::spawn([&] { return writer.send("abc"); }).poll()->has_value());
    CHECK(writer.get_ref().written == "\3abc");

    auto [near, far] = io::duplex(64);
    auto both = builder.new_framed(std::move(near));
    auto peer = builder.new_framed(std::move(far));
    REQUIRE(test::spawn([&] { return both.send("ping"); }).poll()->has_value());
    CHECK(text_of(***test::spawn([&] { return peer.next(); }).poll()) == "ping");
  }

  TEST_CASE("a frame that is on its way is not concerned by a smaller limit") {
    auto writer = Builder().new_write(RecordingWriter());
    writer.get_mut().is_open = false;
    auto sending = test::spawn([&] { return writer.send("abcdef"); });
    CHECK(sending.poll().is_pending());
    writer.encoder_mut().set_max_frame_length(5);
    writer.get_mut().is_open = true;
    CHECK(sending.poll()->has_value());
    CHECK(writer.get_ref().written == "\0\0\0\6abcdef"s);
    CHECK(test::spawn([&] { return writer.send("abcdef"); }).poll()->error() ==
          LengthDelimitedCodecError::MaxFrameLengthExceeded);
  }
}

}  // namespace
}  // namespace ferry
