#include <ferry/detail/coop.hpp>
#include <ferry/sync/barrier.hpp>

namespace ferry::sync {

// Whether this one was the last; otherwise, in which generation it waits.
bool Barrier::arrive(std::uint64_t& generation) const noexcept {
  {
    std::lock_guard lock(mutex_);
    generation = generation_.load(std::memory_order_relaxed);
    if (++arrived_ < n_) return false;
    arrived_ = 0;
    // release: what everybody did before it arrived, as seen under the lock, is seen by those that go on.
    generation_.store(generation + 1, std::memory_order_release);
  }
  // Those of the next generation that are woken too look at the number and go on waiting.
  all_came_.notify_waiters();
  return true;
}

Poll<Barrier::Wait::Output> Barrier::Wait::poll(Context& cx) {
  if (detail::must_yield(cx)) return pending;
  if (!has_arrived_) {
    has_arrived_ = true;
    if (barrier_->arrive(generation_)) {
      detail::spend_budget(cx);
      return BarrierWaitResult(true);
    }
  }
  for (;;) {
    if (!waiter_) waiter_.emplace(barrier_->all_came_);
    // `waiter_` is older than this look: what comes after the look completes it.
    if (barrier_->generation_.load(std::memory_order_acquire) != generation_) {
      detail::spend_budget(cx);
      return BarrierWaitResult(false);
    }
    if (waiter_->notified.poll(cx).is_pending()) return pending;
    waiter_.reset();
  }
}

}  // namespace ferry::sync
