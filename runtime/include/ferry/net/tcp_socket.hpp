// TcpSocket: a TCP socket whose options are set before it connects or listens.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <ferry/net/addr.hpp>
#include <ferry/net/tcp_listener.hpp>
#include <ferry/net/tcp_stream.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A socket that neither listens nor is connected yet.
///
/// Tokio: `net::TcpSocket`.
class TcpSocket {
 public:
  static io::Result<TcpSocket> new_v4();
  static io::Result<TcpSocket> new_v6();

  TcpSocket(TcpSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  TcpSocket& operator=(TcpSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~TcpSocket();

  /// Adopts a socket that neither listens nor is connected yet, which must be non-blocking: see
  /// net::nonblocking.
  ///
  /// Throws: std::logic_error for a blocking descriptor, which stays the caller's.
  /// Tokio: `TcpSocket::from_std_stream`.
  static io::Result<TcpSocket> from_std_stream(int fd);

  /// Whether an address may be bound to that connections of a socket that is gone still have (SO_REUSEADDR).
  io::Result<bool> reuseaddr() const;
  io::Result<void> set_reuseaddr(bool is_on) const;
  /// Whether several sockets may listen at one address (SO_REUSEPORT).
  io::Result<bool> reuseport() const;
  io::Result<void> set_reuseport(bool is_on) const;
  /// Whether a connection that is idle is looked after (SO_KEEPALIVE).
  io::Result<bool> keepalive() const;
  io::Result<void> set_keepalive(bool is_on) const;
  /// Whether small writes are sent at once (TCP_NODELAY).
  io::Result<bool> nodelay() const;
  io::Result<void> set_nodelay(bool is_on) const;
  /// How long closing waits for data to be sent (SO_LINGER), in whole seconds. While it waits it blocks the
  /// thread. Zero resets the connection.
  io::Result<std::optional<std::chrono::seconds>> linger() const;
  io::Result<void> set_linger(std::optional<std::chrono::seconds> duration) const;
  /// Makes closing reset the connection. Tokio: `TcpSocket::set_zero_linger`.
  io::Result<void> set_zero_linger() const;
  /// In bytes; the system doubles it for its own use.
  io::Result<std::uint32_t> send_buffer_size() const;
  io::Result<void> set_send_buffer_size(std::uint32_t bytes) const;
  /// In bytes; the system doubles it for its own use.
  io::Result<std::uint32_t> recv_buffer_size() const;
  io::Result<void> set_recv_buffer_size(std::uint32_t bytes) const;
  /// The type of service (IP_TOS) of what is sent.
  io::Result<std::uint32_t> tos_v4() const;
  io::Result<void> set_tos_v4(std::uint32_t tos) const;
  /// The traffic class (IPV6_TCLASS) of what is sent.
  io::Result<std::uint32_t> tclass_v6() const;
  io::Result<void> set_tclass_v6(std::uint32_t tclass) const;
  /// Whether an IPv6 socket leaves IPv4 connections alone (IPV6_V6ONLY). To be set before it is bound.
  io::Result<bool> only_v6() const;
  io::Result<void> set_only_v6(bool is_on) const;
  /// The interface that it is bound to (SO_BINDTODEVICE), if any.
  io::Result<std::optional<std::string>> device() const;
  /// Sends and receives through this interface alone; none lifts that. May need a privilege.
  io::Result<void> bind_device(std::optional<std::string_view> interface) const;
  /// The socket's pending error (SO_ERROR), which this clears. Tokio: `TcpSocket::take_error`.
  io::Result<std::optional<io::Error>> take_error() const;
  /// The descriptor, which stays the socket's. Tokio: `AsRawFd::as_raw_fd`.
  int as_raw_fd() const noexcept { return fd_; }

  io::Result<void> bind(SocketAddr addr) const;
  io::Result<SocketAddr> local_addr() const;

  /// Cancelling: safe; gives the attempt up. Tokio: `TcpSocket::connect`.
  [[nodiscard]] TcpStream::Connect connect(SocketAddr addr) &&;
  /// Lets up to `backlog` connections wait to be accepted. Throws std::logic_error outside a runtime.
  /// Tokio: `TcpSocket::listen`.
  io::Result<TcpListener> listen(std::uint32_t backlog) &&;

 private:
  explicit TcpSocket(int fd) noexcept : fd_(fd) {}

  int fd_;
};

}  // namespace ferry::net
