#include <cerrno>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io/duplex.hpp>
#include <ferry/io/write.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/util/codec.hpp>
#include <ferry/util/split.hpp>

#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using namespace std::string_literals;
using test::RecordingWriter;
using test::text_of;
using util::BytesMut;
using util::codec::BytesCodec;
using util::codec::Framed;
using util::codec::FramedParts;
using util::codec::FramedRead;
using util::codec::FramedWrite;
using util::codec::LinesCodec;

constexpr std::size_t kUsual = 8 * 1024;

const io::Error kBroken(EIO, boost::system::system_category());

struct Wait {};

/// Gives one step a read: a piece, which has to fit; nothing yet; an error; or, for an empty piece and ever
/// after, the end.
class Steps {
 public:
  using Step = std::variant<std::string, Wait, io::Error>;
  Steps(std::initializer_list<Step> steps) : steps_(steps) {}

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) {
    largest_read = std::max(largest_read, buf.remaining());
    if (steps_.empty()) return io::Result<void>();
    const Step step = std::move(steps_.front());
    steps_.pop_front();
    if (const auto* error = std::get_if<io::Error>(&step)) return io::Result<void>(*error);
    if (std::holds_alternative<Wait>(step)) {
      cx.waker().wake_by_ref();
      return pending;
    }
    buf.put_slice(io::ConstBytes(std::get<std::string>(step)).span());
    return io::Result<void>();
  }

  std::size_t largest_read = 0;

 private:
  std::deque<Step> steps_;
};

/// Numbers of four bytes, big endian.
class U32Codec {
 public:
  using Item = std::uint32_t;
  using Error = io::Error;

  io::Result<std::optional<std::uint32_t>> decode(BytesMut& buffer) {
    if (buffer.size() < 4) return std::nullopt;
    const BytesMut bytes = buffer.split_to(4);
    std::uint32_t number = 0;
    for (const std::byte byte : bytes) number = number << 8 | std::to_integer<std::uint32_t>(byte);
    return number;
  }
  io::Result<void> encode(std::uint32_t number, BytesMut& buffer) {
    for (int shift = 24; shift >= 0; shift -= 8)
      buffer.put_slice(std::string(1, static_cast<char>(number >> shift)));
    return {};
  }
};

static_assert(stream::Stream<Framed<io::DuplexStream, U32Codec>>);
static_assert(util::Sink<Framed<io::DuplexStream, U32Codec>, std::uint32_t>);
static_assert(!util::Sink<Framed<io::DuplexStream, U32Codec>, std::string>);
static_assert(stream::Stream<FramedRead<io::DuplexStream&, U32Codec>>);
static_assert(util::Sink<FramedWrite<RecordingWriter, LinesCodec>, const char*>);

/// One poll for the next frame. "pending", "none", "!" for an error, else the frame.
template <class F>
std::string next(F& framed) {
  auto polled = test::spawn([&] { return framed.next(); }).poll();
  if (polled.is_pending()) return "pending";
  if (!*polled) return "none";
  if (!**polled) return "!";
  using Item = typename std::remove_cvref_t<decltype(**polled)>::value_type;
  if constexpr (std::is_same_v<Item, std::uint32_t>)
    return std::to_string(***polled);
  else
    return text_of(std::as_bytes(std::span(***polled)));
}

template <class Future>
bool is_ok(Future&& make) {
  auto polled = test::spawn(make).poll();
  return polled.is_ready() && polled->has_value();
}

