// What a RwLock gives to who has it: guards for reading and for writing, of the value or of a part of it.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/lease.hpp>

namespace ferry::sync {

template <class T>
class RwLock;

/// Holds a lock for reading and shows the value, or a part of it. The lock has to outlive it.
///
/// Thread safety: as `const U`; may be destroyed on any thread.
/// Tokio: `sync::RwLockReadGuard`.
template <class U>
class [[nodiscard]] RwLockReadGuard : public detail::Guarded<detail::Lease, const U> {
 public:
  /// A guard of a part: `f(const U&)` gives a reference. `f` may be a pointer to a member.
  /// Tokio: `RwLockReadGuard::map`.
  template <detail::PicksPart<const U> F>
  [[nodiscard]] RwLockReadGuard<std::remove_const_t<detail::Part<F, const U>>> map(F&& f) && {
    const auto& part = std::invoke(std::forward<F>(f), **this);
    return {std::move(this->lease_), part};
  }

  /// As `map`; `f(const U&)` gives a pointer. When it is null there is no new guard and this one keeps the
  /// lock; otherwise it gives the lock up. Tokio: `RwLockReadGuard::try_map`.
  template <detail::TriesPart<const U> F>
  [[nodiscard]] std::optional<RwLockReadGuard<std::remove_const_t<detail::TriedPart<F, const U>>>> try_map(
      F&& f) {
    const auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return RwLockReadGuard<std::remove_const_t<detail::TriedPart<F, const U>>>(std::move(this->lease_),
                                                                               *part);
  }

 private:
  template <class>
  friend class RwLock;
  template <class>
  friend class RwLockReadGuard;
  template <class>
  friend class RwLockWriteGuard;
  RwLockReadGuard(detail::Lease lease, const U& value) noexcept
      : detail::Guarded<detail::Lease, const U>(std::move(lease), value) {}
};

/// Holds a lock for writing and shows a part of the value. It cannot be downgraded: who looked at the whole
/// value could have changed what makes this a part of it. The lock has to outlive it.
///
/// Thread safety: as `U`; may be destroyed on any thread.
/// Tokio: `sync::RwLockMappedWriteGuard`.
template <class U>
class [[nodiscard]] RwLockMappedWriteGuard : public detail::Guarded<detail::Lease, U> {
 public:
  /// A guard of a part of the part: `f(U&)` gives a reference. Tokio: `RwLockMappedWriteGuard::map`.
  template <detail::PicksPart<U> F>
  [[nodiscard]] RwLockMappedWriteGuard<detail::Part<F, U>> map(F&& f) && {
    auto& part = std::invoke(std::forward<F>(f), **this);
    return {std::move(this->lease_), part};
  }

  /// As `map`; `f(U&)` gives a pointer. When it is null there is no new guard and this one keeps the lock;
  /// otherwise it gives the lock up.
  /// Tokio: `RwLockMappedWriteGuard::try_map`.
  template <detail::TriesPart<U> F>
  [[nodiscard]] std::optional<RwLockMappedWriteGuard<detail::TriedPart<F, U>>> try_map(F&& f) {
    auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return RwLockMappedWriteGuard<detail::TriedPart<F, U>>(std::move(this->lease_), *part);
  }

 private:
  template <class>
  friend class RwLockMappedWriteGuard;
  template <class>
  friend class RwLockWriteGuard;
  RwLockMappedWriteGuard(detail::Lease lease, U& value) noexcept
      : detail::Guarded<detail::Lease, U>(std::move(lease), value) {}
};

/// Holds a lock for writing. The lock has to outlive it.
///
/// Thread safety: as `T`; may be destroyed on any thread.
/// Tokio: `sync::RwLockWriteGuard`.
template <class T>
class [[nodiscard]] RwLockWriteGuard : public detail::Guarded<detail::Lease, T> {
 public:
  /// Goes on as a reader; no writer comes in between. Readers that wait are let in.
  /// Tokio: `RwLockWriteGuard::downgrade`.
  [[nodiscard]] RwLockReadGuard<T> downgrade() && noexcept {
    this->lease_.keep(1);
    return {std::move(this->lease_), *this->value_};
  }

  /// Goes on as a reader of a part: `f(const T&)` gives a reference. Tokio:
  /// `RwLockWriteGuard::downgrade_map`.
  template <detail::PicksPart<const T> F>
  [[nodiscard]] RwLockReadGuard<std::remove_const_t<detail::Part<F, const T>>> downgrade_map(F&& f) && {
    const auto& part = std::invoke(std::forward<F>(f), std::as_const(**this));
    this->lease_.keep(1);
    return {std::move(this->lease_), part};
  }

  /// As `downgrade_map`; `f(const T&)` gives a pointer. When it is null there is no new guard and this one
  /// keeps the lock, for writing; otherwise it gives the lock up. Tokio:
  /// `RwLockWriteGuard::try_downgrade_map`.
  template <detail::TriesPart<const T> F>
  [[nodiscard]] std::optional<RwLockReadGuard<std::remove_const_t<detail::TriedPart<F, const T>>>>
  try_downgrade_map(F&& f) {
    const auto* const part = std::invoke(std::forward<F>(f), std::as_const(**this));
    if (part == nullptr) return std::nullopt;
    this->lease_.keep(1);
    return RwLockReadGuard<std::remove_const_t<detail::TriedPart<F, const T>>>(std::move(this->lease_),
                                                                               *part);
  }

  /// A guard of a part, for writing: `f(T&)` gives a reference. `f` may be a pointer to a member.
  /// Tokio: `RwLockWriteGuard::map`.
  template <detail::PicksPart<T> F>
  [[nodiscard]] RwLockMappedWriteGuard<detail::Part<F, T>> map(F&& f) && {
    auto& part = std::invoke(std::forward<F>(f), **this);
    return {std::move(this->lease_), part};
  }

  /// As `map`; `f(T&)` gives a pointer. When it is null there is no new guard and this one keeps the lock;
  /// otherwise it gives the lock up.
  /// Tokio: `RwLockWriteGuard::try_map`.
  template <detail::TriesPart<T> F>
  [[nodiscard]] std::optional<RwLockMappedWriteGuard<detail::TriedPart<F, T>>> try_map(F&& f) {
    auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return RwLockMappedWriteGuard<detail::TriedPart<F, T>>(std::move(this->lease_), *part);
  }

  /// The same lock as a mapped guard. Tokio: `RwLockWriteGuard::into_mapped`.
  [[nodiscard]] RwLockMappedWriteGuard<T> into_mapped() && noexcept {
    return {std::move(this->lease_), *this->value_};
  }

 private:
  template <class>
  friend class RwLock;
  RwLockWriteGuard(detail::Lease lease, T& value) noexcept
      : detail::Guarded<detail::Lease, T>(std::move(lease), value) {}
};

}  // namespace ferry::sync
