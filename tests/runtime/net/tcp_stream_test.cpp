#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>
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
using namespace std::chrono_literals;

static_assert(io::AsyncRead<net::TcpStream> && io::AsyncWrite<net::TcpStream>);
static_assert(io::AsyncRead<const net::TcpStream> && io::AsyncWrite<const net::TcpStream>);
static_assert(io::VectoredWrite<net::TcpStream>);
static_assert(io::AsyncRead<net::ReadHalf> && !io::AsyncWrite<net::ReadHalf>);
static_assert(!io::AsyncRead<net::OwnedWriteHalf> && io::AsyncWrite<net::OwnedWriteHalf>);
static_assert(std::movable<net::TcpStream> && !std::copyable<net::TcpStream>);
static_assert(!std::copyable<net::OwnedReadHalf> && std::movable<net::OwnedWriteHalf>);

namespace {

Task<std::string> read_text(const net::TcpStream& stream) {
  std::string buffer(64, '\0');
  const auto n = co_await stream.read(buffer);
  buffer.resize(n.value());
  co_return buffer;
}

Task<void> echo(net::TcpStream stream) {
  std::array<std::byte, 1024> buffer;
  for (;;) {
    const auto n = co_await stream.read(buffer);
    if (!n || *n == 0) co_return;
    if (!co_await stream.write_all(std::span(buffer).first(*n))) co_return;
  }
}

Task<void> ping_pong(int rounds) {
  auto [client, server] = co_await test::tcp_pair();
  auto server_task = spawn(echo(std::move(server)));
  for (int round = 0; round < rounds; ++round) {
    const std::string message = "message " + std::to_string(round);
    CHECK((co_await client.write_all(message)).has_value());
    std::string reply(message.size(), '\0');
    CHECK((co_await client.read_exact(reply)).has_value());
    CHECK(reply == message);
  }
  CHECK((co_await client.shutdown()).has_value());
  CHECK(co_await read_text(client) == "");
  CHECK((co_await server_task).has_value());
}

Task<void> read_what_a_closed_peer_sent() {
  for (int round = 0; round < 50; ++round) {
    auto [client, server] = co_await test::tcp_pair();
    CHECK((co_await client.write_all("last words")).has_value());
    {
      const net::TcpStream closed = std::move(client);
    }
    std::string text;
    const auto size = co_await server.read_to_string(text);
    CHECK(size.value() == 10);
    CHECK(text == "last words");
  }
}

Task<void> large_transfer(std::size_t size) {
  auto [client, server] = co_await test::tcp_pair();
  const auto send = [](net::TcpStream stream, std::size_t size) -> Task<void> {
    std::string data(size, '\0');
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>(i * 31 >> 8);
    CHECK((co_await stream.write_all(data)).has_value());
  };
  auto sender = spawn(send(std::move(client), size));
  std::vector<char> received;
  CHECK((co_await server.read_to_end(received)).value() == size);
  std::size_t wrong = received.size() == size ? 0 : size;
  for (std::size_t i = 0; i < received.size(); ++i) wrong += received[i] != static_cast<char>(i * 31 >> 8);
  CHECK(wrong == 0);
  CHECK((co_await sender).has_value());
}

// Polls a future once from inside a task, as `select` does.
template <class F>
Poll<FutureOutput<F>> poll_once(F& future) {
  Context cx(Waker::noop());
  return future.poll(cx);
}

}  // namespace

