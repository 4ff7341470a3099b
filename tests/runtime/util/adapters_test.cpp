#include <cerrno>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/future.hpp>
#include <ferry/io/any.hpp>
#include <ferry/io/duplex.hpp>
#include <ferry/io/read.hpp>
#include <ferry/io/write.hpp>
#include <ferry/pin.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync/cancellation_token.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/util.hpp>

#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::RecordingWriter;
using test::ScriptedReader;
using test::text_of;
using util::BytesMut;
using util::Either;

const io::Error kBroken(EIO, boost::system::system_category());

/// Chunks in order; no value means not yet, the end of the script the end.
template <class B>
class Chunks {
 public:
  using Item = io::Result<B>;
  explicit Chunks(std::vector<std::optional<Item>> items) : items_(items.begin(), items.end()) {}
  Poll<std::optional<Item>> poll_next(Context&) {
    if (items_.empty()) return std::optional<Item>();
    std::optional<Item> item = std::move(items_.front());
    items_.pop_front();
    if (!item) return pending;
    return item;
  }

 private:
  std::deque<std::optional<Item>> items_;
};

/// One read of at most `size` bytes: what it gave, "pending" or "!" for an error.
template <class R>
std::string read(R& reader, std::size_t size = 64) {
  std::string buffer(size, '\0');
  auto polled = test::spawn([&] { return io::read(reader, buffer); }).poll();
  if (polled.is_pending()) return "pending";
  if (!*polled) return "!";
  buffer.resize(**polled);
  return buffer;
}
template <class S>
std::string next(S& stream) {
  auto polled = test::spawn([&] { return stream::next(stream); }).poll();
  if (polled.is_pending()) return "pending";
  if (!*polled) return "none";
  if (!**polled) return "!";
  return text_of(***polled);
}

TEST_SUITE("util.StreamReader") {
  TEST_CASE("chunks are read in pieces, and their ends are those of reads") {
    util::StreamReader reader(Chunks<std::string>({"abcd", "", "efgh", std::nullopt, kBroken, "ijkl"}));
    static_assert(io::AsyncRead<decltype(reader)>);
    CHECK(read(reader, 3) == "abc");
    CHECK(read(reader, 3) == "d");
    CHECK(read(reader, 0).empty());
    CHECK(read(reader) == "efgh");
    CHECK(read(reader) == "pending");
    CHECK(read(reader) == "!");
    CHECK(read(reader) == "ijkl");
    CHECK(read(reader).empty());
    CHECK(read(reader).empty());
  }

  TEST_CASE("a chunk is the buffer of a buffered reader") {
    util::StreamReader reader(Chunks<std::string>({"abc", "d"}));
    const Waker waker = Waker::noop();
    Context cx(waker);
    CHECK(text_of(**reader.poll_fill_buf(cx)) == "abc");
    CHECK(text_of(**reader.poll_fill_buf(cx)) == "abc");
    reader.consume(2);
    CHECK(text_of(**reader.poll_fill_buf(cx)) == "c");
    CHECK_THROWS_AS(reader.consume(2), std::logic_error);
    reader.consume(1);
    CHECK(text_of(**reader.poll_fill_buf(cx)) == "d");
    reader.consume(1);
    CHECK((*reader.poll_fill_buf(cx))->empty());
    reader.consume(0);
  }

  TEST_CASE("the stream comes back with what is left of a chunk") {
    util::StreamReader reader(Chunks<BytesMut>({BytesMut("abc"), BytesMut("d")}));
    CHECK(read(reader, 1) == "a");
    auto [stream, left] = std::move(reader).into_inner_with_chunk();
    REQUIRE(left.has_value());
    CHECK(text_of(*left) == "bc");
    util::StreamReader again(std::move(stream));
    CHECK(read(again) == "d");
    CHECK(next(again.get_mut()) == "none");
    CHECK_FALSE(std::move(again).into_inner_with_chunk().second.has_value());
  }
}

