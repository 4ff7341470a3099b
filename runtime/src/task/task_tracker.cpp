#include <ferry/task/task_tracker.hpp>

namespace ferry::detail {

// It is closed and empty, or was a moment ago.
void TrackerCore::drained() noexcept {
  // release: publishes what the tasks did to a wait that sees the number without the lock.
  drains_.fetch_add(1, std::memory_order_acq_rel);
  for (bool is_done = false; !is_done;) {
    WakeList wakes;
    std::lock_guard lock(mutex_);  // released before the wakers are called
    while (Waiter* const waiter = wakes.is_full() ? nullptr : waiters_.pop_front())
      wakes.push(std::move(waiter->waker_));
    is_done = waiters_.is_empty();
  }
}

bool TrackerCore::Waiter::is_drained() const noexcept {
  // acquire: what the tasks did.
  return core_.drains_.load(std::memory_order_acquire) != drains_ ||
         core_.state_.load(std::memory_order_acquire) == kClosed;
}

bool TrackerCore::Waiter::poll(Context& cx) {
  if (is_ready_) return true;
  Waker waker = cx.waker();  // what it replaces is dropped after the lock
  std::lock_guard lock(core_.mutex_);
  // Under the lock: either this sees the number, or who has counted finds the waiter.
  is_ready_ = is_drained();
  if (is_ready_) {
    if (is_linked()) core_.waiters_.remove(*this);
    return true;
  }
  std::swap(waker_, waker);
  if (!is_linked()) core_.waiters_.push_back(*this);
  return false;
}

TrackerCore::Waiter::~Waiter() {
  std::lock_guard lock(core_.mutex_);
  if (is_linked()) core_.waiters_.remove(*this);
}

}  // namespace ferry::detail
