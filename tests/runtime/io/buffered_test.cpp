#include <array>
#include <cerrno>
#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/task/task.hpp>

#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using io::SeekFrom;
using test::at_once;
using test::pieces_of;
using test::RecordingWriter;
using test::ScriptedReader;
using test::VectoredWriter;

namespace {

// What a wrapper can do is what it wraps can do, and its own.
static_assert(io::AsyncBufRead<io::BufReader<ScriptedReader>> &&
              !io::AsyncWrite<io::BufReader<ScriptedReader>>);
static_assert(!io::AsyncSeek<io::BufReader<ScriptedReader>>);
static_assert(io::AsyncWrite<io::BufWriter<RecordingWriter>> &&
              !io::AsyncRead<io::BufWriter<RecordingWriter>>);
static_assert(io::AsyncWrite<io::BufReader<io::DuplexStream>> &&
              io::AsyncRead<io::BufWriter<io::DuplexStream>>);
static_assert(io::AsyncBufRead<io::BufStream<io::DuplexStream>> &&
              io::AsyncWrite<io::BufStream<io::DuplexStream>>);
static_assert(io::AsyncSeek<io::BufStream<io::Cursor<std::string>>>);
static_assert(std::same_as<decltype(io::BufReader(std::declval<io::Empty&>())), io::BufReader<io::Empty&>>);
static_assert(std::same_as<decltype(io::BufReader(std::declval<io::Empty>(), 1)), io::BufReader<io::Empty>>);

// Bytes with a position that every other poll says pending, and counts what is asked of it.
class Slow {
 public:
  explicit Slow(std::string_view text) : cursor_(std::string(text)) {}

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) {
    if (waits(cx)) return pending;
    return cursor_.poll_read(cx, buf);
  }
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    if (waits(cx)) return pending;
    ++writes;
    return cursor_.poll_write(cx, data.first(std::min<std::size_t>(data.size(), 3)));
  }
  Poll<io::Result<void>> poll_flush(Context& cx) {
    if (waits(cx)) return pending;
    ++flushes;
    return io::Result<void>();
  }
  Poll<io::Result<void>> poll_shutdown(Context& cx) {
    if (waits(cx)) return pending;
    ++shutdowns;
    return io::Result<void>();
  }
  io::Result<void> start_seek(SeekFrom position) {
    sought.push_back(position);
    return cursor_.start_seek(position);
  }
  Poll<io::Result<std::uint64_t>> poll_complete(Context& cx) {
    if (waits(cx)) return pending;
    return cursor_.poll_complete(cx);
  }
  const std::string& text() const { return cursor_.get_ref(); }

  int writes = 0;
  int flushes = 0;
  int shutdowns = 0;
  std::vector<SeekFrom> sought;

 private:
  bool waits(Context& cx) {
    waits_ = !waits_;
    if (waits_) cx.waker().wake_by_ref();
    return waits_;
  }

  io::Cursor<std::string> cursor_;
  bool waits_ = false;
};

// Polls until the future is ready; each pending poll must have woken.
template <class Make>
auto finish(Make&& make) {
  auto future = test::spawn(std::forward<Make>(make));
  for (;;) {
    auto polled = future.poll();
    if (polled.is_ready()) return *std::move(polled);
    REQUIRE(future.is_woken());
  }
}

