// Guards of a part of what a mutex protects.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <ferry/detail/lease.hpp>

namespace ferry::sync {

template <class T>
class Mutex;
template <class T>
class MutexGuard;
template <class T>
class OwnedMutexGuard;

/// Holds the lock of a mutex and shows a part of its value. The mutex has to outlive it.
///
/// Thread safety: as `U`; may be destroyed on any thread.
/// Tokio: `sync::MappedMutexGuard`.
template <class U>
class [[nodiscard]] MappedMutexGuard : public detail::Guarded<detail::Lease, U> {
 public:
  /// A guard of a part of the part: `f(U&)` gives a reference. Tokio: `MappedMutexGuard::map`.
  template <detail::PicksPart<U> F>
  [[nodiscard]] MappedMutexGuard<detail::Part<F, U>> map(F&& f) && {
    auto& part = std::invoke(std::forward<F>(f), **this);
    return MappedMutexGuard<detail::Part<F, U>>(std::move(this->lease_), part);
  }

  /// As `map`; `f(U&)` gives a pointer. When it is null there is no new guard and this one keeps the lock;
  /// otherwise it gives the lock up.
  /// Tokio: `MappedMutexGuard::try_map`.
  template <detail::TriesPart<U> F>
  [[nodiscard]] std::optional<MappedMutexGuard<detail::TriedPart<F, U>>> try_map(F&& f) {
    auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return MappedMutexGuard<detail::TriedPart<F, U>>(std::move(this->lease_), *part);
  }

 private:
  template <class>
  friend class MutexGuard;
  template <class>
  friend class MappedMutexGuard;
  using detail::Guarded<detail::Lease, U>::Guarded;
};

/// Holds the lock of a mutex that it keeps alive, and shows a part of its value.
///
/// Thread safety: as `U`; may be destroyed on any thread.
/// Tokio: `sync::OwnedMappedMutexGuard`.
template <class T, class U>
class [[nodiscard]] OwnedMappedMutexGuard : public detail::Guarded<detail::SharedLease<Mutex<T>>, U> {
 public:
  /// As the members of `MappedMutexGuard`.
  template <detail::PicksPart<U> F>
  [[nodiscard]] OwnedMappedMutexGuard<T, detail::Part<F, U>> map(F&& f) && {
    auto& part = std::invoke(std::forward<F>(f), **this);
    return OwnedMappedMutexGuard<T, detail::Part<F, U>>(std::move(this->lease_), part);
  }
  template <detail::TriesPart<U> F>
  [[nodiscard]] std::optional<OwnedMappedMutexGuard<T, detail::TriedPart<F, U>>> try_map(F&& f) {
    auto* const part = std::invoke(std::forward<F>(f), **this);
    if (part == nullptr) return std::nullopt;
    return OwnedMappedMutexGuard<T, detail::TriedPart<F, U>>(std::move(this->lease_), *part);
  }

 private:
  template <class>
  friend class OwnedMutexGuard;
  template <class, class>
  friend class OwnedMappedMutexGuard;
  using detail::Guarded<detail::SharedLease<Mutex<T>>, U>::Guarded;
};

}  // namespace ferry::sync
