// The guards of a RwLock that keep it alive.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/lease.hpp>

namespace ferry::sync {

template <class T>
class RwLock;

/// `RwLockReadGuard` that keeps its lock alive. `U` is what it shows: `T` or a part of it.
///
/// Thread safety: as `const U`; may be destroyed on any thread.
/// Tokio: `sync::OwnedRwLockReadGuard`.
template <class T, class U = T>
class [[nodiscard]] OwnedRwLockReadGuard : public detail::Guarded<detail::SharedLease<RwLock<T>>, const U> {
 public:
  /// The lock it holds. Tokio: `OwnedRwLockReadGuard::rwlock`.
  const std::shared_ptr<const RwLock<T>>& rwlock() const noexcept { return this->lease_.lock(); }

  /// As the members of `RwLockReadGuard`.
  template <detail::PicksPart<const U> F>
  [[nodiscard]] OwnedRwLockReadGuard<T, std::remove_const_t<detail::Part<F, const U>>> map(F&& f) && {
    const auto& part = std::invoke(std::forward<F>(f), **this);
    return {std::move(this->lease_), part};
  }
  template <detail::TriesPart<const U> F>
  [[nodiscard]] std::optional<OwnedRwLockReadGuard<T, std::remove_const_t<detail::TriedPart<F, const U>>>>
  try_map(F&& f) {
    const auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return OwnedRwLockReadGuard<T, std::remove_const_t<detail::TriedPart<F, const U>>>(
        std::move(this->lease_), *part);
  }

 private:
  template <class>
  friend class RwLock;
  template <class, class>
  friend class OwnedRwLockReadGuard;
  template <class>
  friend class OwnedRwLockWriteGuard;
  OwnedRwLockReadGuard(detail::SharedLease<RwLock<T>> lease, const U& value) noexcept
      : detail::Guarded<detail::SharedLease<RwLock<T>>, const U>(std::move(lease), value) {}
};

/// `RwLockMappedWriteGuard` that keeps its lock alive.
///
/// Thread safety: as `U`; may be destroyed on any thread.
/// Tokio: `sync::OwnedRwLockMappedWriteGuard`.
template <class T, class U = T>
class [[nodiscard]] OwnedRwLockMappedWriteGuard : public detail::Guarded<detail::SharedLease<RwLock<T>>, U> {
 public:
  /// The lock it holds. Tokio: `OwnedRwLockMappedWriteGuard::rwlock`.
  const std::shared_ptr<const RwLock<T>>& rwlock() const noexcept { return this->lease_.lock(); }

  /// As the members of `RwLockMappedWriteGuard`.
  template <detail::PicksPart<U> F>
  [[nodiscard]] OwnedRwLockMappedWriteGuard<T, detail::Part<F, U>> map(F&& f) && {
    auto& part = std::invoke(std::forward<F>(f), **this);
    return {std::move(this->lease_), part};
  }
  template <detail::TriesPart<U> F>
  [[nodiscard]] std::optional<OwnedRwLockMappedWriteGuard<T, detail::TriedPart<F, U>>> try_map(F&& f) {
    auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return OwnedRwLockMappedWriteGuard<T, detail::TriedPart<F, U>>(std::move(this->lease_), *part);
  }

 private:
  template <class, class>
  friend class OwnedRwLockMappedWriteGuard;
  template <class>
  friend class OwnedRwLockWriteGuard;
  OwnedRwLockMappedWriteGuard(detail::SharedLease<RwLock<T>> lease, U& value) noexcept
      : detail::Guarded<detail::SharedLease<RwLock<T>>, U>(std::move(lease), value) {}
};

/// `RwLockWriteGuard` that keeps its lock alive.
///
/// Thread safety: as `T`; may be destroyed on any thread.
/// Tokio: `sync::OwnedRwLockWriteGuard`.
template <class T>
class [[nodiscard]] OwnedRwLockWriteGuard : public detail::Guarded<detail::SharedLease<RwLock<T>>, T> {
 public:
  /// The lock it holds. Tokio: `OwnedRwLockWriteGuard::rwlock`.
  const std::shared_ptr<const RwLock<T>>& rwlock() const noexcept { return this->lease_.lock(); }

  /// As the members of `RwLockWriteGuard`.
  [[nodiscard]] OwnedRwLockReadGuard<T> downgrade() && noexcept {
    this->lease_.keep(1);
    return {std::move(this->lease_), *this->value_};
  }
  template <detail::PicksPart<const T> F>
  [[nodiscard]] OwnedRwLockReadGuard<T, std::remove_const_t<detail::Part<F, const T>>> downgrade_map(
      F&& f) && {
    const auto& part = std::invoke(std::forward<F>(f), std::as_const(**this));
    this->lease_.keep(1);
    return {std::move(this->lease_), part};
  }
  template <detail::TriesPart<const T> F>
  [[nodiscard]] std::optional<OwnedRwLockReadGuard<T, std::remove_const_t<detail::TriedPart<F, const T>>>>
  try_downgrade_map(F&& f) {
    const auto* const part = std::invoke(std::forward<F>(f), std::as_const(**this));
    if (part == nullptr) return std::nullopt;
    this->lease_.keep(1);
    return OwnedRwLockReadGuard<T, std::remove_const_t<detail::TriedPart<F, const T>>>(
        std::move(this->lease_), *part);
  }
  template <detail::PicksPart<T> F>
  [[nodiscard]] OwnedRwLockMappedWriteGuard<T, detail::Part<F, T>> map(F&& f) && {
    auto& part = std::invoke(std::forward<F>(f), **this);
    return {std::move(this->lease_), part};
  }
  template <detail::TriesPart<T> F>
  [[nodiscard]] std::optional<OwnedRwLockMappedWriteGuard<T, detail::TriedPart<F, T>>> try_map(F&& f) {
    auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return OwnedRwLockMappedWriteGuard<T, detail::TriedPart<F, T>>(std::move(this->lease_), *part);
  }
  [[nodiscard]] OwnedRwLockMappedWriteGuard<T> into_mapped() && noexcept {
    return {std::move(this->lease_), *this->value_};
  }

 private:
  template <class>
  friend class RwLock;
  OwnedRwLockWriteGuard(detail::SharedLease<RwLock<T>> lease, T& value) noexcept
      : detail::Guarded<detail::SharedLease<RwLock<T>>, T>(std::move(lease), value) {}
};

}  // namespace ferry::sync
