// IntervalStream: the ticks of an interval.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/time/interval.hpp>

namespace ferry::stream::wrappers {

/// The ticks of an interval. Never ends.
/// Tokio: `tokio_stream::wrappers::IntervalStream`.
class IntervalStream {
 public:
  using Item = time::Instant;

  explicit IntervalStream(time::Interval interval) noexcept : interval_(std::move(interval)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    const Poll<time::Instant> tick = interval_.poll_tick(cx);
    if (tick.is_pending()) return ferry::pending;
    return std::optional<Item>(*tick);
  }

  time::Interval into_inner() && { return std::move(interval_); }
  const time::Interval& as_ref() const noexcept { return interval_; }

 private:
  time::Interval interval_;
};

}  // namespace ferry::stream::wrappers
