#include <cerrno>
#include <string>

#include <doctest/doctest.h>
#include <ferry/io.hpp>

#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/reuses_frames.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::RecordingWriter;
using test::ScriptedReader;

// Writes and reads that are expected to be ready at once.
void put(io::DuplexStream& stream, std::string_view text) {
  REQUIRE(test::at_once([&] { return io::write_all(stream, text); }).has_value());
}
std::string get(io::DuplexStream& stream) { return test::read_once(stream); }
bool has_ended(io::DuplexStream& stream) { return get(stream).empty(); }

TEST_SUITE("io.copy") {
  TEST_CASE("copy moves everything, flushes once at the end and gives the count") {
    ScriptedReader reader;
    reader.give(std::string(20000, 'x')).give("end");
    RecordingWriter writer;
    CHECK(**test::spawn([&] { return io::copy(reader, writer); }).poll() == 20003);
    CHECK(writer.written.size() == 20003);
    CHECK(writer.flushes == 1);
    CHECK(writer.shutdowns == 0);
  }

  TEST_CASE("copy flushes what it has written while the reader is pending") {
    ScriptedReader reader;
    reader.give("ab").wait().give("cd");
    RecordingWriter writer;
    auto copy = test::spawn([&] { return io::copy(reader, writer); });
    REQUIRE(copy.poll().is_pending());
    CHECK(writer.written == "ab");
    CHECK(writer.flushes == 1);
    CHECK(**copy.poll() == 4);
    CHECK(writer.flushes == 2);
  }

  TEST_CASE("a copy that waits for its reader has no buffer") {
    // Says where it was to read to. Never ready.
    struct Idle {
      Poll<io::Result<void>> poll_read(Context&, io::ReadBuf& buf) {
        memory = buf.unfilled_mut().data();
        return pending;
      }
      const std::byte* memory = nullptr;
    };
    Idle first;
    Idle second;
    RecordingWriter writer;
    auto copy = test::spawn([&] { return io::copy(first, writer); });
    auto other = test::spawn([&] { return io::copy(second, writer); });
    REQUIRE(copy.poll().is_pending());
    REQUIRE(other.poll().is_pending());
    CHECK((first.memory == second.memory || !test::reuses_frames()));
  }

  TEST_CASE("copy reads on while the writer is pending, and writes it in one go") {
    ScriptedReader reader;
    reader.give("ab").give("cd").wait().wait().give("ef");
    RecordingWriter writer;
    writer.is_open = false;
    auto copy = test::spawn([&] { return io::copy(reader, writer); });
    REQUIRE(copy.poll().is_pending());
    writer.is_open = true;
    REQUIRE(copy.poll().is_pending());
    CHECK(writer.written == "abcd");
    CHECK(writer.writes == 1);
    CHECK(**copy.poll() == 6);
  }

  TEST_CASE("copy fails with the reader's error, the writer's, or WriteZero") {
    ScriptedReader broken;
    broken.fail(io::Error(EIO, boost::system::system_category()));
    RecordingWriter writer;
    CHECK(test::spawn([&] { return io::copy(broken, writer); }).poll()->error() ==
          boost::system::errc::io_error);

    ScriptedReader reader;
    reader.give("x");
    RecordingWriter full(0);
    CHECK(test::spawn([&] { return io::copy(reader, full); }).poll()->error() == io::ErrorKind::WriteZero);

    auto [near, far] = io::duplex(4);
    {
      io::DuplexStream gone = std::move(far);
    }
    reader.give("x");
    CHECK(test::spawn([&] { return io::copy(reader, near); }).poll()->error() ==
          boost::system::errc::broken_pipe);
  }
}

