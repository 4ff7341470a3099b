// BatchSemaphore: counted permits, served strictly first come, first served. What Semaphore, Mutex and mpsc
// stand on.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <ferry/detail/coop.hpp>
#include <ferry/detail/spin_lock.hpp>
#include <ferry/detail/wait_list.hpp>
#include <ferry/poll.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// The state word: kClosed, kWaiters, and from kPermit up the number of free permits. While kWaiters is set
/// there are no free permits: what is released goes to the first waiter. kWaiters and kClosed change under
/// `mutex_` only.
///
/// Thread safety: every member may be called from any thread.
/// Cost: without waiters, taking and giving back are one atomic operation each; waiting takes a lock, no
/// memory. Tokio: `batch_semaphore`.
class BatchSemaphore {
 public:
  class Acquire;
  enum class [[nodiscard]] TryAcquire : unsigned char { Acquired, NoPermits, Closed };

  static constexpr std::size_t kMaxPermits = std::numeric_limits<std::size_t>::max() >> 3;

  explicit constexpr BatchSemaphore(std::size_t permits) noexcept : state_(permits * kPermit) {}
  BatchSemaphore(const BatchSemaphore&) = delete;
  BatchSemaphore& operator=(const BatchSemaphore&) = delete;

  std::size_t available_permits() const noexcept {
    return state_.load(std::memory_order_seq_cst) /
           kPermit;  // seq_cst: mpsc looks after it registered its waker
  }
  bool is_closed() const noexcept { return state_.load(std::memory_order_seq_cst) & kClosed; }

  TryAcquire try_acquire(std::size_t permits) noexcept {
    std::size_t now = state_.load(std::memory_order_relaxed);
    do {
      if (now & kClosed) return TryAcquire::Closed;
      if (now / kPermit < permits) return TryAcquire::NoPermits;
      // acquire: sees what those did who held the permits before.
    } while (!state_.compare_exchange_weak(now, now - permits * kPermit, std::memory_order_acquire,
                                           std::memory_order_relaxed));
    return TryAcquire::Acquired;
  }

  void release(std::size_t permits) noexcept {
    std::size_t now = state_.load(std::memory_order_relaxed);
    do {
      if (now & kWaiters) return release_to_waiters(permits);
      // release: publishes what was done under the permits. seq_cst: see mpsc's `wake_if_drained`.
    } while (!state_.compare_exchange_weak(now, now + permits * kPermit, std::memory_order_seq_cst,
                                           std::memory_order_relaxed));
  }

  /// Removes up to `permits` free ones; gives how many.
  std::size_t forget(std::size_t permits) noexcept;

  /// Every acquire fails, those that wait now and those to come.
  void close() noexcept;

 private:
  static constexpr std::size_t kClosed = 1;
  static constexpr std::size_t kWaiters = 2;
  static constexpr std::size_t kPermit = 4;

  void release_to_waiters(std::size_t permits) noexcept;

  std::atomic<std::size_t> state_;
  SpinLock mutex_;
  IntrusiveList<Acquire> waiters_;
};

/// Waits for `permits` of a semaphore. Ready with true: they are the caller's to give back. False: it is
/// closed.
///
/// Destroying it gives back what it was handed and was not reported.
class BatchSemaphore::Acquire : public ListNode<Acquire> {
 public:
  Acquire(BatchSemaphore& semaphore, std::size_t permits) noexcept
      : semaphore_(&semaphore), permits_(permits), missing_(permits) {}
  ~Acquire() {
    if (is_waiting()) cancel();
  }

  Poll<bool> poll(Context& cx) {
    if (must_yield(cx)) return pending;
    if (state_ == State::Idle) {
      const TryAcquire tried = semaphore_->try_acquire(permits_);
      if (tried == TryAcquire::NoPermits) return poll_waiting(cx);
      return finish(cx, tried == TryAcquire::Acquired);
    }
    return poll_waiting(cx);
  }

  std::size_t permits() const noexcept { return permits_; }
  /// Whether it has queued up and not reported an outcome.
  bool is_waiting() const noexcept { return state_ == State::Waiting; }

  /// Of one that is waiting: leaves the queue. True when permits went back to the semaphore.
  bool cancel() noexcept;

 private:
  friend class BatchSemaphore;
  enum class State : unsigned char { Idle, Waiting, Done };
  enum class Outcome : unsigned char { None, Acquired, Closed };

  Poll<bool> finish(Context& cx, bool is_acquired) noexcept {
    spend_budget(cx);
    state_ = State::Done;
    return is_acquired;
  }
  Poll<bool> poll_waiting(Context& cx);

  BatchSemaphore* semaphore_;
  std::size_t permits_;
  std::size_t missing_;                          // under the lock while linked
  Waker waker_ = Waker(Waker::noop());           // under the lock while linked
  State state_ = State::Idle;                    // the owner's
  std::atomic<Outcome> outcome_{Outcome::None};  // set last by who unlinks it; then it is the owner's alone
};

}  // namespace ferry::detail
