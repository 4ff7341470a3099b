#include "driver/time_driver.hpp"

#include <algorithm>
#include <limits>
#include <mutex>

#include "runtime/context.hpp"

namespace ferry::detail {

TimeDriver::TimeDriver(RuntimeClock& clock, std::size_t workers)
    : clock_(clock),
      start_(clock.now()),
      shard_count_(std::min(workers, kMaxShards)),
      shards_(std::make_unique<Shard[]>(shard_count_)) {}

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
bool TimeDriver::file(Shard& shard, TimerEntry& entry, Ticks tick) noexcept {
  using State = TimerEntry::State;
  entry.tick = tick;
  if (shard.wheel.is_empty()) shard.wheel.jump_to(now_.load(std::memory_order_relaxed));
  const State state = shard.is_shut_down          ? State::ShutDown
                      : shard.wheel.insert(entry) ? State::Scheduled
                                                  : State::Fired;
  if (state == State::Scheduled) shard.has_entries.store(true, std::memory_order_relaxed);
  entry.state.store(state, std::memory_order_release);
  return state == State::Scheduled && tick < shard.parked_until;
}

// Under the lock.
void TimeDriver::remove(Shard& shard, TimerEntry& entry) noexcept {
  shard.wheel.remove(entry);
  if (shard.wheel.is_empty()) shard.has_entries.store(false, std::memory_order_relaxed);
}

bool TimeDriver::schedule(TimerEntry& entry, time::Instant deadline, const Waker& waker) {
  const Ticks tick = tick_at_or_after(deadline);
  Waker copy = waker;  // made, and destroyed when it is not used, outside the lock
  entry.shard = static_cast<std::uint8_t>(thread_context().worker % shard_count_);
  Shard& shard = shard_of(entry);
  std::lock_guard lock(shard.lock);
  const bool must_unpark = file(shard, entry, tick);
  if (entry.state.load(std::memory_order_relaxed) == TimerEntry::State::Scheduled)
    std::swap(entry.waker, copy);
  return must_unpark;
}

bool TimeDriver::reschedule(TimerEntry& entry, time::Instant deadline) {
  const Ticks tick = tick_at_or_after(deadline);
  Waker woken = Waker::noop();
  bool must_unpark = false;
  {
    Shard& shard = shard_of(entry);
    std::lock_guard lock(shard.lock);
    if (entry.state.load(std::memory_order_relaxed) == TimerEntry::State::Scheduled) remove(shard, entry);
    must_unpark = file(shard, entry, tick);
    if (entry.state.load(std::memory_order_relaxed) != TimerEntry::State::Scheduled)
      std::swap(entry.waker, woken);
  }
  std::move(woken).wake();
  return must_unpark;
}

void TimeDriver::cancel(TimerEntry& entry) noexcept {
  Waker old = Waker::noop();
  Shard& shard = shard_of(entry);
  std::lock_guard lock(shard.lock);
  if (entry.state.load(std::memory_order_relaxed) != TimerEntry::State::Scheduled) return;
  remove(shard, entry);
  std::swap(entry.waker, old);
  entry.state.store(TimerEntry::State::Idle, std::memory_order_release);
}

void TimeDriver::move(TimerEntry& from, TimerEntry& to) noexcept {
  using State = TimerEntry::State;
  to.shard = from.shard;
  Waker woken = Waker::noop();
  {
    Shard& shard = shard_of(from);
    std::lock_guard lock(shard.lock);
    if (from.state.load(std::memory_order_relaxed) == State::Scheduled) {
      remove(shard, from);
      from.state.store(State::Idle, std::memory_order_relaxed);
      static_cast<void>(file(shard, to, from.tick));  // nobody is parked until later than before
      std::swap(from.waker, to.state.load(std::memory_order_relaxed) == State::Scheduled ? to.waker : woken);
    } else {
      to.state.store(from.state.load(std::memory_order_relaxed), std::memory_order_release);
    }
  }
  std::move(woken).wake();
}

bool TimeDriver::set_waker(TimerEntry& entry, const Waker& waker) {
  Waker old = Waker::noop();
  std::lock_guard lock(shard_of(entry).lock);
  if (entry.state.load(std::memory_order_relaxed) != TimerEntry::State::Scheduled) return false;
  if (!entry.waker.will_wake(waker)) old = std::exchange(entry.waker, waker);
  return true;
}

// With the lock of each in turn.
template <class Use>
void TimeDriver::for_each_shard(Use use) {
  for (std::size_t i = 0; i < shard_count_; ++i) {
    std::lock_guard lock(shards_[i].lock);
    use(shards_[i]);
  }
}

std::optional<time::Instant> TimeDriver::begin_park() {
  constexpr Ticks kNever = std::numeric_limits<Ticks>::max();
  // Until the earliest one of all is known, whoever is earlier than those of its own shard unparks.
  Ticks earliest = kNever;
  for_each_shard([&](Shard& shard) {
    shard.parked_until = shard.wheel.next_tick().value_or(kNever);
    earliest = std::min(earliest, shard.parked_until);
  });
  if (shard_count_ > 1) for_each_shard([&](Shard& shard) { shard.parked_until = earliest; });
  return earliest != kNever ? std::optional(instant_of(earliest)) : std::nullopt;
}

bool TimeDriver::has_timers() const noexcept {
  return std::any_of(shards_.get(), shards_.get() + shard_count_,
                     [](const Shard& shard) { return shard.has_entries.load(std::memory_order_relaxed); });
}

void TimeDriver::end_park() noexcept {
  for_each_shard([](Shard& shard) { shard.parked_until = kNotParked; });
}

std::size_t TimeDriver::fire() {
  const Ticks now = tick_before(clock_.now());
  now_.store(now, std::memory_order_relaxed);
  std::size_t fired = 0;
  for (std::size_t i = 0; i < shard_count_; ++i)
    if (shards_[i].has_entries.load(std::memory_order_relaxed)) fired += fire(shards_[i], now);
  return fired;
}

std::size_t TimeDriver::fire(Shard& shard, Ticks now) {
  std::size_t fired = 0;
  for (bool is_done = false; !is_done;) {
    WakeList woken;
    std::lock_guard lock(shard.lock);
    for (; !woken.is_full(); ++fired) {
      TimerEntry* entry = shard.wheel.pop_expired(now);
      is_done = entry == nullptr;
      if (is_done) break;
      woken.push(std::exchange(entry->waker, Waker::noop()));
      // release: the last touch; its owner may free the entry from here on.
      entry->state.store(TimerEntry::State::Fired, std::memory_order_release);
    }
    if (shard.wheel.is_empty()) shard.has_entries.store(false, std::memory_order_relaxed);
  }
  return fired;
}

void TimeDriver::shut_down() noexcept {
  for (std::size_t i = 0; i < shard_count_; ++i) {
    Shard& shard = shards_[i];
    for (bool is_done = false; !is_done;) {
      WakeList woken;
      std::lock_guard lock(shard.lock);
      shard.is_shut_down = true;
      while (!woken.is_full()) {
        TimerEntry* entry = shard.wheel.pop_any();
        is_done = entry == nullptr;
        if (is_done) break;
        woken.push(std::exchange(entry->waker, Waker::noop()));
        entry->state.store(TimerEntry::State::ShutDown, std::memory_order_release);
      }
    }
    shard.has_entries.store(false, std::memory_order_relaxed);
  }
}

}  // namespace ferry::detail
