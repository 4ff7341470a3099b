#include <mutex>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/sync/notify.hpp>

namespace ferry::sync {
namespace {

constexpr std::uint64_t kWaiting = 1;
constexpr std::uint64_t kNotified = 2;
constexpr std::uint64_t kGeneration = 4;

constexpr std::uint64_t generation_of(std::uint64_t state) noexcept { return state / kGeneration; }

}  // namespace

void Notify::notify(Order order) const noexcept {
  std::uint64_t now = state_.load(std::memory_order_relaxed);
  while (!(now & kWaiting)) {
    // release: publishes what the caller did to the waiter that takes the permit, even when one is stored
    // already.
    if (state_.compare_exchange_weak(now, now | kNotified, std::memory_order_release,
                                     std::memory_order_relaxed))
      return;
  }
  Waker chosen = Waker::noop();
  {
    std::lock_guard lock(mutex_);
    chosen = notify_locked(order);
  }
  std::move(chosen).wake();
}

Waker Notify::notify_locked(Order order) const noexcept {
  Notified* const waiter = order == Order::First ? waiters_.pop_front() : waiters_.pop_back();
  if (waiter == nullptr) {
    state_.fetch_or(kNotified, std::memory_order_release);  // publishes what the caller did
    return Waker::noop();
  }
  if (waiters_.is_empty()) state_.fetch_and(~kWaiting, std::memory_order_relaxed);
  Waker chosen = std::move(waiter->waker_);
  // release: the owner takes over its node, and sees what the caller did.
  waiter->given_.store(order == Order::First ? Notified::Given::First : Notified::Given::Last,
                       std::memory_order_release);
  return chosen;
}

void Notify::notify_waiters() const noexcept {
  detail::WakeList wakes;
  detail::IntrusiveList<Notified> chosen;  // only touched under the lock: cancelled waiters leave it
  for (bool is_first = true, is_done = false; !is_done; is_first = false) {
    {
      std::lock_guard lock(mutex_);
      if (is_first) {
        chosen.splice_back(waiters_);
        std::uint64_t now = state_.load(std::memory_order_relaxed);
        // release: publishes what the caller did to every Notified that sees the new generation.
        while (!state_.compare_exchange_weak(now, (now & ~kWaiting) + kGeneration, std::memory_order_acq_rel,
                                             std::memory_order_relaxed)) {
        }
      }
      while (Notified* const waiter = wakes.is_full() ? nullptr : chosen.pop_front()) {
        wakes.push(std::move(waiter->waker_));
        waiter->given_.store(Notified::Given::All, std::memory_order_release);  // hands the node over
      }
      is_done = chosen.is_empty();
    }
    wakes.wake_all();
  }
}

Notify::Notified::Notified(const Notify& notify) noexcept
    // acquire: what was done before an earlier notify_waiters is not waited for.
    : notify_(&notify), generation_(generation_of(notify.state_.load(std::memory_order_acquire))) {}

Poll<void> Notify::Notified::poll(Context& cx) {
  if (detail::must_yield(cx)) return pending;
  const Poll<void> polled = advance(&cx.waker());
  if (polled.is_ready()) detail::spend_budget(cx);
  return polled;
}

bool Notify::Notified::enable() { return advance(nullptr).is_ready(); }

Poll<void> Notify::Notified::advance(const Waker* waker) {
  if (step_ == Step::Init) {
    // The stored permit without the lock. acquire: sees what notify_one's caller did.
    std::uint64_t now = notify_->state_.load(std::memory_order_relaxed);
    bool is_notified = generation_of(now) != generation_;
    if (is_notified) std::atomic_thread_fence(std::memory_order_acquire);
    if (!is_notified && (now & kNotified))
      is_notified = notify_->state_.compare_exchange_strong(now, now & ~kNotified, std::memory_order_acquire,
                                                            std::memory_order_relaxed);
    if (!is_notified) {
      Waker own = waker != nullptr ? *waker : Waker::noop();
      is_notified = start(own);
    }
    step_ = is_notified ? Step::Done : Step::Waiting;
  } else if (step_ == Step::Waiting) {
    // Most wake-ups need no lock. acquire: the node is ours again, and what the notifier's caller did is
    // seen.
    const Given given = given_.load(std::memory_order_acquire);
    if (given != Given::Nothing &&
        generation_of(notify_->state_.load(std::memory_order_acquire)) == generation_)
      step_ = Step::Done;
    if (given == Given::All) step_ = Step::Done;
    if (step_ == Step::Done) return Poll<void>::ready();
    // Polled for another reason: the waker that it waits with is still the right one.
    if (given == Given::Nothing && waker != nullptr && waker->id() == waits_with_ &&
        generation_of(notify_->state_.load(std::memory_order_relaxed)) == generation_)
      return pending;
    return keep_waiting(waker);
  }
  return step_ == Step::Done ? Poll<void>::ready() : Poll<void>(pending);
}

// Queues up, unless it is notified by now.
bool Notify::Notified::start(Waker& waker) {
  std::lock_guard lock(notify_->mutex_);
  std::uint64_t now = notify_->state_.load(std::memory_order_acquire);
  for (;;) {
    if (generation_of(now) != generation_) return true;
    const std::uint64_t next = now & kNotified ? now & ~kNotified : now | kWaiting;
    // acquire: sees what notify_one's caller did. A notify_one after this finds kWaiting and takes the lock.
    if (!notify_->state_.compare_exchange_weak(now, next, std::memory_order_acq_rel,
                                               std::memory_order_acquire))
      continue;
    if (now & kNotified) return true;
    waits_with_ = waker.id();
    std::swap(waker_, waker);
    notify_->waiters_.push_back(*this);
    return false;
  }
}

Poll<void> Notify::Notified::keep_waiting(const Waker* waker) {
  Waker own =
      waker != nullptr ? *waker : Waker::noop();  // cloned before the lock; what it replaces is dropped after
  Waker passed_on = Waker::noop();
  bool is_done = true;
  {
    std::lock_guard lock(notify_->mutex_);
    const Given given = given_.load(std::memory_order_acquire);
    const bool all = generation_of(notify_->state_.load(std::memory_order_relaxed)) != generation_;
    if (given == Given::First || given == Given::Last) {
      // Notified twice: the other one is enough, so that the permit survives.
      if (all) passed_on = notify_->notify_locked(given == Given::First ? Order::First : Order::Last);
    } else if (given == Given::Nothing) {
      if (all)
        notify_->waiters_.remove(*this);  // from the list that notify_waiters works through
      else
        is_done = false;
      if (waker != nullptr) {
        waits_with_ = own.id();
        std::swap(waker_, own);
      }
    }
  }
  std::move(passed_on).wake();
  if (!is_done) return pending;
  step_ = Step::Done;
  return Poll<void>::ready();
}

void Notify::Notified::cancel() noexcept {
  if (given_.load(std::memory_order_acquire) == Given::All) return;  // the notifier is done with the node
  Waker passed_on = Waker::noop();
  {
    std::lock_guard lock(notify_->mutex_);
    const Given given = given_.load(std::memory_order_acquire);
    const bool all = generation_of(notify_->state_.load(std::memory_order_relaxed)) != generation_;
    if (given == Given::Nothing) {
      notify_->waiters_.remove(*this);
      if (!all && notify_->waiters_.is_empty())
        notify_->state_.fetch_and(~kWaiting, std::memory_order_relaxed);
    } else if (given != Given::All) {
      passed_on = notify_->notify_locked(given == Given::First ? Order::First : Order::Last);
    }
  }
  std::move(passed_on).wake();
}

}  // namespace ferry::sync
