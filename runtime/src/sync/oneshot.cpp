#include <memory>
#include <utility>

#include <ferry/detail/oneshot_core.hpp>

namespace ferry::detail {
namespace {

// Takes the waker out of a slot that no longer belongs to the other side.
void take_and_wake(Waker& slot) noexcept {
  Waker taken = std::move(slot);
  std::destroy_at(&slot);
  std::move(taken).wake();
}

}  // namespace

OneshotCore::~OneshotCore() {
  const std::uint32_t bits = bits_.load(std::memory_order_relaxed);
  if ((bits & kRxWaiting) && !(bits & kComplete)) std::destroy_at(&rx_waker_);
  if ((bits & kTxWaiting) && !(bits & kClosed)) std::destroy_at(&tx_waker_);
}

bool OneshotCore::complete(bool has_value) noexcept {
  const std::uint32_t set = kComplete | (has_value ? kValue : 0);
  std::uint32_t now = bits_.load(std::memory_order_relaxed);
  do {
    if (now & kClosed) return false;
    // release: publishes the value. acquire: sees the receiver's waker.
  } while (
      !bits_.compare_exchange_weak(now, now | set, std::memory_order_acq_rel, std::memory_order_relaxed));
  if (now & kRxWaiting) take_and_wake(rx_waker_);
  return true;
}

bool OneshotCore::poll_closed(const Waker& waker) {
  std::uint32_t now = bits_.load(std::memory_order_acquire);
  if (now & kClosed) return true;
  if (now & kTxWaiting) {
    if (tx_waker_.will_wake(waker)) return false;
    // Takes the slot back. acquire: sees whether the receiver was first.
    if (bits_.fetch_and(~kTxWaiting, std::memory_order_acq_rel) & kClosed)
      return true;  // the slot is the receiver's
    std::destroy_at(&tx_waker_);
  }
  std::construct_at(&tx_waker_, waker);
  // release: hands the slot over.
  if (!(bits_.fetch_or(kTxWaiting, std::memory_order_acq_rel) & kClosed)) return false;
  std::destroy_at(&tx_waker_);  // the receiver closed before and did not see it
  return true;
}

OneshotCore::Ready OneshotCore::poll_ready(const Waker& waker) {
  std::uint32_t now = bits_.load(std::memory_order_acquire);
  if (ready(now) != Ready::No) return ready(now);
  if (now & kRxWaiting) {
    if (rx_waker_.will_wake(waker)) return Ready::No;
    // Takes the slot back. acquire: sees whether the sender was first.
    now = bits_.fetch_and(~kRxWaiting, std::memory_order_acq_rel);
    if (now & kComplete) return ready(now);  // the slot is the sender's
    std::destroy_at(&rx_waker_);
  }
  std::construct_at(&rx_waker_, waker);
  // release: hands the slot over. acquire: sees the value.
  now = bits_.fetch_or(kRxWaiting, std::memory_order_acq_rel);
  if (!(now & kComplete)) return Ready::No;
  std::destroy_at(&rx_waker_);  // the sender was done before and did not see it
  return ready(now);
}

void OneshotCore::close() noexcept {
  // acquire: sees the sender's waker. release: ours to take it from.
  const std::uint32_t before = bits_.fetch_or(kClosed, std::memory_order_acq_rel);
  if (!(before & kTxWaiting) || (before & kClosed)) return;
  if (before & kTxGone)
    std::destroy_at(&tx_waker_);  // nobody waits any more
  else
    take_and_wake(tx_waker_);
}

}  // namespace ferry::detail
