#include <memory>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/atomic_waker.hpp>

namespace ferry::detail {
namespace {

constexpr std::uint32_t kFull = 1u << 0;         // `waker_` is alive
constexpr std::uint32_t kRegistering = 1u << 1;  // register_waker owns `waker_`
constexpr std::uint32_t kWaking =
    1u << 2;  // wake owns `waker_`; with kRegistering: the registration has to wake

}  // namespace

AtomicWaker::~AtomicWaker() {
  if (state_.load(std::memory_order_acquire) & kFull) std::destroy_at(&waker_);
}

void AtomicWaker::register_waker(const Waker& waker) {
  std::uint32_t now = state_.load(std::memory_order_acquire);
  do {
    FERRY_ASSERT(!(now & kRegistering), "one task at a time registers its waker");
    if (now & kWaking) {  // what is woken right now may be an earlier waker
      waker.wake_by_ref();
      return;
    }
    // acquire: sees that an earlier wake has emptied the slot.
  } while (!state_.compare_exchange_weak(now, now | kRegistering, std::memory_order_acquire));

  if (now & kFull)
    waker_ = waker;
  else
    std::construct_at(&waker_, waker);

  now |= kRegistering;
  // release: publishes the slot to wake. seq_cst: what the caller looks at next is not older than this.
  if (state_.compare_exchange_strong(now, kFull, std::memory_order_seq_cst)) return;

  Waker taken = std::move(waker_);  // a wake came meanwhile and left it to us
  std::destroy_at(&waker_);
  state_.store(0, std::memory_order_release);
  std::move(taken).wake();
}

void AtomicWaker::wake_slow() noexcept {
  // acquire: sees the slot. release: what the caller changed is seen by a registration that finds kWaking.
  const std::uint32_t before = state_.fetch_or(kWaking, std::memory_order_acq_rel);
  if (before & (kRegistering | kWaking)) return;
  if (before & kFull) {
    Waker taken = std::move(waker_);
    std::destroy_at(&waker_);
    state_.store(0, std::memory_order_release);
    std::move(taken).wake();
  } else {
    state_.store(0, std::memory_order_release);
  }
}

}  // namespace ferry::detail
