// RwLock: a value that many tasks may read or one may write, also across suspensions.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <ferry/detail/batch_semaphore.hpp>
#include <ferry/detail/thread_park.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/error.hpp>
#include <ferry/sync/rw_lock/guards.hpp>
#include <ferry/sync/rw_lock/owned_guards.hpp>

namespace ferry::sync {

/// Protects a `T` that is read more often than written. It may be held across a `co_await`.
///
/// Readers and writers are served first come, first served: a writer that waits keeps later readers out, so
/// it is never starved. Who reads already and asks once more while a writer waits, waits for itself.
///
/// An exception that passes a guard just unlocks; there is no poisoning.
///
/// Thread safety: every member that is const may be called from any thread at any time.
/// Cost: no allocation; without contention one atomic operation each to lock and to unlock.
/// Tokio: `sync::RwLock`. A `constinit` one is Tokio's `const_new`.
template <class T>
class RwLock {
 public:
  class Read;
  class Write;
  class ReadOwned;
  class WriteOwned;

  /// How many readers there can be at a time, unless `with_max_readers` says less.
  static constexpr std::size_t kMaxReaders = (std::size_t{1} << 29) - 1;

  template <class... Args>
    requires std::is_constructible_v<T, Args...>
  explicit constexpr RwLock(Args&&... args) : value_(std::forward<Args>(args)...) {}
  RwLock(const RwLock&) = delete;
  RwLock& operator=(const RwLock&) = delete;

  /// How many readers a lock lets in at a time: at least 1 and at most `kMaxReaders`.
  ///
  /// Throws: std::logic_error otherwise.
  class MaxReaders {
   public:
    explicit constexpr MaxReaders(std::size_t count) : count_(count) {
      if (count == 0 || count > kMaxReaders)
        throw std::logic_error("RwLock::MaxReaders: at least 1 and at most kMaxReaders");
    }
    constexpr std::size_t count() const noexcept { return count_; }

   private:
    std::size_t count_;
  };

  /// A lock that lets in so many: `RwLock<int> lock(RwLock<int>::MaxReaders(2), value)`.
  ///
  /// Tokio: `RwLock::with_max_readers`; a `constinit` one is `const_with_max_readers`.
  constexpr RwLock(MaxReaders readers, T value)
      : max_readers_(readers.count()), semaphore_(readers.count()), value_(std::move(value)) {}
  /// The same as a function. Throws: std::logic_error as `MaxReaders`.
  [[nodiscard]] static RwLock with_max_readers(T value, std::size_t readers) {
    return RwLock(MaxReaders(readers), std::move(value));
  }

  /// Waits until it may read. A future of `RwLockReadGuard<T>`.
  ///
  /// Cancelling: safe; the place in the queue is lost, a lock handed over already goes to the next.
  /// Tokio: `RwLock::read`.
  [[nodiscard]] Read read() const noexcept { return Read(*this); }

  /// Waits until it may write. A future of `RwLockWriteGuard<T>`.
  ///
  /// Cancelling: as `read`.
  /// Tokio: `RwLock::write`.
  [[nodiscard]] Write write() const noexcept { return Write(*this); }

  /// The lock if it is free; never queues. Tokio: `RwLock::try_read`.
  [[nodiscard]] Result<RwLockReadGuard<T>, error::TryLockError> try_read() const noexcept {
    if (!try_acquire(1)) return error::TryLockError();
    return read_guard();
  }
  /// Tokio: `RwLock::try_write`.
  [[nodiscard]] Result<RwLockWriteGuard<T>, error::TryLockError> try_write() const noexcept {
    if (!try_acquire(max_readers_)) return error::TryLockError();
    return write_guard();
  }

  /// `read` whose guard shares the ownership of the lock. Tokio: `RwLock::read_owned`.
  ///
  /// Cancelling: as `read`.
  [[nodiscard]] static ReadOwned read_owned(std::shared_ptr<const RwLock> lock) noexcept {
    return ReadOwned(std::move(lock));
  }
  /// `write` whose guard shares the ownership of the lock. Tokio: `RwLock::write_owned`.
  ///
  /// Cancelling: as `read`.
  [[nodiscard]] static WriteOwned write_owned(std::shared_ptr<const RwLock> lock) noexcept {
    return WriteOwned(std::move(lock));
  }
  /// Tokio: `RwLock::try_read_owned`.
  [[nodiscard]] static Result<OwnedRwLockReadGuard<T>, error::TryLockError> try_read_owned(
      std::shared_ptr<const RwLock> lock) noexcept {
    if (!lock->try_acquire(1)) return error::TryLockError();
    return read_guard(std::move(lock));
  }
  /// Tokio: `RwLock::try_write_owned`.
  [[nodiscard]] static Result<OwnedRwLockWriteGuard<T>, error::TryLockError> try_write_owned(
      std::shared_ptr<const RwLock> lock) noexcept {
    if (!lock->try_acquire(lock->max_readers_)) return error::TryLockError();
    return write_guard(std::move(lock));
  }

