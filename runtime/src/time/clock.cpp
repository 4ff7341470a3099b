#include <stdexcept>

#include <ferry/time/clock.hpp>

#include "driver/driver.hpp"

namespace ferry::time {
namespace {

detail::Driver& controllable_driver(const char* call) {
  detail::Scheduler& scheduler = detail::require_scheduler(call);
  if (scheduler.is_multi_thread())
    throw std::logic_error(std::string(call) +
                           " needs a current_thread runtime: its clock is the only one that can stop");
  return scheduler.driver();
}

}  // namespace

void pause() {
  if (!controllable_driver("time::pause").clock().pause())
    throw std::logic_error("time::pause: the clock is paused already");
}

void resume() {
  if (!controllable_driver("time::resume").clock().resume())
    throw std::logic_error("time::resume: the clock is not paused");
}

Poll<void> Advance::poll(Context& cx) {
  detail::Driver& driver = controllable_driver("time::advance");
  switch (step_++) {
    case 0:
      // What was spawned before gets to register its timers first.
      if (!driver.clock().is_paused()) throw std::logic_error("time::advance: the clock is not paused");
      break;
    case 1:
      driver.clock().advance(duration_);
      driver.timers().fire();
      break;
    default:
      return Poll<void>::ready();
  }
  cx.waker().wake_by_ref();
  return pending;
}

Advance advance(Duration duration) { return Advance(duration); }

}  // namespace ferry::time
