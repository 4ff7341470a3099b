// Interval: ticks at a fixed period.
#pragma once

#include <cstdint>
#include <memory>

#include <ferry/future.hpp>
#include <ferry/time/sleep.hpp>

namespace ferry::time {

/// What an interval does about ticks that were missed because `tick` was not awaited in time; late by more
/// than 5 ms. Tokio: `time::MissedTickBehavior`.
enum class MissedTickBehavior : std::uint8_t {
  Burst,  ///< ticks at once until it has caught up
  Delay,  ///< goes on one period after the late tick
  Skip,   ///< leaves the missed ones out and goes on at a multiple of the period
};

/// Ticks first at its start, then once a period.
///
/// Thread safety: owned by one task at a time; movable at any time, as its timer is on the heap.
/// Tokio: `time::Interval`.
class Interval {
 public:
  class Tick;

  /// The next tick: the instant it was due.
  ///
  /// Cancelling: safe; no tick is lost.
  [[nodiscard]] Tick tick() noexcept;
  /// Tokio: `Interval::poll_tick`.
  Poll<Instant> poll_tick(Context& cx);

  Duration period() const noexcept { return period_; }
  MissedTickBehavior missed_tick_behavior() const noexcept { return behavior_; }
  void set_missed_tick_behavior(MissedTickBehavior behavior) noexcept { behavior_ = behavior; }

  /// The next tick is one period from now.
  void reset() { sleep_->reset(Instant::now() + period_); }
  /// The next tick is now.
  void reset_immediately() { sleep_->reset(Instant::now()); }
  /// The next tick is `after` from now.
  void reset_after(Duration after) { sleep_->reset(Instant::now() + after); }
  /// The next tick is at `deadline`.
  void reset_at(Instant deadline) { sleep_->reset(deadline); }

 private:
  friend Interval interval_at(Instant start, Duration period);
  Interval(Instant start, Duration period);
  Instant next_after(Instant due, Instant now) const noexcept;

  std::unique_ptr<Sleep> sleep_;
  Duration period_;
  MissedTickBehavior behavior_ = MissedTickBehavior::Burst;
};

/// Completes at the next tick.
class [[nodiscard]] Interval::Tick {
 public:
  using Output = Instant;
  explicit Tick(Interval& interval) noexcept : interval_(&interval) {}
  Poll<Instant> poll(Context& cx) { return interval_->poll_tick(cx); }

 private:
  Interval* interval_;
};

inline Interval::Tick Interval::tick() noexcept { return Tick(*this); }

/// Ticks at once, then every `period`.
///
/// Throws: std::logic_error when `period` is not positive, outside a runtime, or in one built without
/// `enable_time`. Tokio: `time::interval`.
Interval interval(Duration period);

/// Ticks at `start`, then every `period`. Tokio: `time::interval_at`.
Interval interval_at(Instant start, Duration period);

}  // namespace ferry::time
