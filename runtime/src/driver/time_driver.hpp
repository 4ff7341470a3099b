// The timers of one runtime.
#pragma once

#include <mutex>
#include <optional>

#include "driver/clock.hpp"
#include "driver/timer_wheel.hpp"

namespace ferry::detail {

/// Thread safety: every member may be called from any thread.
class TimeDriver {
 public:
  using Ticks = std::uint64_t;

  explicit TimeDriver(RuntimeClock& clock) : clock_(clock), start_(clock.now()) {}

  /// Files the entry, to be woken at `deadline`, or fires it when that has passed. True when the driver,
  /// which is parked until a later time, has to be unparked.
  bool schedule(TimerEntry& entry, time::Instant deadline, const Waker& waker);
  /// The same with another deadline and the waker it has, wherever the entry is now.
  bool reschedule(TimerEntry& entry, time::Instant deadline);
  /// Takes it off the wheel when it is there.
  void cancel(TimerEntry& entry) noexcept;
  /// Changes who is woken. False when it has fired.
  bool set_waker(TimerEntry& entry, const Waker& waker);

  /// The driver is about to park: until when at most.
  std::optional<time::Instant> begin_park();
  /// The driver is back.
  void end_park() noexcept;
  bool has_timers() noexcept;
  /// Wakes whoever is due now.
  void fire();
  /// Fires every timer as shut down, now and from now on.
  void shut_down() noexcept;

 private:
  // A tick is 2^16 ns, about 66 µs.
  static constexpr unsigned kTickBits = 16;
  Ticks tick_at_or_after(time::Instant instant) const noexcept;
  Ticks tick_before(time::Instant instant) const noexcept;
  time::Instant instant_of(Ticks tick) const noexcept;

  bool file(TimerEntry& entry, Ticks tick) noexcept;

  static constexpr Ticks kNotParked = 0;

  RuntimeClock& clock_;
  const time::Instant start_;
  std::mutex mutex_;
  TimerWheel wheel_;
  Ticks parked_until_ = kNotParked;
  bool is_shut_down_ = false;
};

}  // namespace ferry::detail
