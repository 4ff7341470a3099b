// broadcast: 0.2's, whose receivers are streams.
#pragma once

#include <cstddef>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/compat/broadcast_stream.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/sync/broadcast.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::sync::broadcast {

namespace error = ferry::sync::broadcast::error;

using ferry::sync::broadcast::WeakSender;

/// What can go wrong. Now in `broadcast::error`.
template <class T>
using SendError FERRY_REPLACE("BCAST-02", safe,
                              "ferry::sync::broadcast::error::SendError") = error::SendError<T>;
using RecvError FERRY_REPLACE("BCAST-02", safe,
                              "ferry::sync::broadcast::error::RecvError") = error::RecvError;
using TryRecvError FERRY_REPLACE("BCAST-02", safe,
                                 "ferry::sync::broadcast::error::TryRecvError") = error::TryRecvError;

/// Receives every value that is sent while it exists, or is told how many it missed. It is also a stream of
/// what `recv` gives, which ends when all senders are gone. Can be used wherever a receiver of 1.x is wanted.
///
/// Thread safety: const members on any thread; one at a time calls the others.
/// Tokio: 0.2's `broadcast::Receiver`.
template <class T>
class Receiver : public compat::BroadcastStream<T> {
  using Base = compat::BroadcastStream<T>;

 public:
  /// For `channel`, `Sender::subscribe` and `compat::into_legacy`.
  explicit Receiver(ferry::sync::broadcast::Receiver<T> receiver) noexcept : Base(std::move(receiver)) {}

  /// As `recv`, to be polled. It may be moved while it waits. Cost: one allocation in the receiver's life.
  /// Tokio: 0.2's `broadcast::Receiver::poll_recv`.
  FERRY_REPLACE("BCAST-04", manual, "recv, or a ferry::stream::wrappers::BroadcastStream")
  Poll<Result<T, error::RecvError>> poll_recv(Context& cx) { return Base::poll_recv(cx); }

  /// This receiver, as the stream that it is. Tokio: 0.2's `broadcast::Receiver::into_stream`.
  FERRY_NATIVE("BCAST-05", unsafe, "a ferry::stream::wrappers::BroadcastStream")
  [[nodiscard]] Receiver into_stream() && noexcept { return std::move(*this); }

  /// The next item: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; a value counts as received only when it is given.
  /// Tokio: 0.2's `StreamExt::next` on a receiver.
  FERRY_NATIVE("BCAST-05", unsafe, "recv, or a ferry::stream::wrappers::BroadcastStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }
};

/// Sends values to all receivers. Can be used wherever a sender of 1.x is wanted.
///
/// Thread safety: every const member may be called from any thread at any time.
/// Tokio: 0.2's `broadcast::Sender`.
template <class T>
class Sender : public ferry::sync::broadcast::Sender<T> {
  using Base = ferry::sync::broadcast::Sender<T>;

 public:
  /// For `channel` and `compat::into_legacy`.
  explicit Sender(Base sender) noexcept : Base(std::move(sender)) {}

  /// A receiver that sees what is sent from now on. Tokio: `broadcast::Sender::subscribe`.
  [[nodiscard]] Receiver<T> subscribe() const noexcept { return Receiver<T>(Base::subscribe()); }
};

/// A channel of many senders and many receivers that keeps the last `capacity` values, rounded up to a power
/// of two.
///
/// Throws: std::logic_error when `capacity` is 0 or above half of what a size_t can say.
/// Tokio: `broadcast::channel`.
template <class T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel(std::size_t capacity) {
  auto made = ferry::sync::broadcast::channel<T>(capacity);
  return {Sender<T>(std::move(made.first)), Receiver<T>(std::move(made.second))};
}

}  // namespace ferry::v0_2::sync::broadcast
