// watch: a channel that keeps only the latest value.
#pragma once

#include <mutex>
#include <shared_mutex>
#include <type_traits>
#include <utility>

#include <ferry/detail/allocate.hpp>
#include <ferry/detail/co_owner.hpp>
#include <ferry/detail/watch_core.hpp>
#include <ferry/poll.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/watch/error.hpp>
#include <ferry/sync/watch/ref.hpp>

namespace ferry::sync::watch {

template <class T>
class Sender;
template <class T>
class Receiver;
template <class T>
class Changed;
template <class T, class F>
class WaitFor;

/// A channel that holds one `T`, which senders replace and receivers watch. `initial` counts as seen.
///
/// Cost: one allocation.
/// Tokio: `watch::channel`.
template <class T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel(T initial);

/// Replaces the value. Copies send into the same channel.
///
/// Thread safety: every const member may be called from any thread at any time.
/// Tokio: `watch::Sender`.
template <class T>
class Sender {
 public:
  /// A channel without a receiver. Tokio: `watch::Sender::new`.
  explicit Sender(T initial);
  Sender(const Sender& other) noexcept : cell_(other.cell_) {
    if (cell_ != nullptr) cell_->add_sender();
  }
  Sender(Sender&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  Sender& operator=(Sender other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~Sender() {
    if (cell_ != nullptr && cell_->drop_sender() == detail::WatchCore::Leave::Free)
      detail::destroy_and_free(cell_);
  }

  /// Stores `value` and tells the receivers. Errors: there is none; the value comes back and is not stored.
  /// Tokio: `watch::Sender::send`.
  [[nodiscard]] Result<void, error::SendError<T>> send(T value) const {
    if (is_closed()) return error::SendError<T>(std::move(value));
    static_cast<void>(send_replace(std::move(value)));
    return {};
  }

  /// Stores `value`, also without receivers, and gives the old one. Tokio: `watch::Sender::send_replace`.
  T send_replace(T value) const {
    using std::swap;
    send_modify([&](T& present) { swap(present, value); });
    return value;
  }

  /// Lets `f(T&)` change the value in place. When `f` throws, nobody is told. Tokio:
  /// `watch::Sender::send_modify`.
  template <class F>
  void send_modify(F&& f) const {
    send_if_modified([&](T& value) {
      std::forward<F>(f)(value);
      return true;
    });
  }

  /// Lets `bool f(T&)` change the value in place; the receivers are told if it says true.
  /// Tokio: `watch::Sender::send_if_modified`.
  template <class F>
  bool send_if_modified(F&& f) const {
    {
      std::unique_lock lock(cell_->lock());
      if (!std::forward<F>(f)(cell_->value)) return false;
      cell_->advance();
    }
    cell_->notify_receivers();
    return true;
  }

  /// The value, locked for reading. Not to be held across a `co_await`: senders wait for it.
  /// Tokio: `watch::Sender::borrow`.
  [[nodiscard]] Ref<T> borrow() const { return Ref<T>(std::shared_lock(cell_->lock()), cell_->value, false); }

  /// A receiver that has seen the present value. Tokio: `watch::Sender::subscribe`.
  [[nodiscard]] Receiver<T> subscribe() const;

  /// Completes when there is no receiver.
  ///
  /// Cancelling: safe.
  /// Tokio: `watch::Sender::closed`.
  [[nodiscard]] detail::WatchClosed closed() const noexcept { return detail::WatchClosed(*cell_); }
  bool is_closed() const noexcept { return cell_->receivers() == 0; }

  std::size_t receiver_count() const noexcept { return cell_->receivers(); }
  std::size_t sender_count() const noexcept { return cell_->senders(); }
  bool same_channel(const Sender& other) const noexcept { return cell_ == other.cell_; }

  /// For other parts of ferry.
  detail::WatchCell<T>& cell() const noexcept { return *cell_; }

 private:
  friend std::pair<Sender<T>, Receiver<T>> channel<T>(T initial);
  explicit Sender(detail::WatchCell<T>* cell) noexcept : cell_(cell) {}
  detail::WatchCell<T>* cell_;
};

/// Watches the value. A copy has seen what the original has seen.
///
/// Thread safety: const members on any thread; one at a time calls the others.
/// Tokio: `watch::Receiver`.
template <class T>
class Receiver {
 public:
  Receiver(const Receiver& other) noexcept : cell_(other.cell_), seen_(other.seen_) {
    if (cell_ != nullptr) cell_->add_receiver();
  }
  Receiver(Receiver&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)), seen_(other.seen_) {}
  Receiver& operator=(Receiver other) noexcept {
    std::swap(cell_, other.cell_);
    std::swap(seen_, other.seen_);
    return *this;
  }
  ~Receiver() {
    if (cell_ != nullptr && cell_->drop_receiver() == detail::WatchCore::Leave::Free)
      detail::destroy_and_free(cell_);
  }

  /// The value, locked for reading; it stays unseen. Not to be held across a `co_await`: senders wait for it.
  /// Tokio: `watch::Receiver::borrow`.
  [[nodiscard]] Ref<T> borrow() const {
    std::shared_lock lock(cell_->lock());
    const bool is_new = cell_->version() != seen_;
    return Ref<T>(std::move(lock), cell_->value, is_new);
  }

  /// As `borrow`, and marks the value as seen. Tokio: `watch::Receiver::borrow_and_update`.
  [[nodiscard]] Ref<T> borrow_and_update() {
    std::shared_lock lock(cell_->lock());
    const auto present = cell_->version();
    const bool is_new = std::exchange(seen_, present) != present;
    return Ref<T>(std::move(lock), cell_->value, is_new);
  }

  /// Completes when there is a value that was not seen, and marks it as seen. A future of
  /// `Result<void, error::RecvError>`.
  ///
  /// Errors: the senders are gone and everything was seen.
  /// Cancelling: safe; a change is marked as seen only when it is reported.
  /// Tokio: `watch::Receiver::changed`.
  [[nodiscard]] Changed<T> changed() noexcept { return Changed<T>(*this); }

  /// Completes when `pred(const T&)` holds, perhaps at once; what it looked at is marked as seen. A future of
  /// `Result<Ref<T>, error::RecvError>`. `pred` is called under the lock.
  ///
  /// Errors: the senders are gone and it does not hold.
  /// Cancelling: safe.
  /// Tokio: `watch::Receiver::wait_for`.
  template <class F>
  [[nodiscard]] WaitFor<T, std::decay_t<F>> wait_for(F&& pred) {
    return WaitFor<T, std::decay_t<F>>(*this, std::forward<F>(pred));
  }

  /// Whether there is a value that was not seen. Errors: the senders are gone. Tokio:
  /// `watch::Receiver::has_changed`.
  [[nodiscard]] Result<bool, error::RecvError> has_changed() const noexcept {
    if (cell_->has_no_sender()) return error::RecvError();
    return cell_->version() != seen_;
  }
  /// The present value counts as unseen. Tokio: `watch::Receiver::mark_changed`.
  void mark_changed() noexcept { seen_ = detail::WatchCore::before(seen_); }
  /// The present value counts as seen. Tokio: `watch::Receiver::mark_unchanged`.
  void mark_unchanged() noexcept { seen_ = cell_->version(); }

  bool same_channel(const Receiver& other) const noexcept { return cell_ == other.cell_; }

 protected:
  class Waiter;
  // As `changed`, to be polled, waiting in a place that the caller keeps for the next call.
  Poll<Result<void, error::RecvError>> poll_changed(Context& cx, Waiter& waiter) {
    return poll_changed(cx, waiter.wait_);
  }

 private:
  friend class Sender<T>;
  friend class Changed<T>;
  template <class, class>
  friend class WaitFor;
  friend std::pair<Sender<T>, Receiver<T>> channel<T>(T initial);

  Receiver(detail::WatchCell<T>* cell, detail::WatchCore::Version seen) noexcept : cell_(cell), seen_(seen) {}

  Poll<Result<void, error::RecvError>> poll_changed(Context& cx, detail::WatchWait& wait) {
    using Changed = Result<void, error::RecvError>;
    const Poll<detail::WatchCore::Seen> found = wait.poll(cx, seen_);
    if (found.is_pending()) return pending;
    if (*found == detail::WatchCore::Seen::Closed) return Changed(error::RecvError());
    mark_unchanged();
    return Changed();
  }

  detail::WatchCell<T>* cell_;
  detail::WatchCore::Version seen_;
};

/// A place among those that wait for a change, for a class that derives from the receiver and polls. It keeps
/// the channel in memory: the receiver may be moved meanwhile, also into one that has no such place.
template <class T>
class Receiver<T>::Waiter {
 public:
  explicit Waiter(const Receiver& receiver) noexcept : owner_(*receiver.cell_), wait_(*receiver.cell_) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Whether it is among those that wait for what `receiver` watches.
  bool is_of(const Receiver& receiver) const noexcept { return owner_.get() == receiver.cell_; }