TEST_SUITE("net.TcpStream") {
  TEST_CASE("what one side writes the other reads, until it shuts down") {
    test::for_each_flavor([](const runtime::Runtime& rt) { rt.block_on(ping_pong(200)); });
  }

  TEST_CASE("data that arrives together with the end is read, and then the end") {
    test::for_each_flavor([](const runtime::Runtime& rt) { rt.block_on(read_what_a_closed_peer_sent()); });
  }

  TEST_CASE("a transfer larger than the socket's buffers arrives whole") {
    test::for_each_flavor([](const runtime::Runtime& rt) { rt.block_on(large_transfer(3'000'000)); });
  }

  TEST_CASE("a read that was cancelled while it waited has taken nothing") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      std::string buffer(64, '\0');
      {
        auto cancelled = client.read(buffer);
        CHECK(poll_once(cancelled).is_pending());
      }
      CHECK((co_await server.write_all("kept")).has_value());
      CHECK(co_await read_text(client) == "kept");
    }());
  }

  TEST_CASE("a stream destroyed after a read of it was pending is closed") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      std::string buffer(64, '\0');
      {
        const net::TcpStream dropped = std::move(client);
        auto read = dropped.read(buffer);
        CHECK(poll_once(read).is_pending());
        auto readable = dropped.readable();
        CHECK(poll_once(readable).is_pending());
      }
      CHECK(co_await read_text(server) == "");
    }());
  }

  TEST_CASE("a task that waits to read is aborted, and its stream is closed") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [client, server] = co_await test::tcp_pair();
        auto waiting = spawn(echo(std::move(server)));
        waiting.abort();
        const auto joined = co_await waiting;
        CHECK(joined.error().is_cancelled());
        CHECK(co_await read_text(client) == "");
      }());
    });
  }

  TEST_CASE("shutdown ends what is sent, not what is received") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      CHECK((co_await client.shutdown()).has_value());
      CHECK(co_await read_text(server) == "");
      CHECK((co_await server.write_all("still here")).has_value());
      CHECK(co_await read_text(client) == "still here");
      const auto written = co_await client.write("x");
      CHECK(written.error() == boost::system::errc::broken_pipe);
    }());
  }

  TEST_CASE("a reset by the peer is an error of read") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [client, server] = co_await test::tcp_pair();
        CHECK(client.set_linger(0s).has_value());
        {
          const net::TcpStream reset = std::move(client);
        }
        std::string buffer(64, '\0');
        const auto n = co_await server.read(buffer);
        CHECK(n.error() == boost::system::errc::connection_reset);
        CHECK((co_await server.shutdown()).has_value());  // nothing is left to shut down
      }());
    });
  }

  TEST_CASE("a reset that arrives while a read waits ends it") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [client, server] = co_await test::tcp_pair();
        const auto wait = [](net::TcpStream stream) -> Task<io::Error> {
          std::string buffer(64, '\0');
          const auto n = co_await stream.read(buffer);
          co_return n.error();
        };
        auto waiting = spawn(wait(std::move(server)));
        co_await task::yield_now();
        CHECK(client.set_linger(0s).has_value());
        {
          const net::TcpStream reset = std::move(client);
        }
        CHECK((co_await waiting).value() == boost::system::errc::connection_reset);
      }());
    });
  }

  TEST_CASE("connecting to a port nobody listens at is refused") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      std::optional<net::SocketAddr> free;
      {
        const net::TcpListener gone = co_await test::listener();
        free = gone.local_addr().value();
      }
      const auto connected = co_await net::TcpStream::connect(*free);
      CHECK(connected.error() == boost::system::errc::connection_refused);
    }());
  }

  TEST_CASE("connect tries one address after the other") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      std::vector<net::SocketAddr> addrs;
      {
        const net::TcpListener gone = co_await test::listener();
        addrs.push_back(gone.local_addr().value());
      }
      const net::TcpListener listening = co_await test::listener();
      addrs.push_back(listening.local_addr().value());
      const auto connected = co_await net::TcpStream::connect(addrs);
      CHECK(connected->peer_addr().value() == addrs[1]);
      const auto none = co_await net::TcpStream::connect(std::vector<net::SocketAddr>());
      CHECK(none.error() == io::ErrorKind::InvalidInput);
      using namespace std::string_view_literals;
      const auto cut = co_await net::TcpStream::connect("localhost\0.example:80"sv);
      CHECK(cut.error() == io::ErrorKind::InvalidInput);
      const auto cut_apart = co_await net::TcpStream::connect({"localhost\0.example"sv, 80});
      CHECK(cut_apart.error() == io::ErrorKind::InvalidInput);
    }());
  }

  TEST_CASE("connect gives its attempt up when it is cancelled") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::TcpListener listening = co_await test::listener();
      {
        auto cancelled = net::TcpStream::connect(listening.local_addr().value());
        static_cast<void>(poll_once(cancelled));
      }
      const auto connected = co_await net::TcpStream::connect(listening.local_addr().value());
      CHECK(connected.has_value());
    }());
  }

  TEST_CASE("peek shows what read gives afterwards") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      CHECK((co_await server.write_all("look")).has_value());
      std::string buffer(64, '\0');
      for (int i = 0; i < 2; ++i) {
        const auto n = co_await client.peek(buffer);
        CHECK(buffer.substr(0, n.value()) == "look");
      }
      CHECK(co_await read_text(client) == "look");
    }());
  }

  TEST_CASE("poll_peek fills a ReadBuf behind what it has, and says by how much") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      std::array<std::byte, 8> memory{};
      auto buf = io::ReadBuf::uninit(memory);
      buf.put_slice(std::as_bytes(std::span("> ", 2)));
      const auto peek = [&](Context& cx) { return client.poll_peek(cx, buf); };
      {
        auto early = poll_fn(peek);
        CHECK(poll_once(early).is_pending());
      }
      CHECK((co_await server.write_all("look")).has_value());
      CHECK((co_await poll_fn(peek)).value() == 4);
      CHECK(std::memcmp(buf.filled().data(), "> look", 6) == 0);
      CHECK(buf.filled().size() == 6);
      CHECK(co_await read_text(client) == "look");
    }());
  }

  TEST_CASE("try_read says EAGAIN until readable completes, and again after everything was read") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      std::string buffer(2, '\0');
      CHECK(client.try_read(buffer).error() == boost::system::errc::operation_would_block);
      CHECK((co_await server.write_all("abc")).has_value());
      CHECK((co_await client.readable()).has_value());
      CHECK(client.try_read(buffer).value() == 2);
      CHECK(client.try_read(buffer).value() == 1);
      CHECK(client.try_read(buffer).error() == boost::system::errc::operation_would_block);
      auto readable = client.readable();
      CHECK(poll_once(readable).is_pending());
    }());
  }

  TEST_CASE("try_write fills the socket up, and writable completes once the peer reads") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      const std::string data(1 << 20, 'x');
      std::size_t written = 0;
      for (;;) {
        const auto n = client.try_write(data);
        if (!n) {
          CHECK(n.error() == boost::system::errc::operation_would_block);
          break;
        }
        written += *n;
      }
      CHECK(written > 0);
      std::string received(written, '\0');
      CHECK((co_await server.read_exact(received)).has_value());
      CHECK((co_await client.writable()).has_value());
      CHECK(client.try_write("x").value() == 1);
    }());
  }

  TEST_CASE("write_vectored sends several pieces as one") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      const std::string head = "head ", body = "body";
      const std::array pieces = {std::as_bytes(std::span(head)), std::span<const std::byte>(),
                                 std::as_bytes(std::span(body))};
      CHECK((co_await client.write_vectored(pieces)).value() == 9);
      CHECK(co_await read_text(server) == "head body");
    }());
  }

  TEST_CASE("try_read_buf and the vectored forms use all the room there is") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      const std::string head = "head ", body = "body";
      const std::array pieces = {std::as_bytes(std::span(head)), std::as_bytes(std::span(body))};
      CHECK(client.try_write_vectored(pieces).value() == 9);
      CHECK((co_await server.readable()).has_value());
      std::string first(4, '\0'), second(3, '\0');
      const std::array buffers = {std::as_writable_bytes(std::span(first)),
                                  std::as_writable_bytes(std::span(second))};
      CHECK(server.try_read_vectored(buffers).value() == 7);
      CHECK(first + second == "head bo");
      std::array<std::byte, 8> memory;
      io::ReadBuf buf = io::ReadBuf::uninit(memory);
      CHECK(server.try_read_buf(buf).value() == 2);
      CHECK(server.try_read_buf(buf).error() == boost::system::errc::operation_would_block);
      CHECK(buf.filled().size() == 2);
    }());
  }

  TEST_CASE("ready tells data, the end and room apart") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [client, server] = co_await test::tcp_pair();
        const auto writable = co_await client.ready(io::Interest::Readable | io::Interest::Writable);
        CHECK(writable.value() == io::Ready::Writable);
        CHECK((co_await server.write_all("x")).has_value());
        const auto readable = co_await client.ready(io::Interest::Readable);
        CHECK(readable.value() == io::Ready::Readable);
        CHECK(co_await read_text(client) == "x");
        CHECK((co_await server.shutdown()).has_value());
        const auto ended = co_await client.ready(io::Interest::Readable);
        CHECK(ended->is_read_closed());
      }());
    });
  }

  TEST_CASE("try_io and async_io make calls of one's own") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      const auto waiting = [fd = client.as_raw_fd()]() -> io::Result<int> {
        char byte = 0;
        if (::recv(fd, &byte, 1, 0) < 0) return io::last_os_error();
        return byte;
      };
      CHECK(client.try_io(io::Interest::Readable, waiting).error() ==
            boost::system::errc::operation_would_block);
      auto reading = client.async_io(io::Interest::Readable, waiting);
      CHECK(poll_once(reading).is_pending());
      CHECK((co_await server.write_all("xy")).has_value());
      CHECK((co_await reading).value() == 'x');
      CHECK(client.try_io(io::Interest::Readable, waiting).value() == 'y');
    }());
  }

  TEST_CASE("a call that says EAGAIN although the peer has ended is not made for ever") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      CHECK((co_await server.shutdown()).has_value());
      int calls = 0;
      const auto never = [&calls]() -> io::Result<int> {
        ++calls;
        return io::Error(EAGAIN, boost::system::system_category());
      };
      const auto result = co_await client.async_io(io::Interest::Readable, never);
      CHECK(result.error() == boost::system::errc::operation_would_block);
      CHECK(calls == 1);
    }());
  }

  TEST_CASE("options are set on the socket and read back") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      CHECK(client.set_nodelay(true).has_value());
      CHECK(client.nodelay().value());
      CHECK_FALSE(server.nodelay().value());
      CHECK_FALSE(client.linger().value().has_value());
      CHECK(client.set_linger(5s).has_value());
      CHECK(client.linger().value() == 5s);
      CHECK(client.set_linger(std::chrono::seconds::max()).has_value());
      CHECK(client.linger().value() > 5s);
      CHECK(client.set_linger(std::nullopt).has_value());
      CHECK_FALSE(client.linger().value().has_value());
      CHECK(client.set_zero_linger().has_value());
      CHECK(client.linger().value() == 0s);
      CHECK(client.set_quickack(false).has_value());
      CHECK_FALSE(client.quickack().value());
      CHECK(client.set_quickack(true).has_value());
      CHECK(client.quickack().value());
      CHECK(client.set_ttl(42).has_value());
      CHECK(client.ttl().value() == 42);
      CHECK_FALSE(client.take_error().value().has_value());
      CHECK(client.local_addr().value() == server.peer_addr().value());
      CHECK(client.peer_addr().value() == server.local_addr().value());
    }());
  }
}
