// RwLock: 0.2's, which lets 32 readers in, and whose guards for writing all have one type.
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/sync/rw_lock.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/moved.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::sync {

/// Holds a lock for writing and shows the value, or a part of it; a guard of either kind in 1.x becomes one.
/// The lock has to outlive it.
///
/// Thread safety: as `U`; may be destroyed on any thread.
/// Tokio: 0.2's `sync::RwLockWriteGuard`.
template <class U>
class [[nodiscard]] FERRY_NATIVE("LOCK-04", unsafe,
                                 "auto, or ferry::sync::RwLockWriteGuard, which is of the whole value, and "
                                 "RwLockMappedWriteGuard of a part") RwLockWriteGuard
    : public ferry::sync::RwLockMappedWriteGuard<U> {
  using Base = ferry::sync::RwLockMappedWriteGuard<U>;

 public:
  RwLockWriteGuard(Base guard) noexcept : Base(std::move(guard)) {}
  RwLockWriteGuard(ferry::sync::RwLockWriteGuard<U> guard) noexcept : Base(std::move(guard).into_mapped()) {}

  /// A guard of a part: `f(U&)` gives a reference. `f` may be a pointer to a member. Tokio: 0.2's
  /// `RwLockWriteGuard::map`.
  template <ferry::detail::PicksPart<U> F>
  [[nodiscard]] RwLockWriteGuard<ferry::detail::Part<F, U>> map(F&& f) && {
    return static_cast<Base&&>(*this).map(std::forward<F>(f));
  }

  /// As `map`; `f(U&)` gives a pointer. When it is null there is no new guard and this one keeps the lock;
  /// otherwise it gives the lock up. Tokio: 0.2's `RwLockWriteGuard::try_map`.
  template <ferry::detail::TriesPart<U> F>
  [[nodiscard]] std::optional<RwLockWriteGuard<ferry::detail::TriedPart<F, U>>> try_map(F&& f) {
    auto part = Base::try_map(std::forward<F>(f));
    if (!part) return std::nullopt;
    return RwLockWriteGuard<ferry::detail::TriedPart<F, U>>(*std::move(part));
  }
};

/// Protects a `T` that is read more often than written, by at most 32 readers at a time. Can be used wherever
/// a lock of 1.x is wanted.
///
/// Thread safety: every member that is const may be called from any thread at any time.
/// Tokio: 0.2's `sync::RwLock`.
template <class T>
class RwLock : public ferry::sync::RwLock<T> {
  using Base = ferry::sync::RwLock<T>;

 public:
  using Write = v0_2::detail::Becoming<RwLockWriteGuard<T>, typename Base::Write>;

  /// How many readers there can be at a time; one more waits.
  static constexpr std::size_t kMaxReaders = 32;

  template <class... Args>
    requires std::is_constructible_v<T, Args...>
  explicit constexpr RwLock(Args&&... args)
      : Base(typename Base::MaxReaders(kMaxReaders), T(std::forward<Args>(args)...)) {}

  /// Waits until it may write. A future of `RwLockWriteGuard<T>`.
  ///
  /// Cancelling: safe; the place in the queue is lost, a lock handed over already goes to the next.
  /// Tokio: 0.2's `RwLock::write`.
  [[nodiscard]] Write write() const noexcept {
    return Write([this] { return Base::write(); });
  }
};

}  // namespace ferry::v0_2::sync

#pragma GCC diagnostic pop
