#include <stdexcept>
#include <string>

#include <ferry/detail/timer.hpp>

#include "driver/driver.hpp"

namespace ferry::detail {

Timer::Timer(time::Instant deadline, bool is_due, const char* call)
    : scheduler_(&require_scheduler(call)), deadline_(deadline), is_due_(is_due) {
  if (!scheduler_->driver().has_time())
    throw std::logic_error(std::string(call) +
                           " needs a runtime with timers: call enable_time() or enable_all() on its "
                           "Builder");
}

Timer::Timer(Timer&& other) noexcept
    : scheduler_(other.scheduler_), deadline_(other.deadline_), is_due_(other.is_due_) {
  if (other.entry_.state.load(std::memory_order_acquire) == TimerEntry::State::Scheduled)
    scheduler_->driver().timers().move(other.entry_, entry_);
  else
    entry_.state.store(other.entry_.state.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

Timer::~Timer() {
  if (entry_.state.load(std::memory_order_acquire) == TimerEntry::State::Scheduled)
    scheduler_->driver().timers().cancel(entry_);
}

void Timer::be_known_to_paused_clock() {
  Driver& driver = scheduler_->driver();
  if (driver.clock().is_paused() && driver.timers().schedule(entry_, deadline_, Waker::noop()))
    driver.unpark();
}

bool Timer::has_come() const noexcept {
  return is_elapsed() || (entry_.state.load(std::memory_order_acquire) == TimerEntry::State::Idle &&
                          (is_due_ || scheduler_->driver().clock().now() >= deadline_));
}

Poll<void> Timer::poll(Context& cx) {
  TimeDriver& timers = scheduler_->driver().timers();
  switch (entry_.state.load(std::memory_order_acquire)) {
    case TimerEntry::State::Idle:
      if (is_due_)
        entry_.state.store(TimerEntry::State::Fired, std::memory_order_release);
      else if (timers.schedule(entry_, deadline_, cx.waker()))
        scheduler_->driver().unpark();
      break;
    case TimerEntry::State::Scheduled:
      timers.set_waker(entry_, cx.waker());
      break;
    case TimerEntry::State::Fired:
    case TimerEntry::State::ShutDown:
      break;
  }
  switch (entry_.state.load(std::memory_order_acquire)) {
    case TimerEntry::State::Fired:
      if (!cx.poll_proceed()) return pending;
      return Poll<void>::ready();
    case TimerEntry::State::ShutDown:
      throw std::logic_error("a timer outlived its runtime: it is being shut down");
    default:
      return pending;
  }
}

void Timer::reset(time::Instant deadline) {
  deadline_ = deadline;
  is_due_ = false;
  if (scheduler_->driver().timers().reschedule(entry_, deadline)) scheduler_->driver().unpark();
}

}  // namespace ferry::detail
