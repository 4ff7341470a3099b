// Becoming: an operation of 1.x that gives what 0.2 had in place of what 1.x has.
#pragma once

#include <concepts>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::fs {
namespace detail {

/// Completes with the `T` of 0.2 that is made from what `F` gives.
///
/// Cancelling: as `F`.
template <class T, class F>
class [[nodiscard]] Becoming {
 public:
  using Output = ferry::io::Result<T>;

  /// Takes over what `make()` gives.
  template <std::invocable Make>
  explicit Becoming(Make&& make) : operation_(std::forward<Make>(make)()) {}

  Poll<Output> poll(Context& cx) {
    auto polled = operation_.poll(cx);
    if (polled.is_pending()) return pending;
    if (!*polled) return Output(polled->error());
    return Output(T(**std::move(polled)));
  }

 private:
  F operation_;
};

}  // namespace detail
}  // namespace ferry::v0_2::fs
