// Mutex: a value that one task at a time may use, also across suspensions.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/batch_semaphore.hpp>
#include <ferry/detail/lease.hpp>
#include <ferry/detail/thread_park.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/error.hpp>
#include <ferry/sync/mutex/mapped.hpp>

namespace ferry::sync {

template <class T>
class MutexGuard;
template <class T>
class OwnedMutexGuard;
template <class T>
class Lock;
template <class T>
class LockOwned;

/// Protects a `T`. The lock may be held across a `co_await`; whoever waits for it is served first come, first
/// served.
///
/// An exception that passes a guard just unlocks; there is no poisoning.
///
/// Thread safety: every member that is const may be called from any thread at any time.
/// Cost: no allocation; without contention one atomic operation each to lock and to unlock.
/// Tokio: `sync::Mutex`. A `constinit` one is Tokio's `const_new`.
template <class T>
class Mutex {
 public:
  template <class... Args>
    requires std::is_constructible_v<T, Args...>
  explicit constexpr Mutex(Args&&... args) : value_(std::forward<Args>(args)...) {}
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  /// Waits for the lock. A future of `MutexGuard<T>`.
  ///
  /// Cancelling: safe; the place in the queue is lost, a lock handed over already goes to the next.
  /// Tokio: `Mutex::lock`.
  [[nodiscard]] Lock<T> lock() const noexcept { return Lock<T>(*this); }

  /// Takes the lock if it is free. Tokio: `Mutex::try_lock`.
  [[nodiscard]] Result<MutexGuard<T>, error::TryLockError> try_lock() const noexcept {
    if (semaphore_.try_acquire(1) != detail::BatchSemaphore::TryAcquire::Acquired)
      return error::TryLockError();
    return MutexGuard<T>(*this);
  }

  /// `lock` whose guard shares the ownership of the mutex. Tokio: `Mutex::lock_owned`.
  ///
  /// Cancelling: as `lock`.
  [[nodiscard]] static LockOwned<T> lock_owned(std::shared_ptr<const Mutex> mutex) noexcept {
    return LockOwned<T>(std::move(mutex));
  }

  /// Tokio: `Mutex::try_lock_owned`.
  [[nodiscard]] static Result<OwnedMutexGuard<T>, error::TryLockError> try_lock_owned(
      std::shared_ptr<const Mutex> mutex) noexcept {
    if (mutex->semaphore_.try_acquire(1) != detail::BatchSemaphore::TryAcquire::Acquired)
      return error::TryLockError();
    return OwnedMutexGuard<T>(std::move(mutex));
  }

  /// Blocks this thread until it has the lock. For threads that run no tasks.
  ///
  /// Throws: std::logic_error inside a task.
  /// Tokio: `Mutex::blocking_lock`.
  [[nodiscard]] MutexGuard<T> blocking_lock() const {
    detail::forbid_blocking("Mutex::blocking_lock");
    return detail::park_on(lock());
  }

  /// As `blocking_lock`, with a guard that shares the ownership. Tokio: `Mutex::blocking_lock_owned`.
  [[nodiscard]] static OwnedMutexGuard<T> blocking_lock_owned(std::shared_ptr<const Mutex> mutex) {
    detail::forbid_blocking("Mutex::blocking_lock_owned");
    return detail::park_on(lock_owned(std::move(mutex)));
  }

  /// The value, of a mutex that nobody else can see. Tokio: `Mutex::get_mut`, `Mutex::into_inner`.
  T& get_mut() noexcept { return value_; }
  T into_inner() && { return std::move(value_); }

 private:
  friend class MutexGuard<T>;
  friend class OwnedMutexGuard<T>;
  friend class Lock<T>;
  friend class LockOwned<T>;
  friend class detail::SharedLease<Mutex>;