TEST_SUITE("util.codec.FramedRead") {
  TEST_CASE("frames come one by one, however many a read brings") {
    FramedRead framed(Steps{"\0\0\0\0\0\0\0\1\0\0"s, "\0\2"s, Wait{}, "\0\0"s, Wait{}, "\0\3"s}, U32Codec());
    CHECK(next(framed) == "0");
    CHECK(next(framed) == "1");
    CHECK(next(framed) == "2");
    CHECK(next(framed) == "pending");
    CHECK(next(framed) == "pending");
    CHECK(next(framed) == "3");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "none");
  }

  TEST_CASE("a wait that is cancelled loses nothing") {
    FramedRead framed(Steps{"\0\0"s, Wait{}, "\0\7"s}, U32Codec());
    {
      auto waiting = test::spawn([&] { return framed.next(); });
      CHECK(waiting.poll().is_pending());
    }
    CHECK(text_of(framed.read_buffer()) == "\0\0"s);
    CHECK(next(framed) == "7");
  }

  TEST_CASE("a reader's error is given, then none once, and then it goes on") {
    FramedRead framed(Steps{"abcdef", kBroken, "more data"}, BytesCodec());
    CHECK(next(framed) == "abcdef");
    auto failed = test::spawn([&] { return framed.next(); }).poll();
    REQUIRE(failed.is_ready());
    CHECK((*failed)->error() == kBroken);
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "more data");
    CHECK(next(framed) == "none");
  }

  TEST_CASE("what was read before an error stays") {
    FramedRead framed(Steps{"\0\0"s, Wait{}, kBroken, "\0\5"s}, U32Codec());
    CHECK(next(framed) == "pending");
    CHECK(next(framed) == "!");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "5");
  }

  TEST_CASE("a decoder's error is given, then none once, and then it goes on") {
    FramedRead framed(Steps{"ok\n\xff\nfine\n", "last\n"}, LinesCodec());
    CHECK(next(framed) == "ok");
    CHECK(next(framed) == "!");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "fine");
    CHECK(next(framed) == "last");
    CHECK(next(framed) == "none");
  }

  TEST_CASE("after the error of a decoder that has taken nothing off, more is read first") {
    auto builder = util::codec::LengthDelimitedCodec::builder();
    auto framed = builder.length_field_length(1).max_frame_length(1).new_read(Steps{"\2ab", Wait{}, "c"});
    CHECK(next(framed) == "!");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "pending");
    CHECK(next(framed) == "!");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "!");  // at the end
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "none");
  }

  TEST_CASE("bytes that are left at the end are an error, unless decode_eof says otherwise") {
    FramedRead numbers(Steps{"\0\0\0\1\0"s}, U32Codec());
    CHECK(next(numbers) == "1");
    auto failed = test::spawn([&] { return numbers.next(); }).poll();
    CHECK((*failed)->error() == io::ErrorKind::UnexpectedEof);
    CHECK(next(numbers) == "none");
    CHECK(next(numbers) == "none");

    FramedRead lines(Steps{"one\ntwo"}, LinesCodec());
    CHECK(next(lines) == "one");
    CHECK(next(lines) == "two");
    CHECK(next(lines) == "none");
  }

  TEST_CASE("decode_eof is called until it has no more, also without input") {
    class Countdown {
     public:
      using Item = std::uint32_t;
      using Error = io::Error;
      explicit Countdown(std::uint32_t from) : left_(from) {}
      io::Result<std::optional<std::uint32_t>> decode(BytesMut&) {
        FAIL("there was no input");
        return std::nullopt;
      }
      io::Result<std::optional<std::uint32_t>> decode_eof(BytesMut&) {
        if (left_ == 0) return std::nullopt;
        return left_--;
      }

     private:
      std::uint32_t left_;
    };
    FramedRead framed(Steps{}, Countdown(3));
    CHECK(next(framed) == "3");
    CHECK(next(framed) == "2");
    CHECK(next(framed) == "1");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "none");
  }

  TEST_CASE("a reader that goes on after its end is read from again") {
    FramedRead framed(Steps{"a", "", "b\nc", "", "", "d\n"}, LinesCodec());
    CHECK(next(framed) == "a");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "b");
    CHECK(next(framed) == "c");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "none");
    CHECK(next(framed) == "d");
  }

  TEST_CASE("it reads 8 KiB at once, or what it was told, and more for a frame that is larger") {
    class Big {
     public:
      using Item = std::uint32_t;
      using Error = io::Error;
      io::Result<std::optional<std::uint32_t>> decode(BytesMut& buffer) {
        if (buffer.size() < 32 * 1024) return std::nullopt;
        buffer.advance(32 * 1024);
        return 0u;
      }
    };
    Steps steps{};
    FramedRead<Steps&, BytesCodec> usual(steps, BytesCodec());
    CHECK(next(usual) == "none");
    CHECK(steps.largest_read == kUsual);

    Steps few{};
    auto small = FramedRead<Steps&, BytesCodec>::with_capacity(few, BytesCodec(), 10);
    CHECK(small.read_buffer().capacity() == 10);
    CHECK(next(small) == "none");
    CHECK(few.largest_read == 10);

    test::ScriptedReader all;
    all.give(std::string(32 * 1024, 'x'));
    FramedRead big(std::move(all), Big());
    CHECK(next(big) == "0");
    CHECK(next(big) == "none");
  }

  TEST_CASE("another decoder goes on with the bytes that are there") {
    FramedRead lines(Steps{"hello\n\0\0\0\1rest"s}, LinesCodec());
    CHECK(next(lines) == "hello");
    auto numbers = std::move(lines).map_decoder([](LinesCodec) { return U32Codec(); });
    CHECK(next(numbers) == "1");
    auto bytes = std::move(numbers).map_decoder([](U32Codec) { return BytesCodec(); });
    CHECK(next(bytes) == "rest");
  }

  TEST_CASE("it gives back what it was made of") {
    FramedRead framed(Steps{"one\ntw", Wait{}, "o"}, LinesCodec());
    CHECK(next(framed) == "one");
    CHECK(next(framed) == "pending");
    CHECK(framed.decoder().max_length() == framed.decoder_mut().max_length());
    CHECK(framed.get_ref().largest_read == kUsual);
    auto parts = std::move(framed).into_parts();
    CHECK(text_of(parts.read_buf) == "tw");
    FramedRead again(std::move(parts.io), BytesCodec());
    CHECK(next(again) == "o");
    CHECK(std::move(again).into_inner().largest_read == kUsual);
  }
}