 private:
  friend class Receiver;
  detail::CoOwner<detail::WatchCell<T>> owner_;
  detail::WatchWait wait_;
};

/// Waits for a change. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] Changed {
 public:
  using Output = Result<void, error::RecvError>;
  Changed(const Changed&) = delete;
  Changed& operator=(const Changed&) = delete;

  Poll<Output> poll(Context& cx) { return receiver_->poll_changed(cx, wait_); }

 private:
  friend class Receiver<T>;
  explicit Changed(Receiver<T>& receiver) noexcept : receiver_(&receiver), wait_(*receiver.cell_) {}

  Receiver<T>* receiver_;
  detail::WatchWait wait_;
};

/// Waits for a value that satisfies a predicate. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T, class F>
class [[nodiscard]] WaitFor {
 public:
  using Output = Result<Ref<T>, error::RecvError>;
  WaitFor(const WaitFor&) = delete;
  WaitFor& operator=(const WaitFor&) = delete;

  Poll<Output> poll(Context& cx) {
    for (;;) {
      if (is_unchecked_) {
        Ref<T> value = receiver_->borrow_and_update();
        if (pred_(*value)) return Output(std::move(value));
        is_unchecked_ = false;
      }
      const Poll<detail::WatchCore::Seen> found = wait_.poll(cx, receiver_->seen_);
      if (found.is_pending()) return pending;
      if (*found == detail::WatchCore::Seen::Closed) return Output(error::RecvError());
      is_unchecked_ = true;
    }
  }

 private:
  friend class Receiver<T>;
  template <class G>
  WaitFor(Receiver<T>& receiver, G&& pred)
      : receiver_(&receiver), wait_(*receiver.cell_), pred_(std::forward<G>(pred)) {}

  Receiver<T>* receiver_;
  detail::WatchWait wait_;
  F pred_;
  bool is_unchecked_ = true;
};

template <class T>
Sender<T>::Sender(T initial) : cell_(detail::WatchCell<T>::make(std::move(initial))) {
  static_cast<void>(cell_->drop_receiver());
}

template <class T>
Receiver<T> Sender<T>::subscribe() const {
  std::shared_lock lock(cell_->lock());
  cell_->add_receiver();
  return Receiver<T>(cell_, cell_->version());
}

template <class T>
std::pair<Sender<T>, Receiver<T>> channel(T initial) {
  auto* const cell = detail::WatchCell<T>::make(std::move(initial));
  return {Sender<T>(cell), Receiver<T>(cell, cell->version())};
}

}  // namespace ferry::sync::watch
