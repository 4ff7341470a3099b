// TcpListener: accepts TCP connections.
#pragma once

#include <cstdint>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/net/tcp_stream.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A socket that listens. It closes when it is destroyed; connections not accepted by then are reset.
///
/// Thread safety: every const member may be called from any thread at any time; any number of tasks may
/// accept. Tokio: `net::TcpListener`.
class TcpListener {
 public:
  class Bind;
  class Accept;
  using Accepted = std::pair<TcpStream, SocketAddr>;

  /// Listens at the first of the addresses that is free; port 0 lets the system choose. Sets SO_REUSEADDR; up
  /// to 1024 connections wait to be accepted.
  ///
  /// Result: the listener, or the error of the last address.
  /// Throws: std::logic_error, when polled outside a runtime or in one built without I/O.
  /// Cancelling: safe.
  /// Tokio: `TcpListener::bind`.
  static Bind bind(ToSocketAddrs addr);

  /// Adopts a socket that listens, which must be non-blocking: see net::nonblocking. On an error it is
  /// closed.
  ///
  /// Throws: std::logic_error, for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `TcpListener::from_std`.
  static io::Result<TcpListener> from_std(int fd);
  /// Gives the descriptor to the caller. It stays non-blocking. Tokio: `TcpListener::into_std`.
  io::Result<int> into_std() && { return source_.release(); }

  /// Waits for the next connection and its peer's address.
  ///
  /// Errors: EMFILE and the like leave the connection to the next call; ECONNABORTED and the like are those
  /// of a connection that was given up meanwhile. Cancelling: safe; a connection that comes is left for the
  /// next call. Tokio: `TcpListener::accept`.
  [[nodiscard]] Accept accept() const noexcept;
  /// Only the waker of the latest call counts. Tokio: `TcpListener::poll_accept`.
  Poll<io::Result<Accepted>> poll_accept(Context& cx) const;

  io::Result<SocketAddr> local_addr() const;
  /// How many routers a packet of an accepted connection may pass: IP_TTL or IPV6_UNICAST_HOPS.
  io::Result<std::uint32_t> ttl() const;
  io::Result<void> set_ttl(std::uint32_t ttl) const;
  /// The descriptor, which stays the listener's. Tokio: `AsRawFd::as_raw_fd`.
  int as_raw_fd() const noexcept { return source_.fd(); }

 private:
  friend class TcpSocket;
  explicit TcpListener(detail::IoSource source) noexcept : source_(std::move(source)) {}
  io::Result<Accepted> try_accept() const;

  detail::IoSource source_;
};

/// Completes once the socket listens; without waiting when no name has to be looked up.
///
/// Cancelling: safe.
class [[nodiscard]] TcpListener::Bind {
 public:
  using Output = io::Result<TcpListener>;

  explicit Bind(ToSocketAddrs addr) : lookup_(std::move(addr)) {}
  Bind(const Bind&) = delete;
  Bind& operator=(const Bind&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  LookupHost lookup_;
};

/// Completes with a connection. Must not outlive the listener.
///
/// Cancelling: safe.
class [[nodiscard]] TcpListener::Accept {
 public:
  using Output = io::Result<Accepted>;

  explicit Accept(const TcpListener& listener) noexcept
      : listener_(&listener), waiter_(detail::Direction::Read) {}
  Accept(const Accept&) = delete;
  Accept& operator=(const Accept&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  const TcpListener* listener_;
  detail::IoSource::Waiter waiter_;
};

inline TcpListener::Bind TcpListener::bind(ToSocketAddrs addr) { return Bind(std::move(addr)); }
inline TcpListener::Accept TcpListener::accept() const noexcept { return Accept(*this); }

}  // namespace ferry::net
