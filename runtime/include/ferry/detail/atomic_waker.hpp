// AtomicWaker: a slot for the waker of the one task that waits.
#pragma once

#include <atomic>
#include <cstdint>

#include <ferry/waker.hpp>

namespace ferry::detail {

/// Holds at most one waker. Any thread may call `wake`, one at a time may call `register_waker`.
///
/// Nothing is lost when the waiting side registers and then looks again, and the other side changes what is
/// looked at and then wakes, both with sequentially consistent operations. Cost: `wake` on an empty slot is
/// one load. Tokio: `AtomicWaker`.
class AtomicWaker {
 public:
  AtomicWaker() noexcept {}
  AtomicWaker(const AtomicWaker&) = delete;
  AtomicWaker& operator=(const AtomicWaker&) = delete;
  ~AtomicWaker();

  /// `wake` calls this waker from now on. A wake that comes in between calls it at once.
  void register_waker(const Waker& waker);

  /// Takes the waker out and calls it.
  void wake() noexcept {
    // seq_cst: pairs with the registration, see above.
    if (state_.load(std::memory_order_seq_cst) != 0) wake_slow();
  }

 private:
  void wake_slow() noexcept;

  std::atomic<std::uint32_t> state_{0};
  union {
    Waker waker_;
  };
};

}  // namespace ferry::detail
