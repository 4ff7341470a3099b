// SetOnce: a value that is set once and that tasks can wait for.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/detail/given_back.hpp>
#include <ferry/detail/sync_error.hpp>
#include <ferry/poll.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/waker.hpp>

namespace ferry::sync {
namespace error {

/// Somebody else was first; gives the value back. Tokio: `sync::SetOnceError`.
template <class T>
class SetOnceError : public detail::SyncError, public detail::GivenBack<T> {
 public:
  using detail::GivenBack<T>::GivenBack;
  const char* what() const noexcept { return "the value has been set already"; }
};

}  // namespace error

/// A place for a value that is set at most once, from outside. `OnceCell` is for one that makes itself.
///
/// Thread safety: every member that is const may be called from any thread at any time.
/// Cost: no allocation; `get` is one load.
/// Tokio: `sync::SetOnce`. A `constinit` one is Tokio's `const_new`.
template <class T>
class SetOnce {
 public:
  class Wait;
  static_assert(std::is_nothrow_move_constructible_v<T>, "what is set is moved without throwing");

  constexpr SetOnce() noexcept {}
  /// One that is set. Tokio: `SetOnce::new_with`.
  explicit constexpr SetOnce(T value) noexcept : step_(Step::Set), value_(std::move(value)) {}
  SetOnce(const SetOnce&) = delete;
  SetOnce& operator=(const SetOnce&) = delete;
  ~SetOnce() {
    if (initialized()) std::destroy_at(&value_);
  }

  /// Sets the value and wakes those who wait. Errors: it was set before, or is being set; the value comes
  /// back. Tokio: `SetOnce::set`.
  [[nodiscard]] Result<void, error::SetOnceError<T>> set(T value) const {
    Step expected = Step::Empty;
    // acquire: as for a lock. Nobody looks at the value before it is released.
    if (!step_.compare_exchange_strong(expected, Step::Setting, std::memory_order_acquire,
                                       std::memory_order_relaxed))
      return error::SetOnceError<T>(std::move(value));
    std::construct_at(&value_, std::move(value));
    step_.store(Step::Set, std::memory_order_release);  // publishes the value
    is_set_.notify_waiters();
    return {};
  }

  /// The value, or nullptr. Tokio: `SetOnce::get`.
  const T* get() const noexcept { return initialized() ? &value_ : nullptr; }
  bool initialized() const noexcept {
    return step_.load(std::memory_order_acquire) == Step::Set;  // sees the value
  }

  /// Waits until the value is set. A future of `const T*`, never null.
  ///
  /// Cancelling: safe.
  /// Tokio: `SetOnce::wait`.
  [[nodiscard]] Wait wait() const noexcept { return Wait(*this); }

  /// The value if it was set; of a cell that nobody else can see. Tokio: `SetOnce::into_inner`.
  std::optional<T> into_inner() && noexcept {
    if (!initialized()) return std::nullopt;
    return std::optional<T>(std::move(value_));
  }

 private:
  enum class Step : std::uint8_t { Empty, Setting, Set };

  mutable std::atomic<Step> step_{Step::Empty};
  Notify is_set_;
  union {
    char nothing_{};
    mutable T value_;
  };
};

/// Waits until the value is set. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] SetOnce<T>::Wait {
 public:
  using Output = const T*;
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  Poll<Output> poll(Context& cx) {
    if (detail::must_yield(cx)) return pending;
    // `notified_` is older than this look: a value that is set after the look completes it.
    if (const T* value = cell_->get()) {
      detail::spend_budget(cx);
      return value;
    }
    if (notified_.poll(cx).is_pending()) return pending;
    return cell_->get();
  }

 private:
  friend class SetOnce;
  explicit Wait(const SetOnce& cell) noexcept : cell_(&cell), notified_(cell.is_set_.notified()) {}

  const SetOnce* cell_;
  Notify::Notified notified_;
};

}  // namespace ferry::sync
