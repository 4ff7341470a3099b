// TcpListener: 0.2's, which is a stream of connections.
#pragma once

#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/net/tcp_listener.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>

namespace ferry::v0_2::net {

class Incoming;

/// A socket that listens, and a stream of the connections without their addresses, which never ends.
///
/// Thread safety: one task at a time accepts.
/// Tokio: 0.2's `net::TcpListener`.
class TcpListener : public ferry::net::TcpListener {
  using Base = ferry::net::TcpListener;

 public:
  using Accepted = std::pair<TcpStream, ferry::net::SocketAddr>;
  using Item = ferry::io::Result<TcpStream>;
  using Bind = v0_2::detail::Becoming<ferry::io::Result<TcpListener>, Base::Bind>;
  using Accept = v0_2::detail::Becoming<ferry::io::Result<Accepted>, Base::Accept>;

  /// For `bind` and `compat::into_legacy`.
  explicit TcpListener(ferry::net::TcpListener listener) noexcept : Base(std::move(listener)) {}

  /// Listens at the first of the addresses that is free.
  ///
  /// Cancelling: safe.
  /// Tokio: `TcpListener::bind`.
  static Bind bind(ferry::net::ToSocketAddrs addr) {
    return Bind([&] { return Base::bind(std::move(addr)); });
  }

  /// Adopts a socket that listens and makes it non-blocking. On an error it is closed.
  ///
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: 0.2's `TcpListener::from_std`.
  FERRY_REPLACE("NET-01", unsafe, "ferry::net::TcpListener::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<TcpListener> from_std(int socket);
  /// The same. Tokio: 0.2's `TryFrom<std::net::TcpListener> for TcpListener`.
  FERRY_REPLACE("NET-03", unsafe, "ferry::net::TcpListener::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<TcpListener> try_from(int socket);

  /// Waits for the next connection and its peer's address. In 1.x the listener may be const.
  ///
  /// Cancelling: safe; a connection that comes is left for the next call.
  /// Tokio: `TcpListener::accept`.
  [[nodiscard]] Accept accept() noexcept {
    return Accept([this] { return Base::accept(); });
  }
  /// Tokio: `TcpListener::poll_accept`.
  Poll<ferry::io::Result<Accepted>> poll_accept(Context& cx);

  /// The connections as a stream that borrows the listener. Tokio: 0.2's `TcpListener::incoming`.
  FERRY_NATIVE("TCP-02", safe, "accept in a loop, or a ferry::stream::wrappers::TcpListenerStream")
  [[nodiscard]] Incoming incoming() noexcept;

  /// The next connection: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; a connection that comes is left for the next call.
  /// Tokio: 0.2's `StreamExt::next` on `TcpListener`.
  FERRY_NATIVE("TCP-02", safe, "accept, or a ferry::stream::wrappers::TcpListenerStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx);
};

/// The connections that a listener accepts, as a stream that never ends. Must not outlive the listener.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `net::tcp::Incoming`.
class Incoming {
 public:
  using Item = TcpListener::Item;

  explicit Incoming(TcpListener& listener) noexcept : listener_(&listener) {}

  /// The next connection: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; a connection that comes is left for the next call.
  /// Tokio: 0.2's `StreamExt::next` on `Incoming`.
  FERRY_NATIVE("TCP-02", safe, "ferry::net::TcpListener::accept")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }
  /// The next connection. Tokio: 0.2's `Incoming::poll_accept`.
  FERRY_NATIVE("TCP-05", safe, "ferry::net::TcpListener::poll_accept, which gives the address as well")
  Poll<Item> poll_accept(Context& cx);

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx) { return listener_->poll_next(cx); }

 private:
  TcpListener* listener_;
};

inline Incoming TcpListener::incoming() noexcept { return Incoming(*this); }

}  // namespace ferry::v0_2::net
