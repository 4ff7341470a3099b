// Socket: what every socket of a runtime that sends and receives has.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/io/async_io.hpp>
#include <ferry/io/interest.hpp>
#include <ferry/net/readiness.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// What streams and datagram sockets have in common. It closes its descriptor when it is destroyed.
///
/// Thread safety: every const member may be called from any thread at any time.
class Socket {
 public:
  /// Waits until a read may be tried; the end and errors count, too. It may be mistaken: then what is tried
  /// says so.
  ///
  /// Cancelling: safe.
  /// Tokio: `readable`.
  Readiness readable() const noexcept { return Readiness(source_, io::Interest::Readable); }
  /// Waits until a write may be tried.
  ///
  /// Cancelling: safe.
  /// Tokio: `writable`.
  Readiness writable() const noexcept { return Readiness(source_, io::Interest::Writable); }
  /// Waits until the socket is ready for any of what `interest` asks for, and says for what.
  ///
  /// Cancelling: safe.
  /// Tokio: `ready`.
  ReadyFor ready(io::Interest interest) const noexcept { return ReadyFor(source_, interest); }

  /// Calls `call` (`io::Result<T>()`), a call on the descriptor that does not block, if the socket is ready
  /// for any of what `interest` asks for. EAGAIN from it means that the socket is not, after all.
  ///
  /// Errors: EAGAIN when `ready` has to be awaited.
  /// Tokio: `try_io`.
  template <class F>
  std::invoke_result_t<F&> try_io(io::Interest interest, F&& call) const {
    return source_.try_io(interest, call);
  }
  /// Calls `call` (`io::Result<T>()`) whenever the socket is ready for any of what `interest` asks for, until
  /// it gives something else than EAGAIN. Name a closure before passing it.
  ///
  /// Cancelling: safe; `call` runs only while this is polled.
  /// Tokio: `async_io`.
  template <class F>
  [[nodiscard]] io::AsyncIo<std::decay_t<F>> async_io(io::Interest interest, F&& call) const {
    return io::AsyncIo<std::decay_t<F>>(source_, interest, std::forward<F>(call));
  }

  /// The socket's pending error (SO_ERROR), which this clears. Tokio: `take_error`.
  io::Result<std::optional<io::Error>> take_error() const;

  /// The descriptor, which stays the socket's: for options that have no function here. It must not be closed:
  /// calls then give EBADF, and waits do not end before the number is watched again in this runtime. Once the
  /// number is another's, calls that do not wait would be its. Shutting it down ends all waits. Tokio:
  /// `AsRawFd::as_raw_fd`.
  int as_raw_fd() const noexcept { return source_.fd(); }
  /// Gives the descriptor to the caller. It stays non-blocking. Tokio: `into_std`.
  io::Result<int> into_std() && { return source_.release(); }

 protected:
  explicit Socket(detail::IoSource source) noexcept : source_(std::move(source)) {}
  Socket(Socket&&) noexcept = default;
  Socket& operator=(Socket&&) noexcept = default;
  ~Socket() = default;

  const detail::IoSource& source() const noexcept { return source_; }

 private:
  detail::IoSource source_;
};

}  // namespace ferry::net
