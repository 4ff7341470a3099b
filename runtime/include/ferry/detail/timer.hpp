// Timer: one deadline in a runtime's timer wheel. What Sleep, Timeout and Interval are made of.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/wait_list.hpp>
#include <ferry/future.hpp>
#include <ferry/time/instant.hpp>

namespace ferry::detail {

class TimeDriver;

/// The part of a timer that the wheel links. Everything but `state` and `shard` is under the lock of its
/// shard while it is scheduled.
class TimerEntry : public ListNode<TimerEntry> {
 public:
  enum class State : std::uint8_t { Idle, Scheduled, Fired, ShutDown };

  std::atomic<State> state{State::Idle};
  std::uint8_t level = 0;
  std::uint8_t slot = 0;
  std::uint8_t shard = 0;
  std::uint64_t tick = 0;
  Waker waker = Waker::noop();
};

/// Registers at its first poll, unlinks when it is destroyed; both O(1).
class Timer {
 public:
  /// Throws std::logic_error outside a runtime, or in one built without time; the message names `call`.
  Timer(time::Instant deadline, bool is_due, const char* call);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();

  Poll<void> poll(Context& cx);
  /// Registers one that nobody has polled where the clock is paused, which goes on to timers that it knows
  /// of.
  void be_known_to_paused_clock();
  void reset(time::Instant deadline);
  time::Instant deadline() const noexcept { return deadline_; }
  /// Whether the deadline has come, for one that may not be registered.
  bool has_come() const noexcept;
  /// Whether the driver has seen the deadline come.
  bool is_elapsed() const noexcept {
    // acquire: pairs with the driver's store when it fires.
    return entry_.state.load(std::memory_order_acquire) == TimerEntry::State::Fired;
  }

 protected:
  Timer(Timer&& other) noexcept;

 private:
  SchedulerRef scheduler_;
  time::Instant deadline_;
  bool is_due_;
  TimerEntry entry_;
};

/// A timer that stays registered when it is moved, with whom it wakes. Moving is O(1).
class MovableTimer final : public Timer {
 public:
  using Timer::Timer;
  MovableTimer(MovableTimer&&) noexcept = default;
  MovableTimer& operator=(MovableTimer&& other) noexcept {
    if (this != &other) {
      std::destroy_at(this);
      std::construct_at(this, std::move(other));
    }
    return *this;
  }
};

}  // namespace ferry::detail
