// The timers of one runtime.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>

#include <ferry/detail/spin_lock.hpp>

#include "driver/clock.hpp"
#include "driver/timer_wheel.hpp"

namespace ferry::detail {

/// A wheel for each worker, so that timers which come and go on different threads do not meet.
///
/// Thread safety: every member may be called from any thread, those that park, fire and shut down by one at a
/// time.
class TimeDriver {
 public:
  using Ticks = std::uint64_t;

  TimeDriver(RuntimeClock& clock, std::size_t workers);

  /// Files the entry, to be woken at `deadline`, or fires it when that has passed. True when the driver,
  /// which is parked until a later time, has to be unparked.
  bool schedule(TimerEntry& entry, time::Instant deadline, const Waker& waker);
  /// The same with another deadline and the waker it has, wherever the entry is now.
  bool reschedule(TimerEntry& entry, time::Instant deadline);
  /// Takes it off the wheel when it is there.
  void cancel(TimerEntry& entry) noexcept;
  /// The entry goes on as another one, which is idle.
  void move(TimerEntry& from, TimerEntry& to) noexcept;
  /// Changes who is woken. False when it has fired.
  bool set_waker(TimerEntry& entry, const Waker& waker);

  /// The driver is about to park: until when at most.
  std::optional<time::Instant> begin_park();
  /// The driver is back.
  void end_park() noexcept;
  bool has_timers() const noexcept;
  /// Wakes whoever is due now. Gives how many were.
  std::size_t fire();
  /// Fires every timer as shut down, now and from now on.
  void shut_down() noexcept;

 private:
  // A tick is 2^16 ns, about 66 µs.
  static constexpr unsigned kTickBits = 16;
  static constexpr std::size_t kMaxShards = 16;
  static constexpr Ticks kNotParked = 0;

  struct alignas(64) Shard {
    SpinLock lock;
    bool is_shut_down = false;
    Ticks parked_until = kNotParked;
    std::atomic<bool> has_entries{false};  // written under the lock
    TimerWheel wheel;
  };

  Ticks tick_at_or_after(time::Instant instant) const noexcept;
  Ticks tick_before(time::Instant instant) const noexcept;
  time::Instant instant_of(Ticks tick) const noexcept;

  Shard& shard_of(const TimerEntry& entry) noexcept { return shards_[entry.shard]; }
  bool file(Shard& shard, TimerEntry& entry, Ticks tick) noexcept;
  void remove(Shard& shard, TimerEntry& entry) noexcept;
  std::size_t fire(Shard& shard, Ticks now);
  template <class Use>
  void for_each_shard(Use use);

  RuntimeClock& clock_;
  const time::Instant start_;
  const std::size_t shard_count_;
  const std::unique_ptr<Shard[]> shards_;
  std::atomic<Ticks> now_{0};  // when `fire` looked last
};

}  // namespace ferry::detail
