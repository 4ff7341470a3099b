// ReceiverStream: what a bounded channel receives.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/stream/size_hint.hpp>
#include <ferry/sync/mpsc/bounded.hpp>

namespace ferry::stream::wrappers {

/// What a bounded channel receives. Ends when every sender is gone and everything was received.
/// Tokio: `tokio_stream::wrappers::ReceiverStream`.
template <class T>
class ReceiverStream {
 public:
  using Item = T;

  explicit ReceiverStream(sync::mpsc::Receiver<T> receiver) noexcept : receiver_(std::move(receiver)) {}

  Poll<std::optional<T>> poll_next(Context& cx) { return receiver_.poll_recv(cx); }
  /// An upper bound is known once every sender is gone or the channel is closed: permits may still be used.
  SizeHint size_hint() const noexcept {
    if (!receiver_.is_closed()) return {receiver_.len(), std::nullopt};
    return {receiver_.len(), receiver_.max_capacity() - receiver_.capacity()};
  }
  /// No more can be sent; what was sent can still be received.
  void close() { receiver_.close(); }

  sync::mpsc::Receiver<T> into_inner() && { return std::move(receiver_); }
  const sync::mpsc::Receiver<T>& as_ref() const noexcept { return receiver_; }

 private:
  sync::mpsc::Receiver<T> receiver_;
};

}  // namespace ferry::stream::wrappers