TEST_SUITE("util.codec.FramedWrite") {
  TEST_CASE("what is fed is written when it is flushed") {
    auto framed = FramedWrite(RecordingWriter(), U32Codec());
    CHECK(is_ok([&] { return framed.feed(0u); }));
    CHECK(is_ok([&] { return framed.feed(1u); }));
    CHECK(framed.get_ref().writes == 0);
    CHECK(text_of(framed.write_buffer()) == "\0\0\0\0\0\0\0\1"s);
    CHECK(is_ok([&] { return framed.flush(); }));
    CHECK(framed.get_ref().written == "\0\0\0\0\0\0\0\1"s);
    CHECK(framed.get_ref().writes == 1);
    CHECK(framed.get_ref().flushes == 1);
    CHECK(framed.write_buffer().empty());
  }

  TEST_CASE("what is sent is flushed, by and by where the writer takes little") {
    FramedWrite framed(RecordingWriter(3), LinesCodec());
    framed.get_mut().is_open = false;
    auto sending = test::spawn([&] { return framed.send("hello"); });
    CHECK(sending.poll().is_pending());
    framed.get_mut().is_open = true;
    CHECK(sending.poll()->has_value());
    CHECK(framed.get_ref().written == "hello\n");
    CHECK(framed.get_ref().writes == 2);
  }

  TEST_CASE("beyond the boundary for back-pressure it writes before it takes more") {
    auto framed = FramedWrite(RecordingWriter(), BytesCodec());
    CHECK(framed.backpressure_boundary() == kUsual);
    framed.get_mut().is_open = false;
    CHECK(is_ok([&] { return framed.feed(std::string(kUsual - 1, 'x')); }));
    CHECK(is_ok([&] { return framed.feed("xx"); }));
    auto feeding = test::spawn([&] { return framed.feed("more"); });
    CHECK(feeding.poll().is_pending());
    CHECK(framed.write_buffer().size() == kUsual + 1);
    framed.get_mut().is_open = true;
    CHECK(feeding.poll()->has_value());
    CHECK(framed.get_ref().written.size() == kUsual + 1);
    CHECK(text_of(framed.write_buffer()) == "more");

    framed.set_backpressure_boundary(4);
    CHECK(is_ok([&] { return framed.feed("!"); }));
    CHECK(framed.get_ref().written.ends_with("more"));

    auto small = FramedWrite<RecordingWriter, BytesCodec>::with_capacity(RecordingWriter(), BytesCodec(), 2);
    CHECK(small.backpressure_boundary() == 2);
    CHECK(small.write_buffer().capacity() == 2);
  }

  TEST_CASE("closing writes what is left, and shuts the writer down") {
    auto framed = FramedWrite(RecordingWriter(), BytesCodec());
    CHECK(is_ok([&] { return framed.feed("end"); }));
    CHECK(is_ok([&] { return framed.close(); }));
    CHECK(framed.get_ref().written == "end");
    CHECK(framed.get_ref().shutdowns == 1);
  }

  TEST_CASE("a writer that takes nothing is an error, and so are those of the encoder") {
    FramedWrite full(RecordingWriter(0), BytesCodec());
    CHECK(test::spawn([&] { return full.send("x"); }).poll()->error() == io::ErrorKind::WriteZero);
    CHECK(test::spawn([&] { return full.close(); }).poll()->error() == io::ErrorKind::WriteZero);
    CHECK(full.get_ref().shutdowns == 0);
    FramedWrite unused(RecordingWriter(0), BytesCodec());
    CHECK(is_ok([&] { return unused.flush(); }));

    auto limited =
        util::codec::LengthDelimitedCodec::builder().max_frame_length(1).new_write(RecordingWriter());
    CHECK(test::spawn([&] { return limited.send("xx"); }).poll()->has_error());
    CHECK(limited.write_buffer().empty());
  }

  TEST_CASE("another encoder goes on behind what was encoded") {
    auto lines = FramedWrite(RecordingWriter(), LinesCodec());
    lines.set_backpressure_boundary(100);
    CHECK(is_ok([&] { return lines.feed("hello"); }));
    auto bytes = std::move(lines).map_encoder([](LinesCodec) { return BytesCodec(); });
    CHECK(bytes.backpressure_boundary() == 100);
    CHECK(is_ok([&] { return bytes.feed("!"); }));
    auto parts = std::move(bytes).into_parts();
    CHECK(text_of(parts.write_buf) == "hello\n!");
    CHECK(parts.io.writes == 0);
  }
}

