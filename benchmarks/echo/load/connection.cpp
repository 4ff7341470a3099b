#include "echo/load/connection.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace bench {
namespace {

/// Of the 28,000 ports that Linux gives an address, so that few are left over from before.
constexpr std::size_t kConnectionsPerAddress = 10'000;
constexpr std::size_t kAddresses = 100;
constexpr long kPatienceSeconds = 5;
/// Less than any server's backlog.
constexpr std::size_t kConnectionsAtATime = 100;

sockaddr_in loopback(std::uint32_t number, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number);
  return address;
}

template <typename T>
void set_option(int socket, int level, int name, const T& value) {
  if (setsockopt(socket, level, name, &value, sizeof value) != 0) throw_errno("setsockopt");
}

}  // namespace

void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

Connection::Connection(std::uint16_t port, std::size_t size_bytes, std::size_t index)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), message_(size_bytes) {
  if (socket_ < 0) throw_errno("socket");
  for (std::size_t i = 0; i < size_bytes; ++i) message_[i] = static_cast<char>(index * 31 + i);
  set_option(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);  // so that `connect` chooses among all ports
  set_option(socket_, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket_, SOL_SOCKET, SO_RCVTIMEO, timeval{kPatienceSeconds, 0});
  const auto source = loopback(static_cast<std::uint32_t>(index / kConnectionsPerAddress % kAddresses), 0);
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) throw_errno("bind");
  const auto server = loopback(0, port);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0)
    throw_errno("connect");
}

Connection::Connection(Connection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      message_(std::move(other.message_)),
      wanted_(other.wanted_),
      sent_(other.sent_),
      received_(other.received_) {}

Connection::~Connection() {
  if (socket_ >= 0) ::close(socket_);
}

void Connection::send_request() {
  wanted_ += message_.size();
  send_more();
}

std::size_t Connection::receive() {
  const std::size_t replies = received_ / message_.size();
  receive_some(MSG_DONTWAIT);
  send_more();
  return received_ / message_.size() - replies;
}

void Connection::await_replies() {
  while (received_ < wanted_) {
    if (receive_some(0) == 0) throw std::runtime_error("no reply in time");
    send_more();
  }
}

void Connection::send_more() {
  while (sent_ < wanted_) {
    const std::size_t begin = sent_ % message_.size();
    const ssize_t count =
        ::send(socket_, message_.data() + begin, message_.size() - begin, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    // The server has not read everything yet; when it has, there are replies to receive.
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (count < 0) throw_errno("send");
    sent_ += static_cast<std::size_t>(count);
  }
}

std::size_t Connection::receive_some(int flags) {
  static thread_local std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), flags);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
    if (count < 0) throw_errno("recv");
    if (count == 0) throw std::runtime_error("the server closed a connection");
    check({buffer.data(), static_cast<std::size_t>(count)});
    return static_cast<std::size_t>(count);
  }
}

void Connection::check(std::span<const char> piece) {
  while (!piece.empty()) {
    const auto expected = std::span(message_).subspan(received_ % message_.size());
    const std::size_t length = std::min(piece.size(), expected.size());
    if (!std::ranges::equal(piece.first(length), expected.first(length)))
      throw std::runtime_error("the server answered with other bytes");
    received_ += length;
    piece = piece.subspan(length);
  }
  if (received_ > sent_) throw std::runtime_error("the server answered with more than it was sent");
}

std::vector<Connection> connect(std::uint16_t port, std::size_t size_bytes, std::size_t count,
                                std::size_t first_index) {
  std::vector<Connection> connections;
  connections.reserve(count);
  while (connections.size() < count) {
    const std::size_t begin = connections.size();
    const std::size_t end = std::min(count, begin + kConnectionsAtATime);
    for (std::size_t i = begin; i < end; ++i)
      connections.emplace_back(port, size_bytes, first_index + i).send_request();
    for (std::size_t i = begin; i < end; ++i) connections[i].await_replies();
  }
  return connections;
}

}  // namespace bench
