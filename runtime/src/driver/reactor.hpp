// The reactor: Asio's, with operations that stay queued in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/result.hpp>

namespace ferry::detail {

class IoRegistration;

/// Waits for descriptors, a deadline and `interrupt`. One thread at a time turns it.
class Reactor {
 public:
  using Clock = std::chrono::steady_clock;

  Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  ~Reactor();

  /// Waits until something happens or `deadline` has come, and wakes who waited for it. Without a deadline it
  /// waits for ever; a deadline that has passed only looks.
  void turn(std::optional<Clock::time_point> deadline);

  /// Makes the turn that goes on, or the next one, return at once. May be called from any thread.
  void interrupt() noexcept;

  /// Adds `fd`, which must not block. `owner` keeps this reactor alive.
  io::Result<std::unique_ptr<IoRegistration>> add(int fd, SchedulerRef owner);

  bool has_registrations() const noexcept;

  struct Counts {
    std::uint64_t registered = 0;
    std::uint64_t deregistered = 0;
    std::uint64_t ready = 0;  ///< events
  };
  Counts counts() const noexcept;

  /// Ends every wait with an error, now and from now on.
  void shut_down() noexcept;

 private:
  friend class IoRegistration;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry::detail
