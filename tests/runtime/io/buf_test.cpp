#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>

#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using test::at_once;
using test::pieces_of;
using test::RecordingWriter;
using test::ScriptedReader;
using test::VectoredWriter;

namespace {

static_assert(io::Buf<std::string_view> && io::Buf<std::span<const std::byte>> && io::Buf<io::Pieces>);
static_assert(io::Buf<io::Cursor<std::string>> && !io::Buf<std::string>);

TEST_SUITE("io.read_buf") {
  TEST_CASE("appends to a vector what there is, as far as it has room") {
    ScriptedReader reader;
    reader.give("hello world").give("!");
    std::vector<char> bytes;
    bytes.reserve(6);
    bytes.push_back('>');
    CHECK(at_once([&] { return io::read_buf(reader, bytes); }).value() == 5);
    CHECK(std::string_view(bytes.data(), bytes.size()) == ">hello");
    CHECK(at_once([&] { return io::read_buf(reader, bytes); }).value() == 6);
    CHECK(at_once([&] { return io::read_buf(reader, bytes); }).value() == 1);
    CHECK(at_once([&] { return io::read_buf(reader, bytes); }).value() == 0);
    CHECK(std::string_view(bytes.data(), bytes.size()) == ">hello world!");
  }

  TEST_CASE("a cancelled one has read nothing, and the string is what it was") {
    ScriptedReader reader;
    reader.wait().give("abc");
    std::string text = "kept";
    {
      auto cancelled = test::spawn([&] { return io::read_buf(reader, text); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(text == "kept");
    CHECK(at_once([&] { return io::read_buf(reader, text); }).value() == 3);
    CHECK(text == "keptabc");
  }

  TEST_CASE("an error leaves the string what it was") {
    ScriptedReader reader;
    reader.fail(io::ErrorKind::InvalidData);
    std::string text = "kept";
    CHECK(at_once([&] { return io::read_buf(reader, text); }).error() == io::ErrorKind::InvalidData);
    CHECK(text == "kept");
  }

  TEST_CASE("fills a ReadBuf, which does not grow: without room nothing is read") {
    ScriptedReader reader;
    reader.wait().give("abcdef");
    std::array<std::byte, 5> memory{};
    io::ReadBuf buf = io::ReadBuf::uninit(memory);
    buf.put_slice(std::as_bytes(std::span("x", 1)));
    auto read = test::spawn([&] { return io::read_buf(reader, buf); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 4);
    CHECK(test::text_of(buf.filled()) == "xabcd");
    CHECK(at_once([&] { return io::read_buf(reader, buf); }).value() == 0);
    CHECK(test::read_once(reader) == "ef");
  }
}

TEST_SUITE("io.write_buf") {
  TEST_CASE("takes what was written away from the front of the data") {
    RecordingWriter writer(4);
    std::string_view data = "hello world";
    CHECK(at_once([&] { return io::write_buf(writer, data); }).value() == 4);
    CHECK(data == "o world");
    CHECK(writer.written == "hell");
    std::span<const std::byte> bytes = std::as_bytes(std::span(data));
    CHECK(at_once([&] { return io::write_buf(writer, bytes); }).value() == 4);
    CHECK(bytes.size() == 3);
  }

  TEST_CASE("of nothing is ready without writing") {
    RecordingWriter writer;
    writer.is_open = false;
    std::string_view nothing;
    CHECK(at_once([&] { return io::write_buf(writer, nothing); }).value() == 0);
  }

  TEST_CASE("a cancelled one has taken nothing") {
    RecordingWriter writer;
    writer.is_open = false;
    std::string_view data = "abc";
    {
      auto cancelled = test::spawn([&] { return io::write_buf(writer, data); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(data == "abc");
  }

  TEST_CASE("an error takes nothing away") {
    auto [reader, writer] = io::simplex(4);
    {
      io::SimplexReader gone = std::move(reader);
    }
    std::string_view data = "abc";
    CHECK(at_once([&, &writer = writer] { return io::write_buf(writer, data); }).has_error());
    CHECK(data == "abc");
  }

  TEST_CASE("pieces go in one write where the writer can do that, else one a write") {
    auto pieces = pieces_of({"", "ab", "cde", "f"});
    VectoredWriter vectored(4);
    io::Pieces together(pieces);
    CHECK(together.remaining() == 6);
    CHECK(at_once([&] { return io::write_buf(vectored, together); }).value() == 4);
    CHECK(vectored.written == "abcd");
    CHECK(vectored.most_pieces == 3);
    CHECK(together.remaining() == 2);

    RecordingWriter plain;
    CHECK(at_once([&] { return io::write_buf(plain, together); }).value() == 1);
    CHECK(at_once([&] { return io::write_buf(plain, together); }).value() == 1);
    CHECK(plain.written == "ef");
    CHECK(at_once([&] { return io::write_buf(plain, together); }).value() == 0);
  }
}

TEST_SUITE("io.write_all_buf") {
  TEST_CASE("writes until nothing remains") {
    RecordingWriter writer(4);
    io::Cursor data(std::string("hello world"));
    CHECK(at_once([&] { return io::write_all_buf(writer, data); }).has_value());
    CHECK(writer.written == "hello world");
    CHECK(writer.writes == 3);
    CHECK(data.remaining() == 0);
  }

  TEST_CASE("a cancelled one is gone on with: the data says what is left") {
    auto [near, far] = io::duplex(4);
    std::string_view data = "hello world";
    {
      auto cancelled = test::spawn([&, &near = near] { return io::write_all_buf(near, data); });
      REQUIRE(cancelled.poll().is_pending());
      CHECK(data == "o world");
      CHECK(test::read_once(far) == "hell");
      REQUIRE(cancelled.is_woken());
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(data == "rld");
    CHECK(test::read_once(far) == "o wo");
    CHECK(at_once([&, &near = near] { return near.write_all_buf(data); }).has_value());
    CHECK(test::read_once(far) == "rld");
  }

  TEST_CASE("fails with WriteZero when the writer takes nothing") {
    RecordingWriter writer(0);
    std::string_view data = "x";
    CHECK(at_once([&] { return io::write_all_buf(writer, data); }).error() == io::ErrorKind::WriteZero);
    CHECK(data == "x");
  }

  TEST_CASE("pieces go in as few writes as the writer's limit allows") {
    auto pieces = pieces_of({"hell", "o wo", "", "rld"});
    VectoredWriter writer(6);
    io::Pieces together(pieces);
    CHECK(at_once([&] { return io::write_all_buf(writer, together); }).has_value());
    CHECK(writer.written == "hello world");
    CHECK(writer.writes == 2);
  }
}

TEST_SUITE("io.write_all_vectored") {
  TEST_CASE("writes all pieces, also through a writer that takes one at a time") {
    auto pieces = pieces_of({"ab", "", "cde", "f"});
    VectoredWriter vectored(4);
    CHECK(at_once([&] { return io::write_all_vectored(vectored, pieces); }).has_value());
    CHECK(vectored.written == "abcdef");
    CHECK(vectored.writes == 2);

    auto again = pieces_of({"ab", "", "cde", "f"});
    RecordingWriter plain;
    CHECK(at_once([&] { return io::write_all_vectored(plain, again); }).has_value());
    CHECK(plain.written == "abcdef");
    CHECK(plain.writes == 3);
  }

  TEST_CASE("of nothing is ready without writing") {
    RecordingWriter writer(0);
    auto pieces = pieces_of({"", ""});
    CHECK(at_once([&] { return io::write_all_vectored(writer, pieces); }).has_value());
    CHECK(writer.writes == 0);
  }

  TEST_CASE("fails with WriteZero when the writer takes nothing, and with the writer's error") {
    RecordingWriter writer(0);
    auto pieces = pieces_of({"ab"});
    CHECK(at_once([&] { return io::write_all_vectored(writer, pieces); }).error() ==
          io::ErrorKind::WriteZero);

    auto [reader, broken] = io::simplex(4);
    {
      io::SimplexReader gone = std::move(reader);
    }
    CHECK(at_once([&, &broken = broken] { return io::write_all_vectored(broken, pieces); }).error() ==
          boost::system::errc::broken_pipe);
  }

  TEST_CASE("a cancelled one leaves what was not written in the pieces") {
    auto pieces = pieces_of({"abc", "def"});
    auto [reader, writer] = io::simplex(4);
    {
      auto cancelled = test::spawn([&, &writer = writer] { return io::write_all_vectored(writer, pieces); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(pieces[0].empty());
    CHECK(test::text_of(pieces[1]) == "ef");
  }
}

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

TEST_SUITE("io.numbers") {
  TEST_CASE("integers are written with the highest byte first, or the lowest") {
    io::Cursor out{std::string()};
    const auto check = [&](auto&& make, const std::string& expected) {
      out.get_mut().clear();
      out.set_position(0);
      CHECK(at_once(make).has_value());
      CHECK(out.get_ref() == expected);
    };
    check([&] { return io::write_u8(out, 0xfe); }, bytes({0xfe}));
    check([&] { return io::write_i8(out, -2); }, bytes({0xfe}));
    check([&] { return io::write_u16(out, 0x1234); }, bytes({0x12, 0x34}));
    check([&] { return io::write_u16_le(out, 0x1234); }, bytes({0x34, 0x12}));
    check([&] { return io::write_i16(out, -2); }, bytes({0xff, 0xfe}));
    check([&] { return io::write_i16_le(out, -2); }, bytes({0xfe, 0xff}));
    check([&] { return io::write_u32(out, 0x12345678); }, bytes({0x12, 0x34, 0x56, 0x78}));
    check([&] { return io::write_u32_le(out, 0x12345678); }, bytes({0x78, 0x56, 0x34, 0x12}));
    check([&] { return io::write_u64(out, 0x0102030405060708); }, bytes({1, 2, 3, 4, 5, 6, 7, 8}));
    check([&] { return io::write_u64_le(out, 0x0102030405060708); }, bytes({8, 7, 6, 5, 4, 3, 2, 1}));
    check([&] { return io::write_u128(out, io::uint128_t{1} << 120); }, '\1' + std::string(15, '\0'));
    check([&] { return io::write_i128_le(out, io::int128_t{2}); }, '\2' + std::string(15, '\0'));
    check([&] { return io::write_f32(out, 1.0F); }, bytes({0x3f, 0x80, 0, 0}));
    check([&] { return io::write_f64_le(out, -2.0); }, bytes({0, 0, 0, 0, 0, 0, 0, 0xc0}));
  }

  TEST_CASE("what every function has written its counterpart reads") {
    io::Cursor stream{std::string()};
#define CHECK_NUMBER(name, T, order)                                                                  \
  for (const T number : {T(0), T(1), std::numeric_limits<T>::min(), std::numeric_limits<T>::max()}) { \
    stream.set_position(0);                                                                           \
    CHECK(at_once([&] { return stream.write_##name(number); }).has_value());                          \
    stream.set_position(0);                                                                           \
    CHECK((at_once([&] { return stream.read_##name(); }).value() == number));                         \
  }
    FERRY_DETAIL_IO_NUMBERS(CHECK_NUMBER)
#undef CHECK_NUMBER
  }

  TEST_CASE("not-a-number stays what it is") {
    io::Cursor stream{std::string()};
    CHECK(at_once([&] { return stream.write_f64(std::numeric_limits<double>::quiet_NaN()); }).has_value());
    CHECK(at_once([&] { return stream.rewind(); }).has_value());
    CHECK(std::isnan(at_once([&] { return stream.read_f64(); }).value()));
  }

  TEST_CASE("a number may come in pieces, and leaves what follows it") {
    ScriptedReader reader;
    reader.give(bytes({1})).wait().give(bytes({2, 9}));
    auto read = test::spawn([&] { return io::read_u16(reader); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 0x0102);
    CHECK(at_once([&] { return io::read_u8(reader); }).value() == 9);
    CHECK(at_once([&] { return io::read_u8(reader); }).error() == io::ErrorKind::UnexpectedEof);
  }

  TEST_CASE("a writer may take a number in pieces, or fail with WriteZero") {
    RecordingWriter writer(3);
    CHECK(at_once([&] { return io::write_u32(writer, 0x61626364); }).has_value());
    CHECK(writer.written == "abcd");
    CHECK(writer.writes == 2);
    RecordingWriter full(0);
    CHECK(at_once([&] { return io::write_i8(full, 1); }).error() == io::ErrorKind::WriteZero);
  }
}

}  // namespace
