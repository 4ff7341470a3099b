#include <concepts>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/net.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

static_assert(std::same_as<legacy::net::SocketAddr, net::SocketAddr>);
static_assert(std::same_as<legacy::net::ToSocketAddrs, net::ToSocketAddrs>);
static_assert(std::same_as<legacy::net::Shutdown, net::Shutdown>);
static_assert(std::same_as<legacy::net::UnixSocketAddr, net::UnixSocketAddr>);
// NET-02: one that is const can be shared in 1.x, and cannot in 0.2.
template <class S>
concept Receives = requires(S& socket, std::string& text) { socket.recv(text); };
static_assert(Receives<const net::UdpSocket> && Receives<const net::UnixDatagram>);
static_assert(!Receives<const legacy::net::UdpSocket> && !Receives<const legacy::net::UnixDatagram>);

// Two tasks that wait for one socket.
Task<void> share() {
  const auto socket = (co_await net::UdpSocket::bind("127.0.0.1:0")).value();
  std::string first(1, '\0');
  std::string second(1, '\0');
  auto one = test::spawn([&] { return socket.recv(first); });
  auto other = test::spawn([&] { return socket.recv(second); });
  REQUIRE(one.poll().is_pending());
  REQUIRE(other.poll().is_pending());
  const auto addr = socket.local_addr().value();
  CHECK((co_await socket.send_to("1", addr)).has_value());
  CHECK((co_await socket.send_to("2", addr)).has_value());
  CHECK((co_await *one).has_value());
  CHECK((co_await *other).has_value());
  CHECK(first + second == "12");
}

Task<void> name_halves() {
  auto [a, b] = legacy::net::UnixStream::pair().value();
  std::pair<legacy::net::unix_::OwnedReadHalf, legacy::net::unix_::OwnedWriteHalf> old =
      std::move(a).into_split();
  // As the names of 1.x, while the stream is still one of 0.2.
  std::pair<net::OwnedUnixReadHalf, net::OwnedUnixWriteHalf> modern = std::move(b).into_split();
  CHECK((co_await old.second.write_all("x")).has_value());
  std::string text(1, '\0');
  CHECK((co_await modern.first.read(text)).value() == 1);
}

}  // namespace

TEST_SUITE("compat.net") {
  TEST_CASE("NET-02: a const socket of 1.x serves several tasks, one of 0.2 wants to be had alone") {
    test::current_thread().block_on(share());
  }

  TEST_CASE("NET-06: a literal is looked up without a runtime, as in 0.2") {
    auto looking = test::spawn([] { return legacy::net::lookup_host("127.0.0.1:80"); });
    auto found = looking.poll();
    REQUIRE(found.is_ready());
    CHECK(found->value() == std::vector{net::SocketAddr(net::IpAddr::localhost_v4(), 80)});
  }

  TEST_CASE("NET-07: the names of the modules are those in net itself") {
    namespace tcp = legacy::net::tcp;
    namespace unix_ = legacy::net::unix_;
    static_assert(std::same_as<tcp::ReadHalf, legacy::net::ReadHalf>);
    static_assert(std::derived_from<tcp::OwnedWriteHalf, net::OwnedWriteHalf>);
    static_assert(std::same_as<tcp::Incoming, legacy::net::Incoming>);
    static_assert(std::same_as<legacy::net::udp::RecvHalf, legacy::net::UdpRecvHalf>);
    static_assert(std::derived_from<unix_::OwnedReadHalf, net::OwnedUnixReadHalf>);
    static_assert(std::derived_from<unix_::UCred, net::UCred>);
    static_assert(std::same_as<unix_::datagram::OwnedSendHalf, legacy::net::OwnedUnixDatagramSendHalf>);
#if !defined(unix)
    static_assert(std::same_as<legacy::net::unix::Incoming, unix_::Incoming>);
#endif
    test::current_thread().block_on(name_halves());
  }
}