TEST_SUITE("util.ReaderStream") {
  TEST_CASE("what is read comes as chunks, up to the end") {
    ScriptedReader input;
    input.give("hello").wait().give("world");
    util::ReaderStream stream(std::move(input));
    CHECK(next(stream) == "hello");
    CHECK(next(stream) == "pending");
    CHECK(next(stream) == "world");
    CHECK(next(stream) == "none");
    CHECK(next(stream) == "none");
  }

  TEST_CASE("after an error it has ended, and the reader is gone") {
    class Owner : public ScriptedReader {
     public:
      explicit Owner(std::shared_ptr<int> owned) : owned_(std::move(owned)) {}

     private:
      std::shared_ptr<int> owned_;
    };
    const auto owned = std::make_shared<int>();
    Owner input(owned);
    input.give("data").fail(kBroken);
    util::ReaderStream stream(std::move(input));
    CHECK(next(stream) == "data");
    CHECK(owned.use_count() == 2);
    CHECK(next(stream) == "!");
    CHECK(owned.use_count() == 1);
    CHECK(next(stream) == "none");
  }

  TEST_CASE("chunks have at most 4 KiB, or what was said, and are independent of each other") {
    ScriptedReader input;
    input.give(std::string(5000, 'x'));
    util::ReaderStream<ScriptedReader&> usual(input);
    CHECK(next(usual).size() == 4096);
    CHECK(next(usual).size() == 904);

    input.give("abcdefg");
    auto small = util::ReaderStream<ScriptedReader&>::with_capacity(input, 3);
    std::vector<BytesMut> chunks;
    for (int i = 0; i < 3; ++i) {
      auto polled = test::spawn([&] { return small.next(); }).poll();
      chunks.push_back(std::move(***polled));
    }
    CHECK(text_of(chunks[0]) == "abc");
    CHECK(text_of(chunks[1]) == "def");
    CHECK(text_of(chunks[2]) == "g");
    CHECK(next(small) == "none");
  }

  TEST_CASE("a StreamReader takes it back to where it came from") {
    ScriptedReader input;
    input.give(std::string(10000, 'x')).give("end");
    util::StreamReader reader(util::ReaderStream(std::move(input)));
    std::string text;
    CHECK(**test::spawn([&] { return io::read_to_string(reader, text); }).poll() == 10003);
    CHECK(text == std::string(10000, 'x') + "end");
  }
}

TEST_SUITE("util.InspectReader") {
  TEST_CASE("every read that succeeds is seen, and only what is new in it") {
    ScriptedReader input;
    input.give("abc").wait().give("de").fail(kBroken);
    std::vector<std::string> seen;
    util::InspectReader reader(std::move(input),
                               [&](std::span<const std::byte> bytes) { seen.push_back(text_of(bytes)); });
    std::string memory(16, '\0');
    io::ReadBuf buf(io::MutableBytes(memory).span());
    const Waker waker = Waker::noop();
    Context cx(waker);
    CHECK(reader.poll_read(cx, buf)->has_value());
    CHECK(reader.poll_read(cx, buf).is_pending());
    CHECK(reader.poll_read(cx, buf)->has_value());
    CHECK(reader.poll_read(cx, buf)->has_error());
    CHECK(seen == std::vector<std::string>{"abc", "de"});

    ScriptedReader empty;
    util::InspectReader<ScriptedReader&, void (*)(std::span<const std::byte>)> at_end(
        empty, [](std::span<const std::byte> bytes) { CHECK(bytes.empty()); });
    CHECK(read(at_end).empty());
  }

  TEST_CASE("what can be written to can still be written to") {
    auto [near, far] = io::duplex(16);
    std::string seen;
    util::InspectReader reader(std::move(near),
                               [&](std::span<const std::byte> bytes) { seen += text_of(bytes); });
    CHECK(test::spawn([&] { return io::write_all(reader, "ping"); }).poll()->has_value());
    CHECK(test::spawn([&] { return io::flush(reader); }).poll()->has_value());
    CHECK(test::spawn([&] { return io::shutdown(reader); }).poll()->has_value());
    CHECK(read(far) == "ping");
    CHECK(read(far).empty());
    CHECK(seen.empty());
    CHECK(test::spawn([&, &to = far] { return io::write_all(to, "pong"); }).poll()->has_value());
    CHECK(read(reader) == "pong");
    CHECK(seen == "pong");
    static_assert(!io::AsyncWrite<util::InspectReader<ScriptedReader, void (*)(std::span<const std::byte>)>>);
  }
}

/// Takes `limit` bytes a call, of any number of pieces.
class VectoredWriter : public RecordingWriter {
 public:
  using RecordingWriter::RecordingWriter;
  Poll<io::Result<std::size_t>> poll_write_vectored(Context&,
                                                    std::span<const std::span<const std::byte>> pieces) {
    std::string all;
    for (const std::span<const std::byte> piece : pieces) all += text_of(piece);
    all.resize(std::min(all.size(), limit));
    written += all;
    return io::Result<std::size_t>(all.size());
  }
};

