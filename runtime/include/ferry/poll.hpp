// Poll: whether a future has its result yet.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

namespace ferry {

/// The tag for "not yet": `return ferry::pending;` fits every `Poll<T>`.
struct Pending {
  explicit constexpr Pending() = default;
};
inline constexpr Pending pending{};

/// The result of polling a future: ready with a value, or pending.
///
/// A future that says pending has arranged for the context's waker to be called.
/// Tokio: `std::task::Poll`.
template <class T>
class [[nodiscard]] Poll {
 public:
  constexpr Poll(Pending) noexcept {}

  template <class U = T>
    requires(std::convertible_to<U &&, T> && !std::same_as<std::remove_cvref_t<U>, Poll> &&
             !std::same_as<std::remove_cvref_t<U>, Pending>)
  constexpr Poll(U&& value) : value_(std::in_place, std::forward<U>(value)) {}

  /// Ready with a value made from `args`.
  template <class... Args>
  static constexpr Poll ready(Args&&... args) {
    Poll poll{ferry::pending};
    poll.value_.emplace(std::forward<Args>(args)...);
    return poll;
  }

  constexpr bool is_ready() const noexcept { return value_.has_value(); }
  constexpr bool is_pending() const noexcept { return !value_.has_value(); }

  /// The value. It must be ready.
  constexpr T& operator*() & noexcept { return *value_; }
  constexpr const T& operator*() const& noexcept { return *value_; }
  constexpr T&& operator*() && noexcept { return std::move(*value_); }
  constexpr T* operator->() noexcept { return &*value_; }
  constexpr const T* operator->() const noexcept { return &*value_; }

  /// Applies `f` to the value when there is one.
  template <class F>
  constexpr auto map(F&& f) && -> Poll<std::invoke_result_t<F, T&&>> {
    if (is_pending()) return ferry::pending;
    return std::forward<F>(f)(std::move(*value_));
  }

 private:
  std::optional<T> value_;
};

/// Ready or pending, without a value.
template <>
class [[nodiscard]] Poll<void> {
 public:
  constexpr Poll(Pending) noexcept {}
  static constexpr Poll ready() noexcept {
    Poll poll{ferry::pending};
    poll.is_ready_ = true;
    return poll;
  }

  constexpr bool is_ready() const noexcept { return is_ready_; }
  constexpr bool is_pending() const noexcept { return !is_ready_; }
  constexpr void operator*() const noexcept {}

 private:
  bool is_ready_ = false;
};

}  // namespace ferry