TEST_SUITE("io.BufReader") {
  TEST_CASE("reads large pieces and gives away small ones") {
    io::BufReader reader(ScriptedReader().give("hello world").give("!").build(), 8);
    CHECK(reader.buffer().empty());
    CHECK(test::read_once(reader, 2) == "he");
    CHECK(test::text_of(reader.buffer()) == "llo wo");
    CHECK(test::read_once(reader, 7) == "llo wo");
    CHECK(reader.buffer().empty());
    CHECK(test::read_once(reader, 2) == "rl");
    CHECK(test::read_once(reader, 2) == "d");
    CHECK(test::read_once(reader, 2) == "!");
    CHECK(test::read_once(reader, 2).empty());
  }

  TEST_CASE("a read of the buffer's size goes past the empty buffer") {
    io::BufReader reader(ScriptedReader().give("0123456789").build(), 4);
    CHECK(test::read_once(reader, 6) == "012345");
    CHECK(reader.buffer().empty());
    CHECK(test::read_once(reader, 3) == "678");
    CHECK(test::read_once(reader, 6) == "9");
  }

  TEST_CASE("the buffer has 8 KiB") {
    ScriptedReader script;
    script.give(std::string(10000, 'x'));
    io::BufReader reader(script);
    CHECK(test::read_once(reader, 1) == "x");
    CHECK(reader.buffer().size() == 8 * 1024 - 1);
  }

  TEST_CASE("waits for its reader, and passes its error on") {
    io::BufReader reader(ScriptedReader().wait().give("a").fail(io::ErrorKind::InvalidData).build());
    std::array<char, 4> buffer;
    auto read = test::spawn([&] { return reader.read(buffer); });
    REQUIRE(read.poll().is_pending());
    CHECK(**read.poll() == 1);
    CHECK(at_once([&] { return reader.read(buffer); }).error() == io::ErrorKind::InvalidData);
  }

  TEST_CASE("has no buffer while it waits for its reader") {
    ScriptedReader source;
    source.give("ab").wait().give("cd");
    io::BufReader reader(source);
    std::string text;
    auto line = test::spawn([&] { return reader.read_line(text); });
    REQUIRE(line.poll().is_pending());
    CHECK(reader.buffer().data() == nullptr);
    CHECK(**line.poll() == 4);
    CHECK(text == "abcd");
  }

  TEST_CASE("consuming more than there is takes what there is") {
    io::BufReader reader(ScriptedReader().give("ab").give("cd").build());
    CHECK(at_once([&] { return reader.fill_buf(); })->size() == 2);
    reader.consume(100);
    CHECK(test::read_once(reader) == "cd");
  }

  TEST_CASE("borrows a reader that has a name, owns one that is moved in and gives it back") {
    ScriptedReader script;
    script.give("abc");
    io::BufReader borrowing(script);
    CHECK(&borrowing.get_mut() == &script);
    script.give("def");
    io::BufReader owning(std::move(script));
    ScriptedReader back = std::move(owning).into_inner();
    CHECK(test::read_once(back) == "abc");
  }

  TEST_CASE("writes go straight to a reader that is a writer") {
    auto [near, far] = io::duplex(16);
    io::BufReader reader(std::move(near));
    CHECK(at_once([&] { return reader.write_all("ab"); }).has_value());
    CHECK(test::read_once(far) == "ab");
    CHECK(io::is_write_vectored(reader));
    const auto pieces = pieces_of({"c", "d"});
    CHECK(at_once([&] { return reader.write_vectored(pieces); }).value() == 2);
    CHECK(at_once([&] { return reader.flush(); }).has_value());
    CHECK(at_once([&] { return reader.shutdown(); }).has_value());
    CHECK(test::read_all(far) == "cd");
    CHECK_FALSE(io::is_write_vectored(io::BufReader(Slow(""))));
  }

  TEST_CASE("a seek empties the buffer and goes from where one has read to") {
    io::BufReader reader(Slow("0123456789"), 4);
    std::string text(2, '.');
    CHECK(finish([&] { return reader.read_exact(text); }).value() == 2);
    CHECK(test::text_of(reader.buffer()) == "23");
    CHECK(finish([&] { return reader.seek(SeekFrom::current(1)); }).value() == 3);
    CHECK(reader.buffer().empty());
    CHECK(reader.get_ref().sought.back() == SeekFrom::current(-1));
    CHECK(finish([&] { return reader.read_exact(text); }).value() == 2);
    CHECK(text == "34");
    CHECK(finish([&] { return reader.seek(SeekFrom::end(-2)); }).value() == 8);
    CHECK(reader.buffer().empty());
    CHECK(finish([&] { return reader.read_exact(text); }).value() == 2);
    CHECK(text == "89");
    CHECK(finish([&] { return reader.rewind(); }).has_value());
    CHECK(finish([&] { return reader.read_exact(text); }).value() == 2);
    CHECK(text == "01");
    CHECK(finish([&] { return reader.stream_position(); }).value() == 2);
  }

  TEST_CASE("without a seek the position is where one has read to") {
    io::BufReader reader(io::Cursor(std::string_view("0123456789")), 4);
    CHECK(test::read_once(reader, 1) == "0");
    Context cx(Waker::noop());
    CHECK(**reader.poll_complete(cx) == 1);
    CHECK(test::text_of(reader.buffer()) == "123");
  }

  TEST_CASE("a position before the start is an error, however far, and nothing moves") {
    io::BufReader reader(io::Cursor(std::string_view("0123456789")), 4);
    CHECK(test::read_once(reader, 2) == "01");
    for (const std::int64_t offset : {std::int64_t{-3}, std::numeric_limits<std::int64_t>::min()}) {
      CHECK(at_once([&] { return reader.seek(SeekFrom::current(offset)); }).error() ==
            io::ErrorKind::InvalidInput);
      CHECK(test::text_of(reader.buffer()) == "23");
    }
    CHECK(at_once([&] { return reader.seek(SeekFrom::current(-2)); }).value() == 0);
  }

  TEST_CASE("a seek that follows a cancelled one waits for it") {
    io::BufReader reader(Slow("0123456789"), 4);
    {
      auto cancelled = test::spawn([&] { return reader.seek(SeekFrom::start(5)); });
      REQUIRE(cancelled.poll().is_pending());  // for what came before
      REQUIRE(cancelled.poll().is_pending());  // for itself
    }
    CHECK(finish([&] { return reader.seek(SeekFrom::current(2)); }).value() == 7);
  }
}

