#include <array>
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

#include "support/runtimes.hpp"
#include "support/spawn.hpp"
#include "support/temp_tree.hpp"

namespace ferry {

namespace legacy = ferry::v0_2;
using boost::system::errc::broken_pipe;
using boost::system::errc::operation_would_block;
using legacy::net::UnixDatagram;
using net::Shutdown;

namespace {

// DGRAM-01: sending and receiving wanted the socket for itself.
template <class S>
concept Sends = requires(S& socket) { socket.send("x"); };
template <class S>
concept TriesToSend = requires(S& socket) { socket.try_send("x"); };
template <class S>
concept Receives = requires(S& socket, std::array<char, 1>& buffer) { socket.recv_from(buffer); };
static_assert(Sends<UnixDatagram> && TriesToSend<UnixDatagram> && Receives<UnixDatagram>);
static_assert(!Sends<const UnixDatagram> && !TriesToSend<const UnixDatagram> &&
              !Receives<const UnixDatagram>);
static_assert(Sends<const net::UnixDatagram> && TriesToSend<const net::UnixDatagram>);
static_assert(Receives<const net::UnixDatagram>);
// DGRAM-02, DGRAM-03: 1.x does without halves.
template <class S>
concept Splits =
    requires(S& socket) { socket.split(); } || requires(S&& socket) { std::move(socket).into_split(); };
static_assert(Splits<UnixDatagram> && !Splits<net::UnixDatagram>);

// Sends until there is no room, and makes some, which the reactor has not told yet.
template <class Sockets>
std::size_t fill_and_drain(std::pair<Sockets, Sockets>& pair) {
  std::size_t sent = 0;
  while (pair.first.try_send("datagram")) ++sent;
  std::string text(8, '\0');
  for (std::size_t i = 0; i < sent; ++i) CHECK(::recv(pair.second.as_raw_fd(), text.data(), 8, 0) == 8);
  return sent;
}

Task<void> try_after_no_room() {
  auto old = UnixDatagram::pair().value();
  REQUIRE(fill_and_drain(old) > 0);
  CHECK(old.first.try_send("x").value() == 1);
  auto modern = net::UnixDatagram::pair().value();
  REQUIRE(fill_and_drain(modern) > 0);
  CHECK(modern.first.try_send("x").error() == operation_would_block);
  CHECK((co_await modern.first.writable()).has_value());
  CHECK(modern.first.try_send("x").value() == 1);
}

template <class From, class To>
Task<void> check_arrives(From& from, To& to) {
  const auto sent = co_await from.send("there");
  CHECK(sent.value() == 5);
  std::string text(8, '\0');
  const auto received = co_await to.recv(text);
  CHECK(received.value() == 5);
}

Task<void> exchange() {
  const ::test::TempTree tree;
  auto server = UnixDatagram::bind(tree.path("server")).value();
  auto client = UnixDatagram::bind(tree.path("client")).value();
  CHECK((co_await client.send_to("hello", tree.path("server"))).value() == 5);
  std::string text(8, '\0');
  const auto received = (co_await server.recv_from(text)).value();
  CHECK(received.first == 5);
  CHECK(received.second.as_pathname() == tree.path("client"));
  CHECK((co_await server.send_to("back", received.second)).value() == 4);
  CHECK((co_await client.recv(text)).value() == 4);
}

Task<void> try_before_ready() {
  const ::test::TempTree tree;
  std::string text(8, '\0');
  auto old = UnixDatagram::pair().value();
  CHECK(old.first.try_recv(text).error() == operation_would_block);
  CHECK(old.first.try_send("sent").value() == 4);
  CHECK(old.second.try_recv(text).value() == 4);  // the reactor has not turned yet

  auto server = UnixDatagram::bind(tree.path("server")).value();
  auto client = UnixDatagram::unbound().value();
  CHECK(client.try_send_to("to", tree.path("server")).value() == 2);
  const auto received = server.try_recv_from(text).value();
  CHECK(received.first == 2);
  CHECK(received.second.is_unnamed());
  CHECK(client.try_send_to("to", "").error() == io::ErrorKind::InvalidInput);
  CHECK(client.try_send_to("to", tree.path("nobody")).error() ==
        boost::system::errc::no_such_file_or_directory);
  CHECK(server.try_recv_from(text).error() == operation_would_block);

  auto modern = net::UnixDatagram::pair().value();
  CHECK(modern.first.try_send("sent").value() == 4);  // new, and taken to be writable
  CHECK(modern.second.try_recv(text).error() == operation_would_block);
  CHECK((co_await modern.second.readable()).has_value());
  CHECK(modern.second.try_recv(text).value() == 4);

  // A try that finds nothing does not lose the wake-up of who waits then.
  auto waiting = test::spawn([&] { return old.second.recv(text); });
  REQUIRE(waiting.poll().is_pending());
  CHECK(old.second.try_recv(text).error() == operation_would_block);
  CHECK(old.first.try_send("woken").value() == 5);
  CHECK((co_await *waiting).value() == 5);
}

Task<void> borrow_halves() {
  const ::test::TempTree tree;
  auto [a, b] = UnixDatagram::pair().value();
  {
    auto [receiving, sending] = a.split();
    co_await check_arrives(sending, b);
    co_await check_arrives(b, receiving);
    CHECK(&receiving.as_ref() == &a);
    CHECK(&sending.as_ref() == &a);
  }
  co_await check_arrives(a, b);  // nothing was shut down

  auto server = UnixDatagram::bind(tree.path("server")).value();
  auto [receiving, sending] = server.split();
  CHECK((co_await sending.send_to("self", tree.path("server"))).value() == 4);
  std::string text(8, '\0');
  CHECK((co_await receiving.recv_from(text)).value().second.as_pathname() == tree.path("server"));
  // What halves are in 1.x.
  const net::UnixDatagram& shared = a;
  CHECK((co_await shared.send("x")).value() == 1);
  CHECK((co_await b.recv(text)).value() == 1);
}

Task<void> drop_owned_half() {
  auto [a, b] = UnixDatagram::pair().value();
  auto [receiving, sending] = std::move(a).into_split();
  co_await check_arrives(sending, b);
  const int fd = receiving.as_ref().as_raw_fd();
  {
    const auto dropped = std::move(sending);
    CHECK(dropped.as_ref().as_raw_fd() == fd);
  }
  std::string text(8, '\0');
  CHECK((co_await static_cast<const net::UnixDatagram&>(receiving.as_ref()).send("x")).error() ==
        broken_pipe);
  co_await check_arrives(b, receiving);
}

// What halves are in 1.x: nothing happens when one goes.
Task<void> drop_shared_in_1_x() {
  auto [a, b] = net::UnixDatagram::pair().value();
  const auto receiving = std::make_shared<const net::UnixDatagram>(std::move(a));
  {
    const auto sending = receiving;
    CHECK((co_await sending->send("there")).value() == 5);
  }
  CHECK((co_await receiving->send("again")).value() == 5);
  std::string text(8, '\0');
  CHECK((co_await b.recv(text)).value() == 5);
  CHECK((co_await b.recv(text)).value() == 5);
  CHECK(receiving->shutdown(Shutdown::Write).has_value());
  CHECK((co_await receiving->send("x")).error() == broken_pipe);
}

Task<void> forget_owned_half() {
  auto [a, b] = UnixDatagram::pair().value();
  auto [receiving, sending] = std::move(a).into_split();
  std::move(sending).forget();
  const net::UnixDatagram& whole = receiving.as_ref();
  CHECK((co_await whole.send("there")).value() == 5);
  std::string text(8, '\0');
  CHECK((co_await b.recv(text)).value() == 5);
}

Task<void> reunite_owned_halves() {
  auto [a, b] = UnixDatagram::pair().value();
  auto [receiving, sending] = std::move(a).into_split();
  auto [other_receiving, other_sending] = UnixDatagram::unbound().value().into_split();
  auto failed = std::move(receiving).reunite(std::move(other_sending));
  REQUIRE(failed.has_error());
  auto [other, own] = std::move(failed.error()).into_halves();
  CHECK(&other.as_ref() == &other_receiving.as_ref());
  CHECK_THROWS_AS(std::move(other).reunite(std::move(own)).value(), std::logic_error);

  auto [again_receiving, again_sending] = std::move(b).into_split();
  UnixDatagram whole = std::move(again_sending).reunite(std::move(again_receiving)).value();
  CHECK((co_await whole.send("x")).value() == 1);  // nothing was shut down
}

Task<void> use_unchanged() {
  const ::test::TempTree tree;
  auto server = UnixDatagram::bind(tree.path("server")).value();
  auto client = UnixDatagram::unbound().value();
  CHECK(client.connect(tree.path("server")).has_value());
  CHECK(client.peer_addr().value() == server.local_addr().value());
  CHECK(client.take_error().value() == std::nullopt);
  co_await check_arrives(client, server);
  CHECK(client.shutdown(Shutdown::Write).has_value());
  CHECK((co_await client.send("x")).error() == broken_pipe);
  auto pair = UnixDatagram::pair().value();
  CHECK(pair.second.shutdown(Shutdown::Both).has_value());
  CHECK((co_await pair.first.send("x")).error() == broken_pipe);
  net::UnixDatagram modern = compat::from_legacy(compat::into_legacy(net::UnixDatagram::unbound().value()));
  CHECK((co_await modern.send_to("x", tree.path("server"))).value() == 1);
}

}  // namespace

TEST_SUITE("compat.net.UnixDatagram") {
  TEST_CASE("DGRAM-01: datagrams are sent to paths and come with the sender's address") {
    test::current_thread().block_on(exchange());
  }
  TEST_CASE("DGRAM-01: what is tried is tried on a new socket, 1.x is told first what has come") {
    test::current_thread().block_on(try_before_ready());
  }
  TEST_CASE("DGRAM-01: try_send finds room as soon as there is some, 1.x when it is told so") {
    test::current_thread().block_on(try_after_no_room());
  }
  TEST_CASE("DGRAM-02: borrowed halves shut nothing down, in 1.x they are the socket") {
    test::current_thread().block_on(borrow_halves());
  }
  TEST_CASE("DGRAM-03: an owned half that sends shuts the socket down when it is dropped") {
    test::current_thread().block_on(drop_owned_half());
  }
  TEST_CASE("DGRAM-03: a shared socket of 1.x stays as it is when an owner goes") {
    test::current_thread().block_on(drop_shared_in_1_x());
  }
  TEST_CASE("DGRAM-03: a half that was given up with forget shuts nothing down") {
    test::current_thread().block_on(forget_owned_half());
  }
  TEST_CASE("DGRAM-03: halves of one socket make it again, others come back") {
    test::current_thread().block_on(reunite_owned_halves());
  }
  TEST_CASE("DGRAM-04: shutdown is synchronous in both, and what else did not change") {
    test::current_thread().block_on(use_unchanged());
  }
}

}  // namespace ferry
