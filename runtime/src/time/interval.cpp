#include <stdexcept>

#include <ferry/time/interval.hpp>

namespace ferry::time {
namespace {

// A tick counts as missed when it is seen later than this after it was due.
constexpr Duration kTolerance = std::chrono::milliseconds(5);

}  // namespace

Interval::Interval(Instant start, Duration period) : sleep_(new Sleep(sleep_until(start))), period_(period) {}

Instant Interval::next_after(Instant due, Instant now) const noexcept {
  if (now <= due + kTolerance) return due + period_;
  switch (behavior_) {
    case MissedTickBehavior::Burst:
      break;
    case MissedTickBehavior::Delay:
      return now + period_;
    case MissedTickBehavior::Skip:
      return now + (period_ - Duration((now - due).count() % period_.count()));
  }
  return due + period_;
}

Poll<Instant> Interval::poll_tick(Context& cx) {
  if (sleep_->poll(cx).is_pending()) return pending;
  const Instant due = sleep_->deadline();
  sleep_->reset(next_after(due, Instant::now()));
  return due;
}

Interval interval(Duration period) { return interval_at(Instant::now(), period); }

Interval interval_at(Instant start, Duration period) {
  if (period <= Duration::zero()) throw std::logic_error("time::interval needs a period greater than zero");
  return Interval(start, period);
}

}  // namespace ferry::time
