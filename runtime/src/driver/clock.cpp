#include "driver/clock.hpp"

#include <atomic>
#include <mutex>

#include "driver/driver.hpp"
#include "runtime/context.hpp"

namespace ferry {
namespace detail {
namespace {

// Whether any clock was ever paused: until then, reading the time looks at nothing else.
std::atomic<bool> any_clock_paused{false};

time::Instant monotonic_now() noexcept { return time::Instant(time::Instant::Clock::now()); }

}  // namespace

RuntimeClock::RuntimeClock(bool start_paused) {
  if (start_paused) pause();
}

time::Instant RuntimeClock::now() const noexcept {
  std::lock_guard lock(mutex_);
  return paused_at_ ? *paused_at_ : monotonic_now() + offset_;
}

bool RuntimeClock::is_paused() const noexcept {
  if (!any_clock_paused.load(std::memory_order_relaxed)) return false;
  std::lock_guard lock(mutex_);
  return paused_at_.has_value();
}

bool RuntimeClock::pause() noexcept {
  any_clock_paused.store(true, std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  if (paused_at_) return false;
  paused_at_ = monotonic_now() + offset_;
  return true;
}

bool RuntimeClock::resume() noexcept {
  std::lock_guard lock(mutex_);
  if (!paused_at_) return false;
  offset_ = *paused_at_ - monotonic_now();
  paused_at_.reset();
  return true;
}

bool RuntimeClock::advance(time::Duration duration) noexcept {
  std::lock_guard lock(mutex_);
  if (!paused_at_) return false;
  *paused_at_ += duration;
  return true;
}

void RuntimeClock::advance_to(time::Instant instant) noexcept {
  std::lock_guard lock(mutex_);
  if (paused_at_ && *paused_at_ < instant) paused_at_ = instant;
}

}  // namespace detail

time::Instant time::Instant::now() noexcept {
  if (detail::any_clock_paused.load(std::memory_order_relaxed)) [[unlikely]]
    if (detail::Scheduler* scheduler = detail::current_scheduler()) return scheduler->driver().clock().now();
  return detail::monotonic_now();
}

}  // namespace ferry
