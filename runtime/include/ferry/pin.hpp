// Pin: puts what cannot be moved on the heap, behind something that can.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/allocate.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>

namespace ferry {

namespace detail {

template <class T>
struct PinOutput {};
template <Future F>
struct PinOutput<F> {
  using Output = FutureOutput<F>;
};

}  // namespace detail

/// Owns a `T` at a fixed address. Can be moved, and is a future if `T` is one.
///
/// Cancelling: as `T`.
/// Thread safety: as `T`.
/// Cost: one allocation from a per-thread pool.
/// Tokio: `Pin<Box<T>>`.
template <class T>
class [[nodiscard]] Pin : public detail::PinOutput<T> {
 public:
  /// Takes over what `make()` gives, by elision: it is never moved.
  template <class Make>
    requires std::is_same_v<std::invoke_result_t<Make>, T>
  explicit Pin(std::in_place_t, Make&& make) {
    void* const memory = detail::allocate_for<T>();
    try {
      value_ = ::new (memory) T(std::forward<Make>(make)());
    } catch (...) {
      detail::free_for<T>(memory);
      throw;
    }
  }
  Pin(Pin&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Pin& operator=(Pin&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Pin() {
    if (value_ != nullptr) detail::destroy_and_free(value_);
  }

  auto poll(Context& cx)
    requires Future<T>
  {
    return (**this).poll(cx);
  }

  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(*value_, notes); }

  T& operator*() const noexcept {
    FERRY_ASSERT(value_ != nullptr, "a Pin that was moved from owns nothing");
    return *value_;
  }
  T* operator->() const noexcept { return &**this; }

 private:
  T* value_;
};

/// Puts the result of `fn(args...)` on the heap without moving it: `pin(time::sleep, 5s)`.
template <class Fn, class... Args>
  requires std::invocable<Fn, Args...>
[[nodiscard]] Pin<std::invoke_result_t<Fn, Args...>> pin(Fn&& fn, Args&&... args) {
  return Pin<std::invoke_result_t<Fn, Args...>>(
      std::in_place, [&] { return std::invoke(std::forward<Fn>(fn), std::forward<Args>(args)...); });
}

/// Moves a future that can be moved to the heap.
template <Future F>
  requires(!std::is_lvalue_reference_v<F> && std::move_constructible<F>)
[[nodiscard]] Pin<F> pin(F&& future) {
  return Pin<F>(std::in_place, [&] { return F(std::move(future)); });
}

}  // namespace ferry
