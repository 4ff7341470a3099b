#include <ferry/time/sleep.hpp>

namespace ferry::time {

Sleep sleep(Duration duration) {
  return Sleep(Instant::now() + duration, duration <= Duration::zero(), "time::sleep");
}

Sleep sleep_until(Instant deadline) {
  return Sleep(deadline, deadline <= Instant::now(), "time::sleep_until");
}

}  // namespace ferry::time