TEST_SUITE("io.copy_buf") {
  TEST_CASE("writes what is in the reader's buffer, without one of its own, and flushes at the end") {
    io::BufReader reader(ScriptedReader().give("hello").wait().give(" world").build(), 4);
    RecordingWriter writer;
    auto copy = test::spawn([&] { return io::copy_buf(reader, writer); });
    REQUIRE(copy.poll().is_pending());
    CHECK(writer.written == "hello");
    CHECK(writer.writes == 2);
    CHECK(writer.flushes == 0);
    CHECK(**copy.poll() == 11);
    CHECK(writer.written == "hello world");
    CHECK(writer.flushes == 1);
  }

  TEST_CASE("what was not written is still in the reader when it is cancelled or fails") {
    io::BufReader reader(ScriptedReader().give("hello").build());
    RecordingWriter writer(2);
    writer.is_open = false;
    {
      auto cancelled = test::spawn([&] { return io::copy_buf(reader, writer); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(test::text_of(reader.buffer()) == "hello");
    RecordingWriter full(0);
    CHECK(test::spawn([&] { return io::copy_buf(reader, full); }).poll()->error() ==
          io::ErrorKind::WriteZero);
    CHECK(test::text_of(reader.buffer()) == "hello");
    writer.is_open = true;
    CHECK(**test::spawn([&] { return io::copy_buf(reader, writer); }).poll() == 5);
  }

  TEST_CASE("fails with the reader's error") {
    io::BufReader reader(ScriptedReader().give("a").fail(io::ErrorKind::InvalidData).build());
    RecordingWriter writer;
    CHECK(test::spawn([&] { return io::copy_buf(reader, writer); }).poll()->error() ==
          io::ErrorKind::InvalidData);
    CHECK(writer.written == "a");
  }
}

TEST_SUITE("io.copy_bidirectional") {
  TEST_CASE("buffers have the sizes that they are given") {
    auto [client, a] = io::duplex(64);
    auto [server, b] = io::duplex(64);
    put(client, "0123456789");
    put(server, "0123456789");
    // Nothing can be written yet: as much is read as the buffers hold.
    auto to_client = io::join(io::BufReader(a, 1), RecordingWriter());
    auto to_server = io::join(io::BufReader(b, 1), RecordingWriter());
    to_client.writer_mut().is_open = to_server.writer_mut().is_open = false;
    auto copy = test::spawn([&] { return io::copy_bidirectional_with_sizes(to_client, to_server, 3, 7); });
    REQUIRE(copy.poll().is_pending());
    CHECK(get(a) == "3456789");
    CHECK(get(b) == "789");
  }

  TEST_CASE("a buffer of no size is refused") {
    auto [client, a] = io::duplex(64);
    auto [server, b] = io::duplex(64);
    CHECK_THROWS_AS(static_cast<void>(io::copy_bidirectional_with_sizes(a, b, 0, 1)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(io::copy_bidirectional_with_sizes(a, b, 1, 0)), std::logic_error);
  }

  TEST_CASE("data goes both ways, and the end of the first side half-closes the second") {
    auto [client, a] = io::duplex(64);
    auto [server, b] = io::duplex(64);
    auto copy = test::spawn([&] { return io::copy_bidirectional(a, b); });
    put(client, "ping");
    put(server, "hello");
    REQUIRE(copy.poll().is_pending());
    CHECK(get(server) == "ping");
    CHECK(get(client) == "hello");

    REQUIRE(test::spawn([&] { return io::shutdown(client); }).poll().is_ready());
    REQUIRE(copy.is_woken());
    REQUIRE(copy.poll().is_pending());
    CHECK(has_ended(server));

    put(server, "late");  // the other direction goes on
    REQUIRE(copy.poll().is_pending());
    CHECK(get(client) == "late");

    REQUIRE(test::spawn([&] { return io::shutdown(server); }).poll().is_ready());
    auto polled = copy.poll();
    REQUIRE(polled.is_ready());
    CHECK(polled->value().first == 4);
    CHECK(polled->value().second == 9);
    CHECK(has_ended(client));
  }

  TEST_CASE("the end of the second side half-closes the first") {
    auto [client, a] = io::duplex(64);
    auto [server, b] = io::duplex(64);
    auto copy = test::spawn([&] { return io::copy_bidirectional(a, b); });
    REQUIRE(copy.poll().is_pending());
    REQUIRE(test::spawn([&] { return io::shutdown(server); }).poll().is_ready());
    REQUIRE(copy.poll().is_pending());
    CHECK(has_ended(client));
    put(client, "late");
    REQUIRE(copy.poll().is_pending());
    CHECK(get(server) == "late");
    REQUIRE(test::spawn([&] { return io::shutdown(client); }).poll().is_ready());
    auto polled = copy.poll();
    REQUIRE(polled.is_ready());
    CHECK(polled->value().first == 4);
    CHECK(polled->value().second == 0);
  }

  TEST_CASE("what was read before the end is delivered before the shutdown") {
    auto [client, a] = io::duplex(64);
    auto [server, b] = io::duplex(2);  // takes two bytes at a time
    put(client, "abcdef");
    REQUIRE(test::spawn([&] { return io::shutdown(client); }).poll().is_ready());
    auto copy = test::spawn([&] { return io::copy_bidirectional(a, b); });
    for (const std::string_view piece : {"ab", "cd", "ef"}) {
      REQUIRE(copy.poll().is_pending());
      CHECK(get(server) == piece);
      CHECK(copy.is_woken() == (piece != "ef"));
    }
    REQUIRE(copy.poll().is_pending());
    CHECK(has_ended(server));
  }

  TEST_CASE("an error of either side ends it") {
    auto [client, a] = io::duplex(64);
    auto [server, b] = io::duplex(64);
    auto copy = test::spawn([&] { return io::copy_bidirectional(a, b); });
    REQUIRE(copy.poll().is_pending());
    {
      io::DuplexStream gone = std::move(server);
    }
    put(client, "x");
    auto polled = copy.poll();
    REQUIRE(polled.is_ready());
    CHECK(polled->error() == boost::system::errc::broken_pipe);
  }
}

}  // namespace
}  // namespace ferry
