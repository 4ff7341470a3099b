// Instant and Duration.
#pragma once

#include <chrono>
#include <compare>
#include <optional>

namespace ferry::time {

/// A span of time in nanoseconds; any std::chrono duration converts to it.
using Duration = std::chrono::nanoseconds;

/// A point of the monotonic clock; of the runtime's own clock while that is paused.
/// Tokio: `time::Instant`.
class Instant {
 public:
  using Clock = std::chrono::steady_clock;

  explicit constexpr Instant(Clock::time_point point) noexcept : point_(point) {}

  /// Cost: one read of the clock.
  static Instant now() noexcept;

  /// The same point of std::chrono's clock.
  static constexpr Instant from_std(Clock::time_point point) noexcept { return Instant(point); }
  constexpr Clock::time_point into_std() const noexcept { return point_; }

  /// Since this instant; zero when it lies ahead.
  Duration elapsed() const noexcept { return now().duration_since(*this); }
  /// Since `earlier`; zero when that is the later one.
  constexpr Duration duration_since(Instant earlier) const noexcept {
    return point_ > earlier.point_ ? Duration(point_ - earlier.point_) : Duration::zero();
  }
  constexpr Duration saturating_duration_since(Instant earlier) const noexcept {
    return duration_since(earlier);
  }
  /// Since `earlier`; none when that is the later one.
  constexpr std::optional<Duration> checked_duration_since(Instant earlier) const noexcept {
    if (point_ < earlier.point_) return std::nullopt;
    return point_ - earlier.point_;
  }
  /// None when it cannot be represented.
  constexpr std::optional<Instant> checked_add(Duration duration) const noexcept {
    if (duration > Duration::zero() && point_ > Clock::time_point::max() - duration) return std::nullopt;
    if (duration < Duration::zero() && point_ < Clock::time_point::min() - duration) return std::nullopt;
    return Instant(point_ + duration);
  }
  constexpr std::optional<Instant> checked_sub(Duration duration) const noexcept {
    if (duration > Duration::zero() && point_ < Clock::time_point::min() + duration) return std::nullopt;
    if (duration < Duration::zero() && point_ > Clock::time_point::max() + duration) return std::nullopt;
    return Instant(point_ - duration);
  }

  friend constexpr Instant operator+(Instant instant, Duration duration) noexcept {
    return instant.checked_add(duration).value_or(Instant(Clock::time_point::max()));
  }
  friend constexpr Instant operator-(Instant instant, Duration duration) noexcept {
    return Instant(instant.point_ - duration);
  }
  friend constexpr Duration operator-(Instant later, Instant earlier) noexcept {
    return later.point_ - earlier.point_;
  }
  Instant& operator+=(Duration duration) noexcept { return *this = *this + duration; }
  auto operator<=>(const Instant&) const = default;

 private:
  Clock::time_point point_;
};

}  // namespace ferry::time
