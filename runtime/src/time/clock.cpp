#include <stdexcept>
#include <string>

#include <ferry/time/clock.hpp>

#include "driver/driver.hpp"

namespace ferry {
namespace detail {
namespace {

Scheduler& scheduler_of_clock(ClockOwner owner, const char* call) {
  Scheduler& scheduler = require_scheduler(call);
  if (owner == ClockOwner::CurrentThread && scheduler.is_multi_thread())
    throw std::logic_error(std::string(call) +
                           " needs a current_thread runtime: its clock is the only one that can stop");
  return scheduler;
}

// The clock has changed its ways: whoever waits in the driver meanwhile counts on its old ones.
void look_again(Scheduler& scheduler) {
  if (scheduler.is_multi_thread()) scheduler.driver().unpark();
}

}  // namespace

void pause_clock(ClockOwner owner) {
  Scheduler& scheduler = scheduler_of_clock(owner, "time::pause");
  if (!scheduler.driver().clock().pause()) throw std::logic_error("time::pause: the clock is paused already");
  look_again(scheduler);
}

void resume_clock(ClockOwner owner) {
  Scheduler& scheduler = scheduler_of_clock(owner, "time::resume");
  if (!scheduler.driver().clock().resume()) throw std::logic_error("time::resume: the clock is not paused");
  look_again(scheduler);
}

}  // namespace detail

namespace time {

void pause() { detail::pause_clock(detail::ClockOwner::CurrentThread); }

void resume() { detail::resume_clock(detail::ClockOwner::CurrentThread); }

Poll<void> Advance::poll(Context& cx) {
  detail::Scheduler& scheduler = detail::scheduler_of_clock(owner_, "time::advance");
  detail::Driver& driver = scheduler.driver();
  switch (step_++) {
    case 0:
      // What was spawned before gets to register its timers first.
      if (!driver.clock().is_paused()) throw std::logic_error("time::advance: the clock is not paused");
      break;
    case 1:
      driver.clock().advance(duration_);
      if (scheduler.is_multi_thread())
        driver.unpark();  // one thread at a time fires: whoever is in the driver
      else
        driver.timers().fire();
      break;
    default:
      return Poll<void>::ready();
  }
  cx.waker().wake_by_ref();
  return pending;
}

Advance advance(Duration duration) { return Advance(duration); }

}  // namespace time
}  // namespace ferry