TEST_SUITE("io.BufWriter") {
  TEST_CASE("collects small writes, and hands them on when the next does not fit") {
    io::BufWriter writer(RecordingWriter(), 8);
    CHECK(at_once([&] { return writer.write("abc"); }).value() == 3);
    CHECK(at_once([&] { return writer.write("defgh"); }).value() == 5);
    CHECK(writer.get_ref().writes == 0);
    CHECK(test::text_of(writer.buffer()) == "abcdefgh");
    CHECK(at_once([&] { return writer.write("i"); }).value() == 1);
    CHECK(writer.get_ref().written == "abcdefgh");
    CHECK(writer.get_ref().writes == 1);
    CHECK(test::text_of(writer.buffer()) == "i");
  }

  TEST_CASE("a write of the buffer's size goes past the buffer, after what is in it") {
    io::BufWriter writer(RecordingWriter(), 4);
    CHECK(at_once([&] { return writer.write("ab"); }).value() == 2);
    CHECK(at_once([&] { return writer.write("cdefgh"); }).value() == 6);
    CHECK(writer.get_ref().written == "abcdefgh");
    CHECK(writer.get_ref().writes == 2);
    CHECK(writer.buffer().empty());
  }

  TEST_CASE("the buffer has 8 KiB") {
    io::BufWriter writer{RecordingWriter()};
    const std::string almost(8 * 1024 - 1, 'x');
    CHECK(at_once([&] { return writer.write_all(almost); }).has_value());
    CHECK(at_once([&] { return writer.write_all("x"); }).has_value());
    CHECK(writer.get_ref().writes == 0);
    CHECK(at_once([&] { return writer.write_all("x"); }).has_value());
    CHECK(writer.get_ref().writes == 1);
  }

  TEST_CASE("flush hands the buffer on and flushes, shutdown shuts down, too") {
    io::BufWriter writer(Slow(""));
    CHECK(finish([&] { return writer.write_all("hello"); }).has_value());
    CHECK(writer.get_ref().writes == 0);
    CHECK(finish([&] { return writer.flush(); }).has_value());
    CHECK(writer.get_ref().text() == "hello");
    CHECK(writer.get_ref().flushes == 1);
    CHECK(finish([&] { return writer.write_all("!"); }).has_value());
    CHECK(finish([&] { return writer.shutdown(); }).has_value());
    CHECK(writer.get_ref().text() == "hello!");
    CHECK(writer.get_ref().shutdowns == 1);
  }

  TEST_CASE("has no buffer once all of it is handed on") {
    io::BufWriter writer(RecordingWriter{});
    CHECK(at_once([&] { return writer.write_all("ab"); }).has_value());
    CHECK(test::text_of(writer.buffer()) == "ab");
    CHECK(at_once([&] { return writer.flush(); }).has_value());
    CHECK(writer.buffer().data() == nullptr);
    CHECK(at_once([&] { return writer.write_all("cd"); }).has_value());
    CHECK(at_once([&] { return writer.flush(); }).has_value());
    CHECK(writer.get_ref().written == "abcd");
  }

  TEST_CASE("what is not flushed is lost with it") {
    RecordingWriter inner;
    {
      io::BufWriter writer(inner);
      CHECK(at_once([&] { return writer.write_all("hello"); }).has_value());
    }
    CHECK(inner.written.empty());
    io::BufWriter owning(std::move(inner));
    CHECK(at_once([&] { return owning.write_all("hello"); }).has_value());
    CHECK(std::move(owning).into_inner().written.empty());
  }

  TEST_CASE("a flush that is cancelled half way is gone on with") {
    io::BufWriter writer(RecordingWriter(2));
    CHECK(at_once([&] { return writer.write_all("abcde"); }).has_value());
    writer.get_mut().is_open = false;
    {
      auto cancelled = test::spawn([&] { return writer.flush(); });
      REQUIRE(cancelled.poll().is_pending());
    }
    writer.get_mut().is_open = true;
    CHECK(at_once([&] { return writer.write_all("f"); }).has_value());
    CHECK(at_once([&] { return writer.flush(); }).has_value());
    CHECK(writer.get_ref().written == "abcdef");
  }

  TEST_CASE("a writer that takes nothing makes the flush fail with WriteZero, and its error is passed on") {
    io::BufWriter full(RecordingWriter(0));
    CHECK(at_once([&] { return full.write_all("a"); }).has_value());
    CHECK(at_once([&] { return full.flush(); }).error() == io::ErrorKind::WriteZero);
    CHECK(at_once([&] { return full.shutdown(); }).error() == io::ErrorKind::WriteZero);
    CHECK(test::text_of(full.buffer()) == "a");

    auto [reader, pipe] = io::simplex(16);
    {
      io::SimplexReader gone = std::move(reader);
    }
    io::BufWriter broken(std::move(pipe), 2);
    CHECK(at_once([&] { return broken.write_all("a"); }).has_value());
    CHECK(at_once([&] { return broken.write_all("bc"); }).error() == boost::system::errc::broken_pipe);
  }

  TEST_CASE("reads go straight to a writer that is a reader") {
    auto [near, far] = io::duplex(16);
    io::BufWriter writer(std::move(near));
    CHECK(at_once([&, &far = far] { return far.write_all("ab"); }).has_value());
    CHECK(test::read_once(writer) == "ab");

    io::BufWriter over(io::Cursor(std::string("one\ntwo")));
    std::string line;
    CHECK(at_once([&] { return over.read_line(line); }).value() == 4);
    CHECK(test::read_once(over) == "two");
  }

  TEST_CASE("a seek writes the buffer first") {
    io::BufWriter writer(Slow("0123456789"));
    CHECK(finish([&] { return writer.write_all("abcd"); }).has_value());
    CHECK(finish([&] { return writer.seek(SeekFrom::current(2)); }).value() == 6);
    CHECK(writer.get_ref().text() == "abcd456789");
    CHECK(finish([&] { return writer.write_all("ef"); }).has_value());
    CHECK(finish([&] { return writer.stream_position(); }).value() == 8);
    CHECK(writer.get_ref().text() == "abcd45ef89");
    CHECK(writer.get_ref().sought.size() == 2);
  }

  TEST_CASE("a seek fails with what makes the buffer's write fail, or with its own error") {
    io::BufWriter full(io::Cursor(std::array<char, 2>{}));
    CHECK(at_once([&] { return full.write_all("abc"); }).has_value());
    CHECK(at_once([&] { return full.rewind(); }).error() == io::ErrorKind::WriteZero);
    io::BufWriter writer{io::Cursor(std::string())};
    CHECK(at_once([&] { return writer.seek(SeekFrom::end(-1)); }).error() == io::ErrorKind::InvalidInput);
    CHECK(at_once([&] { return writer.stream_position(); }).value() == 0);
  }
}

