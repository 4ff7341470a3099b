// Unbounded channels: sending never waits.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/detail/mpsc_channel.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/mpsc/error.hpp>
#include <ferry/sync/mpsc/receiver.hpp>

namespace ferry::sync::mpsc {

template <class T>
class UnboundedSender;
template <class T>
class WeakUnboundedSender;

/// A channel of many senders and one receiver that holds any number of values.
///
/// Cost: one allocation, and one for each 32 values that are queued at a time.
/// Tokio: `mpsc::unbounded_channel`.
template <class T>
[[nodiscard]] std::pair<UnboundedSender<T>, UnboundedReceiver<T>> unbounded_channel();

/// Sends values to one receiver; copies send into the same channel.
///
/// Thread safety: every const member may be called from any thread at any time.
/// Tokio: `mpsc::UnboundedSender`.
template <class T>
class UnboundedSender {
 public:
  /// Sends; never waits, not a future.
  ///
  /// Errors: the receiver is gone or has closed; the value comes back.
  /// Tokio: `mpsc::UnboundedSender::send`.
  [[nodiscard]] Result<void, error::SendError<T>> send(T value) const {
    if (channel_->semaphore().try_acquire(1) != detail::BatchSemaphore::TryAcquire::Acquired)
      return error::SendError<T>(std::move(value));
    channel_->push(std::move(value));
    return {};
  }

  /// Completes when the receiver has closed or is gone.
  ///
  /// Cancelling: safe.
  /// Tokio: `mpsc::UnboundedSender::closed`.
  [[nodiscard]] detail::MpscClosed closed() const noexcept { return detail::MpscClosed(*channel_); }
  bool is_closed() const noexcept { return channel_->is_closed(); }

  bool same_channel(const UnboundedSender& other) const noexcept {
    return channel_.get() == other.channel_.get();
  }

  /// A sender that does not keep the channel open. Tokio: `mpsc::UnboundedSender::downgrade`.
  [[nodiscard]] WeakUnboundedSender<T> downgrade() const noexcept {
    return WeakUnboundedSender<T>(detail::MpscWeakRef<T>(channel_.get()));
  }
  std::size_t strong_count() const noexcept { return channel_->strong_count(); }
  std::size_t weak_count() const noexcept { return channel_->weak_count(); }

 private:
  friend class WeakUnboundedSender<T>;
  friend std::pair<UnboundedSender<T>, UnboundedReceiver<T>> unbounded_channel<T>();

  explicit UnboundedSender(detail::MpscSenderRef<T> channel) noexcept : channel_(std::move(channel)) {}
  detail::MpscSenderRef<T> channel_;
};

/// Can become a sender while there still is one.
///
/// Thread safety: as `UnboundedSender`.
/// Tokio: `mpsc::WeakUnboundedSender`.
template <class T>
class WeakUnboundedSender {
 public:
  /// A sender, unless the last one is gone. Tokio: `WeakUnboundedSender::upgrade`.
  [[nodiscard]] std::optional<UnboundedSender<T>> upgrade() const noexcept {
    if (!channel_->upgrade()) return std::nullopt;
    return UnboundedSender<T>(detail::MpscSenderRef<T>(channel_.get()));
  }
  std::size_t strong_count() const noexcept { return channel_->strong_count(); }
  std::size_t weak_count() const noexcept { return channel_->weak_count(); }

 private:
  friend class UnboundedSender<T>;
  explicit WeakUnboundedSender(detail::MpscWeakRef<T> channel) noexcept : channel_(std::move(channel)) {}
  detail::MpscWeakRef<T> channel_;
};

/// Receives the values of an unbounded channel. Destroyed, it closes the channel and destroys what is queued.
///
/// Thread safety: owned by one thread at a time.
/// Tokio: `mpsc::UnboundedReceiver`.
template <class T>
class UnboundedReceiver : public ReceiverBase<T> {
 private:
  friend std::pair<UnboundedSender<T>, UnboundedReceiver<T>> unbounded_channel<T>();
  using ReceiverBase<T>::ReceiverBase;
};

template <class T>
std::pair<UnboundedSender<T>, UnboundedReceiver<T>> unbounded_channel() {
  auto* const made = detail::MpscChannel<T>::make(detail::BatchSemaphore::kMaxPermits);
  return {UnboundedSender<T>(detail::MpscSenderRef<T>(made)), UnboundedReceiver<T>(made)};
}

}  // namespace ferry::sync::mpsc
