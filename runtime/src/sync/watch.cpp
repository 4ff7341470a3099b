#include <ferry/detail/coop.hpp>
#include <ferry/detail/watch_core.hpp>

namespace ferry::detail {

void WatchCore::add_receiver() noexcept {
  // The receivers are one owner while there are any; a sender may bring the first one back.
  if (receivers_.fetch_add(1, std::memory_order_acq_rel) == 0) add_owner();
}

WatchCore::Leave WatchCore::drop_sender() noexcept {
  if (senders_.fetch_sub(1, std::memory_order_acq_rel) != 1) return Leave::Alive;
  state_.fetch_or(kClosed, std::memory_order_release);  // publishes the last value
  changed_.notify_waiters();
  return drop_owner();
}

bool WatchCore::leave_receiver() noexcept {
  if (receivers_.fetch_sub(1, std::memory_order_acq_rel) != 1) return false;
  unwatched_.notify_waiters();
  return true;
}

WatchCore::Leave WatchCore::drop_owner() noexcept {
  // release: hands everything to who frees. acquire: that may be us.
  return owners_.fetch_sub(1, std::memory_order_acq_rel) == 1 ? Leave::Free : Leave::Alive;
}

Poll<WatchCore::Seen> WatchWait::poll(Context& cx, WatchCore::Version seen) {
  for (;;) {
    if (must_yield(cx)) return pending;
    // `notified_` is older than this look: what comes after the look completes it.
    if (const WatchCore::Seen found = core_->look(seen); found != WatchCore::Seen::Nothing) {
      spend_budget(cx);
      return found;
    }
    if (notified_->notified.poll(cx).is_pending()) return pending;
    notified_.emplace(*core_);
  }
}

Poll<void> WatchClosed::poll(Context& cx) {
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