  mutable detail::BatchSemaphore semaphore_{1};
  mutable T value_;
};

/// Holds the lock of a mutex; its destructor unlocks. The mutex has to outlive it.
///
/// Thread safety: as `T`; may be destroyed on any thread.
/// Tokio: `sync::MutexGuard`.
template <class T>
class [[nodiscard]] MutexGuard {
 public:
  MutexGuard(MutexGuard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
  MutexGuard& operator=(MutexGuard&& other) noexcept {
    std::swap(mutex_, other.mutex_);
    return *this;
  }
  ~MutexGuard() {
    if (mutex_ != nullptr) mutex_->semaphore_.release(1);
  }

  T& operator*() const noexcept {
    FERRY_ASSERT(mutex_ != nullptr, "a guard that was moved from holds no lock");
    return mutex_->value_;
  }
  T* operator->() const noexcept { return &**this; }

  /// The mutex it holds. Tokio: `MutexGuard::mutex`.
  const Mutex<T>& mutex() const noexcept { return *mutex_; }

  /// A guard of a part: `f(T&)` gives a reference. `f` may be a pointer to a member. Tokio:
  /// `MutexGuard::map`.
  template <detail::PicksPart<T> F>
  [[nodiscard]] MappedMutexGuard<detail::Part<F, T>> map(F&& f) && {
    auto& part = std::invoke(std::forward<F>(f), **this);
    return MappedMutexGuard<detail::Part<F, T>>(lease(), part);
  }

  /// As `map`; `f(T&)` gives a pointer. When it is null there is no new guard and this one keeps the lock;
  /// otherwise it gives the lock up.
  /// Tokio: `MutexGuard::try_map`.
  template <detail::TriesPart<T> F>
  [[nodiscard]] std::optional<MappedMutexGuard<detail::TriedPart<F, T>>> try_map(F&& f) {
    auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return MappedMutexGuard<detail::TriedPart<F, T>>(lease(), *part);
  }

 private:
  friend class Mutex<T>;
  friend class Lock<T>;
  explicit MutexGuard(const Mutex<T>& mutex) noexcept : mutex_(&mutex) {}
  detail::Lease lease() noexcept { return {std::exchange(mutex_, nullptr)->semaphore_, 1}; }

  const Mutex<T>* mutex_;
};

/// Holds the lock of a mutex and keeps the mutex alive.
///
/// Thread safety: as `T`; may be destroyed on any thread.
/// Tokio: `sync::OwnedMutexGuard`.
template <class T>
class [[nodiscard]] OwnedMutexGuard {
 public:
  OwnedMutexGuard(OwnedMutexGuard&& other) noexcept = default;
  OwnedMutexGuard& operator=(OwnedMutexGuard&& other) noexcept {
    mutex_.swap(other.mutex_);
    return *this;
  }
  ~OwnedMutexGuard() {
    if (mutex_ != nullptr) mutex_->semaphore_.release(1);
  }

  T& operator*() const noexcept {
    FERRY_ASSERT(mutex_ != nullptr, "a guard that was moved from holds no lock");
    return mutex_->value_;
  }
  T* operator->() const noexcept { return &**this; }

  /// The mutex it holds. Tokio: `OwnedMutexGuard::mutex`.
  const std::shared_ptr<const Mutex<T>>& mutex() const noexcept { return mutex_; }

  /// As the members of `MutexGuard`.
  template <detail::PicksPart<T> F>
  [[nodiscard]] OwnedMappedMutexGuard<T, detail::Part<F, T>> map(F&& f) && {
    auto& part = std::invoke(std::forward<F>(f), **this);
    return OwnedMappedMutexGuard<T, detail::Part<F, T>>(lease(), part);
  }
  template <detail::TriesPart<T> F>
  [[nodiscard]] std::optional<OwnedMappedMutexGuard<T, detail::TriedPart<F, T>>> try_map(F&& f) {
    auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return OwnedMappedMutexGuard<T, detail::TriedPart<F, T>>(lease(), *part);
  }

 private:
  friend class Mutex<T>;
  friend class LockOwned<T>;
  explicit OwnedMutexGuard(std::shared_ptr<const Mutex<T>> mutex) noexcept : mutex_(std::move(mutex)) {}
  detail::SharedLease<Mutex<T>> lease() noexcept { return {std::move(mutex_), 1}; }

  std::shared_ptr<const Mutex<T>> mutex_;
};

/// Waits for the lock. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] Lock {
 public:
  using Output = MutexGuard<T>;

  Poll<Output> poll(Context& cx) {
    if (acquire_.poll(cx).is_pending()) return pending;
    return MutexGuard<T>(*mutex_);
  }

 private:
  friend class Mutex<T>;
  explicit Lock(const Mutex<T>& mutex) noexcept : mutex_(&mutex), acquire_(mutex.semaphore_, 1) {}

  const Mutex<T>* mutex_;
  detail::BatchSemaphore::Acquire acquire_;
};

/// Waits for the lock of a mutex that it keeps alive. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] LockOwned {
 public:
  using Output = OwnedMutexGuard<T>;

  Poll<Output> poll(Context& cx) {
    if (acquire_.poll(cx).is_pending()) return pending;
    return OwnedMutexGuard<T>(mutex_);
  }

 private:
  friend class Mutex<T>;
  explicit LockOwned(std::shared_ptr<const Mutex<T>> mutex) noexcept
      : mutex_(std::move(mutex)), acquire_(mutex_->semaphore_, 1) {}

  std::shared_ptr<const Mutex<T>> mutex_;
  detail::BatchSemaphore::Acquire acquire_;
};

}  // namespace ferry::sync
