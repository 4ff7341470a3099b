// Semaphore: counted permits, served first come, first served.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <ferry/detail/batch_semaphore.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/error.hpp>

namespace ferry::sync {

class SemaphorePermit;
class OwnedSemaphorePermit;

/// Hands out a limited number of permits.
///
/// Strictly first come, first served: a waiter that wants many blocks those behind it and collects what is
/// released.
///
/// Thread safety: every member may be called from any thread at any time.
/// Cost: no allocation; without waiters one atomic operation each to acquire and to release.
/// Tokio: `sync::Semaphore`. A `constinit` one is Tokio's `const_new`.
class Semaphore {
 public:
  class Acquire;
  class AcquireOwned;

  /// The most permits a semaphore can have. Tokio: `Semaphore::MAX_PERMITS`.
  static constexpr std::size_t kMaxPermits = detail::BatchSemaphore::kMaxPermits;

  /// Throws: std::logic_error above `kMaxPermits`.
  explicit constexpr Semaphore(std::size_t permits) : core_(checked(permits)) {}
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  std::size_t available_permits() const noexcept { return core_.available_permits(); }

  /// Adds permits and serves waiters. Throws: std::logic_error when there would be more than `kMaxPermits`.
  void add_permits(std::size_t permits) const;

  /// Removes up to `permits` free ones. Result: how many. Tokio: `Semaphore::forget_permits`.
  std::size_t forget_permits(std::size_t permits) const noexcept { return core_.forget(permits); }

  /// Waits for a permit. A future of `Result<SemaphorePermit, error::AcquireError>`.
  ///
  /// Errors: the semaphore is closed.
  /// Cancelling: safe; permits handed over already go to the next waiter. Its place is lost.
  /// Tokio: `Semaphore::acquire`.
  [[nodiscard]] Acquire acquire() const noexcept;

  /// Waits for `permits` at once.
  ///
  /// Throws: std::logic_error above `kMaxPermits`.
  /// Cancelling: as `acquire`.
  /// Tokio: `Semaphore::acquire_many`.
  [[nodiscard]] Acquire acquire_many(std::size_t permits) const;

  /// Takes a permit if one is free now; never queues. Tokio: `Semaphore::try_acquire`.
  [[nodiscard]] Result<SemaphorePermit, error::TryAcquireError> try_acquire() const noexcept;
  [[nodiscard]] Result<SemaphorePermit, error::TryAcquireError> try_acquire_many(
      std::size_t permits) const noexcept;

  /// `acquire` whose permit shares the ownership of the semaphore. Tokio: `Semaphore::acquire_owned`.
  ///
  /// Cancelling: as `acquire`.
  [[nodiscard]] static AcquireOwned acquire_owned(std::shared_ptr<const Semaphore> semaphore) noexcept;
  /// Cancelling: as `acquire`.
  [[nodiscard]] static AcquireOwned acquire_many_owned(std::shared_ptr<const Semaphore> semaphore,
                                                       std::size_t permits);
  [[nodiscard]] static Result<OwnedSemaphorePermit, error::TryAcquireError> try_acquire_owned(
      std::shared_ptr<const Semaphore> semaphore) noexcept;
  [[nodiscard]] static Result<OwnedSemaphorePermit, error::TryAcquireError> try_acquire_many_owned(
      std::shared_ptr<const Semaphore> semaphore, std::size_t permits) noexcept;

  /// Blocks this thread until there is a permit. For threads that run no tasks.
  ///
  /// Errors: the semaphore is closed.
  /// Throws: std::logic_error inside a task.
  /// Tokio: `Semaphore::blocking_acquire`.
  [[nodiscard]] Result<SemaphorePermit, error::AcquireError> blocking_acquire() const;
  /// As `blocking_acquire`; also throws as `acquire_many` does.
  [[nodiscard]] Result<SemaphorePermit, error::AcquireError> blocking_acquire_many(std::size_t permits) const;
  [[nodiscard]] static Result<OwnedSemaphorePermit, error::AcquireError> blocking_acquire_owned(
      std::shared_ptr<const Semaphore> semaphore);
  [[nodiscard]] static Result<OwnedSemaphorePermit, error::AcquireError> blocking_acquire_many_owned(
      std::shared_ptr<const Semaphore> semaphore, std::size_t permits);

  /// Every acquire fails from now on, those that wait included. Permits that are held stay valid.
  /// Tokio: `Semaphore::close`.
  void close() const noexcept { core_.close(); }
  bool is_closed() const noexcept { return core_.is_closed(); }

