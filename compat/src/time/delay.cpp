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

bool is_too_far(ferry::time::Instant deadline) noexcept {
  return deadline.duration_since(ferry::time::Instant::now()) >= kTooFar;
}

}  // namespace

Delay::Delay(ferry::time::Instant deadline) : Delay(deadline, is_too_far(deadline)) {}

Delay::Delay(ferry::time::Instant deadline, bool is_too_far)
    : timer_(deadline, "time::delay_for"), is_too_far_(is_too_far) {}

void Delay::reset(ferry::time::Instant deadline) {
  timer_.reset(deadline);
  is_too_far_ = is_too_far(deadline);
  is_refused_ = false;
}

Poll<void> Delay::poll_too_far(Context& cx) {
  if (std::exchange(is_refused_, true))
    throw std::logic_error("timer error: timer duration exceeds maximum duration");
  cx.waker().wake_by_ref();
  return pending;
}

Delay delay_for(ferry::time::Duration duration) {
  return Delay(detail::deadline_after(duration, "time::delay_for"), duration >= kTooFar);
}

Delay delay_until(ferry::time::Instant deadline) { return Delay(deadline); }

ferry::time::Instant detail::deadline_after(ferry::time::Duration duration, const char* call) {
  if (const auto deadline = ferry::time::Instant::now().checked_add(duration)) return *deadline;
  throw std::logic_error(std::string(call) + ": the clock cannot count that far");
}

}  // namespace ferry::v0_2::time
