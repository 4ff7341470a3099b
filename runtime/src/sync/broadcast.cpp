#include <bit>
#include <limits>
#include <stdexcept>
#include <utility>

#include <ferry/detail/broadcast_core.hpp>
#include <ferry/detail/coop.hpp>

namespace ferry::detail {

void BroadcastSlot::lock_shared() noexcept {
  std::uint32_t now = lock_.load(std::memory_order_relaxed);
  for (;;) {
    if (now & kWriting) {
      lock_.wait(now, std::memory_order_relaxed);
      now = lock_.load(std::memory_order_relaxed);
      // acquire: sees the value.
    } else if (lock_.compare_exchange_weak(now, now + 1, std::memory_order_acquire,
                                           std::memory_order_relaxed)) {
      return;
    }
  }
}

void BroadcastSlot::lock() noexcept {
  // acquire: what readers of the old value did with it comes before.
  std::uint32_t now = lock_.fetch_or(kWriting, std::memory_order_acquire) | kWriting;
  while (now != kWriting) {
    lock_.wait(now, std::memory_order_relaxed);
    now = lock_.load(std::memory_order_acquire);
  }
}

std::size_t BroadcastCore::checked_capacity(std::size_t capacity) {
  if (capacity == 0 || capacity > std::numeric_limits<std::size_t>::max() / 2)
    throw std::logic_error(
        "broadcast::channel: the capacity is at least 1 and at most half of what a size_t can say");
  return std::bit_ceil(capacity);
}

void BroadcastCore::wake_receivers(std::unique_lock<std::mutex> lock) noexcept {
  if (waiters_.is_empty()) return lock.unlock();
  WakeList wakes;
  IntrusiveList<Waiter> chosen;  // only touched under the mutex: cancelled waiters leave it
  chosen.splice_back(waiters_);
  for (;;) {
    while (Waiter* const waiter = wakes.is_full() ? nullptr : chosen.pop_front()) {
      wakes.push(std::move(waiter->waker_));
      waiter->is_waiting_.store(false, std::memory_order_release);  // hands the node over
    }
    const bool is_done = chosen.is_empty();
    lock.unlock();
    wakes.wake_all();
    if (is_done) return;
    lock.lock();
  }
}

BroadcastCore::Found BroadcastCore::find(BroadcastSlot& slot, std::uint64_t& next, std::uint64_t& skipped,
                                         Waiter* waiter, const Waker* waker) {
  slot.lock_shared();
  if (slot.position == next) return Found::Value;
  slot.unlock_shared();

  Waker own = waiter != nullptr ? *waker
                                : Waker::noop();  // cloned before the lock; what it replaces is dropped after
  std::lock_guard lock(mutex_);
  if (next == tail_) {
    if (is_closed_) return Found::Closed;
    if (waiter != nullptr) {
      std::swap(waiter->waker_, own);
      if (!waiter->is_linked()) {
        waiter->is_waiting_.store(true, std::memory_order_relaxed);
        waiters_.push_back(*waiter);
      }
    }
    return Found::Empty;
  }
  if (tail_ - next > capacity_) {
    const std::uint64_t oldest = tail_ - capacity_;
    skipped = oldest - std::exchange(next, oldest);
    return Found::Lagged;
  }
  // Sent since the first look.
  slot.lock_shared();
  return Found::Value;
}

std::size_t BroadcastCore::length(std::uint64_t next) const noexcept {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(tail_ - next);
}

BroadcastCore::Leave BroadcastCore::drop_sender() noexcept {
  // acq_rel: what was sent comes before the end.
  if (senders_.fetch_sub(1, std::memory_order_acq_rel) != 1) return Leave::Alive;
  std::unique_lock lock(mutex_);
  is_closed_ = true;
  wake_receivers(std::move(lock));
  return drop_owner();
}

bool BroadcastCore::upgrade() noexcept {
  std::size_t now = senders_.load(std::memory_order_relaxed);
  do {
    if (now == 0) return false;
    // acquire: as if it had been copied from a strong one.
  } while (
      !senders_.compare_exchange_weak(now, now + 1, std::memory_order_acquire, std::memory_order_relaxed));
  return true;
}

void BroadcastCore::add_weak() noexcept {
  weak_.fetch_add(1, std::memory_order_relaxed);
  add_owner();
}

BroadcastCore::Leave BroadcastCore::drop_weak() noexcept {
  weak_.fetch_sub(1, std::memory_order_relaxed);
  return drop_owner();
}

std::uint64_t BroadcastCore::add_receiver() noexcept {
  std::lock_guard lock(mutex_);
  receivers_.fetch_add(1, std::memory_order_relaxed);
  add_owner();
  return tail_;
}

std::uint64_t BroadcastCore::leave_receiver() noexcept {
  std::uint64_t end;
  bool is_last;
  {
    std::lock_guard lock(mutex_);
    end = tail_;
    is_last = receivers_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  if (is_last) unheard_.notify_waiters();
  return end;
}

BroadcastCore::Leave BroadcastCore::drop_owner() noexcept {
  // release: hands everything to who frees. acquire: that may be us.
  return owners_.fetch_sub(1, std::memory_order_acq_rel) == 1 ? Leave::Free : Leave::Alive;
}

void BroadcastCore::Waiter::cancel() noexcept {
  std::lock_guard lock(core_->mutex_);
  if (is_linked()) core_->waiters_.remove(*this);
}

Poll<void> BroadcastClosed::poll(Context& cx) {
  for (;;) {
    if (must_yield(cx)) return pending;
    if (!notified_) notified_.emplace(*core_);
    // `notified_` is older than this look: what comes after the look completes it.
    if (core_->receivers() == 0) {
      spend_budget(cx);
      return Poll<void>::ready();
    }
    if (notified_->notified.poll(cx).is_pending()) return pending;
    notified_.reset();
  }
}

}  // namespace ferry::detail
