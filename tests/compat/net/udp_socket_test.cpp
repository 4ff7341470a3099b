#include <array>
#include <cerrno>
#include <concepts>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/net.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using boost::system::errc::operation_would_block;

namespace {

// NET-02, UDP-03: sending and receiving wanted the socket for itself.
template <class S>
concept Sends = requires(S& socket) { socket.send("x"); };
template <class S>
concept SendsTo = requires(S& socket) { socket.send_to("x", "127.0.0.1:1"); };
template <class S>
concept Receives = requires(S& socket, std::array<char, 1>& buffer) { socket.recv(buffer); };
template <class S>
concept ReceivesFrom = requires(S& socket, std::array<char, 1>& buffer) { socket.recv_from(buffer); };
template <class S>
concept Exchanges = Sends<S> && SendsTo<S> && Receives<S> && ReceivesFrom<S>;
static_assert(Exchanges<legacy::net::UdpSocket> && Exchanges<const net::UdpSocket>);
static_assert(!Sends<const legacy::net::UdpSocket> && !SendsTo<const legacy::net::UdpSocket> &&
              !Receives<const legacy::net::UdpSocket> && !ReceivesFrom<const legacy::net::UdpSocket>);
static_assert(std::derived_from<legacy::net::UdpSocket, net::UdpSocket>);
// UDP-02: 1.x does without halves.
template <class S>
concept Splits = requires(S&& socket) { std::move(socket).split(); };
static_assert(Splits<legacy::net::UdpSocket> && !Splits<net::UdpSocket>);

Task<legacy::net::UdpSocket> bound() {
  auto socket = co_await legacy::net::UdpSocket::bind("127.0.0.1:0");
  co_return std::move(socket).value();
}

Task<void> use_options() {
  auto socket = co_await bound();
  CHECK(socket.set_broadcast(true).has_value());
  CHECK(socket.broadcast().value());
  CHECK(socket.set_ttl(33).has_value());
  CHECK(socket.ttl().value() == 33);
  CHECK(socket.set_multicast_loop_v4(false).has_value());
  CHECK_FALSE(socket.multicast_loop_v4().value());
  CHECK(socket.set_multicast_ttl_v4(3).has_value());
  CHECK(socket.multicast_ttl_v4().value() == 3);
  const auto group = net::IpAddr::v4(239, 1, 2, 3);
  CHECK(socket.join_multicast_v4(group, net::IpAddr::localhost_v4()).has_value());
  CHECK(socket.leave_multicast_v4(group, net::IpAddr::localhost_v4()).has_value());
  CHECK((co_await socket.connect(socket.local_addr().value())).has_value());
  CHECK((co_await socket.send("me")).value() == 2);
  std::string text(4, '\0');
  CHECK((co_await socket.recv(text)).value() == 2);
}

Task<void> exchange_halves() {
  auto socket = co_await bound();
  const auto addr = socket.local_addr().value();
  auto peer = co_await bound();
  auto [receiving, sending] = std::move(socket).split();
  CHECK(sending.as_ref().local_addr().value() == addr);

  auto echo = [](legacy::net::UdpRecvHalf from, std::string& text) -> Task<net::SocketAddr> {
    auto received = (co_await from.recv_from(text)).value();
    co_return received.second;
  };
  std::string text(8, '\0');
  auto task = task::spawn(echo(std::move(receiving), text));
  CHECK((co_await sending.send_to("ping", peer.local_addr().value())).value() == 4);
  std::string heard(8, '\0');
  auto received = (co_await peer.recv_from(heard)).value();
  CHECK(received.second == addr);
  CHECK((co_await peer.send_to("pong", received.second)).value() == 4);
  CHECK((co_await task).value() == peer.local_addr().value());
  CHECK(text.substr(0, 4) == "pong");
}

Task<void> reunite_halves() {
  auto socket = co_await bound();
  const int fd = socket.as_raw_fd();
  auto [receiving, sending] = std::move(socket).split();
  auto other = (co_await bound()).split();

  auto failed = std::move(receiving).reunite(std::move(other.second));
  REQUIRE(failed.has_error());
  auto [other_sending, own_receiving] = std::move(failed.error()).into_halves();
  CHECK(own_receiving.as_ref().as_raw_fd() == fd);
  CHECK(other_sending.as_ref().as_raw_fd() == other.first.as_ref().as_raw_fd());
  CHECK_THROWS_AS(std::move(other_sending).reunite(std::move(own_receiving)).value(), std::logic_error);

  auto again = (co_await bound()).split();
  const int again_fd = again.first.as_ref().as_raw_fd();
  legacy::net::UdpSocket whole = std::move(again.second).reunite(std::move(again.first)).value();
  CHECK(whole.as_raw_fd() == again_fd);
  CHECK((co_await whole.send_to("x", whole.local_addr().value())).value() == 1);
  std::string text(1, '\0');
  CHECK((co_await whole.recv(text)).value() == 1);
}

// What halves are in 1.x.
Task<void> share_in_1_x() {
  const auto receiving =
      std::make_shared<const net::UdpSocket>((co_await net::UdpSocket::bind("127.0.0.1:0")).value());
  const auto sending = receiving;
  CHECK((co_await sending->send_to("me", receiving->local_addr().value())).value() == 2);
  std::string text(4, '\0');
  CHECK((co_await receiving->recv_from(text)).value().first == 2);
}

Task<void> poll_by_count() {
  auto a = co_await bound();
  auto b = co_await bound();
  const auto to = b.local_addr().value();
  CHECK((co_await a.connect(to)).has_value());
  CHECK((co_await b.connect(a.local_addr().value())).has_value());
  std::array<std::byte, 8> memory;
  const auto receive = [&](Context& cx) { return b.poll_recv(cx, std::span(memory)); };
  auto early = test::spawn([&] { return poll_fn(receive); });
  REQUIRE(early.poll().is_pending());
  const auto send = [&](Context& cx) { return a.poll_send(cx, std::as_bytes(std::span("first", 5))); };
  CHECK((co_await poll_fn(send)).value() == 5);
  CHECK((co_await poll_fn(receive)).value() == 5);
  CHECK(test::text_of(std::span(memory).first(5)) == "first");

  auto c = co_await bound();
  auto d = co_await bound();
  const auto receive_from = [&](Context& cx) { return d.poll_recv_from(cx, std::span(memory)); };
  auto early_from = test::spawn([&] { return poll_fn(receive_from); });
  REQUIRE(early_from.poll().is_pending());
  const auto target = d.local_addr().value();
  const auto send_to = [&](Context& cx) {
    return c.poll_send_to(cx, std::as_bytes(std::span("other", 5)), target);
  };
  CHECK((co_await poll_fn(send_to)).value() == 5);
  CHECK((co_await poll_fn(receive_from)).value() == std::pair(std::size_t{5}, c.local_addr().value()));

  // 1.x: the buffer knows the count.
  CHECK((co_await c.send_to("modern", target)).value() == 6);
  io::ReadBuf buf(memory);
  const net::UdpSocket& modern = d;
  const auto fill = [&](Context& cx) { return modern.poll_recv_from(cx, buf); };
  CHECK((co_await poll_fn(fill)).value() == c.local_addr().value());
  CHECK(test::text_of(buf.filled()) == "modern");

  auto [receiving, sending] = std::move(d).split();
  const auto send_half = [&](Context& cx) {
    return sending.poll_send_to(cx, std::as_bytes(std::span("half", 4)), target);
  };
  CHECK((co_await poll_fn(send_half)).value() == 4);
  const auto receive_half = [&](Context& cx) { return receiving.poll_recv_from(cx, std::span(memory)); };
  CHECK((co_await poll_fn(receive_half)).value() == std::pair(std::size_t{4}, target));
}

// As if a send had found no room: the reactor has to say that there is some, and it has not turned since.
void forget_readiness(const net::UdpSocket& socket) {
  const auto no_room = []() -> io::Result<void> {
    return io::Error(EAGAIN, boost::system::system_category());
  };
  CHECK(socket.try_io(io::Interest::Writable, no_room).error() == operation_would_block);
}

Task<void> try_before_ready() {
  auto peer = co_await bound();
  const auto addr = peer.local_addr().value();
  auto modern = (co_await net::UdpSocket::bind("127.0.0.1:0")).value();
  auto old = co_await bound();
  CHECK(modern.try_send_to("1", addr).value() == 1);  // new, and taken to be ready in both
  CHECK(old.try_send_to("22", addr).value() == 2);

  forget_readiness(modern);
  CHECK(modern.try_send_to("x", addr).error() == operation_would_block);
  forget_readiness(old);
  CHECK(old.try_send_to("333", addr).value() == 3);
  CHECK((co_await old.connect(addr)).has_value());
  forget_readiness(old);
  CHECK(old.try_send("4444").value() == 4);

  std::string text(8, '\0');
  for (std::size_t size = 1; size <= 4; ++size) CHECK((co_await peer.recv(text)).value() == size);
}

Task<void> use_what_1_x_added() {
  auto socket = co_await bound();
  const auto addr = socket.local_addr().value();
  CHECK((co_await socket.send_to("look", addr)).value() == 4);
  std::string text(8, '\0');
  CHECK((co_await socket.peek_from(text)).value() == std::pair(std::size_t{4}, addr));
  CHECK((co_await socket.peek_sender()).value() == addr);
  CHECK(socket.try_recv(text).value() == 4);
  CHECK(socket.try_recv(text).error() == operation_would_block);
}

Task<void> cross() {
  auto socket = compat::into_legacy((co_await net::UdpSocket::bind("127.0.0.1:0")).value());
  const auto addr = socket.local_addr().value();
  net::UdpSocket modern = compat::from_legacy(std::move(socket));
  CHECK((co_await modern.send_to("x", addr)).value() == 1);
}

}  // namespace

