// The clock under control, for tests: 0.2's, which stops on a runtime of any kind.
#pragma once

#include <ferry/annotate.hpp>
#include <ferry/time/clock.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::time {

/// Stops the current runtime's clock, of a threaded one, too. While it is stopped and a thread has nothing to
/// run, it jumps to the next timer.
///
/// Throws: std::logic_error outside a runtime, or when the clock is stopped already.
/// Tokio: 0.2's `time::pause`.
FERRY_REPLACE("TIME-21", unsafe, "ferry::time::pause()")
inline void pause() { ferry::detail::pause_clock(ferry::detail::ClockOwner::AnyRuntime); }

/// Lets the clock run again, from where it stopped. Throws std::logic_error when it is not stopped. Tokio:
/// 0.2's `time::resume`.
FERRY_REPLACE("TIME-21", unsafe, "ferry::time::resume()")
inline void resume() { ferry::detail::resume_clock(ferry::detail::ClockOwner::AnyRuntime); }

/// Moves the stopped clock on by `duration`. On a threaded runtime the timers that are due by then fire soon
/// after. Throws std::logic_error (when polled) when it is not stopped.
///
/// Cancelling: safe; the clock has moved once it was polled.
/// Tokio: 0.2's `time::advance`.
FERRY_REPLACE("TIME-21", unsafe, "ferry::time::advance($duration)")
inline ferry::time::Advance advance(ferry::time::Duration duration) {
  return ferry::time::Advance(duration, ferry::detail::ClockOwner::AnyRuntime);
}

}  // namespace ferry::v0_2::time
