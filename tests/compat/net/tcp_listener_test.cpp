#include <arpa/inet.h>
#include <concepts>
#include <fcntl.h>
#include <stdexcept>
#include <sys/socket.h>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/net.hpp>
#include <ferry/stream.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

static_assert(stream::Stream<legacy::net::TcpListener>);
static_assert(stream::Stream<legacy::net::Incoming>);
static_assert(!stream::Stream<net::TcpListener>);
// TCP-03: accepting wanted the listener for itself.
template <class L>
concept Accepts = requires(L& listener) { listener.accept(); };
static_assert(Accepts<legacy::net::TcpListener> && !Accepts<const legacy::net::TcpListener>);
static_assert(Accepts<const net::TcpListener>);

// A listener of the operating system, blocking, as any C program would make it.
int plain_listener() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(fd, 8) == 0);
  REQUIRE((::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0);
  return fd;
}

Task<legacy::net::TcpListener> listener() {
  auto bound = co_await legacy::net::TcpListener::bind("127.0.0.1:0");
  co_return std::move(bound).value();
}

Task<void> accept_as_stream() {
  auto listening = co_await listener();
  const auto addr = listening.local_addr().value();
  auto first = (co_await legacy::net::TcpStream::connect(addr)).value();
  auto second = (co_await legacy::net::TcpStream::connect(addr)).value();
  auto third = (co_await legacy::net::TcpStream::connect(addr)).value();

  auto incoming = listening.incoming();
  int accepted = 0;
  while (auto connection = co_await incoming.next()) {
    REQUIRE(connection->has_value());
    CHECK((**connection).peer_addr().value() == (accepted == 0 ? first : second).local_addr().value());
    if (++accepted == 2) break;
  }
  auto last = co_await listening.next();
  CHECK((**last).peer_addr().value() == third.local_addr().value());
}

Task<void> accept_with_address() {
  auto listening = co_await listener();
  auto client = (co_await legacy::net::TcpStream::connect(listening.local_addr().value())).value();
  auto accepted = (co_await listening.accept()).value();
  static_assert(std::is_same_v<decltype(accepted.first), legacy::net::TcpStream>);
  CHECK(accepted.second == client.local_addr().value());
}

Task<void> cancel_next() {
  auto listening = co_await listener();
  {
    auto cancelled = test::spawn([&] { return listening.next(); });
    REQUIRE(cancelled.poll().is_pending());
  }
  auto client = (co_await legacy::net::TcpStream::connect(listening.local_addr().value())).value();
  auto connection = co_await listening.next();
  CHECK((**connection).peer_addr().value() == client.local_addr().value());
}

Task<void> adopt_blocking() {
  const int fd = plain_listener();
  auto listening = legacy::net::TcpListener::from_std(fd).value();
  CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  auto waiting = test::spawn([&] { return listening.next(); });
  CHECK(waiting.poll().is_pending());  // rather than blocking the thread
  co_return;
}

Task<void> adopt_blocking_in_1_x() {
  const int fd = plain_listener();
  CHECK_THROWS_AS(static_cast<void>(net::TcpListener::from_std(fd)), std::logic_error);
  auto listening = net::TcpListener::from_std(net::nonblocking(fd)).value();
  CHECK(listening.local_addr().value().port() != 0);
  co_return;
}

Task<void> adopt_nothing() {
  CHECK(legacy::net::TcpListener::from_std(-1).has_error());
  CHECK(legacy::net::TcpStream::from_std(-1).has_error());
  co_return;
}

}  // namespace

TEST_SUITE("compat.net.TcpListener") {
  TEST_CASE("a listener and its incoming() are streams of connections without addresses (TCP-02)") {
    test::current_thread().block_on(accept_as_stream());
  }
  TEST_CASE("accept gives the peer's address (TCP-03)") {
    test::current_thread().block_on(accept_with_address());
  }
  TEST_CASE("a connection that comes after next was cancelled is given to the one that follows") {
    test::current_thread().block_on(cancel_next());
  }
  TEST_CASE("from_std makes a blocking socket non-blocking (NET-01)") {
    test::current_thread().block_on(adopt_blocking());
  }
  TEST_CASE("from_std of 1.x refuses a blocking socket, unless it went through nonblocking (NET-01)") {
    test::current_thread().block_on(adopt_blocking_in_1_x());
  }
  TEST_CASE("from_std of what is no descriptor is an error") {
    test::current_thread().block_on(adopt_nothing());
  }
}
