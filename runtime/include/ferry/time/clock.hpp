// The runtime's clock under control, for tests.
#pragma once

#include <ferry/future.hpp>
#include <ferry/time/instant.hpp>

namespace ferry::detail {

/// Whose clock can be stopped: in 1.x that of a current_thread runtime, in 0.2 that of any.
enum class ClockOwner : bool { CurrentThread, AnyRuntime };

/// For other parts of ferry: time::pause and time::resume.
void pause_clock(ClockOwner owner);
void resume_clock(ClockOwner owner);

}  // namespace ferry::detail

namespace ferry::time {

/// Stops the current runtime's clock. While it is stopped and every task waits, it jumps to the next timer.
///
/// Throws: std::logic_error outside a current_thread runtime, or when the clock is stopped already.
/// Tokio: `time::pause`.
void pause();

/// Lets the clock run again, from where it stopped. Throws std::logic_error when it is not stopped.
/// Tokio: `time::resume`.
void resume();

/// Moves a stopped clock on, and lets the timers that are due by then fire.
///
/// Cancelling: safe; the clock has moved once it was polled.
class [[nodiscard]] Advance {
 public:
  using Output = void;
  explicit Advance(Duration duration, detail::ClockOwner owner = detail::ClockOwner::CurrentThread) noexcept
      : duration_(duration), owner_(owner) {}
  Advance(const Advance&) = delete;
  Advance& operator=(const Advance&) = delete;
  Poll<void> poll(Context& cx);

 private:
  Duration duration_;
  detail::ClockOwner owner_;
  int step_ = 0;
};

/// Moves the stopped clock on by `duration`. Throws std::logic_error (when polled) when it is not stopped.
/// Cancelling: see Advance.
/// Tokio: `time::advance`.
Advance advance(Duration duration);

}  // namespace ferry::time
