#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;

static_assert(io::SharedRead<net::TcpStream> && io::SharedWrite<net::TcpStream>);
static_assert(io::SharedRead<const net::UnixStream> && io::SharedWrite<const net::UnixStream>);
static_assert(io::SharedRead<net::ReadHalf> && io::SharedRead<const net::OwnedReadHalf>);
static_assert(io::SharedWrite<net::WriteHalf> && io::SharedWrite<const net::OwnedWriteHalf>);
static_assert(!io::SharedRead<io::DuplexStream> && !io::SharedWrite<io::DuplexStream>);

// Who has no waiter pays nothing for it; who has one pays for a place in a queue and a waker.
static_assert(sizeof(io::Read<io::DuplexStream>) == sizeof(void*) + sizeof(std::span<std::byte>));
static_assert(sizeof(io::WriteAll<io::DuplexStream>) == sizeof(void*) + sizeof(std::span<std::byte>));
static_assert(sizeof(io::Read<net::TcpStream>) <= 9 * sizeof(void*));
static_assert(sizeof(io::WriteAll<net::TcpStream>) <= 9 * sizeof(void*));

namespace {

std::string letters(std::size_t size) { return std::string(size, 'x'); }

/// Lets the driver see what has happened.
Task<void> a_turn() {
  for (int i = 0; i < 3; ++i) co_await task::yield_now();
}

/// Writes until nothing more fits; how much it was.
std::size_t fill(const net::TcpStream& stream) {
  const std::string data = letters(1 << 16);
  std::size_t written = 0;
  while (const auto size = stream.try_write(data)) written += *size;
  return written;
}

}  // namespace

