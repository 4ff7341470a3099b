// UnixListener: accepts connections from processes of this machine.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/net/async_io.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/net/unix_stream.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A Unix domain socket that listens. It closes when it is destroyed, but its path stays: who wants to listen
/// there again removes it.
///
/// Thread safety: every const member may be called from any thread at any time; any number of tasks may
/// accept. Tokio: `net::UnixListener`.
class UnixListener {
 public:
  class Accept;
  using Accepted = std::pair<UnixStream, UnixSocketAddr>;

  /// Listens at `path`; up to 1024 connections wait to be accepted.
  ///
  /// Errors: EADDRINUSE when the path exists; InvalidInput when it is too long.
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: `UnixListener::bind`.
  static io::Result<UnixListener> bind(const std::filesystem::path& path);
  /// Listens at `addr`. Tokio: `UnixListener::bind_addr`.
  static io::Result<UnixListener> bind_addr(const UnixSocketAddr& addr);

  /// Adopts a socket that listens, which must be non-blocking: see net::nonblocking. On an error it is
  /// closed.
  ///
  /// Throws: std::logic_error, for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `UnixListener::from_std`.
  static io::Result<UnixListener> from_std(int fd);
  /// Gives the descriptor to the caller. It stays non-blocking. Tokio: `UnixListener::into_std`.
  io::Result<int> into_std() && { return source_.release(); }

  /// Waits for the next connection and its peer's address, which is mostly unnamed.
  ///
  /// Errors: EMFILE and the like leave the connection to the next call.
  /// Cancelling: safe; a connection that comes is left for the next call.
  /// Tokio: `UnixListener::accept`.
  [[nodiscard]] Accept accept() const noexcept;
  /// Only the waker of the latest call counts. Tokio: `UnixListener::poll_accept`.
  Poll<io::Result<Accepted>> poll_accept(Context& cx) const;

  io::Result<UnixSocketAddr> local_addr() const;
  /// The socket's pending error (SO_ERROR), which this clears. Tokio: `UnixListener::take_error`.
  io::Result<std::optional<io::Error>> take_error() const;
  /// The descriptor, which stays the listener's. Tokio: `AsRawFd::as_raw_fd`.
  int as_raw_fd() const noexcept { return source_.fd(); }

 private:
  friend class UnixSocket;
  explicit UnixListener(detail::IoSource source) noexcept : source_(std::move(source)) {}
  io::Result<Accepted> try_accept() const;

  detail::IoSource source_;
};

/// Completes with a connection. Must not outlive the listener.
///
/// Cancelling: safe.
class [[nodiscard]] UnixListener::Accept {
 public:
  using Output = io::Result<Accepted>;

  explicit Accept(const UnixListener& listener) noexcept
      : listener_(&listener), waiter_(detail::Direction::Read) {}
  Accept(const Accept&) = delete;
  Accept& operator=(const Accept&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  const UnixListener* listener_;
  detail::IoSource::Waiter waiter_;
};

inline UnixListener::Accept UnixListener::accept() const noexcept { return Accept(*this); }

}  // namespace ferry::net