  /// Blocks this thread until it may read. For threads that run no tasks.
  ///
  /// Throws: std::logic_error inside a task.
  /// Tokio: `RwLock::blocking_read`.
  [[nodiscard]] RwLockReadGuard<T> blocking_read() const {
    detail::forbid_blocking("RwLock::blocking_read");
    return detail::park_on(read());
  }
  /// Blocks this thread until it may write. For threads that run no tasks.
  ///
  /// Throws: std::logic_error inside a task.
  /// Tokio: `RwLock::blocking_write`.
  [[nodiscard]] RwLockWriteGuard<T> blocking_write() const {
    detail::forbid_blocking("RwLock::blocking_write");
    return detail::park_on(write());
  }

  /// The value, of a lock that nobody else can see. Tokio: `RwLock::get_mut`, `RwLock::into_inner`.
  T& get_mut() noexcept { return value_; }
  T into_inner() && { return std::move(value_); }

 private:
  friend class detail::SharedLease<RwLock>;

  bool try_acquire(std::size_t permits) const noexcept {
    return semaphore_.try_acquire(permits) == detail::BatchSemaphore::TryAcquire::Acquired;
  }

  // Of who has acquired: one permit to read, all to write.
  RwLockReadGuard<T> read_guard() const noexcept { return {detail::Lease(semaphore_, 1), value_}; }
  RwLockWriteGuard<T> write_guard() const noexcept {
    return {detail::Lease(semaphore_, max_readers_), value_};
  }
  static OwnedRwLockReadGuard<T> read_guard(std::shared_ptr<const RwLock> lock) noexcept {
    const T& value = lock->value_;
    return {detail::SharedLease<RwLock>(std::move(lock), 1), value};
  }
  static OwnedRwLockWriteGuard<T> write_guard(std::shared_ptr<const RwLock> lock) noexcept {
    T& value = lock->value_;
    const std::size_t permits = lock->max_readers_;
    return {detail::SharedLease<RwLock>(std::move(lock), permits), value};
  }

  const std::size_t max_readers_ = kMaxReaders;
  mutable detail::BatchSemaphore semaphore_{kMaxReaders};
  mutable T value_;
};

/// Waits to read. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] RwLock<T>::Read {
 public:
  using Output = RwLockReadGuard<T>;

  Poll<Output> poll(Context& cx) {
    if (acquire_.poll(cx).is_pending()) return pending;
    return lock_->read_guard();
  }

 private:
  friend class RwLock;
  explicit Read(const RwLock& lock) noexcept : lock_(&lock), acquire_(lock.semaphore_, 1) {}

  const RwLock* lock_;
  detail::BatchSemaphore::Acquire acquire_;
};

/// Waits to write. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] RwLock<T>::Write {
 public:
  using Output = RwLockWriteGuard<T>;

  Poll<Output> poll(Context& cx) {
    if (acquire_.poll(cx).is_pending()) return pending;
    return lock_->write_guard();
  }

 private:
  friend class RwLock;
  explicit Write(const RwLock& lock) noexcept : lock_(&lock), acquire_(lock.semaphore_, lock.max_readers_) {}

  const RwLock* lock_;
  detail::BatchSemaphore::Acquire acquire_;
};

/// Waits to read what it keeps alive. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] RwLock<T>::ReadOwned {
 public:
  using Output = OwnedRwLockReadGuard<T>;

  Poll<Output> poll(Context& cx) {
    if (acquire_.poll(cx).is_pending()) return pending;
    return read_guard(lock_);
  }

 private:
  friend class RwLock;
  explicit ReadOwned(std::shared_ptr<const RwLock> lock) noexcept
      : lock_(std::move(lock)), acquire_(lock_->semaphore_, 1) {}

  std::shared_ptr<const RwLock> lock_;
  detail::BatchSemaphore::Acquire acquire_;
};

/// Waits to write what it keeps alive. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] RwLock<T>::WriteOwned {
 public:
  using Output = OwnedRwLockWriteGuard<T>;

  Poll<Output> poll(Context& cx) {
    if (acquire_.poll(cx).is_pending()) return pending;
    return write_guard(lock_);
  }

 private:
  friend class RwLock;
  explicit WriteOwned(std::shared_ptr<const RwLock> lock) noexcept
      : lock_(std::move(lock)), acquire_(lock_->semaphore_, lock_->max_readers_) {}

  std::shared_ptr<const RwLock> lock_;
  detail::BatchSemaphore::Acquire acquire_;
};

}  // namespace ferry::sync
