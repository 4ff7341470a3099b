// UnboundedReceiverStream: what an unbounded channel receives.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/stream/size_hint.hpp>
#include <ferry/sync/mpsc/unbounded.hpp>

namespace ferry::stream::wrappers {

/// What an unbounded channel receives. Ends when every sender is gone and everything was received.
/// Tokio: `tokio_stream::wrappers::UnboundedReceiverStream`.
template <class T>
class UnboundedReceiverStream {
 public:
  using Item = T;

  explicit UnboundedReceiverStream(sync::mpsc::UnboundedReceiver<T> receiver) noexcept
      : receiver_(std::move(receiver)) {}

  Poll<std::optional<T>> poll_next(Context& cx) { return receiver_.poll_recv(cx); }
  /// Exact once every sender is gone or the channel is closed.
  SizeHint size_hint() const noexcept {
    if (!receiver_.is_closed()) return {receiver_.len(), std::nullopt};
    return SizeHint::exactly(receiver_.len());
  }
  /// No more can be sent; what was sent can still be received.
  void close() { receiver_.close(); }

  sync::mpsc::UnboundedReceiver<T> into_inner() && { return std::move(receiver_); }
  const sync::mpsc::UnboundedReceiver<T>& as_ref() const noexcept { return receiver_; }

 private:
  sync::mpsc::UnboundedReceiver<T> receiver_;
};

}  // namespace ferry::stream::wrappers
