// Semaphore: 0.2's, which cannot be closed, so that a permit comes without a Result.
#pragma once

#include <memory>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/sync/semaphore.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::sync {

/// Hands out a limited number of permits. Can be used wherever a semaphore of 1.x is wanted.
///
/// Thread safety: every member may be called from any thread at any time.
/// Tokio: 0.2's `sync::Semaphore`.
class Semaphore : public ferry::sync::Semaphore {
  using Base = ferry::sync::Semaphore;

 public:
  using Acquire = v0_2::detail::Becoming<ferry::sync::SemaphorePermit, Base::Acquire>;
  using AcquireOwned = v0_2::detail::Becoming<ferry::sync::OwnedSemaphorePermit, Base::AcquireOwned>;
  using Base::Base;

  /// Waits for a permit. A future of `SemaphorePermit`.
  ///
  /// Throws: std::runtime_error (when polled) when code of 1.x has closed it.
  /// Cancelling: safe; a permit handed over already goes to the next waiter. Its place is lost.
  /// Tokio: 0.2's `Semaphore::acquire`.
  FERRY_NATIVE("SEM-01", safe, "ferry::sync::Semaphore::acquire, and the Result's value()")
  [[nodiscard]] Acquire acquire() const noexcept {
    return Acquire([this] { return Base::acquire(); });
  }

  /// `acquire` whose permit shares the ownership of the semaphore. Tokio: 0.2's `Semaphore::acquire_owned`.
  ///
  /// Cancelling: as `acquire`.
  FERRY_NATIVE("SEM-02", safe, "ferry::sync::Semaphore::acquire_owned, and the Result's value()")
  [[nodiscard]] static AcquireOwned acquire_owned(std::shared_ptr<const Base> semaphore) noexcept {
    return AcquireOwned([&] { return Base::acquire_owned(std::move(semaphore)); });
  }
};

}  // namespace ferry::v0_2::sync
