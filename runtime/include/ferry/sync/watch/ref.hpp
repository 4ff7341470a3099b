// Ref: the value of a watch channel, locked for reading.
#pragma once

#include <shared_mutex>
#include <utility>

#include <ferry/detail/allocate.hpp>
#include <ferry/detail/watch_core.hpp>

namespace ferry::sync::watch {

template <class T>
class Sender;
template <class T>
class Receiver;

/// The value, locked for reading. Senders wait until it is destroyed, so it is not held across a `co_await`.
///
/// Thread safety: stays on the thread that made it.
/// Tokio: `watch::Ref`.
template <class T>
class [[nodiscard]] Ref {
 public:
  const T& operator*() const noexcept { return *value_; }
  const T* operator->() const noexcept { return value_; }

  /// Whether the receiver had not seen this value. Tokio: `watch::Ref::has_changed`.
  bool has_changed() const noexcept { return has_changed_; }

 private:
  friend class Sender<T>;
  friend class Receiver<T>;
  Ref(std::shared_lock<std::shared_mutex> lock, const T& value, bool has_changed) noexcept
      : lock_(std::move(lock)), value_(&value), has_changed_(has_changed) {}

  std::shared_lock<std::shared_mutex> lock_;
  const T* value_;
  bool has_changed_;
};

}  // namespace ferry::sync::watch

namespace ferry::detail {

/// The core with the value.
template <class T>
class WatchCell : public WatchCore {
 public:
  static WatchCell* make(T&& initial) {
    void* const memory = allocate_for<WatchCell>();
    try {
      return ::new (memory) WatchCell(std::move(initial));
    } catch (...) {
      free_for<WatchCell>(memory);
      throw;
    }
  }
  explicit WatchCell(T&& initial) : value(std::move(initial)) {}

  Leave drop_receiver() noexcept {
    if (!leave_receiver()) return Leave::Alive;
    if (forget != nullptr) forget(*this);
    return drop_owner();
  }

  T value;
  /// Called when the last receiver has gone: what 0.2 does to the value. Set before the channel is shared.
  void (*forget)(WatchCell& cell) noexcept = nullptr;
};

}  // namespace ferry::detail
