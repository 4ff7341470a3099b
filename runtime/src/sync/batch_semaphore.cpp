#include <algorithm>
#include <mutex>
#include <utility>

#include <ferry/detail/batch_semaphore.hpp>

namespace ferry::detail {

std::size_t BatchSemaphore::forget(std::size_t permits) noexcept {
  std::size_t now = state_.load(std::memory_order_relaxed);
  std::size_t taken;
  do {
    taken = std::min(permits, now / kPermit);
    // acq_rel: as an acquire whose permits are never given back.
  } while (!state_.compare_exchange_weak(now, now - taken * kPermit, std::memory_order_acq_rel,
                                         std::memory_order_relaxed));
  return taken;
}

void BatchSemaphore::release_to_waiters(std::size_t permits) noexcept {
  WakeList wakes;
  for (;;) {
    {
      std::lock_guard lock(mutex_);
      while (permits > 0 && !wakes.is_full()) {
        Acquire* const first = waiters_.front();
        if (first == nullptr) break;
        const std::size_t given = std::min(permits, first->missing_);
        first->missing_ -= given;
        permits -= given;
        if (first->missing_ > 0) break;
        waiters_.remove(*first);
        wakes.push(std::move(first->waker_));
        // release: the owner takes over its node, and what was done under the permits.
        first->outcome_.store(Acquire::Outcome::Acquired, std::memory_order_release);
      }
      if (waiters_.is_empty()) {
        std::size_t now = state_.load(std::memory_order_relaxed);
        // release: publishes what was done under the permits. seq_cst: as in `release`.
        while (!state_.compare_exchange_weak(now, (now + permits * kPermit) & ~kWaiters,
                                             std::memory_order_seq_cst, std::memory_order_relaxed)) {
        }
        permits = 0;
      }
    }
    wakes.wake_all();
    if (permits == 0) return;
  }
}

void BatchSemaphore::close() noexcept {
  WakeList wakes;
  for (bool is_empty = false; !is_empty;) {
    {
      std::lock_guard lock(mutex_);
      state_.fetch_or(kClosed, std::memory_order_seq_cst);  // nobody queues after this
      while (Acquire* const first = wakes.is_full() ? nullptr : waiters_.pop_front()) {
        wakes.push(std::move(first->waker_));
        first->outcome_.store(Acquire::Outcome::Closed, std::memory_order_release);  // hands the node over
      }
      is_empty = waiters_.is_empty();
      if (is_empty) state_.fetch_and(~kWaiters, std::memory_order_relaxed);
    }
    wakes.wake_all();
  }
}

Poll<bool> BatchSemaphore::Acquire::poll_waiting(Context& cx) {
  // acquire: the node is ours again, and what was done under the permits is seen.
  if (const Outcome outcome = outcome_.load(std::memory_order_acquire); outcome != Outcome::None) {
    if (outcome == Outcome::Closed) cancel();
    return finish(cx, outcome == Outcome::Acquired);
  }
  Waker other = cx.waker();  // cloned before the lock is taken; what it replaces is dropped after
  {
    std::lock_guard lock(semaphore_->mutex_);
    if (is_linked()) {
      std::swap(waker_, other);
      return pending;
    }
    if (state_ == State::Idle) {
      std::size_t now = semaphore_->state_.load(std::memory_order_relaxed);
      std::size_t taken;
      do {
        if (now & kClosed) {
          taken = 0;
          break;
        }
        taken = std::min(missing_, now / kPermit);
        const std::size_t left = now - taken * kPermit;
        const std::size_t next = taken == missing_ ? left : left | kWaiters;
        // acquire: as try_acquire. A release that comes after this finds kWaiters and takes the lock.
        if (semaphore_->state_.compare_exchange_weak(now, next, std::memory_order_acq_rel,
                                                     std::memory_order_relaxed))
          break;
      } while (true);
      if (now & kClosed) return finish(cx, false);
      missing_ -= taken;
      if (missing_ == 0) return finish(cx, true);
      state_ = State::Waiting;
      std::swap(waker_, other);
      semaphore_->waiters_.push_back(*this);
      return pending;
    }
  }
  return poll_waiting(cx);  // unlinked since the first look: the outcome is there
}

bool BatchSemaphore::Acquire::cancel() noexcept {
  state_ = State::Done;
  std::size_t held = permits_;
  if (outcome_.load(std::memory_order_acquire) != Outcome::Acquired) {
    std::lock_guard lock(semaphore_->mutex_);
    held = permits_ - missing_;
    if (is_linked()) {
      semaphore_->waiters_.remove(*this);
      if (semaphore_->waiters_.is_empty()) semaphore_->state_.fetch_and(~kWaiters, std::memory_order_relaxed);
    }
  }
  if (held > 0) semaphore_->release(held);
  return held > 0;
}

}  // namespace ferry::detail
