// FutureSlot: a place for one future after the other.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>

namespace ferry::detail {

/// A future as `make()` gives it, by elision: it is never moved.
template <class F>
class HeldFuture {
 public:
  template <class Make>
  HeldFuture(std::in_place_t, Make&& make) : future(std::forward<Make>(make)()) {}
  F future;
};

/// Holds a future or none. Can be moved whatever the future is.
///
/// Cost: no allocation for a future that can be moved; otherwise one, with the first future.
template <class F>
class FutureSlot {
 public:
  bool is_empty() const noexcept {
    if constexpr (kIsInline)
      return !place_;
    else
      return place_ == nullptr || !*place_;
  }

  /// Puts the future in that `make()` gives.
  template <class Make>
  void emplace(Make&& make) {
    if constexpr (!kIsInline)
      if (place_ == nullptr) place_ = std::make_unique<std::optional<Held>>();
    place().emplace(std::in_place, std::forward<Make>(make));
  }

  /// There is a future. It is gone when it was ready, or has thrown.
  Poll<FutureOutput<F>> poll(Context& cx) {
    try {
      auto polled = place()->future.poll(cx);
      if (polled.is_ready()) place().reset();
      return polled;
    } catch (...) {
      place().reset();
      throw;
    }
  }

 private:
  static constexpr bool kIsInline = std::move_constructible<F>;
  using Held = HeldFuture<F>;

  std::optional<Held>& place() noexcept {
    if constexpr (kIsInline)
      return place_;
    else
      return *place_;
  }

  std::conditional_t<kIsInline, std::optional<Held>, std::unique_ptr<std::optional<Held>>> place_;
};

}  // namespace ferry::detail
