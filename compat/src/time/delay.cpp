#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include <ferry/v0_2/time/delay.hpp>
#include <ferry/waker.hpp>

namespace ferry::v0_2::time {
namespace {

// What 0.2's wheel has room for: six levels of 64 slots, the lowest of a millisecond each.
constexpr std::chrono::milliseconds kTooFar{std::int64_t{1} << 36};

}  // namespace

Delay::Delay(ferry::Pin<ferry::time::Sleep> sleep) : sleep_(std::move(sleep)) {
  look_how_far();
  // The first poll is what registers a Sleep; whoever polls it next becomes the one that is woken.
  Context nobody(Waker::noop());
  static_cast<void>(sleep_->poll(nobody));
}

void Delay::reset(ferry::time::Instant deadline) {
  sleep_->reset(deadline);
  look_how_far();
}

void Delay::look_how_far() {
  is_too_far_ = deadline().duration_since(ferry::time::Instant::now()) >= kTooFar;
  is_refused_ = false;
}

Poll<void> Delay::poll_too_far(Context& cx) {
  if (std::exchange(is_refused_, true))
    throw std::logic_error("timer error: timer duration exceeds maximum duration");
  cx.waker().wake_by_ref();
  return pending;
}

Delay delay_for(ferry::time::Duration duration) {
  return delay_until(detail::deadline_after(duration, "time::delay_for"));
}

Delay delay_until(ferry::time::Instant deadline) {
  return Delay(ferry::pin(ferry::time::sleep_until, deadline));
}

ferry::time::Instant detail::deadline_after(ferry::time::Duration duration, const char* call) {
  if (const auto deadline = ferry::time::Instant::now().checked_add(duration)) return *deadline;
  throw std::logic_error(std::string(call) + ": the clock cannot count that far");
}

}  // namespace ferry::v0_2::time