TEST_SUITE("compat.net.UdpSocket") {
  TEST_CASE("UDP-01: bind, connect and the options are the same in both") {
    test::current_thread().block_on(use_options());
  }
  TEST_CASE("UDP-02: two tasks have a half each") {
    test::for_each_flavor(
        [](const runtime::Runtime& rt) { rt.block_on(rt.spawn(exchange_halves())).value(); });
  }
  TEST_CASE("UDP-02: halves of one socket make it again, others come back") {
    test::current_thread().block_on(reunite_halves());
  }
  TEST_CASE("UDP-02, UDP-03: in 1.x one const socket is shared") {
    test::current_thread().block_on(share_in_1_x());
  }
  TEST_CASE("UDP-04: poll_recv into memory gives the count, in 1.x a ReadBuf has it") {
    test::current_thread().block_on(poll_by_count());
  }
  TEST_CASE(
      "UDP-05: try_send asks the system, in 1.x it does not before it is told that there is room again") {
    test::current_thread().block_on(try_before_ready());
  }
  TEST_CASE("UDP-06: what 1.x has added works on a socket of 0.2") {
    test::current_thread().block_on(use_what_1_x_added());
  }
  TEST_CASE("UDP-03: sockets cross in both directions") { test::current_thread().block_on(cross()); }
}
