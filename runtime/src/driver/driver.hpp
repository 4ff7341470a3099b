// The driver: what a thread without work parks in.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "driver/clock.hpp"
#include "driver/reactor.hpp"
#include "driver/time_driver.hpp"

namespace ferry::detail {

class BlockingPool;
struct RuntimeConfig;

/// A runtime's reactor, timers and clock. One thread at a time parks in it; the scheduler sees to that.
class Driver {
 public:
  Driver(const RuntimeConfig& config);

  /// Waits until an event, a timer or `unpark`, and wakes who waited for it. With a paused clock and nothing
  /// else that could happen, moves the clock to the next timer instead.
  void park(const BlockingPool& blocking);
  /// Whether a park could only be ended by `unpark`: no timer, no descriptor, no blocking job.
  bool waits_for_nothing(const BlockingPool& blocking) noexcept;
  /// Looks without waiting. Not from inside of the driver.
  void poll();
  /// Ends the park that goes on, or the next one. May be called from any thread.
  void unpark() noexcept;
  void shut_down() noexcept;

  Reactor& reactor() noexcept { return *reactor_; }
  TimeDriver& timers() noexcept { return timers_; }
  RuntimeClock& clock() noexcept { return clock_; }
  bool has_io() const noexcept { return has_io_; }
  bool has_time() const noexcept { return has_time_; }

 private:
  // After that many timers at once, the next ones wait that long to be fired with others: there are so many
  // that waking up for a few of them costs more than all else.
  static constexpr std::size_t kCrowd = 4;
  static constexpr std::chrono::microseconds kTimerSlack{100};

  void park_paused(std::optional<time::Instant> next, const BlockingPool& blocking);

  RuntimeClock clock_;
  TimeDriver timers_;
  const std::unique_ptr<Reactor> reactor_;
  Reactor::Clock::time_point not_before_{};  // a park for timers ends; belongs to the thread that parks
  std::atomic<bool> was_unparked_{false};
  const bool has_io_;
  const bool has_time_;
};

}  // namespace ferry::detail
