// TcpListenerStream: the connections that a listener accepts.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/net/tcp_listener.hpp>
#include <ferry/result.hpp>

namespace ferry::stream::wrappers {

/// The connections that a listener accepts, without their addresses. Never ends.
/// Tokio: `tokio_stream::wrappers::TcpListenerStream`.
class TcpListenerStream {
 public:
  using Item = io::Result<net::TcpStream>;

  explicit TcpListenerStream(net::TcpListener listener) noexcept : listener_(std::move(listener)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    Poll<io::Result<net::TcpListener::Accepted>> accepted = listener_.poll_accept(cx);
    if (accepted.is_pending()) return ferry::pending;
    if (!*accepted) return std::optional<Item>(accepted->error());
    return std::optional<Item>((**std::move(accepted)).first);
  }

  net::TcpListener into_inner() && { return std::move(listener_); }
  const net::TcpListener& as_ref() const noexcept { return listener_; }

 private:
  net::TcpListener listener_;
};

}  // namespace ferry::stream::wrappers