TEST_SUITE("util.codec.Framed") {
  TEST_CASE("frames go both ways over one stream") {
    auto [near, far] = io::duplex(64);
    Framed client(std::move(near), LinesCodec());
    Framed server(std::move(far), LinesCodec());
    CHECK(is_ok([&] { return client.send("ping"); }));
    CHECK(next(server) == "ping");
    CHECK(is_ok([&] { return server.send("pong"); }));
    CHECK(next(client) == "pong");
    CHECK(is_ok([&] { return client.close(); }));
    CHECK(next(server) == "none");
    CHECK(next(client) == "pending");
  }

  TEST_CASE("made of parts, it begins with the bytes that these have") {
    class DoNotRead : public RecordingWriter {
     public:
      Poll<io::Result<void>> poll_read(Context&, io::ReadBuf&) {
        FAIL("there is a frame in the buffer");
        return pending;
      }
    };
    auto parts = FramedParts(DoNotRead(), U32Codec());
    CHECK(parts.read_buf.empty());
    parts.read_buf = BytesMut("\0\0\0\x2a"s);
    parts.write_buf = BytesMut("\0\0\0\1"s);
    auto framed = Framed<DoNotRead, U32Codec>::from_parts(std::move(parts));
    CHECK(next(framed) == "42");
    CHECK(is_ok([&] { return framed.send(2u); }));
    CHECK(framed.get_ref().written == "\0\0\0\1\0\0\0\2"s);
  }

  TEST_CASE("buffers that it is given grow to what is usual, and do not shrink") {
    const auto capacity = [](std::size_t size) {
      FramedParts parts(Steps{}, U32Codec());
      parts.read_buf = BytesMut(std::string(size, '\0'));
      auto framed = Framed<Steps, U32Codec>::from_parts(std::move(parts));
      return std::move(framed).into_parts().read_buf.capacity();
    };
    CHECK(capacity(0) == kUsual);
    CHECK(capacity(4) == kUsual);
    CHECK(capacity(2 * kUsual) == 2 * kUsual);
  }

  TEST_CASE("a protocol may change in the middle, and no byte is lost") {
    auto [near, far] = io::duplex(64);
    Framed lines(std::move(near), LinesCodec());
    Framed peer(std::move(far), BytesCodec());
    CHECK(is_ok([&] { return peer.send("upgrade\n\0\0\0\7"s); }));
    CHECK(next(lines) == "upgrade");
    CHECK(is_ok([&] { return lines.feed("fine"); }));
    auto numbers = std::move(lines).map_codec([](LinesCodec) { return U32Codec(); });
    CHECK(next(numbers) == "7");
    CHECK(is_ok([&] { return numbers.send(8u); }));
    CHECK(next(peer) == "fine\n\0\0\0\x08"s);

    auto parts = std::move(numbers).into_parts();
    CHECK(parts.read_buf.empty());
    auto again = Framed<io::DuplexStream, BytesCodec>::with_capacity(std::move(parts.io), BytesCodec(), 16);
    CHECK(again.backpressure_boundary() == 16);
    CHECK(again.read_buffer().capacity() == 16);
    CHECK(is_ok([&] { return again.send("bytes"); }));
    CHECK(next(peer) == "bytes");
    io::DuplexStream inner = std::move(again).into_inner();
    CHECK(is_ok([&] { return io::write_all(inner, "plain"); }));
    CHECK(next(peer) == "plain");
  }

  TEST_CASE("it frames what it borrows, too") {
    auto [near, far] = io::duplex(64);
    {
      Framed<io::DuplexStream&, LinesCodec> framed(near, LinesCodec());
      CHECK(is_ok([&] { return framed.send("hello"); }));
      CHECK(&framed.get_ref() == &near);
      CHECK(&framed.codec() == &framed.codec_mut());
    }
    CHECK(is_ok([&] { return io::write_all(near, "world\n"); }));
    FramedRead<io::DuplexStream&, LinesCodec> peer(far, LinesCodec());
    CHECK(next(peer) == "hello");
    CHECK(next(peer) == "world");
  }
}

