#include <utility>

#include <ferry/v0_2/time/delay.hpp>
#include <ferry/waker.hpp>

namespace ferry::v0_2::time {

Delay::Delay(ferry::Pin<ferry::time::Sleep> sleep) : sleep_(std::move(sleep)) {
  // The first poll is what registers a Sleep; whoever polls it next becomes the one that is woken.
  Context nobody(Waker::noop());
  static_cast<void>(sleep_->poll(nobody));
}

Delay delay_for(ferry::time::Duration duration) { return Delay(ferry::pin(ferry::time::sleep, duration)); }

Delay delay_until(ferry::time::Instant deadline) {
  return Delay(ferry::pin(ferry::time::sleep_until, deadline));
}

}  // namespace ferry::v0_2::time