TEST_SUITE("util.InspectWriter") {
  TEST_CASE("what the writer has taken is seen, piece by piece, and never nothing") {
    std::vector<std::string> seen;
    const auto inspect = [&](std::span<const std::byte> bytes) { seen.push_back(text_of(bytes)); };
    util::InspectWriter writer(VectoredWriter(4), inspect);
    CHECK(**test::spawn([&] { return io::write(writer, "abcdef"); }).poll() == 4);
    CHECK(**test::spawn([&] { return io::write(writer, ""); }).poll() == 0);
    CHECK(seen == std::vector<std::string>{"abcd"});

    const std::vector<std::span<const std::byte>> pieces = {
        io::ConstBytes("ef").span(), {}, io::ConstBytes("gh").span(), io::ConstBytes("i").span()};
    CHECK(**test::spawn([&] { return io::write_vectored(writer, pieces); }).poll() == 4);
    CHECK(seen == std::vector<std::string>{"abcd", "ef", "gh"});
    CHECK(test::spawn([&] { return io::flush(writer); }).poll()->has_value());
    CHECK(test::spawn([&] { return io::shutdown(writer); }).poll()->has_value());
    const VectoredWriter inner = std::move(writer).into_inner();
    CHECK(inner.written == "abcdefgh");
    CHECK(inner.flushes == 1);
    CHECK(inner.shutdowns == 1);
  }

  TEST_CASE("a write that is pending or fails is not seen, and reading is passed on") {
    auto [near, far] = io::duplex(1);
    std::string seen;
    util::InspectWriter writer(std::move(near),
                               [&](std::span<const std::byte> bytes) { seen += text_of(bytes); });
    CHECK(**test::spawn([&] { return io::write(writer, "ab"); }).poll() == 1);
    CHECK(test::spawn([&] { return io::write(writer, "b"); }).poll().is_pending());
    CHECK(**test::spawn([&, &to = far] { return io::write(to, "x"); }).poll() == 1);
    CHECK(read(writer) == "x");
    {
      const io::DuplexStream gone = std::move(far);
    }
    CHECK(test::spawn([&] { return io::write(writer, "c"); }).poll()->has_error());
    CHECK(seen == "a");
  }
}

TEST_SUITE("util.read_exact_arc") {
  TEST_CASE("gives so many bytes in memory that is shared, or fails at the end") {
    ScriptedReader input;
    input.give("ab").wait().give("cdef");
    auto reading = test::spawn([&] { return util::read_exact_arc(input, 4); });
    CHECK(reading.poll().is_pending());
    const std::shared_ptr<const std::byte[]> bytes = reading.poll()->value();
    CHECK(text_of({bytes.get(), 4}) == "abcd");
    CHECK(test::spawn([&] { return util::read_exact_arc(input, 4); }).poll()->error() ==
          io::ErrorKind::UnexpectedEof);
    CHECK(test::spawn([&] { return util::read_exact_arc(input, 0); }).poll()->has_value());
  }
}

TEST_SUITE("util.Either") {
  TEST_CASE("what wraps a writer takes several pieces at once if that does") {
    const auto takes_pieces = [](auto writer) {
      auto left = Either<decltype(writer), io::DuplexStream>::left(std::move(writer));
      const bool does = io::is_write_vectored(left);
      util::InspectWriter inspected(std::move(left), [](std::span<const std::byte>) {});
      CHECK(io::is_write_vectored(inspected) == does);
      return does;
    };
    auto [near, far] = io::duplex(16);
    CHECK(takes_pieces(io::AnyWrite(std::move(near))));
    CHECK_FALSE(takes_pieces(io::AnyWrite(test::RecordingWriter())));
  }

  Task<int> number(int value) { co_return value; }

  TEST_CASE("two futures of one output are a future") {
    const auto choose = [](bool is_left) {
      auto ready = poll_fn([](Context&) -> Poll<int> { return 1; });
      using Both = Either<decltype(ready), Task<int>>;
      return is_left ? Both::left(std::move(ready)) : Both::right(number(2));
    };
    static_assert(Future<decltype(choose(true))>);
    static_assert(!Future<Either<Task<int>, Task<void>>>);
    CHECK(*test::spawn([&] { return choose(true); }).poll() == 1);
    CHECK(*test::spawn([&] { return choose(false); }).poll() == 2);
    auto left = choose(true);
    CHECK(left.is_left());
    CHECK_FALSE(left.is_right());
    CHECK(left.as_left() != nullptr);
    CHECK(left.as_right() == nullptr);
  }

  TEST_CASE("two streams of one item are a stream") {
    using Both = Either<Chunks<BytesMut>, util::ReaderStream<ScriptedReader>>;
    static_assert(stream::Stream<Both>);
    static_assert(!stream::Stream<Either<Chunks<BytesMut>, Chunks<std::string>>>);
    Both left = Both::left(Chunks<BytesMut>({BytesMut("left")}));
    ScriptedReader input;
    input.give("right");
    Both right = Both::right(util::ReaderStream(std::move(input)));
    CHECK(next(left) == "left");
    CHECK(next(right) == "right");
    CHECK(next(right) == "none");
  }

  TEST_CASE("two readers are a reader, two writers a writer") {
    using Readers = Either<ScriptedReader, io::DuplexStream>;
    static_assert(io::AsyncRead<Readers> && !io::AsyncWrite<Readers>);
    using Writers = Either<RecordingWriter, io::DuplexStream>;
    static_assert(io::AsyncWrite<Writers> && !io::AsyncRead<Writers> && !io::VectoredWrite<Writers>);
    static_assert(io::VectoredWrite<Either<VectoredWriter, VectoredWriter>>);

    auto [near, far] = io::duplex(16);
    Writers writer = Writers::right(std::move(far));
    CHECK(test::spawn([&] { return io::write_all(writer, "hello"); }).poll()->has_value());
    CHECK(test::spawn([&] { return io::flush(writer); }).poll()->has_value());
    CHECK(test::spawn([&] { return io::shutdown(writer); }).poll()->has_value());
    Readers reader = Readers::right(std::move(near));
    CHECK(read(reader) == "hello");
    CHECK(read(reader).empty());
  }

  TEST_CASE("two buffered readers are a buffered reader") {
    using Both = Either<util::StreamReader<Chunks<BytesMut>>, util::StreamReader<Chunks<std::string>>>;
    Both reader = Both::right(util::StreamReader(Chunks<std::string>({"abc"})));
    const Waker waker = Waker::noop();
    Context cx(waker);
    CHECK(text_of(**reader.poll_fill_buf(cx)) == "abc");
    reader.consume(1);
    CHECK(text_of(**reader.poll_fill_buf(cx)) == "bc");
  }

  TEST_CASE("two things with a position are one") {
    class File {
     public:
      io::Result<void> start_seek(int position) {
        position_ = static_cast<std::uint64_t>(position);
        return {};
      }
      Poll<io::Result<std::uint64_t>> poll_complete(Context&) { return io::Result<std::uint64_t>(position_); }

     private:
      std::uint64_t position_ = 0;
    };
    class Other : public File {};
    auto file = Either<File, Other>::right(Other());
    REQUIRE(file.start_seek(5));
    const Waker waker = Waker::noop();
    Context cx(waker);
    CHECK(**file.poll_complete(cx) == 5);
  }
}

