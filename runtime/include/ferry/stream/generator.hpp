// Generator: a coroutine that is a stream.
#pragma once

#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/chain.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/task/task.hpp>

namespace ferry::stream {
template <class T>
class Generator;
}

namespace ferry::detail {

template <class T>
class GeneratorPromise : public PromiseBase {
 public:
  GeneratorPromise() noexcept { run_in(chain_); }

  FERRY_DETAIL_COROUTINE_WRAPPER stream::Generator<T> get_return_object() noexcept;

  template <class U = T>
    requires std::constructible_from<T, U&&>
  std::suspend_always yield_value(U&& item) {
    item_.emplace(std::forward<U>(item));
    return {};
  }
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }

  Poll<std::optional<T>> poll_next(std::coroutine_handle<> coroutine, Context& cx) {
    if (coroutine.done()) return std::optional<T>();
    if (must_yield(cx)) return ferry::pending;
    if (!is_waiting_) chain_.start(coroutine);
    is_waiting_ = !chain_.poll(cx);
    if (is_waiting_) return ferry::pending;
    spend_budget(cx);
    if (exception_) std::rethrow_exception(std::exchange(exception_, nullptr));
#if defined(__GNUC__) && !defined(__clang__)
    if (!item_ && !coroutine.done()) [[unlikely]]
      throw_body_left_out();
#endif
    return std::exchange(item_, std::nullopt);
  }
  void destroy(std::coroutine_handle<> coroutine) noexcept {
    if (is_waiting_) chain_.destroy_until(coroutine);
    coroutine.destroy();
  }

 private:
  Chain chain_;
  std::optional<T> item_;
  std::exception_ptr exception_;
  bool is_waiting_ = false;  // for a future; otherwise it has not begun, or has yielded
};

}  // namespace ferry::detail

namespace ferry::stream {

/// A coroutine that gives items with `co_yield` and may await anything meanwhile:
///
/// ```
/// stream::Generator<int> readings(Sensor& sensor) {
///   for (;;) {
///     co_await time::sleep(1s);
///     co_yield sensor.value();
///   }
/// }
/// ```
///
/// Lazy: it runs while it is polled, up to the next item. An exception that leaves it arrives where it is
/// polled, and ends it.
///
/// Cancelling: destroying it destroys what it awaits and its local variables, as for a Task. Dropping `next`
/// loses nothing: the next poll goes on where it was.
/// Thread safety: owned by one thread at a time.
/// Cost: one frame from a per-thread pool; no allocation for an item, which uses one unit of the budget.
/// Rust: `async_stream::stream!`.
template <class T>
class [[FERRY_DETAIL_COROUTINE_TYPE]] Generator {
 public:
  using Item = T;
  using promise_type = detail::GeneratorPromise<T>;

  Generator(Generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Generator& operator=(Generator&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Generator() {
    if (handle_) handle_.promise().destroy(handle_);
  }

  Poll<std::optional<T>> poll_next(Context& cx) {
    FERRY_REQUIRE(handle_, "a Generator that was moved from is polled");
    return handle_.promise().poll_next(handle_, cx);
  }

 private:
  friend promise_type;
  explicit Generator(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

}  // namespace ferry::stream

namespace ferry::detail {

template <class T>
stream::Generator<T> GeneratorPromise<T>::get_return_object() noexcept {
  static_assert(alignof(GeneratorPromise) <= 2 * sizeof(void*), "a Generator's items are not over-aligned");
  return stream::Generator<T>(std::coroutine_handle<GeneratorPromise>::from_promise(*this));
}

}  // namespace ferry::detail
