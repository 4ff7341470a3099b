#include <memory>

#include <ferry/detail/oneshot_core.hpp>

namespace ferry::detail {

OneshotCore::~OneshotCore() {
  const std::uint32_t bits = bits_.load(std::memory_order_relaxed);
  if (bits & kRxWaiting) std::destroy_at(&rx_waker_);
  if (bits & kTxWaiting) std::destroy_at(&tx_waker_);
}

bool OneshotCore::complete(bool has_value) noexcept {
  const std::uint32_t set = kComplete | (has_value ? kValue : 0);
  std::uint32_t now = bits_.load(std::memory_order_relaxed);
  do {
    if (now & kClosed) return false;
    // release: publishes the value. acquire: sees the receiver's waker.
  } while (
      !bits_.compare_exchange_weak(now, now | set, std::memory_order_acq_rel, std::memory_order_relaxed));
  if (now & kRxWaiting) rx_waker_.wake_by_ref();  // not changed: the receiver may be comparing it
  return true;
}

bool OneshotCore::poll_closed(const Waker& waker) {
  std::uint32_t now = bits_.load(std::memory_order_acquire);
  if (now & kClosed) return true;
  if (now & kTxWaiting) {
    if (tx_waker_.will_wake(waker)) return false;
    // Takes the slot back. acquire: sees whether the receiver was first.
    if (bits_.fetch_and(~kTxWaiting, std::memory_order_acq_rel) & kClosed) {
      bits_.fetch_or(kTxWaiting,
                     std::memory_order_relaxed);  // the receiver may be calling it; goes with the core
      return true;
    }
    std::destroy_at(&tx_waker_);
  }
  std::construct_at(&tx_waker_, waker);
  // release: shows the slot to the receiver, unless it has closed before.
  return bits_.fetch_or(kTxWaiting, std::memory_order_acq_rel) & kClosed;
}

OneshotCore::Ready OneshotCore::poll_ready(const Waker& waker) {
  std::uint32_t now = bits_.load(std::memory_order_acquire);
  if (ready(now) != Ready::No) return ready(now);
  if (now & kRxWaiting) {
    if (rx_waker_.will_wake(waker)) return Ready::No;
    // Takes the slot back. acquire: sees whether the sender was first.
    now = bits_.fetch_and(~kRxWaiting, std::memory_order_acq_rel);
    if (now & kComplete) {
      bits_.fetch_or(kRxWaiting,
                     std::memory_order_relaxed);  // the sender may be calling it; goes with the core
      return ready(now);
    }
    std::destroy_at(&rx_waker_);
  }
  std::construct_at(&rx_waker_, waker);
  // release: shows the slot to the sender, unless it was done before. acquire: sees the value.
  now = bits_.fetch_or(kRxWaiting, std::memory_order_acq_rel);
  return now & kComplete ? ready(now) : Ready::No;
}

void OneshotCore::close() noexcept {
  // acquire: sees the sender's waker. release: the sender leaves it as it is.
  const std::uint32_t before = bits_.fetch_or(kClosed, std::memory_order_acq_rel);
  // Once it is gone the sender waits no more. Not changed: the sender may be comparing it.
  if ((before & kTxWaiting) && !(before & (kClosed | kTxGone))) tx_waker_.wake_by_ref();
}

}  // namespace ferry::detail
