// Bounded channels: a sender waits while the channel is full.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>

#include <ferry/detail/mpsc_channel.hpp>
#include <ferry/detail/thread_park.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/mpsc/error.hpp>
#include <ferry/sync/mpsc/futures.hpp>
#include <ferry/sync/mpsc/permit.hpp>
#include <ferry/sync/mpsc/receiver.hpp>

namespace ferry::time {

class Sleep;
Sleep sleep(std::chrono::nanoseconds duration);

}  // namespace ferry::time

namespace ferry::sync::mpsc {

template <class T>
class WeakSender;

/// A channel of many senders and one receiver that holds up to `capacity` values.
///
/// Throws: std::logic_error when `capacity` is 0 or above `Semaphore::kMaxPermits`.
/// Cost: one allocation, and one for each 32 values that are queued at a time.
/// Tokio: `mpsc::channel`.
template <class T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel(std::size_t capacity);

/// Sends values to one receiver; copies send into the same channel.
///
/// Values arrive in the order in which their places were had; waiting senders are served first come, first
/// served.
///
/// Thread safety: every const member may be called from any thread at any time.
/// Tokio: `mpsc::Sender`.
template <class T>
class Sender {
 public:
  /// Waits for a place and sends. A future of `Result<void, error::SendError<T>>`.
  ///
  /// Errors: the receiver is gone or has closed; the value comes back.
  /// Cancelling: safe, but the value is destroyed and the place in the queue of senders lost; `reserve` keeps
  /// the value. Cost: without waiting no lock and no allocation for the wait. Tokio: `mpsc::Sender::send`.
  [[nodiscard]] Send<T> send(T value) const { return Send<T>(*channel_, std::move(value)); }

  /// Sends if there is a place. Errors: `Full` or `Closed`, with the value. Tokio: `mpsc::Sender::try_send`.
  [[nodiscard]] Result<void, error::TrySendError<T>> try_send(T value) const {
    using E = error::TrySendError<T>;
    const auto tried = channel_->semaphore().try_acquire(1);
    if (tried != TryAcquire::Acquired)
      return E(tried == TryAcquire::Closed ? E::Closed : E::Full, std::move(value));
    channel_->push(std::move(value));
    return {};
  }

  /// As `send`, but gives up `duration` from now. Needs `<ferry/time.hpp>`: `sync` itself knows no clock.
  ///
  /// Errors: `Timeout` or `Closed`, with the value.
  /// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
  /// Cancelling: as `send`.
  /// Tokio: `mpsc::Sender::send_timeout`.
  template <class Sleep = time::Sleep>
  [[nodiscard]] SendTimeout<T, Sleep> send_timeout(T value, std::chrono::nanoseconds duration) const {
    Sleep (*const sleep)(std::chrono::nanoseconds) = &time::sleep;  // where Sleep is complete
    return SendTimeout<T, Sleep>(*channel_, std::move(value), [&] { return sleep(duration); });
  }

  /// Sends, blocking this thread while the channel is full. For threads that run no tasks.
  ///
  /// Throws: std::logic_error inside a task.
  /// Tokio: `mpsc::Sender::blocking_send`.
  [[nodiscard]] Result<void, error::SendError<T>> blocking_send(T value) const {
    detail::forbid_blocking("mpsc::Sender::blocking_send");
    return detail::park_on(send(std::move(value)));
  }

  /// Waits for a place, to send into later. A future of `Result<Permit<T>, error::SendError<void>>`.
  ///
  /// Cancelling: safe; the place in the queue of senders is lost.
  /// Tokio: `mpsc::Sender::reserve`.
  [[nodiscard]] Reserve<T> reserve() const { return Reserve<T>(*channel_); }

  /// Waits for `count` places. Fails at once when there are never so many.
  ///
  /// Cancelling: as `reserve`.
  /// Tokio: `mpsc::Sender::reserve_many`.
  [[nodiscard]] ReserveMany<T> reserve_many(std::size_t count) const {
    return ReserveMany<T>(*channel_, count);
  }

  /// Waits for a place; the permit owns this sender.
  ///
  /// Cancelling: as `reserve`; the sender is destroyed.
  /// Tokio: `mpsc::Sender::reserve_owned`.
  [[nodiscard]] ReserveOwned<T> reserve_owned() && { return ReserveOwned<T>(std::move(channel_)); }

  /// A place if there is one. Tokio: `mpsc::Sender::try_reserve`.
  [[nodiscard]] Result<Permit<T>, error::TrySendError<void>> try_reserve() const {
    const auto tried = channel_->semaphore().try_acquire(1);
    if (tried != TryAcquire::Acquired) return error_of(tried);
    return Permit<T>(*channel_);
  }

