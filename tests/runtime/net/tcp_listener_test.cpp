#include <chrono>
#include <netdb.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

Task<int> accept_some(const net::TcpListener& listener, int count) {
  int accepted = 0;
  for (; accepted < count; ++accepted) {
    const auto connection = co_await listener.accept();
    if (!connection) break;
  }
  co_return accepted;
}

Task<void> round_trip(net::ToSocketAddrs where) {
  auto bound = co_await net::TcpListener::bind(std::move(where));
  if (!bound) {
    MESSAGE("skipped: " << bound.error().message());
    co_return;
  }
  const net::TcpListener listener = *std::move(bound);
  const net::SocketAddr addr = listener.local_addr().value();
  CHECK(addr.port() != 0);
  auto client = co_await net::TcpStream::connect(addr);
  auto accepted = co_await listener.accept();
  CHECK(accepted->second == client->local_addr().value());
  CHECK(accepted->first.local_addr().value() == addr);
  CHECK((co_await client->write_all("x")).has_value());
  std::string buffer(1, '\0');
  CHECK((co_await accepted->first.read_exact(buffer)).has_value());
}

}  // namespace

TEST_SUITE("net.TcpListener") {
  TEST_CASE("a connection is accepted with its peer's address") {
    test::for_each_flavor([](const runtime::Runtime& rt) { rt.block_on(round_trip("127.0.0.1:0")); });
  }

  TEST_CASE("IPv6 works where the machine has it") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on(round_trip("[::1]:0"));
  }

  TEST_CASE("a name is looked up on the blocking pool") {
    test::for_each_flavor([](const runtime::Runtime& rt) { rt.block_on(round_trip("localhost:0")); });
  }

  TEST_CASE("two tasks accept from one listener, and no connection is lost") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const net::TcpListener listener = co_await test::listener();
        auto first = spawn(accept_some(listener, 10));
        auto second = spawn(accept_some(listener, 10));
        for (int i = 0; i < 20; ++i) {
          const auto connected = co_await net::TcpStream::connect(listener.local_addr().value());
          CHECK(connected.has_value());
        }
        CHECK((co_await first).value() == 10);
        CHECK((co_await second).value() == 10);
      }());
    });
  }

  TEST_CASE("a cancelled accept leaves the connection to the next one") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::TcpListener listener = co_await test::listener();
      {
        auto cancelled = listener.accept();
        Context cx(Waker::noop());
        CHECK(cancelled.poll(cx).is_pending());
      }
      const auto client = co_await net::TcpStream::connect(listener.local_addr().value());
      const auto accepted = co_await listener.accept();
      CHECK(accepted->second == client->local_addr().value());
    }());
  }

  TEST_CASE("poll_accept wakes the latest task that asked") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::TcpListener listener = co_await test::listener();
      const auto client = co_await net::TcpStream::connect(listener.local_addr().value());
      auto accept = poll_fn([&](Context& cx) { return listener.poll_accept(cx); });
      const auto accepted = co_await accept;
      CHECK(accepted.has_value());
    }());
  }

  TEST_CASE("an address that is in use is an error, and free again once its listener is gone") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      std::optional<net::TcpListener> first = co_await test::listener();
      const net::SocketAddr addr = first->local_addr().value();
      const auto second = co_await net::TcpListener::bind(addr);
      CHECK(second.error() == boost::system::errc::address_in_use);
      const auto client = co_await net::TcpStream::connect(addr);
      {
        const auto accepted = co_await first->accept();
      }
      first.reset();
      const auto third = co_await net::TcpListener::bind(addr);
      CHECK(third.has_value());
    }());
  }

  TEST_CASE("text without a port, or with a host that means nothing, is invalid") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      for (const char* text : {"localhost", "", ":80", "localhost:", "localhost:http", "a:b:80", "[::1]:x"}) {
        CAPTURE(text);
        const auto bound = co_await net::TcpListener::bind(text);
        CHECK(bound.error() == io::ErrorKind::InvalidInput);
      }
    }());
  }

  TEST_CASE("binding outside a runtime throws, and leaves no descriptor open") {
    const auto next_descriptor = [] {
      const int fd = ::dup(0);
      ::close(fd);
      return fd;
    };
    const int before = next_descriptor();
    Context cx(Waker::noop());
    auto bind = net::TcpListener::bind("127.0.0.1:0");
    CHECK_THROWS_AS(static_cast<void>(bind.poll(cx)), std::logic_error);
    CHECK(next_descriptor() == before);
  }

  TEST_CASE("in a runtime without I/O, binding and connecting throw and say what is missing") {
    const runtime::Runtime rt = runtime::Builder::new_current_thread().enable_time().build().value();
    auto bind = []() -> Task<void> { static_cast<void>(co_await net::TcpListener::bind("127.0.0.1:0")); };
    CHECK_THROWS_WITH_AS(rt.block_on(bind()), doctest::Contains("enable_io"), std::logic_error);
    auto connect = []() -> Task<void> { static_cast<void>(co_await net::TcpStream::connect("127.0.0.1:1")); };
    CHECK_THROWS_WITH_AS(rt.block_on(connect()), doctest::Contains("enable_io"), std::logic_error);
  }

  TEST_CASE("a listener goes to a descriptor and back") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      net::TcpListener listener = co_await test::listener();
      const net::SocketAddr addr = listener.local_addr().value();
      const int fd = std::move(listener).into_std().value();
      const auto again = net::TcpListener::from_std(fd);
      const auto client = co_await net::TcpStream::connect(addr);
      const auto accepted = co_await again->accept();
      CHECK(accepted.has_value());
      CHECK(again->set_ttl(7).has_value());
      CHECK(again->ttl().value() == 7);
    }());
  }

  TEST_CASE("a listener of one runtime accepts what another one connects") {
    const runtime::Runtime first = test::multi_thread();
    const runtime::Runtime second = test::current_thread();
    const net::TcpListener listener = first.block_on(test::listener());
    auto accepting = first.spawn(accept_some(listener, 3));
    for (int i = 0; i < 3; ++i) {
      CHECK(second.block_on(net::TcpStream::connect(listener.local_addr().value())).has_value());
    }
    CHECK(first.block_on(std::move(accepting)).value() == 3);
  }
}

