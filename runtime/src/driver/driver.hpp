// The driver: what a thread without work parks in.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "driver/clock.hpp"
#include "driver/reactor.hpp"
#include "driver/ring.hpp"
#include "driver/time_driver.hpp"

namespace ferry::detail {

class BlockingPool;
struct RuntimeConfig;

/// A runtime's reactor, ring, timers and clock. One thread at a time parks in it; the scheduler sees to that.
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
  /// After shut_down: waits until the ring has nothing in flight, until `deadline` if there is one.
  void drain(std::optional<Reactor::Clock::time_point> deadline) noexcept;

  /// The ring, opened by the first call, which is made inside this runtime. Null if there is none.
  std::shared_ptr<Ring> ring();
  Ring::Counts ring_counts() const noexcept;

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
  std::shared_ptr<Ring> opened_ring() const noexcept;

  RuntimeClock clock_;
  TimeDriver timers_;
  const std::unique_ptr<Reactor> reactor_;
  Reactor::Clock::time_point not_before_{};  // a park for timers ends; belongs to the thread that parks
  std::atomic<bool> was_unparked_{false};
  const bool has_io_;
  const bool has_time_;

  mutable std::mutex ring_mutex_;
  bool wants_ring_;             // and it has not been tried
  std::shared_ptr<Ring> ring_;  // null before it is opened
};

/// Throws std::logic_error, which names `what`, if the runtime has no I/O.
void require_io(Scheduler& scheduler, const char* what);
/// The current runtime, which has I/O. Throws std::logic_error if there is none, or it has not.
Scheduler& require_io(const char* what);

}  // namespace ferry::detail
