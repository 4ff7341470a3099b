// MovableSleep: a timer that may be moved while it waits.
#pragma once

#include <ferry/detail/timer.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/time/instant.hpp>

namespace ferry::time {

/// Completes at its deadline, never early. Unlike a `Sleep` it can be moved at any time, also while a task
/// waits for it, and its time comes whether or not anybody polls it. It may be reset and awaited again, also
/// after it completed.
///
/// Cancelling: safe; O(1).
/// Thread safety: owned by one task at a time.
/// Cost: no allocation; the first poll takes one lock, and so does moving one that waits. What is not moved
/// is better a `Sleep`. Tokio: a `Pin<Box<Sleep>>`.
class [[nodiscard]] MovableSleep {
 public:
  using Output = void;

  /// Completes at `deadline`; at the first poll when that has passed.
  ///
  /// Throws: std::logic_error outside a runtime, or in one built without `enable_time`. Its message names
  /// `call`.
  explicit MovableSleep(Instant deadline, const char* call = "time::MovableSleep")
      : timer_(deadline, false, call) {
    timer_.be_known_to_paused_clock();
  }

  Poll<void> poll(Context& cx) { return timer_.poll(cx); }

  Instant deadline() const noexcept { return timer_.deadline(); }
  /// Whether the deadline has come, whether or not anybody has polled this.
  bool is_elapsed() const noexcept { return timer_.has_come(); }
  /// Moves the deadline.
  void reset(Instant deadline) { timer_.reset(deadline); }

  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { notes.leaf_until("time::MovableSleep", deadline()); }

 private:
  detail::MovableTimer timer_;
};

}  // namespace ferry::time