TEST_SUITE("util.split") {
  using Lines = Framed<io::DuplexStream, LinesCodec>;

  Task<void> echo(Lines lines) {
    auto [sink, stream] = util::split(std::move(lines));
    for (;;) {
      auto line = co_await stream.next();
      if (!line) break;
      CHECK(co_await sink.send(line->value()));
    }
    CHECK(co_await sink.close());
  }
  Task<int> receive(util::SplitStream<Lines> stream) {
    int received = 0;
    for (;;) {
      auto line = co_await stream.next();
      if (!line) co_return received;
      CHECK(line->value() == std::to_string(received));
      ++received;
    }
  }
  Task<void> send(util::SplitSink<Lines> sink, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string line = std::to_string(i);
      CHECK(co_await sink.send(line));
    }
    CHECK(co_await sink.close());
  }

  TEST_CASE("the halves send and receive in two tasks at once") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto [near, far] = io::duplex(32);
      const auto echoing = rt.spawn(echo(Lines(std::move(far), LinesCodec())));
      auto [sink, stream] = util::split(Lines(std::move(near), LinesCodec()));
      auto receiving = rt.spawn(receive(std::move(stream)));
      const auto sending = rt.spawn(send(std::move(sink), 500));
      CHECK(rt.block_on(receiving).value() == 500);
    });
  }

  TEST_CASE("the halves of one are put together again, those of two are not") {
    auto [near, far] = io::duplex(64);
    auto [sink, stream] = util::split(Lines(std::move(near), LinesCodec()));
    auto [other_sink, other_stream] = util::split(Lines(std::move(far), LinesCodec()));
    CHECK(stream.is_pair_of(sink));
    CHECK(sink.is_pair_of(stream));
    CHECK_FALSE(stream.is_pair_of(other_sink));
    CHECK(is_ok([&, &to = sink] { return to.feed("hello"); }));
    Lines whole = std::move(stream).reunite(std::move(sink));
    CHECK(is_ok([&] { return whole.flush(); }));
    CHECK(next(other_stream) == "hello");
    auto [sink_again, stream_again] = util::split(std::move(whole));
    CHECK_THROWS_AS(static_cast<void>(std::move(stream_again).reunite(std::move(other_sink))),
                    std::logic_error);
  }
}

}  // namespace
}  // namespace ferry
