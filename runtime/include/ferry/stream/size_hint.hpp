// SizeHint: how many items a stream has left, as far as it knows.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>

namespace ferry::stream {

/// At least `lower` items, and at most `upper` where that is known. Good for reserving memory, and nothing is
/// to depend on it.
/// Tokio: what `Stream::size_hint` gives.
class SizeHint {
 public:
  /// Nothing is known.
  constexpr SizeHint() = default;
  constexpr SizeHint(std::size_t lower, std::optional<std::size_t> upper) noexcept
      : lower_(lower), upper_(upper) {}
  static constexpr SizeHint exactly(std::size_t items) noexcept { return {items, items}; }

  constexpr std::size_t lower() const noexcept { return lower_; }
  constexpr std::optional<std::size_t> upper() const noexcept { return upper_; }

  /// Any number of them may be left out.
  constexpr SizeHint some() const noexcept { return {0, upper_}; }
  /// Not more than so many.
  constexpr SizeHint at_most(std::size_t items) const noexcept {
    return {min(lower_, items), min(upper_.value_or(items), items)};
  }
  /// So many come first and are left out.
  constexpr SizeHint without(std::size_t items) const noexcept {
    const auto minus = [items](std::size_t n) { return n - min(n, items); };
    return {minus(lower_), upper_ ? std::optional(minus(*upper_)) : std::nullopt};
  }

  /// The items of both. What a size_t cannot say is unknown.
  friend constexpr SizeHint operator+(SizeHint a, SizeHint b) noexcept {
    constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max();
    const std::size_t lower = a.lower_ > kMost - b.lower_ ? kMost : a.lower_ + b.lower_;
    if (!a.upper_ || !b.upper_ || *a.upper_ > kMost - *b.upper_) return {lower, std::nullopt};
    return {lower, *a.upper_ + *b.upper_};
  }
  constexpr bool operator==(const SizeHint&) const = default;

 private:
  static constexpr std::size_t min(std::size_t a, std::size_t b) noexcept { return a < b ? a : b; }

  std::size_t lower_ = 0;
  std::optional<std::size_t> upper_;
};

}  // namespace ferry::stream
