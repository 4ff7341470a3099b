// OnceCell: a value that is made when it is first wanted, by a future.
#pragma once

#include <atomic>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/batch_semaphore.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/detail/given_back.hpp>
#include <ferry/detail/sync_error.hpp>
#include <ferry/future.hpp>
#include <ferry/poll.hpp>
#include <ferry/result.hpp>
#include <ferry/waker.hpp>

namespace ferry::sync {
namespace error {

/// Why a value could not be set; holds it. Tokio: `sync::SetError`.
template <class T>
class SetError : public detail::SyncError, public detail::GivenBack<T> {
 public:
  enum Kind : unsigned char { AlreadyInitialized, Initializing };

  SetError() = default;
  SetError(Kind kind, T&& value) : detail::GivenBack<T>(std::move(value)), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }
  bool is_already_init_err() const noexcept { return kind_ == AlreadyInitialized; }
  bool is_initializing_err() const noexcept { return kind_ == Initializing; }
  const char* what() const noexcept {
    return kind_ == AlreadyInitialized ? "the cell has been initialized already"
                                       : "the cell is being initialized";
  }

 private:
  Kind kind_ = AlreadyInitialized;
};

}  // namespace error

/// A place for a value that is made once, by whoever wants it first, and shared from then on.
///
/// One initialiser runs at a time, the others wait for it. When it fails, throws or is cancelled, the next in
/// the line runs its own.
///
/// Thread safety: every member that is const may be called from any thread at any time.
/// Cost: no allocation; once there is a value, `get` and `get_or_init` are one load.
/// Tokio: `sync::OnceCell`. A `constinit` one is Tokio's `const_new`.
template <class T>
class OnceCell {
 public:
  template <class F, class Given>
  class Init;
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "the value is moved into its place without throwing");

  constexpr OnceCell() noexcept {}
  /// One that has a value. Tokio: `OnceCell::new_with`.
  explicit constexpr OnceCell(T value) noexcept
      : is_initialized_(true), semaphore_(0), value_(std::move(value)) {}
  OnceCell(const OnceCell&) = delete;
  OnceCell& operator=(const OnceCell&) = delete;
  ~OnceCell() {
    if (initialized()) std::destroy_at(&value_);
  }

  bool initialized() const noexcept {
    return is_initialized_.load(std::memory_order_acquire);  // sees the value
  }
  /// The value, or nullptr. Tokio: `OnceCell::get`, `OnceCell::get_mut`.
  const T* get() const noexcept { return initialized() ? &value_ : nullptr; }
  T* get_mut() noexcept { return initialized() ? &value_ : nullptr; }

  /// Sets the value from outside. Errors: there is one, or an initialiser is running; the value comes back.
  /// Tokio: `OnceCell::set`.
  [[nodiscard]] Result<void, error::SetError<T>> set(T value) const {
    using E = error::SetError<T>;
    using TryAcquire = detail::BatchSemaphore::TryAcquire;
    if (initialized()) return E(E::AlreadyInitialized, std::move(value));
    const TryAcquire tried = semaphore_.try_acquire(1);
    if (tried == TryAcquire::Acquired) {
      store(std::move(value));
      return {};
    }
    return E(tried == TryAcquire::Closed ? E::AlreadyInitialized : E::Initializing, std::move(value));
  }

  /// The value; made by the future that `f()` gives, unless there is one. A future of `const T*`, never null.
  ///
  /// `f` is called when nobody else is making the value, and not at all when there is one. Name a closure
  /// before passing it, as g++ 12 destroys closures twice that are made inside the full expression of a
  /// `co_await`.
  ///
  /// Cancelling: safe; cancels the initialiser, and the next one that waits runs its own.
  /// Tokio: `OnceCell::get_or_init`.
  template <class F>
    requires Future<std::invoke_result_t<std::decay_t<F>>>
  [[nodiscard]] Init<std::decay_t<F>, const T*> get_or_init(F&& f) const {
    return Init<std::decay_t<F>, const T*>(*this, std::forward<F>(f));
  }

  /// As `get_or_init` with a future of `Result<T, E>`. A future of `Result<const T*, E>`.
  ///
  /// Errors: the initialiser's; the next one that waits runs its own.
  /// Cancelling: as `get_or_init`.
  /// Tokio: `OnceCell::get_or_try_init`.
  template <class F>
    requires Future<std::invoke_result_t<std::decay_t<F>>>
  [[nodiscard]] auto get_or_try_init(F&& f) const
      -> Init<std::decay_t<F>,
              Result<const T*, typename FutureOutput<std::invoke_result_t<std::decay_t<F>>>::error_type>> {
    return {*this, std::forward<F>(f)};
  }

  /// Takes the value out; the cell is as new. For who owns the cell alone. Tokio: `OnceCell::take`.
  std::optional<T> take() noexcept {
    if (!initialized()) return std::nullopt;
    std::optional<T> taken(std::move(value_));
    std::destroy_at(&value_);
    is_initialized_.store(false, std::memory_order_relaxed);
    std::destroy_at(&semaphore_);
    std::construct_at(&semaphore_, 1);
    return taken;
  }
  /// Tokio: `OnceCell::into_inner`.
  std::optional<T> into_inner() && noexcept { return take(); }

 private:
  // The caller holds the permit.
  void store(T&& value) const noexcept {
    std::construct_at(&value_, std::move(value));
    is_initialized_.store(true, std::memory_order_release);  // publishes the value
    semaphore_.close();                                      // for those who wait
  }

  mutable std::atomic<bool> is_initialized_{false};
  mutable detail::BatchSemaphore semaphore_{1};  // the permit: who makes the value; closed when there is one
  union {
    char nothing_{};
    mutable T value_;
  };
};

