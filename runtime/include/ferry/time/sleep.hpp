// Sleep: a future that completes at a point in time.
#pragma once

#include <ferry/detail/timer.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/time/instant.hpp>

namespace ferry::time {

/// Completes at its deadline, never early. It may be reset and awaited again, also after it completed.
///
/// Cannot be moved: `auto s = sleep(d);` is fine; `ferry::pin(time::sleep, d)` puts one on the heap.
///
/// Cancelling: safe; O(1).
/// Thread safety: owned by one task at a time.
/// Cost: no allocation; creating reads the clock, the first poll takes one lock.
/// Tokio: `time::Sleep`.
class [[nodiscard]] Sleep {
 public:
  using Output = void;

  Poll<void> poll(Context& cx) { return timer_.poll(cx); }

  Instant deadline() const noexcept { return timer_.deadline(); }
  /// Whether the driver has seen the deadline come. False for one that was never polled nor reset.
  bool is_elapsed() const noexcept { return timer_.is_elapsed(); }
  /// Moves the deadline. Registers the timer even when it was never polled.
  void reset(Instant deadline) { timer_.reset(deadline); }

  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { notes.leaf_until("time::Sleep", deadline()); }

 private:
  friend Sleep sleep(Duration duration);
  friend Sleep sleep_until(Instant deadline);
  Sleep(Instant deadline, bool is_due, const char* call) : timer_(deadline, is_due, call) {}

  detail::Timer timer_;
};

/// Completes `duration` from now; at the first poll when it is zero or less. A duration beyond the clock's
/// range waits for ever.
///
/// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: safe.
/// Tokio: `time::sleep`.
Sleep sleep(Duration duration);

/// Completes at `deadline`; at the first poll when that has passed.
///
/// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: safe.
/// Tokio: `time::sleep_until`.
Sleep sleep_until(Instant deadline);

}  // namespace ferry::time
