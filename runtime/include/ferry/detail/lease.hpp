// Lease: permits that a guard holds and gives back, and what guards have in common.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/batch_semaphore.hpp>

namespace ferry::detail {

/// Permits of a semaphore that outlives it; given back by the destructor.
class Lease {
 public:
  Lease(BatchSemaphore& semaphore, std::size_t permits) noexcept
      : semaphore_(&semaphore), permits_(permits) {}
  Lease(Lease&& other) noexcept : semaphore_(other.semaphore_), permits_(std::exchange(other.permits_, 0)) {}
  Lease& operator=(Lease other) noexcept {
    std::swap(semaphore_, other.semaphore_);
    std::swap(permits_, other.permits_);
    return *this;
  }
  ~Lease() {
    if (permits_ > 0) semaphore_->release(permits_);
  }

  bool is_held() const noexcept { return permits_ > 0; }
  /// Gives back all but `permits`.
  void keep(std::size_t permits) noexcept {
    if (permits_ > permits) semaphore_->release(std::exchange(permits_, permits) - permits);
  }

 private:
  BatchSemaphore* semaphore_;
  std::size_t permits_;
};

/// Permits of the semaphore of a `Lock` that it keeps alive.
template <class Lock>
class SharedLease {
 public:
  SharedLease(std::shared_ptr<const Lock> lock, std::size_t permits) noexcept
      : lock_(std::move(lock)), permits_(permits) {}
  SharedLease(SharedLease&& other) noexcept
      : lock_(std::move(other.lock_)), permits_(std::exchange(other.permits_, 0)) {}
  SharedLease& operator=(SharedLease other) noexcept {
    lock_.swap(other.lock_);
    std::swap(permits_, other.permits_);
    return *this;
  }
  ~SharedLease() {
    if (permits_ > 0) lock_->semaphore_.release(permits_);
  }

  bool is_held() const noexcept { return permits_ > 0; }
  void keep(std::size_t permits) noexcept {
    if (permits_ > permits) lock_->semaphore_.release(std::exchange(permits_, permits) - permits);
  }
  const std::shared_ptr<const Lock>& lock() const noexcept { return lock_; }

 private:
  std::shared_ptr<const Lock> lock_;
  std::size_t permits_;
};

/// A value and what keeps others away from it. Can be moved; what was moved from may only be destroyed or
/// assigned to.
template <class LeaseType, class U>
class Guarded {
 public:
  U& operator*() const noexcept {
    FERRY_ASSERT(lease_.is_held(), "a guard that was moved from holds no lock");
    return *value_;
  }
  U* operator->() const noexcept { return &**this; }

 protected:
  Guarded(LeaseType lease, U& value) noexcept : lease_(std::move(lease)), value_(&value) {}

  LeaseType lease_;
  U* value_;
};

/// A callable, or a pointer to a member, that gives a part of a `T`: `Part&`.
template <class F, class T>
concept PicksPart = std::is_lvalue_reference_v<std::invoke_result_t<F, T&>>;
template <class F, class T>
using Part = std::remove_reference_t<std::invoke_result_t<F, T&>>;

/// A callable that gives a pointer to a part of a `T`, or nullptr.
template <class F, class T>
concept TriesPart = std::is_pointer_v<std::invoke_result_t<F, T&>>;
template <class F, class T>
using TriedPart = std::remove_pointer_t<std::invoke_result_t<F, T&>>;

}  // namespace ferry::detail
