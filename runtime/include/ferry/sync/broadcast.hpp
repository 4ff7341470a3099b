// broadcast: a channel whose every receiver gets every value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <ferry/detail/broadcast_channel.hpp>
#include <ferry/detail/co_owner.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/detail/thread_park.hpp>
#include <ferry/poll.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/broadcast/error.hpp>
#include <ferry/waker.hpp>

namespace ferry::sync::broadcast {

template <class T>
class Sender;
template <class T>
class WeakSender;
template <class T>
class Receiver;
template <class T>
class Recv;

/// A channel of many senders and many receivers that keeps the last `capacity` values, rounded up to a power
/// of two. Each receiver gets a copy of each value.
///
/// Throws: std::logic_error when `capacity` is 0 or above half of what a size_t can say.
/// Cost: two allocations, for the channel and for its ring; none to send or to receive.
/// Tokio: `broadcast::channel`.
template <class T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel(std::size_t capacity);

/// Sends values to all receivers; copies send into the same channel.
///
/// Thread safety: every const member may be called from any thread at any time.
/// Tokio: `broadcast::Sender`.
template <class T>
class Sender {
 public:
  /// A channel without a receiver. Parameters and Throws: as `channel`. Tokio: `broadcast::Sender::new`.
  explicit Sender(std::size_t capacity);
  Sender(const Sender& other) noexcept : channel_(other.channel_) {
    if (channel_ != nullptr) channel_->add_sender();
  }
  Sender(Sender&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  Sender& operator=(Sender other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~Sender() {
    if (channel_ != nullptr) detail::BroadcastChannel<T>::drop_sender(channel_);
  }

  /// Sends to the receivers that exist; never waits, not a future. When the channel is full the oldest value
  /// goes, and who has not received it lags behind.
  ///
  /// Result: how many receivers there are.
  /// Errors: there is none; the value comes back. A later `send` may succeed, after `subscribe`.
  /// Tokio: `broadcast::Sender::send`.
  [[nodiscard]] Result<std::size_t, error::SendError<T>> send(T value) const {
    using R = Result<std::size_t, error::SendError<T>>;
    const std::size_t receivers = channel_->send(value);
    if (receivers == 0) return R(boost::system::in_place_error, std::move(value));
    return R(boost::system::in_place_value, receivers);
  }

  /// A receiver that sees what is sent from now on. Tokio: `broadcast::Sender::subscribe`.
  [[nodiscard]] Receiver<T> subscribe() const noexcept;

  /// Completes when there is no receiver.
  ///
  /// Cancelling: safe.
  /// Tokio: `broadcast::Sender::closed`.
  [[nodiscard]] detail::BroadcastClosed closed() const noexcept { return detail::BroadcastClosed(*channel_); }

  /// Values that not every receiver has received. Cost: the logarithm of the capacity.
  /// Tokio: `broadcast::Sender::len`.
  std::size_t len() const noexcept { return channel_->queued(); }
  bool is_empty() const noexcept { return len() == 0; }
  std::size_t receiver_count() const noexcept { return channel_->receivers(); }

  bool same_channel(const Sender& other) const noexcept { return channel_ == other.channel_; }

  /// A sender that does not keep the channel open. Tokio: `broadcast::Sender::downgrade`.
  [[nodiscard]] WeakSender<T> downgrade() const noexcept { return WeakSender<T>(channel_); }
  std::size_t strong_count() const noexcept { return channel_->senders(); }
  std::size_t weak_count() const noexcept { return channel_->weak(); }

 private:
  friend class WeakSender<T>;
  friend std::pair<Sender<T>, Receiver<T>> channel<T>(std::size_t capacity);

  explicit Sender(detail::BroadcastChannel<T>& channel) noexcept : channel_(&channel) {}
  detail::BroadcastChannel<T>* channel_;
};

/// Can become a sender while there still is one.
///
/// Thread safety: as `Sender`.
/// Tokio: `broadcast::WeakSender`.
template <class T>
class WeakSender {
 public:
  WeakSender(const WeakSender& other) noexcept : channel_(other.channel_) {
    if (channel_ != nullptr) channel_->add_weak();
  }
  WeakSender(WeakSender&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
  WeakSender& operator=(WeakSender other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~WeakSender() {
    if (channel_ != nullptr) detail::BroadcastChannel<T>::drop_weak(channel_);
  }

  /// A sender, unless the last one is gone. Tokio: `broadcast::WeakSender::upgrade`.
  [[nodiscard]] std::optional<Sender<T>> upgrade() const noexcept {
    if (!channel_->upgrade()) return std::nullopt;
    return Sender<T>(*channel_);
  }
  std::size_t strong_count() const noexcept { return channel_->senders(); }
  std::size_t weak_count() const noexcept { return channel_->weak(); }

 private:
  friend class Sender<T>;
  explicit WeakSender(detail::BroadcastChannel<T>* channel) noexcept : channel_(channel) {
    channel_->add_weak();
  }
  detail::BroadcastChannel<T>* channel_;
};

/// Receives every value that is sent while it exists, or is told how many it missed.
///
/// A value is destroyed when every receiver has received it, or when it is overwritten.
///
/// Thread safety: const members on any thread; one at a time calls the others.
/// Tokio: `broadcast::Receiver`.
template <class T>
class Receiver {
 public:
  Receiver(Receiver&& other) noexcept
      : channel_(std::exchange(other.channel_, nullptr)), next_(other.next_) {}
  Receiver& operator=(Receiver&& other) noexcept {
    std::swap(channel_, other.channel_);
    std::swap(next_, other.next_);
    return *this;
  }
  ~Receiver() {
    if (channel_ != nullptr) detail::BroadcastChannel<T>::drop_receiver(channel_, next_);
  }

  /// Waits for the next value. A future of `Result<T, error::RecvError>`.
  ///
  /// Errors: `Lagged`, once, when values were overwritten before they were received; the next call gives the
  /// oldest one that is left. `Closed` when all senders are gone and everything was received.
  /// Cancelling: safe; a value counts as received only when it is given.
  /// Tokio: `broadcast::Receiver::recv`.
  [[nodiscard]] Recv<T> recv() noexcept { return Recv<T>(*this); }

  /// The next value if it is there. Errors: as `recv`, and `Empty`. Tokio: `broadcast::Receiver::try_recv`.
  [[nodiscard]] Result<T, error::TryRecvError> try_recv() {
    using R = Result<T, error::TryRecvError>;
    using E = error::TryRecvError;
    using Found = detail::BroadcastCore::Found;
    auto& slot = channel_->slot(next_);
    std::uint64_t skipped = 0;
    switch (channel_->find(slot, next_, skipped, nullptr, nullptr)) {
      case Found::Value:
        ++next_;
        return R(boost::system::in_place_value, slot.take());
      case Found::Lagged:
        return R(boost::system::in_place_error, E::Lagged, skipped);
      case Found::Empty:
        return R(boost::system::in_place_error, E::Empty);
      case Found::Closed:
        break;
    }
    return R(boost::system::in_place_error, E::Closed);
  }

  /// Blocks this thread until there is a value or an error. For threads that run no tasks.
  ///
  /// Throws: std::logic_error inside a task.
  /// Tokio: `broadcast::Receiver::blocking_recv`.
  [[nodiscard]] Result<T, error::RecvError> blocking_recv() {
    detail::forbid_blocking("broadcast::Receiver::blocking_recv");
    return detail::park_on(recv());
  }

  /// A receiver that sees what is sent from now on, and nothing of what this one has yet to receive.
  /// Tokio: `broadcast::Receiver::resubscribe`.
  [[nodiscard]] Receiver resubscribe() const noexcept { return Receiver(channel_, channel_->add_receiver()); }

  /// Values sent and not received; more than the capacity when this receiver lags behind.
  /// Tokio: `broadcast::Receiver::len`.
  std::size_t len() const noexcept { return channel_->length(next_); }
  bool is_empty() const noexcept { return len() == 0; }
  /// Whether all senders are gone. What was sent before can still be received.
  bool is_closed() const noexcept { return channel_->is_closed(); }
  std::size_t sender_strong_count() const noexcept { return channel_->senders(); }
  std::size_t sender_weak_count() const noexcept { return channel_->weak(); }

  bool same_channel(const Receiver& other) const noexcept { return channel_ == other.channel_; }

 protected:
  class Waiter;
  // As `recv`, to be polled, waiting in a place that the caller keeps for the next call.
  Poll<Result<T, error::RecvError>> poll_recv(Context& cx, Waiter& waiter) {
    return poll_recv(cx, waiter.place_);
  }

 private:
  friend class Sender<T>;
  friend class Recv<T>;
  friend std::pair<Sender<T>, Receiver<T>> channel<T>(std::size_t capacity);

  Receiver(detail::BroadcastChannel<T>* channel, std::uint64_t next) noexcept
      : channel_(channel), next_(next) {}

  Poll<Result<T, error::RecvError>> poll_recv(Context& cx, detail::BroadcastCore::Waiter& waiter) {
    using Received = Result<T, error::RecvError>;
    using Found = detail::BroadcastCore::Found;
    if (detail::must_yield(cx)) return pending;
    auto& slot = channel_->slot(next_);
    std::uint64_t skipped = 0;
    const Found found = channel_->find(slot, next_, skipped, &waiter, &cx.waker());
    if (found == Found::Empty) return pending;
    detail::spend_budget(cx);
    if (found == Found::Value) {
      ++next_;
      return Received(boost::system::in_place_value, slot.take());
    }
    return Received(boost::system::in_place_error, skipped);
  }

  detail::BroadcastChannel<T>* channel_;
  std::uint64_t next_;  // the position of the value to receive next
};

/// A place among those that wait for a value, for a class that derives from the receiver and polls. It keeps
/// the channel in memory: the receiver may be moved meanwhile, also into one that has no such place.
template <class T>
class Receiver<T>::Waiter {
 public:
  explicit Waiter(const Receiver& receiver) noexcept
      : owner_(*receiver.channel_), place_(*receiver.channel_) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Whether it is among those that wait for what `receiver` receives.
  bool is_of(const Receiver& receiver) const noexcept { return owner_.get() == receiver.channel_; }

 private:
  friend class Receiver;
  detail::CoOwner<detail::BroadcastChannel<T>> owner_;
  detail::BroadcastCore::Waiter place_;
};

/// Waits for a value. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] Recv {
 public:
  using Output = Result<T, error::RecvError>;

  Poll<Output> poll(Context& cx) { return receiver_->poll_recv(cx, waiter_); }

 private:
  friend class Receiver<T>;
  explicit Recv(Receiver<T>& receiver) noexcept : receiver_(&receiver), waiter_(*receiver.channel_) {}

  Receiver<T>* receiver_;
  detail::BroadcastCore::Waiter waiter_;
};

template <class T>
Sender<T>::Sender(std::size_t capacity) : channel_(detail::BroadcastChannel<T>::make(capacity)) {
  detail::BroadcastChannel<T>::drop_receiver(channel_, 0);
}

template <class T>
Receiver<T> Sender<T>::subscribe() const noexcept {
  return Receiver<T>(channel_, channel_->add_receiver());
}

template <class T>
std::pair<Sender<T>, Receiver<T>> channel(std::size_t capacity) {
  auto* const made = detail::BroadcastChannel<T>::make(capacity);
  return {Sender<T>(*made), Receiver<T>(made, 0)};
}

}  // namespace ferry::sync::broadcast
