// Notify: wakes tasks that wait for an event carrying no value.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include <ferry/detail/spin_lock.hpp>
#include <ferry/detail/wait_list.hpp>
#include <ferry/poll.hpp>
#include <ferry/waker.hpp>

namespace ferry::sync {

class OwnedNotified;

/// Wakes tasks that wait for an event carrying no value.
///
/// Stores at most one permit: a `notify_one` that finds nobody waiting is kept for the next waiter, a second
/// one is not. Waiters are served first come, first served.
///
/// Thread safety: every member may be called from any thread at any time.
/// Tokio: `sync::Notify`. A `constinit` one is Tokio's `const_new`.
class Notify {
 public:
  class Notified;

  Notify() noexcept = default;
  Notify(const Notify&) = delete;
  Notify& operator=(const Notify&) = delete;

  /// A future that completes when a permit is taken or `notify_waiters` is called after this call.
  ///
  /// Cancelling: safe; a waiter already chosen by `notify_one` passes the permit on. Its place is lost.
  /// Cost: no allocation; one lock, taken only to wait.
  /// Tokio: `Notify::notified`.
  [[nodiscard]] Notified notified() const noexcept;

  /// `notified` that keeps its `Notify` alive.
  ///
  /// Cancelling: as `notified`.
  /// Tokio: `Notify::notified_owned`.
  [[nodiscard]] static OwnedNotified notified_owned(std::shared_ptr<const Notify> notify) noexcept;

  /// Wakes the longest-waiting task, or stores one permit. Wakes outside the lock. Tokio:
  /// `Notify::notify_one`.
  void notify_one() const noexcept { notify(Order::First); }

  /// Wakes the task that came last, or stores one permit. Tokio: `Notify::notify_last`.
  void notify_last() const noexcept { notify(Order::Last); }

  /// Wakes every task that waits and completes every `Notified` that exists. Stores nothing.
  /// Tokio: `Notify::notify_waiters`.
  void notify_waiters() const noexcept;

 private:
  enum class Order : unsigned char { First, Last };

  void notify(Order order) const noexcept;
  Waker notify_locked(Order order) const noexcept;

  // kWaiting or kNotified or neither, and from kGeneration up how often notify_waiters was called. kWaiting
  // is set exactly while `waiters_` has nodes; it and the generation change under `mutex_` only.
  mutable std::atomic<std::uint64_t> state_{0};
  mutable detail::SpinLock mutex_;
  mutable detail::IntrusiveList<Notified> waiters_;
};

/// Completes when it is notified. Cannot be moved.
///
/// Thread safety: belongs to one task.
/// Tokio: `sync::futures::Notified`.
class [[nodiscard]] Notify::Notified : public detail::ListNode<Notified> {
 public:
  using Output = void;

  ~Notified() {
    if (step_ == Step::Waiting) cancel();
  }

  Poll<void> poll(Context& cx);

  /// Queues up without being awaited, so that a `notify_one` from now on may choose this waiter. True when it
  /// has been notified already. Tokio: `Notified::enable`.
  bool enable();

 private:
  friend class Notify;
  friend class OwnedNotified;
  enum class Step : unsigned char { Init, Waiting, Done };
  enum class Given : unsigned char { Nothing, First, Last, All };

  explicit Notified(const Notify& notify) noexcept;
  Poll<void> advance(const Waker* waker);
  bool start(Waker& waker);
  Poll<void> keep_waiting(const Waker* waker);
  void cancel() noexcept;

  const Notify* notify_;
  std::uint64_t generation_;  // when it was made
  Step step_ = Step::Init;    // the owner's
  std::atomic<Given> given_{
      Given::Nothing};                  // set last by who unlinks it; then the node is the owner's alone
  Waker waker_ = Waker(Waker::noop());  // under the lock while linked
  Waker::Id waits_with_{};              // what `waker_` was; the waiter's own
};

/// A `Notified` that keeps its `Notify` alive. Cannot be moved.
///
/// Thread safety: belongs to one task.
/// Tokio: `sync::futures::OwnedNotified`.
class [[nodiscard]] OwnedNotified {
 public:
  using Output = void;

  Poll<void> poll(Context& cx) { return notified_.poll(cx); }

  /// As `Notify::Notified::enable`.
  bool enable() { return notified_.enable(); }

 private:
  friend class Notify;
  explicit OwnedNotified(std::shared_ptr<const Notify> notify) noexcept
      : notify_(std::move(notify)), notified_(*notify_) {}

  std::shared_ptr<const Notify> notify_;
  Notify::Notified notified_;
};

inline Notify::Notified Notify::notified() const noexcept { return Notified(*this); }

inline OwnedNotified Notify::notified_owned(std::shared_ptr<const Notify> notify) noexcept {
  return OwnedNotified(std::move(notify));
}

}  // namespace ferry::sync
