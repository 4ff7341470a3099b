// Sockets of the operating system, blocking, as any C program would make them.
#pragma once

#include <arpa/inet.h>
#include <array>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>

namespace ferry::test {

inline bool is_nonblocking(int fd) { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0; }

/// An IP socket at a free port of the loopback.
inline int plain_bound(int type) {
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

inline int plain_tcp_listener() {
  const int fd = plain_bound(SOCK_STREAM);
  REQUIRE(::listen(fd, 8) == 0);
  return fd;
}

/// A Unix domain socket that listens at a name that the system chooses.
inline int plain_unix_listener() {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr autobind{.sa_family = AF_UNIX, .sa_data = {}};
  REQUIRE(::bind(fd, &autobind, sizeof autobind.sa_family) == 0);
  REQUIRE(::listen(fd, 8) == 0);
  return fd;
}

/// Two Unix domain sockets that are connected to each other.
inline std::pair<int, int> plain_pair(int type) {
  std::array<int, 2> fds{};
  REQUIRE(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds.data()) == 0);
  return {fds[0], fds[1]};
}

/// Two TCP sockets that are connected to each other.
inline std::pair<int, int> plain_tcp_pair() {
  const int listening = plain_tcp_listener();
  sockaddr_in address{};
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::connect(client, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  const int server = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
  REQUIRE(server >= 0);
  ::close(listening);
  return {client, server};
}

}  // namespace ferry::test
