#include <concepts>
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

Task<void> poll_incoming() {
  auto listening = co_await listener();
  auto incoming = listening.incoming();
  const auto accept = [&](Context& cx) { return incoming.poll_accept(cx); };
  auto waiting = test::spawn([&] { return poll_fn(accept); });
  REQUIRE(waiting.poll().is_pending());
  auto client = (co_await legacy::net::TcpStream::connect(listening.local_addr().value())).value();
  const auto accepted = (co_await poll_fn(accept)).value();
  CHECK(accepted.peer_addr().value() == client.local_addr().value());
}

// What `incoming` is in 1.x: a wrapper that owns the listener, or a loop.
Task<void> accept_in_1_x() {
  auto listening = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
  const auto addr = listening.local_addr().value();
  auto first = (co_await net::TcpStream::connect(addr)).value();
  const auto& shared = listening;
  auto accepted = (co_await shared.accept()).value();
  CHECK(accepted.second == first.local_addr().value());
  stream::wrappers::TcpListenerStream stream(std::move(listening));
  auto second = (co_await net::TcpStream::connect(addr)).value();
  auto connection = co_await stream::next(stream);
  CHECK((**connection).peer_addr().value() == second.local_addr().value());
}

Task<void> use_options() {
  auto listening = co_await listener();
  CHECK(listening.set_ttl(33).has_value());
  CHECK(listening.ttl().value() == 33);
  auto taken = co_await legacy::net::TcpListener::bind(listening.local_addr().value());
  CHECK(taken.error() == boost::system::errc::address_in_use);
}

}  // namespace

TEST_SUITE("compat.net.TcpListener") {
  TEST_CASE("TCP-01, TCP-04: bind and a listener's options are the same in both") {
    static_assert(std::derived_from<legacy::net::TcpListener, net::TcpListener>);
    test::current_thread().block_on(use_options());
  }
  TEST_CASE("TCP-02: a listener and its incoming() are streams of connections without addresses") {
    test::current_thread().block_on(accept_as_stream());
  }
  TEST_CASE("TCP-02, TCP-03: 1.x accepts through const listeners and has a wrapper for streams") {
    test::current_thread().block_on(accept_in_1_x());
  }
  TEST_CASE("TCP-03: accept gives the peer's address") {
    test::current_thread().block_on(accept_with_address());
  }
  TEST_CASE("TCP-02: a connection that comes after next was cancelled is given to the one that follows") {
    test::current_thread().block_on(cancel_next());
  }
  TEST_CASE("TCP-05: poll_accept of incoming gives a connection without its address") {
    test::current_thread().block_on(poll_incoming());
  }
}
