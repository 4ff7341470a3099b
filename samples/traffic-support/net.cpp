#include "net.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace traffic {
namespace {

[[noreturn]] void fail(const std::string& what) { throw Failure(what + ": " + std::strerror(errno)); }

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

Fd tcp_socket() {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) fail("socket");
  return fd;
}

}  // namespace

Deadline in(std::chrono::milliseconds time) { return Clock::now() + time; }

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void set_nonblocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

Listening listen_on(std::uint16_t port, int backlog) {
  Fd fd = tcp_socket();
  const int yes = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address = loopback(port);
  socklen_t length = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), plain, length) != 0 || ::listen(fd.get(), backlog) != 0) fail("listening on loopback");
  if (::getsockname(fd.get(), plain, &length) != 0) fail("getsockname");
  return {std::move(fd), ntohs(address.sin_port)};
}

bool wait_for(int fd, short events, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd entry{fd, events, 0};
    const int count = ::poll(&entry, 1, static_cast<int>(std::max<long>(left + 1, 0)));
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) fail("poll");
    if (Clock::now() >= deadline) return false;
  }
}

std::optional<Fd> try_connect(std::uint16_t port, Deadline deadline) {
  Fd fd = tcp_socket();
  const sockaddr_in address = loopback(port);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ECONNREFUSED) return std::nullopt;
    if (errno != EINPROGRESS) fail("connect");
    if (!wait_for(fd.get(), POLLOUT, deadline)) throw Failure("connecting took too long");
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == ECONNREFUSED || error == ECONNRESET) return std::nullopt;
    if (error != 0) throw Failure(std::string("connect: ") + std::strerror(error));
  }
  return fd;
}

Fd connect_to(std::uint16_t port, Deadline deadline) {
  auto fd = try_connect(port, deadline);
  if (!fd) throw Failure("port " + std::to_string(port) + " refuses connections");
  return std::move(*fd);
}

void send_all(int fd, std::span<const std::uint8_t> bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const auto count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno != EAGAIN) {
      fail("send");
    } else if (!wait_for(fd, POLLOUT, deadline)) {
      throw Failure("sending took too long");
    }
  }
}

std::size_t receive_some(int fd, std::span<std::uint8_t> bytes, Deadline deadline) {
  for (;;) {
    const auto count = ::recv(fd, bytes.data(), bytes.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == ECONNRESET) return 0;
    if (errno != EAGAIN) fail("recv");
    if (!wait_for(fd, POLLIN, deadline)) throw Failure("an answer took too long");
  }
}

bool receive_all(int fd, std::span<std::uint8_t> bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const auto count = receive_some(fd, bytes, deadline);
    if (count == 0) return false;
    bytes = bytes.subspan(count);
  }
  return true;
}

std::string ask(std::uint16_t port, const std::string& line) {
  const auto deadline = in(std::chrono::seconds(3));
  const Fd fd = connect_to(port, deadline);
  const std::string sent = line + "\n";
  send_all(fd.get(), {reinterpret_cast<const std::uint8_t*>(sent.data()), sent.size()}, deadline);
  std::string answer;
  std::uint8_t buffer[1024];
  while (const auto count = receive_some(fd.get(), buffer, deadline)) answer.append(buffer, buffer + count);
  return answer;
}

}  // namespace traffic
