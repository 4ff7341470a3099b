// TcpStream: a TCP connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/net/stream_socket.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A TCP connection. See StreamSocket for all that is common to streams.
///
/// Tokio: `net::TcpStream`.
class TcpStream : public StreamSocket {
 public:
  class Connect;

  /// Connects to the first of the addresses that accepts.
  ///
  /// Result: the stream, or the error of the last address.
  /// Throws: std::logic_error, when polled outside a runtime or in one built without I/O.
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `TcpStream::connect`.
  static Connect connect(ToSocketAddrs addr);

  /// Adopts a connected socket, which must be non-blocking: see net::nonblocking. On an error it is closed.
  ///
  /// Throws: std::logic_error, for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `TcpStream::from_std`.
  static io::Result<TcpStream> from_std(int fd);

  io::Result<SocketAddr> local_addr() const;
  io::Result<SocketAddr> peer_addr() const;

  /// Whether small writes are sent at once (TCP_NODELAY).
  io::Result<bool> nodelay() const;
  io::Result<void> set_nodelay(bool is_on) const;
  /// How long closing waits for data to be sent (SO_LINGER), in whole seconds. While it waits it blocks the
  /// thread. Zero resets the connection.
  io::Result<std::optional<std::chrono::seconds>> linger() const;
  io::Result<void> set_linger(std::optional<std::chrono::seconds> duration) const;
  /// Makes closing reset the connection: what was not sent is lost, and closing waits for nothing. Tokio:
  /// `TcpStream::set_zero_linger`.
  io::Result<void> set_zero_linger() const;
  /// Whether received data is acknowledged at once (TCP_QUICKACK). The system changes it by itself, too.
  io::Result<bool> quickack() const;
  io::Result<void> set_quickack(bool is_on) const;
  /// How many routers a packet may pass: IP_TTL or IPV6_UNICAST_HOPS.
  io::Result<std::uint32_t> ttl() const;
  io::Result<void> set_ttl(std::uint32_t ttl) const;

  /// Two halves that borrow the stream, for one task that reads and writes at once. Tokio:
  /// `TcpStream::split`.
  std::pair<StreamReadHalf<TcpStream>, StreamWriteHalf<TcpStream>> split() const noexcept;
  /// Two halves that own the stream together, for two tasks. Destroying the second one shuts the output down.
  /// Tokio: `TcpStream::into_split`.
  std::pair<OwnedStreamReadHalf<TcpStream>, OwnedStreamWriteHalf<TcpStream>> into_split() &&;

 private:
  friend class TcpListener;
  explicit TcpStream(detail::IoSource source) noexcept : StreamSocket(std::move(source)) {}
};

/// Completes once a connection stands.
///
/// Cancelling: safe; gives the attempt up.
class [[nodiscard]] TcpStream::Connect {
 public:
  using Output = io::Result<TcpStream>;

  explicit Connect(ToSocketAddrs addr);
  /// Connects `fd`, a non-blocking socket, which it takes over. Errors: EBADF for a negative one.
  Connect(int fd, SocketAddr addr);
  Connect(const Connect&) = delete;
  Connect& operator=(const Connect&) = delete;
  ~Connect();

  Poll<Output> poll(Context& cx);

 private:
  io::Result<void> begin(const SocketAddr& addr);

  LookupHost lookup_;
  int prepared_fd_ = -1;
  std::optional<std::vector<SocketAddr>> addrs_;
  std::size_t next_ = 0;
  std::optional<detail::IoSource> connecting_;
  io::Error last_error_;
};

inline TcpStream::Connect TcpStream::connect(ToSocketAddrs addr) { return Connect(std::move(addr)); }

}  // namespace ferry::net
