// A runtime's clock: the monotonic one, or one that stands still.
#pragma once

#include <mutex>
#include <optional>

#include <ferry/detail/spin_lock.hpp>
#include <ferry/time/instant.hpp>

namespace ferry::detail {

/// Thread safety: every member may be called from any thread.
class RuntimeClock {
 public:
  explicit RuntimeClock(bool start_paused);

  time::Instant now() const noexcept;
  bool is_paused() const noexcept;
  /// False when it is paused already, or is not paused.
  bool pause() noexcept;
  bool resume() noexcept;
  /// False when it is not paused.
  bool advance(time::Duration duration) noexcept;
  /// Moves it on to `instant`, unless it is beyond that or not paused.
  void advance_to(time::Instant instant) noexcept;

 private:
  mutable SpinLock mutex_;
  time::Duration offset_{};                 // of this clock to the monotonic one while it runs
  std::optional<time::Instant> paused_at_;  // what it shows while it is paused
};

}  // namespace ferry::detail
