// UnixListener: 0.2's, which is a stream of connections.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/net/unix_listener.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/unix_stream.hpp>

namespace ferry::v0_2::net {

class UnixIncoming;

/// A socket that listens, and a stream of the connections without their addresses, which never ends.
///
/// Thread safety: one task at a time accepts.
/// Tokio: 0.2's `net::UnixListener`.
class UnixListener : public ferry::net::UnixListener {
  using Base = ferry::net::UnixListener;

 public:
  using Accepted = std::pair<UnixStream, ferry::net::UnixSocketAddr>;
  using Item = ferry::io::Result<UnixStream>;
  using Accept = v0_2::detail::Becoming<ferry::io::Result<Accepted>, Base::Accept>;

  /// For `bind` and `compat::into_legacy`.
  explicit UnixListener(ferry::net::UnixListener listener) noexcept : Base(std::move(listener)) {}

  /// Listens at `path`.
  ///
  /// Errors: EADDRINUSE when the path exists; InvalidInput when it is too long.
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: `UnixListener::bind`.
  static ferry::io::Result<UnixListener> bind(const std::filesystem::path& path);
  /// Listens at `addr`. Tokio: `UnixListener::bind_addr`.
  static ferry::io::Result<UnixListener> bind_addr(const ferry::net::UnixSocketAddr& addr);

  /// Adopts a socket that listens and makes it non-blocking. On an error it is closed.
  ///
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: 0.2's `UnixListener::from_std`.
  FERRY_REPLACE("NET-01", unsafe, "ferry::net::UnixListener::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<UnixListener> from_std(int socket);
  /// The same. Tokio: 0.2's `TryFrom<std::os::unix::net::UnixListener> for UnixListener`.
  FERRY_REPLACE("NET-03", unsafe, "ferry::net::UnixListener::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<UnixListener> try_from(int socket);

  /// Waits for the next connection and its peer's address. In 1.x the listener may be const.
  ///
  /// Cancelling: safe; a connection that comes is left for the next call.
  /// Tokio: `UnixListener::accept`.
  [[nodiscard]] Accept accept() noexcept {
    return Accept([this] { return Base::accept(); });
  }
  /// Tokio: `UnixListener::poll_accept`.
  Poll<ferry::io::Result<Accepted>> poll_accept(Context& cx);

  /// The connections as a stream that borrows the listener. Tokio: 0.2's `UnixListener::incoming`.
  FERRY_NATIVE("UNIX-02", safe, "accept in a loop, or a ferry::stream::wrappers::UnixListenerStream")
  [[nodiscard]] UnixIncoming incoming() noexcept;

  /// The next connection: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; a connection that comes is left for the next call.
  /// Tokio: 0.2's `StreamExt::next` on `UnixListener`.
  FERRY_NATIVE("UNIX-02", safe, "accept, or a ferry::stream::wrappers::UnixListenerStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx);
};

/// The connections that a listener accepts, as a stream that never ends. Must not outlive the listener.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `net::unix::Incoming`.
class UnixIncoming {
 public:
  using Item = UnixListener::Item;

  explicit UnixIncoming(UnixListener& listener) noexcept : listener_(&listener) {}

  /// The next connection: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; a connection that comes is left for the next call.
  /// Tokio: 0.2's `StreamExt::next` on `Incoming`.
  FERRY_NATIVE("UNIX-02", safe, "ferry::net::UnixListener::accept")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }
  /// The next connection. Tokio: 0.2's `Incoming::poll_accept`.
  FERRY_NATIVE("UNIX-02", safe, "ferry::net::UnixListener::poll_accept, which gives the address as well")
  Poll<Item> poll_accept(Context& cx);

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx) { return listener_->poll_next(cx); }

 private:
  UnixListener* listener_;
};

inline UnixIncoming UnixListener::incoming() noexcept { return UnixIncoming(*this); }

}  // namespace ferry::v0_2::net
