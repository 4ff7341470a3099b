// UnixListenerStream: the connections that a Unix domain socket accepts.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/net/unix_listener.hpp>
#include <ferry/result.hpp>

namespace ferry::stream::wrappers {

/// The connections that a listener accepts, without their addresses. Never ends.
/// Tokio: `tokio_stream::wrappers::UnixListenerStream`.
class UnixListenerStream {
 public:
  using Item = io::Result<net::UnixStream>;

  explicit UnixListenerStream(net::UnixListener listener) noexcept : listener_(std::move(listener)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    Poll<io::Result<net::UnixListener::Accepted>> accepted = listener_.poll_accept(cx);
    if (accepted.is_pending()) return ferry::pending;
    if (!*accepted) return std::optional<Item>(accepted->error());
    return std::optional<Item>((**std::move(accepted)).first);
  }

  net::UnixListener into_inner() && { return std::move(listener_); }
  const net::UnixListener& as_ref() const noexcept { return listener_; }

 private:
  net::UnixListener listener_;
};

}  // namespace ferry::stream::wrappers
