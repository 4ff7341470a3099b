// Delay: 0.2's timer, which counts from the moment it is made and may be moved at any time.
#pragma once

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/time/instant.hpp>
#include <ferry/time/movable_sleep.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::time {

/// Completes at its deadline. Unlike a `Sleep` it can be moved, and elapses without ever being polled.
///
/// A deadline that is 2^36 ms away or more, which is two years, is refused as in 0.2: awaiting it throws
/// std::logic_error. A `Sleep` waits.
///
/// Cancelling: safe; O(1).
/// Thread safety: owned by one task at a time.
/// Cost: as a `Sleep`; moving one that waits takes a lock.
/// Tokio: 0.2's `time::Delay`.
class [[nodiscard]] FERRY_NATIVE("TIME-03", unsafe, "ferry::time::Sleep, or a ferry::Pin of one") Delay {
 public:
  using Output = void;

  /// For `delay_for`, `delay_until` and `compat::into_legacy`.
  explicit Delay(ferry::time::Instant deadline);
  /// The same for one that is known to be near, or known not to be.
  Delay(ferry::time::Instant deadline, bool is_too_far);

  Poll<void> poll(Context& cx) { return is_too_far_ ? poll_too_far(cx) : timer_.poll(cx); }

  ferry::time::Instant deadline() const noexcept { return timer_.deadline(); }
  /// Whether the deadline has come, whether or not anybody has polled this.
  bool is_elapsed() const noexcept { return timer_.is_elapsed(); }
  /// Moves the deadline; also after it has completed.
  void reset(ferry::time::Instant deadline);

  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { notes.leaf_until("time::Delay", deadline()); }

 private:
  Poll<void> poll_too_far(Context& cx);

  ferry::time::MovableSleep timer_;
  bool is_too_far_ = false;
  bool is_refused_ = false;  // the driver says so after the first poll
};

/// Completes `duration` from now.
///
/// Throws: std::logic_error outside a runtime, in one built without `enable_time`, and for a duration that
/// the clock cannot count to, for which `sleep` waits for ever.
/// Cancelling: safe.
/// Tokio: 0.2's `time::delay_for`.
FERRY_REPLACE("TIME-01", unsafe, "ferry::time::sleep($duration)")
Delay delay_for(ferry::time::Duration duration);

/// Completes at `deadline`; one that has passed is elapsed at once.
///
/// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: safe.
/// Tokio: 0.2's `time::delay_until`.
FERRY_REPLACE("TIME-02", unsafe, "ferry::time::sleep_until($deadline)")
Delay delay_until(ferry::time::Instant deadline);

namespace detail {

/// `duration` from now. Throws std::logic_error, which names `call`, when the clock cannot count to that.
ferry::time::Instant deadline_after(ferry::time::Duration duration, const char* call);

}  // namespace detail
}  // namespace ferry::v0_2::time