// Pieces that are written to a BufWriter of 8 bytes, one call each until all are taken.
template <class W>
std::string written_through(io::BufWriter<W>& writer, std::span<std::span<const std::byte>> pieces) {
  io::Pieces left(pieces);
  while (left.remaining() > 0) {
    const auto taken = at_once([&] { return writer.write_vectored(pieces); });
    REQUIRE(taken.value() > 0);
    CHECK(writer.buffer().size() <= 8);
    left.advance(*taken);
  }
  CHECK(at_once([&] { return writer.flush(); }).has_value());
  return writer.get_ref().written;
}

TEST_SUITE("io.BufWriter.write_vectored") {
  TEST_CASE("nothing, and pieces of nothing, write nothing") {
    io::BufWriter writer{RecordingWriter()};
    CHECK(io::is_write_vectored(writer));
    CHECK(at_once([&] { return writer.write_vectored({}); }).value() == 0);
    const auto empty = pieces_of({"", "", ""});
    CHECK(at_once([&] { return writer.write_vectored(empty); }).value() == 0);
    CHECK(at_once([&] { return writer.flush(); }).has_value());
    CHECK(writer.get_ref().writes == 0);
  }

  TEST_CASE("pieces that fit are all taken") {
    io::BufWriter writer{RecordingWriter()};
    const auto pieces = pieces_of({"foo ", "bar ", "baz"});
    CHECK(at_once([&] { return writer.write_vectored(pieces); }).value() == 11);
    CHECK(test::text_of(writer.buffer()) == "foo bar baz");
    CHECK(writer.get_ref().writes == 0);
  }

  TEST_CASE("of pieces that do not fit together whole ones are taken, where the writer takes one at a time") {
    io::BufWriter writer(RecordingWriter(), 8);
    const auto pieces = pieces_of({"foo ", "bar ", "baz"});
    CHECK(at_once([&] { return writer.write_vectored(pieces); }).value() == 8);
    CHECK(test::text_of(writer.buffer()) == "foo bar ");
    CHECK(at_once([&] { return writer.write_vectored(std::span(pieces).subspan(2)); }).value() == 3);
    CHECK(writer.get_ref().written == "foo bar ");
    CHECK(test::text_of(writer.buffer()) == "baz");
  }

  TEST_CASE("pieces that do not fit together go in one write to a writer that can do that") {
    io::BufWriter writer(VectoredWriter(), 8);
    const auto pieces = pieces_of({"foo ", "bar ", "baz"});
    CHECK(at_once([&] { return writer.write("x"); }).value() == 1);
    CHECK(at_once([&] { return writer.write_vectored(pieces); }).value() == 11);
    CHECK(writer.get_ref().written == "xfoo bar baz");
    CHECK(writer.get_ref().most_pieces == 3);
    CHECK(writer.buffer().empty());
  }

  TEST_CASE("empty pieces and large ones arrive in order, whatever the writer can do") {
    for (const bool is_first_large : {true, false}) {
      const auto pieces =
          is_first_large ? pieces_of({"", "foo bar b", "", "az"}) : pieces_of({"foo ", "", "bar b", "az"});
      io::BufWriter plain(RecordingWriter(), 8);
      auto one_way = pieces;
      CHECK(written_through(plain, one_way) == "foo bar baz");
      io::BufWriter vectored(VectoredWriter(), 8);
      auto other_way = pieces;
      CHECK(written_through(vectored, other_way) == "foo bar baz");
    }
  }

  TEST_CASE("waits while the writer does not take the buffer") {
    io::BufWriter writer(VectoredWriter(), 8);
    CHECK(at_once([&] { return writer.write("0123456"); }).value() == 7);
    writer.get_mut().is_open = false;
    const auto pieces = pieces_of({"ab", "c"});
    auto write = test::spawn([&] { return writer.write_vectored(pieces); });
    REQUIRE(write.poll().is_pending());
    CHECK(test::text_of(writer.buffer()) == "0123456");
    writer.get_mut().is_open = true;
    CHECK(**write.poll() == 3);
    CHECK(test::text_of(writer.buffer()) == "abc");
  }
}

