// UnixSocket: a Unix domain socket that is made into a stream, a listener or a datagram socket.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

#include <ferry/net/unix_addr.hpp>
#include <ferry/net/unix_datagram.hpp>
#include <ferry/net/unix_listener.hpp>
#include <ferry/net/unix_stream.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A socket that neither listens nor is connected yet.
///
/// Tokio: `net::UnixSocket`.
class UnixSocket {
 public:
  static io::Result<UnixSocket> new_stream();
  static io::Result<UnixSocket> new_datagram();

  UnixSocket(UnixSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), is_datagram_(other.is_datagram_) {}
  UnixSocket& operator=(UnixSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(is_datagram_, other.is_datagram_);
    return *this;
  }
  ~UnixSocket();

  /// Tokio: `UnixSocket::bind`.
  io::Result<void> bind(const std::filesystem::path& path) const;

  /// Lets up to `backlog` connections wait to be accepted.
  ///
  /// Errors: EOPNOTSUPP for a datagram socket.
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: `UnixSocket::listen`.
  io::Result<UnixListener> listen(std::uint32_t backlog) &&;
  /// Connects to the socket that listens at `path`.
  ///
  /// Errors: those of UnixStream::connect; EOPNOTSUPP for a datagram socket.
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `UnixSocket::connect`.
  [[nodiscard]] UnixStream::Connect connect(const std::filesystem::path& path) &&;
  /// Errors: EOPNOTSUPP for a stream socket. Throws: std::logic_error outside a runtime. Tokio:
  /// `UnixSocket::datagram`.
  io::Result<UnixDatagram> datagram() &&;

 private:
  UnixSocket(int fd, bool is_datagram) noexcept : fd_(fd), is_datagram_(is_datagram) {}

  int fd_;
  bool is_datagram_;
};

}  // namespace ferry::net
