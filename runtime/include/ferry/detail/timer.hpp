// Timer: one deadline in a runtime's timer wheel. What Sleep, Timeout and Interval are made of.
#pragma once

#include <atomic>
#include <cstdint>

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
  void reset(time::Instant deadline);
  time::Instant deadline() const noexcept { return deadline_; }
  bool is_elapsed() const noexcept {
    // acquire: pairs with the driver's store when it fires.
    return entry_.state.load(std::memory_order_acquire) == TimerEntry::State::Fired;
  }

 private:
  SchedulerRef scheduler_;
  time::Instant deadline_;
  bool is_due_;
  TimerEntry entry_;
};

}  // namespace ferry::detail
