// TcpSocket: a TCP socket whose options are set before it connects or listens.
#pragma once

#include <cstdint>
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

  io::Result<void> set_reuseaddr(bool is_on) const;
  io::Result<void> set_reuseport(bool is_on) const;
  io::Result<void> set_keepalive(bool is_on) const;
  io::Result<void> set_nodelay(bool is_on) const;
  /// In bytes; the system doubles it for its own use.
  io::Result<void> set_send_buffer_size(std::uint32_t bytes) const;
  /// In bytes; the system doubles it for its own use.
  io::Result<void> set_recv_buffer_size(std::uint32_t bytes) const;
  io::Result<std::uint32_t> send_buffer_size() const;
  io::Result<std::uint32_t> recv_buffer_size() const;

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