TEST_SUITE("net.TcpSocket") {
  TEST_CASE("options are set before it listens or connects") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      net::TcpSocket listening = net::TcpSocket::new_v4().value();
      CHECK(listening.set_reuseaddr(true).has_value());
      CHECK(listening.set_reuseport(true).has_value());
      CHECK(listening.bind(net::SocketAddr(net::IpAddr::localhost_v4(), 0)).has_value());
      const net::SocketAddr addr = listening.local_addr().value();
      const auto listener = std::move(listening).listen(16);
      REQUIRE(listener.has_value());

      net::TcpSocket socket = net::TcpSocket::new_v4().value();
      CHECK(socket.set_nodelay(true).has_value());
      CHECK(socket.set_keepalive(true).has_value());
      CHECK(socket.set_recv_buffer_size(32 * 1024).has_value());
      CHECK(socket.set_send_buffer_size(32 * 1024).has_value());
      CHECK(socket.recv_buffer_size().value() >= 32 * 1024);
      CHECK(socket.send_buffer_size().value() >= 32 * 1024);
      const auto client = co_await std::move(socket).connect(addr);
      REQUIRE(client.has_value());
      CHECK(client->nodelay().value());
      const auto accepted = co_await listener->accept();
      CHECK(accepted->second == client->local_addr().value());
    }());
  }

  TEST_CASE("what is set is read back") {
    const net::TcpSocket socket = net::TcpSocket::new_v4().value();
    CHECK_FALSE(socket.reuseaddr().value());
    CHECK(socket.set_reuseaddr(true).has_value());
    CHECK(socket.reuseaddr().value());
    CHECK_FALSE(socket.reuseport().value());
    CHECK(socket.set_reuseport(true).has_value());
    CHECK(socket.reuseport().value());
    CHECK_FALSE(socket.keepalive().value());
    CHECK(socket.set_keepalive(true).has_value());
    CHECK(socket.keepalive().value());
    CHECK_FALSE(socket.nodelay().value());
    CHECK(socket.set_nodelay(true).has_value());
    CHECK(socket.nodelay().value());
    CHECK_FALSE(socket.linger().value().has_value());
    CHECK(socket.set_linger(3s).has_value());
    CHECK(socket.linger().value() == 3s);
    CHECK(socket.set_zero_linger().has_value());
    CHECK(socket.linger().value() == 0s);
    CHECK(socket.set_tos_v4(0x10).has_value());
    CHECK(socket.tos_v4().value() == 0x10);
    CHECK_FALSE(socket.device().value().has_value());
    CHECK(socket.bind_device("no-such-device").has_error());
    CHECK(socket.bind_device(std::nullopt).has_value());
    CHECK_FALSE(socket.take_error().value().has_value());
  }

  TEST_CASE("a socket of version 6 may leave version 4 alone, where the machine has it") {
    const auto socket = net::TcpSocket::new_v6();
    if (!socket) {
      MESSAGE("skipped: " << socket.error().message());
      return;
    }
    for (const bool is_on : {true, false}) {
      CHECK(socket->set_only_v6(is_on).has_value());
      CHECK(socket->only_v6().value() == is_on);
    }
    CHECK(socket->set_tclass_v6(0x20).has_value());
    CHECK(socket->tclass_v6().value() == 0x20);
  }

  TEST_CASE("a socket is bound to a device, where that is allowed") {
    const net::TcpSocket socket = net::TcpSocket::new_v4().value();
    const auto bound = socket.bind_device("lo");
    if (!bound) {
      MESSAGE("skipped: " << bound.error().message());
      return;
    }
    CHECK(socket.device().value() == "lo");
  }

  TEST_CASE("a native socket is adopted unless it blocks, and then connects") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::TcpListener listener = co_await test::listener();
      const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      CHECK_THROWS_WITH_AS(static_cast<void>(net::TcpSocket::from_std_stream(fd)),
                           doctest::Contains("TcpSocket::from_std_stream"), std::logic_error);
      auto socket = net::TcpSocket::from_std_stream(net::nonblocking(fd));
      CHECK(socket->as_raw_fd() == fd);
      const auto connected = co_await std::move(*socket).connect(listener.local_addr().value());
      CHECK(connected->as_raw_fd() == fd);
      CHECK(net::TcpSocket::from_std_stream(-1).error() == boost::system::errc::bad_file_descriptor);
    }());
  }
}

