// SpinLock: for a few instructions that threads seldom do at the same time.
#pragma once

#include <atomic>
#include <thread>

namespace ferry::detail {

/// A lock that costs one read-modify-write. Who finds it taken tries again and lets other threads run.
///
/// Thread safety: every member may be called from any thread. Works with std::lock_guard.
class SpinLock {
 public:
  void lock() noexcept {
    // acquire: sees what the holder before did.
    while (is_taken_.exchange(true, std::memory_order_acquire)) wait();
  }
  void unlock() noexcept { is_taken_.store(false, std::memory_order_release); }

 private:
  [[gnu::noinline]] void wait() const noexcept {
    for (unsigned tries = 0; is_taken_.load(std::memory_order_relaxed); ++tries)
      if (tries >= 64) std::this_thread::yield();  // its holder may have lost the processor
  }

  std::atomic<bool> is_taken_{false};
};

}  // namespace ferry::detail