TEST_SUITE("util.TokioContext") {
  TEST_CASE("a future is polled in the context of the runtime it was wrapped for") {
    const runtime::Runtime plain = runtime::Builder::new_current_thread().build().value();
    const runtime::Runtime other = test::multi_thread(1);
    const auto here = [] { return runtime::Handle::current().id(); };
    auto where = poll_fn([&](Context&) -> Poll<std::uint64_t> { return here(); });
    CHECK(plain.block_on(where) == plain.handle().id());
    auto wrapped = util::wrap(other.handle(), where);
    CHECK(wrapped.handle().id() == other.handle().id());
    CHECK(plain.block_on(wrapped) == other.handle().id());
    auto both = [&]() -> Task<std::pair<std::uint64_t, std::uint64_t>> {
      const std::uint64_t inside = co_await wrapped;
      co_return std::pair(inside, here());
    };
    const auto [inside, outside] = plain.block_on(both());
    CHECK(inside == other.handle().id());
    CHECK(outside == plain.handle().id());
  }

  TEST_CASE("so a runtime without timers can wait for those of another") {
    const runtime::Runtime plain = runtime::Builder::new_current_thread().build().value();
    const runtime::Runtime other = test::multi_thread(1);
    const auto nap = []() -> Task<int> {
      co_await time::sleep(std::chrono::milliseconds(1));
      co_return 7;
    };
    CHECK_THROWS_AS(plain.block_on(nap()), std::logic_error);
    CHECK(plain.block_on(util::wrap(other.handle(), nap())) == 7);
    Task<int> unwrapped = util::wrap(other.handle(), nap()).into_inner();
    CHECK_THROWS_AS(plain.block_on(unwrapped), std::logic_error);
  }
}

TEST_SUITE("util.with_cancellation_token") {
  TEST_CASE("a future ends with its token, borrowed or not") {
    const sync::CancellationToken token;
    const auto never = [](Context&) -> Poll<int> { return pending; };
    auto borrowed = test::spawn([&] { return util::with_cancellation_token(poll_fn(never), token); });
    auto owned = test::spawn([&] { return util::with_cancellation_token_owned(poll_fn(never), token); });
    CHECK(borrowed.poll().is_pending());
    CHECK(owned.poll().is_pending());
    token.cancel();
    CHECK(borrowed.is_woken());
    CHECK(*borrowed.poll() == std::nullopt);
    CHECK(*owned.poll() == std::nullopt);
    const sync::CancellationToken other;
    const auto ready = [](Context&) -> Poll<int> { return 1; };
    CHECK(*test::spawn([&] { return util::with_cancellation_token(poll_fn(ready), other); }).poll() ==
          std::optional(1));
  }
}

}  // namespace
}  // namespace ferry
