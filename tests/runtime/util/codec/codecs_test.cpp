#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/util/codec/any_delimiter_codec.hpp>
#include <ferry/util/codec/bytes_codec.hpp>
#include <ferry/util/codec/codec.hpp>
#include <ferry/util/codec/length_delimited.hpp>
#include <ferry/util/codec/lines_codec.hpp>

#include "runtime/util/codec/split_frames.hpp"

namespace ferry {
namespace {

using namespace std::string_literals;
using test::bytes_of;
using test::frames_before_error;
using test::frames_of;
using test::text_of;
using util::BytesMut;
using util::codec::AnyDelimiterCodec;
using util::codec::AnyDelimiterCodecError;
using util::codec::BytesCodec;
using util::codec::LengthDelimitedCodec;
using util::codec::LinesCodec;
using util::codec::LinesCodecError;

static_assert(util::codec::Decoder<BytesCodec> && util::codec::Encoder<BytesCodec, BytesMut>);
static_assert(util::codec::Decoder<LinesCodec> && util::codec::Encoder<LinesCodec, const std::string&>);
static_assert(!util::codec::Encoder<LinesCodec, int>);
static_assert(util::codec::Decoder<AnyDelimiterCodec> && util::codec::Decoder<LengthDelimitedCodec>);

using Lines = std::vector<std::string>;

/// What `decode` gives, until there is nothing more to be had.
template <class Decode>
Lines all_of(Decode decode) {
  Lines lines;
  for (;;) {
    auto frame = decode();
    if (!frame)
      lines.push_back('!' + frame.error().message());
    else if (*frame)
      lines.push_back(test::frame_text(**frame));
    else
      return lines;
  }
}
template <class Codec>
Lines decoded(Codec& codec, BytesMut& buffer, std::string_view more = {}) {
  buffer.put_slice(more);
  return all_of([&] { return codec.decode(buffer); });
}
template <class Codec>
Lines decoded_at_end(Codec& codec, BytesMut& buffer) {
  return all_of([&] { return codec.decode_eof(buffer); });
}

const std::string kTooLong = "!the line is too long";
const std::string kChunkTooLong = "!the chunk is too long";

TEST_SUITE("util.codec.BytesCodec") {
  TEST_CASE("whatever there is is a frame") {
    BytesCodec codec;
    BytesMut buffer;
    CHECK(decoded(codec, buffer, "abc") == Lines{"abc"});
    CHECK_FALSE(codec.decode(buffer)->has_value());
    CHECK(decoded(codec, buffer, "a") == Lines{"a"});
  }

  TEST_CASE("bytes are appended, and the buffer grows with them") {
    BytesCodec codec;
    BytesMut buffer = BytesMut::with_capacity(4);
    REQUIRE(codec.encode(std::string(8193, 'x'), buffer));
    REQUIRE(codec.encode(BytesMut("hello"), buffer));
    CHECK(text_of(buffer) == std::string(8193, 'x') + "hello");
  }
}

TEST_SUITE("util.codec.LinesCodec") {
  TEST_CASE("after a lone \\r at the end, another buffer is looked through from its beginning") {
    LinesCodec codec;
    util::BytesMut buffer("\r");
    CHECK_FALSE(codec.decode_eof(buffer)->has_value());
    buffer.clear();
    buffer.put_slice("\nabc\n");
    CHECK(codec.decode(buffer).value() == "");
    CHECK(codec.decode(buffer).value() == "abc");
  }

  TEST_CASE("lines end with a newline, with or without a carriage return before it") {
    LinesCodec codec;
    CHECK(codec.max_length() == std::numeric_limits<std::size_t>::max());
    BytesMut buffer;
    CHECK(decoded(codec, buffer, "line 1\nline 2\r\nline 3\n\r\n\r") ==
          Lines{"line 1", "line 2", "line 3", ""});
    CHECK(text_of(buffer) == "\r");
  }

  TEST_CASE("the last line needs no newline, but a lone carriage return is none") {
    LinesCodec codec;
    BytesMut buffer("\r");
    CHECK(decoded_at_end(codec, buffer).empty());
    buffer.put_slice("k");
    CHECK(decoded(codec, buffer).empty());
    CHECK(decoded_at_end(codec, buffer) == Lines{"\rk"});
    CHECK(decoded_at_end(codec, buffer).empty());
    CHECK(frames_of(LinesCodec(), {"a\nb\r"}) == Lines{"=a", "=b"});
    CHECK(frames_of(LinesCodec(), {}).empty());
  }

  TEST_CASE("a line that is too long is an error, and is skipped") {
    auto codec = LinesCodec::new_with_max_length(6);
    CHECK(codec.max_length() == 6);
    BytesMut buffer;
    CHECK(decoded(codec, buffer, "line 1 is too long\nline 2\nline 3\r\nline 4\n\r\n\r") ==
          Lines{kTooLong, "line 2", kTooLong, "line 4", ""});
    CHECK(decoded_at_end(codec, buffer).empty());
    CHECK(decoded(codec, buffer, "k").empty());
    CHECK(decoded_at_end(codec, buffer) == Lines{"\rk"});
    CHECK(decoded(codec, buffer, "aaabbbc") == Lines{kTooLong});
    CHECK(codec.decode(buffer).value() == std::nullopt);
    CHECK(codec.decode(buffer).value() == std::nullopt);
  }

  TEST_CASE("the error comes as soon as the line cannot fit any more, and says what it is") {
    auto codec = LinesCodec::new_with_max_length(6);
    BytesMut buffer;
    CHECK(decoded(codec, buffer, "line ").empty());
    buffer.put_slice("too l");
    CHECK(codec.decode(buffer).error() == LinesCodecError::MaxLineLengthExceeded);
    CHECK(decoded(codec, buffer, "ong\n").empty());
    CHECK(decoded(codec, buffer, "line 2").empty());
    CHECK(decoded(codec, buffer, "\n") == Lines{"line 2"});
  }

  TEST_CASE("a line of the greatest length may be followed by its newline later") {
    auto codec = LinesCodec::new_with_max_length(5);
    BytesMut buffer;
    CHECK(decoded(codec, buffer, "hello").empty());
    CHECK(decoded(codec, buffer, "\nworld") == Lines{"hello"});
    CHECK(decoded_at_end(codec, buffer) == Lines{"world"});
  }

  TEST_CASE("what is too long is skipped over any number of reads") {
    auto codec = LinesCodec::new_with_max_length(1);
    BytesMut buffer;
    CHECK(decoded(codec, buffer, "aa") == Lines{kTooLong});
    CHECK(decoded(codec, buffer, "a").empty());
    CHECK(decoded(codec, buffer, "aaaaaaaaaaaaaaaaaaaaaaa").empty());
    CHECK(buffer.empty());
    CHECK(decoded(codec, buffer, "a\nb\n") == Lines{"b"});
    CHECK(decoded(codec, buffer, "ccc") == Lines{kTooLong});
    CHECK(decoded_at_end(codec, buffer).empty());
    CHECK(decoded(codec, buffer, "d\n") == Lines{"d"});  // the end has ended the line, too
  }

  TEST_CASE("a line that is not UTF-8 is an error and gone") {
    LinesCodec codec;
    BytesMut buffer("\xff\nnext\n\xe2\x82\xac\n\xc3");
    CHECK(codec.decode(buffer).error() == io::ErrorKind::InvalidData);
    CHECK(decoded(codec, buffer) == Lines{"next", "\xe2\x82\xac"});
    CHECK(codec.decode_eof(buffer).error() == io::ErrorKind::InvalidData);
    CHECK(codec.decode_eof(buffer).value() == std::nullopt);
  }

  TEST_CASE("somebody who takes bytes off the buffer does no harm") {
    LinesCodec codec;
    BytesMut buffer("a long beginning");
    CHECK(decoded(codec, buffer).empty());
    buffer.clear();
    CHECK(decoded(codec, buffer).empty());
    CHECK(decoded(codec, buffer, "short\n") == Lines{"short"});
  }

  TEST_CASE("a line is encoded with a newline") {
    LinesCodec codec;
    BytesMut buffer;
    REQUIRE(codec.encode("line 1", buffer));
    REQUIRE(codec.encode("line 2"s, buffer));
    CHECK(text_of(buffer) == "line 1\nline 2\n");
  }
}

TEST_SUITE("util.codec.AnyDelimiterCodec") {
  TEST_CASE("each of the delimiters ends a chunk, the end of the input the last one") {
    AnyDelimiterCodec codec(",;\n\r", ",");
    CHECK(codec.max_length() == std::numeric_limits<std::size_t>::max());
    BytesMut buffer;
    CHECK(decoded(codec, buffer, "chunk 1,chunk 2;chunk 3\n\r") ==
          Lines{"chunk 1", "chunk 2", "chunk 3", ""});
    CHECK(decoded_at_end(codec, buffer).empty());
    CHECK(decoded(codec, buffer, "k").empty());
    CHECK(decoded_at_end(codec, buffer) == Lines{"k"});
    CHECK(decoded_at_end(codec, buffer).empty());
  }

  TEST_CASE("unless it is told otherwise, it splits at commas, semicolons and ends of lines") {
    CHECK(frames_of(AnyDelimiterCodec(), {"a,b;c\nd\re"}) == Lines{"=a", "=b", "=c", "=d", "=e"});
  }

  TEST_CASE("bytes need not be text, and a delimiter may be any byte") {
    CHECK(frames_of(AnyDelimiterCodec("\0\xff"s, ""), {"a\0\xfe\xff"s}) == Lines{"=a", "=\xfe"});
  }

  TEST_CASE("a chunk that is too long is an error, and is skipped") {
    auto codec = AnyDelimiterCodec::new_with_max_length(",;\n\r", ",", 7);
    CHECK(codec.max_length() == 7);
    BytesMut buffer("chunk 1 is too long\nchunk 2\nchunk 3\r\nchunk 4\n\r\n");
    CHECK(codec.decode(buffer).error() == AnyDelimiterCodecError::MaxChunkLengthExceeded);
    CHECK(decoded(codec, buffer) == Lines{"chunk 2", "chunk 3", "", "chunk 4", "", ""});
    CHECK(decoded(codec, buffer, "12345678") == Lines{kChunkTooLong});
    CHECK(decoded(codec, buffer, "9;x;") == Lines{"x"});
  }

  TEST_CASE("a chunk is encoded with what ends it") {
    AnyDelimiterCodec codec(",", "--");
    BytesMut buffer;
    REQUIRE(codec.encode("chunk 1", buffer));
    REQUIRE(codec.encode(BytesMut("chunk 2"), buffer));
    CHECK(text_of(buffer) == "chunk 1--chunk 2--");
  }
}

TEST_SUITE("util.codec") {
  /// Checks that it makes no difference where `input` is cut in two or three, or into bytes.
  template <class Codec, class Frames>
  void check_cuts(const Codec& codec, const std::string& input, Frames frames) {
    const Lines whole = frames(codec, {input});
    CHECK(frames(codec, bytes_of(input)) == whole);
    for (std::size_t first = 0; first <= input.size(); ++first)
      for (std::size_t second = first; second <= input.size(); ++second) {
        CAPTURE(first);
        CAPTURE(second);
        REQUIRE(frames(codec, {input.substr(0, first), input.substr(first, second - first),
                               input.substr(second)}) == whole);
      }
  }

  TEST_CASE("frames do not depend on how the input is cut into pieces") {
    const auto all = [](const auto& codec, const std::vector<std::string>& pieces) {
      return frames_of(codec, pieces);
    };
    const auto to_error = [](const auto& codec, const std::vector<std::string>& pieces) {
      return frames_before_error(codec, pieces);
    };
    SUBCASE("lines") { check_cuts(LinesCodec(), "one\r\ntwo\n\n\xe2\x82\xac\n\xff\n\r\rlast\r", all); }
    SUBCASE("lines that may be too long") {
      check_cuts(LinesCodec::new_with_max_length(4), "four\nfive5\n\r\nabc\r\nabcd\r\n1234567890\nx\nyyyyy",
                 all);
    }
    SUBCASE("chunks") { check_cuts(AnyDelimiterCodec(), "one,two;;\xff\nthree\r\nlast", all); }
    SUBCASE("chunks that may be too long") {
      check_cuts(AnyDelimiterCodec::new_with_max_length(",;", ",", 3), "one,four;1234567890,x;yyy,zzzz", all);
    }
    SUBCASE("frames with a length") {
      check_cuts(LengthDelimitedCodec(), "\0\0\0\3abc\0\0\0\0\0\0\0\1x\0\0\0\2y"s, to_error);
    }
    SUBCASE("frames with a length in a larger head") {
      auto builder = LengthDelimitedCodec::builder();
      builder.length_field_offset(2).length_field_length(2).little_endian().num_skip(5).length_adjustment(-5);
      check_cuts(builder.new_codec(), "zz\x08\0!abczz\x05\0!zz\x06\0!xzz\xff"s, to_error);
    }
    SUBCASE("frames that are too long") {
      auto builder = LengthDelimitedCodec::builder();
      builder.length_field_length(1).max_frame_length(4);
      check_cuts(builder.new_codec(), "\4abcd\0\5abcde\1x"s, to_error);
    }
  }
}

}  // namespace
}  // namespace ferry