 private:
  friend class SemaphorePermit;
  friend class OwnedSemaphorePermit;

  static constexpr std::size_t checked(std::size_t permits) {
    if (permits > kMaxPermits) throw std::logic_error("a Semaphore has at most kMaxPermits permits");
    return permits;
  }

  mutable detail::BatchSemaphore core_;
};

/// Permits of a semaphore; given back by the destructor. The semaphore has to outlive it.
///
/// Thread safety: may be destroyed on any thread.
/// Tokio: `sync::SemaphorePermit`.
class [[nodiscard]] SemaphorePermit {
 public:
  SemaphorePermit(SemaphorePermit&& other) noexcept
      : semaphore_(other.semaphore_), permits_(std::exchange(other.permits_, 0)) {}
  SemaphorePermit& operator=(SemaphorePermit&& other) noexcept;
  ~SemaphorePermit();

  std::size_t num_permits() const noexcept { return permits_; }
  const Semaphore& semaphore() const noexcept { return *semaphore_; }

  /// The permits are never given back. Tokio: `SemaphorePermit::forget`.
  void forget() && noexcept { permits_ = 0; }
  /// Takes over the permits of `other`. Throws: std::logic_error when it is another semaphore's.
  void merge(SemaphorePermit other);
  /// Splits off `permits` of them; none when there are fewer. Tokio: `SemaphorePermit::split`.
  std::optional<SemaphorePermit> split(std::size_t permits) noexcept;

 private:
  friend class Semaphore;
  SemaphorePermit(const Semaphore& semaphore, std::size_t permits) noexcept
      : semaphore_(&semaphore), permits_(permits) {}

  const Semaphore* semaphore_;
  std::size_t permits_;
};

/// Permits that keep their semaphore alive.
///
/// Thread safety: may be destroyed on any thread.
/// Tokio: `sync::OwnedSemaphorePermit`.
class [[nodiscard]] OwnedSemaphorePermit {
 public:
  OwnedSemaphorePermit(OwnedSemaphorePermit&& other) noexcept
      : semaphore_(std::move(other.semaphore_)), permits_(std::exchange(other.permits_, 0)) {}
  OwnedSemaphorePermit& operator=(OwnedSemaphorePermit&& other) noexcept;
  ~OwnedSemaphorePermit();

  std::size_t num_permits() const noexcept { return permits_; }
  const std::shared_ptr<const Semaphore>& semaphore() const noexcept { return semaphore_; }

  /// As the members of `SemaphorePermit`.
  void forget() && noexcept { permits_ = 0; }
  void merge(OwnedSemaphorePermit other);
  std::optional<OwnedSemaphorePermit> split(std::size_t permits) noexcept;

 private:
  friend class Semaphore;
  OwnedSemaphorePermit(std::shared_ptr<const Semaphore> semaphore, std::size_t permits) noexcept
      : semaphore_(std::move(semaphore)), permits_(permits) {}

  std::shared_ptr<const Semaphore> semaphore_;
  std::size_t permits_;
};

/// Waits for permits. Cannot be moved.
///
/// Thread safety: belongs to one task.
class [[nodiscard]] Semaphore::Acquire {
 public:
  using Output = Result<SemaphorePermit, error::AcquireError>;
  Poll<Output> poll(Context& cx);

 private:
  friend class Semaphore;
  Acquire(const Semaphore& semaphore, std::size_t permits) noexcept
      : semaphore_(&semaphore), acquire_(semaphore.core_, permits) {}

  const Semaphore* semaphore_;
  detail::BatchSemaphore::Acquire acquire_;
};

/// Waits for permits of a semaphore that it keeps alive. Cannot be moved.
///
/// Thread safety: belongs to one task.
class [[nodiscard]] Semaphore::AcquireOwned {
 public:
  using Output = Result<OwnedSemaphorePermit, error::AcquireError>;
  Poll<Output> poll(Context& cx);

 private:
  friend class Semaphore;
  AcquireOwned(std::shared_ptr<const Semaphore> semaphore, std::size_t permits) noexcept
      : semaphore_(std::move(semaphore)), acquire_(semaphore_->core_, permits) {}

  std::shared_ptr<const Semaphore> semaphore_;
  detail::BatchSemaphore::Acquire acquire_;
};

inline Semaphore::Acquire Semaphore::acquire() const noexcept { return Acquire(*this, 1); }

inline Semaphore::AcquireOwned Semaphore::acquire_owned(std::shared_ptr<const Semaphore> semaphore) noexcept {
  return AcquireOwned(std::move(semaphore), 1);
}

}  // namespace ferry::sync
