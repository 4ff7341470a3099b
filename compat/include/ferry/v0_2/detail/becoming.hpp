// Becoming: an operation of 1.x that gives what 0.2 had in place of what 1.x has.
#pragma once

#include <concepts>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::detail {

template <class T>
inline constexpr bool kIsResult = false;
template <class T, class E>
inline constexpr bool kIsResult<Result<T, E>> = true;

/// The `T` of 0.2 that is made of what a call of 1.x has given. A Result becomes one with what is made of its
/// value, or with its error; where 0.2 had no Result it becomes its value, or is thrown.
template <class T, class U>
T become(U given) {
  if constexpr (!kIsResult<U>) {
    return T(std::move(given));
  } else if constexpr (!kIsResult<T>) {
    return T(std::move(given).value());
  } else {
    if (!given) return std::move(given).error();
    return typename T::value_type(*std::move(given));
  }
}

/// Completes with the `T` that is made of what `F` gives; see `become`.
///
/// Cancelling: as `F`.
/// Thread safety: as `F`.
template <class T, class F>
class [[nodiscard]] Becoming {
 public:
  using Output = T;

  /// Takes over what `make()` gives.
  template <std::invocable Make>
  explicit Becoming(Make&& make) : operation_(std::forward<Make>(make)()) {}

  Poll<T> poll(Context& cx) { return operation_.poll(cx).map(become<T, FutureOutput<F>>); }

 private:
  F operation_;
};

}  // namespace ferry::v0_2::detail
