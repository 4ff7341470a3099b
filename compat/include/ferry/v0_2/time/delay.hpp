// Delay: 0.2's timer, which counts from the moment it is made and may be moved at any time.
#pragma once

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/pin.hpp>
#include <ferry/time/instant.hpp>
#include <ferry/time/sleep.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::time {

/// Completes at its deadline. Unlike a `Sleep` it can be moved, and is registered with the driver when it is
/// made, so that it elapses without ever being polled.
///
/// A deadline that is 2^36 ms away or more, which is two years, is refused as in 0.2: awaiting it throws
/// std::logic_error. A `Sleep` waits.
///
/// Cancelling: safe; O(1).
/// Thread safety: owned by one task at a time.
/// Cost: one allocation.
/// Tokio: 0.2's `time::Delay`.
class [[nodiscard]] FERRY_NATIVE("TIME-03", unsafe, "ferry::time::Sleep, or a ferry::Pin of one") Delay {
 public:
  using Output = void;

  /// Takes a timer over and registers it. For `delay_for`, `delay_until` and `compat::into_legacy`.
  explicit Delay(ferry::Pin<ferry::time::Sleep> sleep);

  Poll<void> poll(Context& cx) { return is_too_far_ ? poll_too_far(cx) : sleep_->poll(cx); }

  ferry::time::Instant deadline() const noexcept { return sleep_->deadline(); }
  /// Whether the driver has seen the deadline come, whether or not anybody has polled this.
  bool is_elapsed() const noexcept { return sleep_->is_elapsed(); }
  /// Moves the deadline; also after it has completed.
  void reset(ferry::time::Instant deadline);

  /// Gives the timer away: what a `Delay` is in 1.x.
  ferry::Pin<ferry::time::Sleep> into_inner() && noexcept { return std::move(sleep_); }

  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { sleep_->describe_wait(notes); }

 private:
  void look_how_far();
  Poll<void> poll_too_far(Context& cx);

  ferry::Pin<ferry::time::Sleep> sleep_;
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