/// Waits for the value, or makes it. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <class T>
template <class F, class Given>
class [[nodiscard]] OnceCell<T>::Init {
 public:
  using Output = Given;

  template <class G>
  Init(const OnceCell& cell, G&& f) : cell_(&cell), acquire_(cell.semaphore_, 1), f_(std::forward<G>(f)) {}
  Init(const Init&) = delete;
  Init& operator=(const Init&) = delete;
  ~Init() {
    if (making_) give_up();
  }

  Poll<Output> poll(Context& cx) {
    if (!making_) {
      if (detail::must_yield(cx)) return pending;
      if (const T* value = cell_->get()) {
        detail::spend_budget(cx);
        return Output(value);
      }
      const Poll<bool> polled = acquire_.poll(cx);
      if (polled.is_pending()) return pending;
      if (!*polled) return Output(cell_->get());  // made by another one meanwhile
      start();
    }
    return make(cx);
  }

 private:
  struct Making {
    explicit Making(F& f) : future(std::invoke(std::move(f))) {}
    std::invoke_result_t<F> future;
  };

  void start() {
    try {
      making_.emplace(f_);
    } catch (...) {
      cell_->semaphore_.release(1);
      throw;
    }
  }

  Poll<Output> make(Context& cx) {
    try {
      auto polled = making_->future.poll(cx);
      if (polled.is_pending()) return pending;
      if constexpr (!std::same_as<Output, const T*>) {
        if (polled->has_error()) {
          auto failed = *std::move(polled);
          give_up();
          return Output(boost::system::in_place_error, std::move(failed).error());
        }
        cell_->store(T(std::move(**polled)));
      } else {
        cell_->store(T(*std::move(polled)));
      }
    } catch (...) {
      give_up();
      throw;
    }
    making_.reset();
    return Output(cell_->get());
  }

  // The initialiser is gone before the next one starts.
  void give_up() noexcept {
    making_.reset();
    cell_->semaphore_.release(1);
  }

  const OnceCell* cell_;
  detail::BatchSemaphore::Acquire acquire_;
  F f_;
  std::optional<Making> making_;  // while this one holds the permit
};

}  // namespace ferry::sync