TEST_SUITE("net.lookup_host") {
  TEST_CASE("literals are answered at the first poll, outside a runtime too") {
    Context cx(Waker::noop());
    auto literal = net::lookup_host("127.0.0.1:80");
    const auto found = literal.poll(cx);
    REQUIRE(found.is_ready());
    CHECK(found->value() == std::vector{net::SocketAddr::parse("127.0.0.1:80").value()});
    auto pair = net::lookup_host({"::1", 443});
    CHECK((*pair.poll(cx))->front().to_string() == "[::1]:443");
  }

  TEST_CASE("localhost is a loopback address with the port that was asked for") {
    const runtime::Runtime rt = test::current_thread();
    const auto found = rt.block_on(net::lookup_host("localhost:8080"));
    // A bare container may not know the name.
    addrinfo* system = nullptr;
    const bool is_known = ::getaddrinfo("localhost", nullptr, nullptr, &system) == 0;
    if (is_known) ::freeaddrinfo(system);
    REQUIRE(found.has_value() == is_known);
    if (!is_known) return;
    for (const net::SocketAddr& addr : *found) {
      CHECK(addr.ip().is_loopback());
      CHECK(addr.port() == 8080);
    }
  }

  TEST_CASE("a name that does not exist is the resolver's error") {
    const runtime::Runtime rt = test::current_thread();
    const auto found = rt.block_on(net::lookup_host("name.invalid:80"));
    REQUIRE(found.has_error());
    CHECK(std::string(found.error().category().name()) == "ferry.lookup");
  }

  TEST_CASE("a lookup that was cancelled runs on for nobody") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto cancelled = net::lookup_host("localhost:80");
      Context cx(Waker::noop());
      static_cast<void>(cancelled.poll(cx));
      co_return;
    }());
  }

  TEST_CASE("a name polled outside a runtime throws") {
    Context cx(Waker::noop());
    auto name = net::lookup_host("localhost:80");
    CHECK_THROWS_AS(static_cast<void>(name.poll(cx)), std::logic_error);
  }
}
