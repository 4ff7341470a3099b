// Where a worker sleeps: in the driver when nobody else does, else on its own condition variable.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "blocking/pool.hpp"
#include "driver/driver.hpp"

namespace ferry::detail {

/// The right to turn the driver, shared by the workers of a runtime.
struct SharedDriver {
  Driver& driver;
  BlockingPool& blocking;
  std::mutex mutex;
};

/// Thread safety: `park` belongs to the worker; `unpark` may be called from any thread.
class Parker {
 public:
  /// Sleeps until `unpark`; one that came before is taken at once.
  void park(SharedDriver& shared) {
    int expected = kNotified;
    // acquire: what happened before unpark() is seen.
    if (state_.compare_exchange_strong(expected, kEmpty, std::memory_order_acq_rel)) return;
    if (std::unique_lock lock(shared.mutex, std::try_to_lock); lock.owns_lock())
      park_in_driver(shared);
    else
      park_on_condition();
  }

  void unpark(SharedDriver& shared) noexcept {
    // release: publishes what came before to the worker that wakes.
    switch (state_.exchange(kNotified, std::memory_order_acq_rel)) {
      case kParkedInDriver:
        shared.driver.unpark();
        break;
      case kParkedOnCondition:
        // Between the worker's change of state and its wait it holds the lock.
        {
          std::lock_guard lock(mutex_);
        }
        condition_.notify_one();
        break;
      default:
        break;
    }
  }

 private:
  enum State : int { kEmpty, kParkedOnCondition, kParkedInDriver, kNotified };

  void park_in_driver(SharedDriver& shared) {
    int expected = kEmpty;
    if (state_.compare_exchange_strong(expected, kParkedInDriver, std::memory_order_acq_rel))
      shared.driver.park(shared.blocking);
    state_.exchange(kEmpty, std::memory_order_acq_rel);
  }

  void park_on_condition() {
    std::unique_lock lock(mutex_);
    int expected = kEmpty;
    if (state_.compare_exchange_strong(expected, kParkedOnCondition, std::memory_order_acq_rel))
      condition_.wait(lock, [&] { return state_.load(std::memory_order_acquire) == kNotified; });
    state_.exchange(kEmpty, std::memory_order_acq_rel);
  }

  std::atomic<int> state_{kEmpty};
  std::mutex mutex_;
  std::condition_variable condition_;
};

}  // namespace ferry::detail