  /// `count` places if there are so many. Tokio: `mpsc::Sender::try_reserve_many`.
  [[nodiscard]] Result<PermitIterator<T>, error::TrySendError<void>> try_reserve_many(
      std::size_t count) const {
    const auto tried = channel_->semaphore().try_acquire(count);
    if (tried != TryAcquire::Acquired) return error_of(tried);
    return PermitIterator<T>(*channel_, count);
  }

  /// A place if there is one; the permit owns this sender. Errors: with the sender.
  /// Tokio: `mpsc::Sender::try_reserve_owned`.
  [[nodiscard]] Result<OwnedPermit<T>, error::TrySendError<Sender>> try_reserve_owned() && {
    using E = error::TrySendError<Sender>;
    const auto tried = channel_->semaphore().try_acquire(1);
    if (tried != TryAcquire::Acquired)
      return E(tried == TryAcquire::Closed ? E::Closed : E::Full, std::move(*this));
    return OwnedPermit<T>(std::move(channel_));
  }

  /// Completes when the receiver has closed or is gone.
  ///
  /// Cancelling: safe.
  /// Tokio: `mpsc::Sender::closed`.
  [[nodiscard]] detail::MpscClosed closed() const noexcept { return detail::MpscClosed(*channel_); }
  bool is_closed() const noexcept { return channel_->is_closed(); }

  /// Free places now. Tokio: `mpsc::Sender::capacity`.
  std::size_t capacity() const noexcept { return channel_->capacity(); }
  std::size_t max_capacity() const noexcept { return channel_->max_capacity(); }

  bool same_channel(const Sender& other) const noexcept { return channel_.get() == other.channel_.get(); }

  /// A sender that does not keep the channel open. Tokio: `mpsc::Sender::downgrade`.
  [[nodiscard]] WeakSender<T> downgrade() const noexcept {
    return WeakSender<T>(detail::MpscWeakRef<T>(channel_.get()));
  }
  std::size_t strong_count() const noexcept { return channel_->strong_count(); }
  std::size_t weak_count() const noexcept { return channel_->weak_count(); }

 private:
  friend class OwnedPermit<T>;
  friend class WeakSender<T>;
  friend std::pair<Sender<T>, Receiver<T>> channel<T>(std::size_t capacity);
  using TryAcquire = detail::BatchSemaphore::TryAcquire;

  explicit Sender(detail::MpscSenderRef<T> channel) noexcept : channel_(std::move(channel)) {}

  static error::TrySendError<void> error_of(TryAcquire tried) noexcept {
    using E = error::TrySendError<void>;
    return E(tried == TryAcquire::Closed ? E::Closed : E::Full);
  }

  detail::MpscSenderRef<T> channel_;
};

/// Can become a sender while there still is one.
///
/// Thread safety: as `Sender`.
/// Tokio: `mpsc::WeakSender`.
template <class T>
class WeakSender {
 public:
  /// A sender, unless the last one is gone. Tokio: `WeakSender::upgrade`.
  [[nodiscard]] std::optional<Sender<T>> upgrade() const noexcept {
    if (!channel_->upgrade()) return std::nullopt;
    return Sender<T>(detail::MpscSenderRef<T>(channel_.get()));
  }
  std::size_t strong_count() const noexcept { return channel_->strong_count(); }
  std::size_t weak_count() const noexcept { return channel_->weak_count(); }

 private:
  friend class Sender<T>;
  explicit WeakSender(detail::MpscWeakRef<T> channel) noexcept : channel_(std::move(channel)) {}
  detail::MpscWeakRef<T> channel_;
};

/// Receives the values of a bounded channel. Destroyed, it closes the channel and destroys what is queued.
///
/// Thread safety: owned by one thread at a time.
/// Tokio: `mpsc::Receiver`.
template <class T>
class Receiver : public ReceiverBase<T> {
 public:
  /// Free places now. Tokio: `mpsc::Receiver::capacity`.
  std::size_t capacity() const noexcept { return this->channel_->capacity(); }
  std::size_t max_capacity() const noexcept { return this->channel_->max_capacity(); }

 private:
  friend std::pair<Sender<T>, Receiver<T>> channel<T>(std::size_t capacity);
  using ReceiverBase<T>::ReceiverBase;
};

template <class T>
std::pair<Sender<T>, Receiver<T>> channel(std::size_t capacity) {
  if (capacity == 0 || capacity > detail::BatchSemaphore::kMaxPermits)
    throw std::logic_error("mpsc::channel: the capacity is at least 1 and at most Semaphore::kMaxPermits");
  auto* const made = detail::MpscChannel<T>::make(capacity);
  return {Sender<T>(detail::MpscSenderRef<T>(made)), Receiver<T>(made)};
}

}  // namespace ferry::sync::mpsc
