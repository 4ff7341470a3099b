#include "driver/time_driver.hpp"

#include <algorithm>
#include <limits>

namespace ferry::detail {

TimeDriver::Ticks TimeDriver::tick_at_or_after(time::Instant instant) const noexcept {
  const auto nanoseconds = static_cast<std::uint64_t>(instant.duration_since(start_).count());
  return (nanoseconds >> kTickBits) + ((nanoseconds & ((1u << kTickBits) - 1)) != 0 ? 1 : 0);
}

TimeDriver::Ticks TimeDriver::tick_before(time::Instant instant) const noexcept {
  return static_cast<std::uint64_t>(instant.duration_since(start_).count()) >> kTickBits;
}

time::Instant TimeDriver::instant_of(Ticks tick) const noexcept {
  constexpr auto kLimit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) >> kTickBits;
  return start_ + time::Duration(static_cast<std::int64_t>(std::min(tick, kLimit) << kTickBits));
}

// Under the lock: files the entry, or says at once what has become of it.
bool TimeDriver::file(TimerEntry& entry, Ticks tick) noexcept {
  using State = TimerEntry::State;
  entry.tick = tick;
  const State state = is_shut_down_          ? State::ShutDown
                      : wheel_.insert(entry) ? State::Scheduled
                                             : State::Fired;
  entry.state.store(state, std::memory_order_release);
  return state == State::Scheduled && tick < parked_until_;
}

bool TimeDriver::schedule(TimerEntry& entry, time::Instant deadline, const Waker& waker) {
  const Ticks tick = tick_at_or_after(deadline);
  Waker copy = waker;  // made, and destroyed when it is not used, outside the lock
  std::lock_guard lock(mutex_);
  const bool must_unpark = file(entry, tick);
  if (entry.state.load(std::memory_order_relaxed) == TimerEntry::State::Scheduled)
    std::swap(entry.waker, copy);
  return must_unpark;
}

bool TimeDriver::reschedule(TimerEntry& entry, time::Instant deadline) {
  const Ticks tick = tick_at_or_after(deadline);
  Waker woken = Waker::noop();
  bool must_unpark = false;
  {
    std::lock_guard lock(mutex_);
    if (entry.state.load(std::memory_order_relaxed) == TimerEntry::State::Scheduled) wheel_.remove(entry);
    must_unpark = file(entry, tick);
    if (entry.state.load(std::memory_order_relaxed) != TimerEntry::State::Scheduled)
      std::swap(entry.waker, woken);
  }
  std::move(woken).wake();
  return must_unpark;
}

void TimeDriver::cancel(TimerEntry& entry) noexcept {
  Waker old = Waker::noop();
  std::lock_guard lock(mutex_);
  if (entry.state.load(std::memory_order_relaxed) != TimerEntry::State::Scheduled) return;
  wheel_.remove(entry);
  std::swap(entry.waker, old);
  entry.state.store(TimerEntry::State::Idle, std::memory_order_release);
}

bool TimeDriver::set_waker(TimerEntry& entry, const Waker& waker) {
  Waker old = Waker::noop();
  std::lock_guard lock(mutex_);
  if (entry.state.load(std::memory_order_relaxed) != TimerEntry::State::Scheduled) return false;
  if (!entry.waker.will_wake(waker)) old = std::exchange(entry.waker, waker);
  return true;
}

std::optional<time::Instant> TimeDriver::begin_park() {
  std::lock_guard lock(mutex_);
  const auto next = wheel_.next_tick();
  parked_until_ = next.value_or(std::numeric_limits<Ticks>::max());
  return next ? std::optional(instant_of(*next)) : std::nullopt;
}

bool TimeDriver::has_timers() noexcept {
  std::lock_guard lock(mutex_);
  return wheel_.next_tick().has_value();
}

void TimeDriver::end_park() noexcept {
  std::lock_guard lock(mutex_);
  parked_until_ = kNotParked;
}

void TimeDriver::fire() {
  bool is_done = false;
  const Ticks now = tick_before(clock_.now());
  while (!is_done) {
    WakeList woken;
    std::lock_guard lock(mutex_);
    while (!woken.is_full()) {
      TimerEntry* entry = wheel_.pop_expired(now);
      is_done = entry == nullptr;
      if (is_done) break;
      woken.push(std::exchange(entry->waker, Waker::noop()));
      // release: the last touch; its owner may free the entry from here on.
      entry->state.store(TimerEntry::State::Fired, std::memory_order_release);
    }
  }
}

void TimeDriver::shut_down() noexcept {
  bool is_done = false;
  while (!is_done) {
    WakeList woken;
    std::lock_guard lock(mutex_);
    is_shut_down_ = true;
    while (!woken.is_full()) {
      TimerEntry* entry = wheel_.pop_any();
      is_done = entry == nullptr;
      if (is_done) break;
      woken.push(std::exchange(entry->waker, Waker::noop()));
      entry->state.store(TimerEntry::State::ShutDown, std::memory_order_release);
    }
  }
}

}  // namespace ferry::detail