TEST_SUITE("net.TcpStream.shared") {
  TEST_CASE("several reads wait at once, are all woken, and one gets what came") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const auto pair = co_await test::tcp_pair();
      const auto& [client, server] = pair;
      std::array<std::string, 3> buffers;
      buffers.fill(std::string(8, '\0'));
      auto first = test::spawn([&] { return client.read(buffers[0]); });
      auto second = test::spawn([&] { return client.read_exact(std::span(buffers[1]).first(2)); });
      auto looking = test::spawn([&] { return client.peek(buffers[2]); });
      CHECK(first.poll().is_pending());
      CHECK(second.poll().is_pending());
      CHECK(looking.poll().is_pending());
      CHECK((co_await server.write_all("ab")).has_value());
      CHECK((co_await client.readable()).has_value());
      CHECK(first.is_woken());
      CHECK(second.is_woken());
      CHECK(looking.is_woken());
      CHECK((*looking.poll()).value() == 2);
      CHECK((*first.poll()).value() == 2);
      CHECK(second.poll().is_pending());
      CHECK_FALSE(second.is_woken());
      CHECK((co_await server.write_all("c")).has_value());
      CHECK((co_await client.readable()).has_value());
      CHECK(second.is_woken());
      CHECK(second.poll().is_pending());  // one byte of two
      CHECK((co_await server.write_all("d")).has_value());
      CHECK((co_await client.readable()).has_value());
      CHECK((*second.poll()).value() == 2);
      CHECK(buffers[1].starts_with("cd"));
    }());
  }

  TEST_CASE("a read does not take the waker of a poll_read, nor the other way round") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const auto pair = co_await test::tcp_pair();
      const auto& [client, server] = pair;
      std::array<std::byte, 1> memory;
      io::ReadBuf buf(memory);
      auto polling =
          test::spawn([&] { return poll_fn([&](Context& cx) { return client.poll_read(cx, buf); }); });
      std::string buffer(1, '\0');
      auto reading = test::spawn([&] { return client.read(buffer); });
      CHECK(polling.poll().is_pending());
      CHECK(reading.poll().is_pending());
      CHECK((co_await server.write_all("ab")).has_value());
      CHECK((co_await client.readable()).has_value());
      CHECK(polling.is_woken());
      CHECK(reading.is_woken());
      CHECK((*reading.poll()).value() == 1);
      CHECK((*polling.poll()).has_value());
      CHECK(buffer == "a");
    }());
  }

  TEST_CASE("a read that is destroyed leaves the others waiting, and takes nothing") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const auto pair = co_await test::tcp_pair();
      const auto& [client, server] = pair;
      std::string buffer(8, '\0'), other(8, '\0');
      auto waiting = test::spawn([&] { return client.read(buffer); });
      CHECK(waiting.poll().is_pending());
      {
        auto cancelled = test::spawn([&] { return client.read(other); });
        CHECK(cancelled.poll().is_pending());
      }
      CHECK((co_await server.write_all("kept")).has_value());
      CHECK((co_await client.readable()).has_value());
      CHECK(waiting.is_woken());
      CHECK((*waiting.poll()).value() == 4);
    }());
  }

  TEST_CASE("several writes wait at once, and all end when the peer reads") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const auto pair = co_await test::tcp_pair();
      const auto& [client, server] = pair;
      const std::size_t held = fill(client);
      const std::string data = letters(1);
      const std::array pieces{std::as_bytes(std::span(data))};
      auto first = test::spawn([&] { return client.write(data); });
      auto second = test::spawn([&] { return client.write_all(data); });
      auto third = test::spawn([&] { return client.write_vectored(pieces); });
      CHECK(first.poll().is_pending());
      CHECK(second.poll().is_pending());
      CHECK(third.poll().is_pending());
      std::string received(held, '\0');
      CHECK((co_await server.read_exact(received)).has_value());
      CHECK((co_await client.writable()).has_value());
      CHECK(first.is_woken());
      CHECK(second.is_woken());
      CHECK(third.is_woken());
      CHECK((*first.poll()).value() == 1);
      CHECK((*second.poll()).has_value());
      CHECK((*third.poll()).value() == 1);
    }());
  }

  TEST_CASE("halves wait as the whole stream does") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      auto [reader, writer] = std::move(client).into_split();
      std::string buffer(1, '\0'), other(1, '\0');
      auto first = test::spawn([&] { return reader.read(buffer); });
      auto second = test::spawn([&] { return reader.read(other); });
      CHECK(first.poll().is_pending());
      CHECK(second.poll().is_pending());
      CHECK(reader.try_read(buffer).error() == boost::system::errc::operation_would_block);
      CHECK((co_await server.write_all("ab")).has_value());
      CHECK((co_await reader.readable()).has_value());
      CHECK(first.is_woken());
      CHECK(second.is_woken());
      CHECK((*second.poll()).value() == 1);
      CHECK((*first.poll()).value() == 1);
      CHECK(other + buffer == "ab");
      CHECK((co_await writer.ready(io::Interest::Writable))->is_writable());
      CHECK(writer.try_write("c").value() == 1);
      CHECK(reader.peer_addr().value() == server.local_addr().value());
      CHECK(writer.local_addr().value() == server.peer_addr().value());
    }());
  }

  TEST_CASE("many tasks read and write one connection, and no byte is lost or seen twice") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        constexpr std::size_t kTasks = 4;
        constexpr std::size_t kEach = 3000;
        auto [client, server] = co_await test::tcp_pair();
        const auto write = [](const net::TcpStream& stream, char letter) -> Task<void> {
          const std::string piece(7, letter);
          for (std::size_t sent = 0; sent < kEach;) {
            const auto size = co_await stream.write(
                std::string_view(piece).substr(0, std::min(piece.size(), kEach - sent)));
            sent += size.value();
          }
        };
        const auto read = [](const net::TcpStream& stream) -> Task<std::array<std::size_t, kTasks>> {
          std::array<std::size_t, kTasks> seen{};
          for (;;) {
            std::string buffer(11, '\0');
            const auto size = co_await stream.read(buffer);
            if (size.value() == 0) co_return seen;
            for (const char letter : buffer.substr(0, *size)) ++seen[static_cast<std::size_t>(letter - 'a')];
          }
        };
        std::vector<task::JoinHandle<void>> writing;
        std::vector<task::JoinHandle<std::array<std::size_t, kTasks>>> reading;
        for (std::size_t i = 0; i < kTasks; ++i) {
          reading.push_back(spawn(read(server)));
          writing.push_back(spawn(write(client, static_cast<char>('a' + i))));
        }
        for (auto& task : writing) CHECK((co_await task).has_value());
        CHECK((co_await client.shutdown()).has_value());
        std::array<std::size_t, kTasks> total{};
        for (auto& task : reading) {
          const auto seen = (co_await task).value();
          for (std::size_t i = 0; i < kTasks; ++i) total[i] += seen[i];
        }
        for (const std::size_t count : total) CHECK(count == kEach);
      }());
    });
  }

  TEST_CASE("a task that waits among others is aborted, and they go on") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [client, server] = co_await test::tcp_pair();
        const auto read = [](const net::TcpStream& stream) -> Task<std::size_t> {
          std::string buffer(1, '\0');
          co_return (co_await stream.read(buffer)).value();
        };
        std::vector<task::JoinHandle<std::size_t>> reading;
        for (int i = 0; i < 9; ++i) reading.push_back(spawn(read(client)));
        co_await a_turn();
        for (std::size_t i = 0; i < 9; i += 3) reading[i].abort();
        for (std::size_t i = 0; i < 9; i += 3) CHECK((co_await reading[i]).error().is_cancelled());
        CHECK((co_await server.write_all(letters(6))).has_value());
        for (std::size_t i = 0; i < 9; ++i)
          if (i % 3 != 0) CHECK((co_await reading[i]).value() == 1);
      }());
    });
  }
}
