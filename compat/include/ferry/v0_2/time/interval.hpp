// Interval: 0.2's, which is a stream.
#pragma once

#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/time/interval.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::time {

/// An interval that is also a stream of the instants at which its ticks were due. The stream never ends.
///
/// Thread safety: owned by one task at a time; movable at any time.
/// Tokio: 0.2's `time::Interval`.
class Interval : public ferry::time::Interval {
 public:
  using Item = ferry::time::Instant;

  /// For `interval`, `interval_at` and `compat::into_legacy`.
  explicit Interval(ferry::time::Interval interval) noexcept : ferry::time::Interval(std::move(interval)) {}

  /// The next tick: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; no tick is lost.
  /// Tokio: 0.2's `StreamExt::next` on `Interval`.
  FERRY_NATIVE("TIME-15", safe, "ferry::time::Interval::tick, or a ferry::stream::wrappers::IntervalStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx) {
    auto tick = poll_tick(cx);
    if (tick.is_pending()) return pending;
    return std::optional(*tick);
  }
};

/// Ticks at once, then every `period`.
///
/// Throws: std::logic_error when `period` is not positive, outside a runtime, or in one built without
/// `enable_time`. Tokio: `time::interval`.
inline Interval interval(ferry::time::Duration period) { return Interval(ferry::time::interval(period)); }

/// Ticks at `start`, then every `period`. Tokio: `time::interval_at`.
inline Interval interval_at(ferry::time::Instant start, ferry::time::Duration period) {
  return Interval(ferry::time::interval_at(start, period));
}

}  // namespace ferry::v0_2::time
