#include <array>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <ferry/net.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "compat/net/plain_sockets.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

// What would block the thread on a descriptor that was left in blocking mode.
template <class Socket>
bool waits(Socket& socket) {
  std::array<char, 4> buffer;
  if constexpr (requires { socket.accept(); })
    return test::spawn([&] { return socket.accept(); }).poll().is_pending();
  else if constexpr (requires { socket.recv(buffer); })
    return test::spawn([&] { return socket.recv(buffer); }).poll().is_pending();
  else
    return test::spawn([&] { return socket.read(buffer); }).poll().is_pending();
}

template <class Legacy, class Modern>
void check_adopts(int fd) {
  REQUIRE(!test::is_nonblocking(fd));
  // 1.x leaves the mode to the caller, and says so.
  CHECK_THROWS_AS(static_cast<void>(Modern::from_std(fd)), std::logic_error);
  REQUIRE(!test::is_nonblocking(fd));
  const int copy = ::dup(fd);

  auto adopted = Legacy::from_std(fd).value();
  CHECK(test::is_nonblocking(fd));
  CHECK(waits(adopted));
  // The mode belongs to what both descriptors refer to.
  CHECK(test::is_nonblocking(copy));
  auto modern = Modern::from_std(net::nonblocking(copy)).value();
  CHECK(waits(modern));
}

template <class Legacy>
void check_converts(int fd) {
  auto adopted = Legacy::try_from(fd).value();
  CHECK(adopted.as_raw_fd() == fd);
  CHECK(test::is_nonblocking(fd));
  CHECK(Legacy::try_from(-1).error() == boost::system::errc::bad_file_descriptor);
  CHECK(Legacy::from_std(-1).error() == boost::system::errc::bad_file_descriptor);
}

Task<void> adopt_all() {
  const auto tcp = test::plain_tcp_pair();
  const auto streams = test::plain_pair(SOCK_STREAM);
  const auto datagrams = test::plain_pair(SOCK_DGRAM);
  check_adopts<legacy::net::TcpListener, net::TcpListener>(test::plain_tcp_listener());
  check_adopts<legacy::net::TcpStream, net::TcpStream>(tcp.first);
  check_adopts<legacy::net::UdpSocket, net::UdpSocket>(test::plain_bound(SOCK_DGRAM));
  check_adopts<legacy::net::UnixListener, net::UnixListener>(test::plain_unix_listener());
  check_adopts<legacy::net::UnixStream, net::UnixStream>(streams.first);
  check_adopts<legacy::net::UnixDatagram, net::UnixDatagram>(datagrams.first);
  ::close(tcp.second);
  ::close(streams.second);
  ::close(datagrams.second);
  co_return;
}

Task<void> convert_all() {
  const auto tcp = test::plain_tcp_pair();
  const auto streams = test::plain_pair(SOCK_STREAM);
  const auto datagrams = test::plain_pair(SOCK_DGRAM);
  check_converts<legacy::net::TcpListener>(test::plain_tcp_listener());
  check_converts<legacy::net::TcpStream>(tcp.first);
  check_converts<legacy::net::UdpSocket>(test::plain_bound(SOCK_DGRAM));
  check_converts<legacy::net::UnixListener>(test::plain_unix_listener());
  check_converts<legacy::net::UnixStream>(streams.first);
  check_converts<legacy::net::UnixDatagram>(datagrams.first);
  ::close(tcp.second);
  ::close(streams.second);
  ::close(datagrams.second);
  co_return;
}

Task<void> give_back() {
  auto socket = (co_await legacy::net::UdpSocket::bind("127.0.0.1:0")).value();
  const auto addr = socket.local_addr().value();
  const int fd = socket.as_raw_fd();
  const int given = std::move(socket).into_std().value();
  CHECK(given == fd);
  CHECK(test::is_nonblocking(given));
  auto again = legacy::net::UdpSocket::from_std(given).value();
  CHECK(again.local_addr().value() == addr);
  CHECK(waits(again));
}

}  // namespace

TEST_SUITE("compat.net.from_std") {
  TEST_CASE("NET-01: from_std makes blocking sockets of all kinds non-blocking, that of 1.x refuses them") {
    test::current_thread().block_on(adopt_all());
  }
  TEST_CASE("NET-01: from_std throws outside a runtime, on both sides") {
    const int fd = test::plain_bound(SOCK_DGRAM);
    CHECK_THROWS_AS(static_cast<void>(legacy::net::UdpSocket::from_std(fd)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(net::UdpSocket::from_std(net::nonblocking(fd))), std::logic_error);
    ::close(fd);
  }
  TEST_CASE("NET-03: try_from is from_std") { test::current_thread().block_on(convert_all()); }
  TEST_CASE("NET-04, NET-05: a descriptor can be looked at, and given back for another loop to have") {
    test::current_thread().block_on(give_back());
  }
}