TEST_SUITE("io.BufStream") {
  TEST_CASE("buffers in both directions") {
    auto [near, far] = io::duplex(64);
    io::BufStream stream(near);
    CHECK(&stream.get_mut() == &near);
    CHECK(at_once([&] { return stream.write_all("ping"); }).has_value());
    CHECK(at_once([&, &far = far] { return far.write_all("pong\nmore"); }).has_value());
    std::string line;
    CHECK(at_once([&] { return stream.read_line(line); }).value() == 5);
    CHECK(line == "pong\n");
    CHECK(test::text_of(stream.buffer()) == "more");

    std::array<char, 8> buffer;
    auto read = test::spawn([&, &far = far] { return far.read(buffer); });
    REQUIRE(read.poll().is_pending());  // the ping is still in the buffer
    CHECK(at_once([&] { return stream.flush(); }).has_value());
    CHECK(**read.poll() == 4);
  }

  TEST_CASE("the buffers have the sizes that they are given") {
    io::BufStream stream(io::Cursor(std::string("0123456789")), 4, 2);
    CHECK(test::read_once(stream, 1) == "0");
    CHECK(test::text_of(stream.buffer()) == "123");
    CHECK(at_once([&] { return stream.write_all("x"); }).has_value());
    CHECK(stream.get_ref().get_ref() == "0123456789");
    CHECK(at_once([&] { return stream.write_all("yz"); }).has_value());
    CHECK(stream.get_ref().get_ref() == "0123xyz789");
    CHECK(std::move(stream).into_inner().position() == 7);
  }

  TEST_CASE("a seek writes the one buffer and empties the other") {
    io::BufStream stream(io::Cursor(std::string("0123456789")));
    CHECK(test::read_once(stream, 2) == "01");
    CHECK(at_once([&] { return stream.seek(SeekFrom::current(1)); }).value() == 3);
    CHECK(at_once([&] { return stream.write_all("ab"); }).has_value());
    CHECK(at_once([&] { return stream.rewind(); }).has_value());
    CHECK(test::read_all(stream) == "012ab56789");
  }
}

}  // namespace
