#include "runtime/worker_metrics.hpp"

#include <cmath>

namespace ferry::detail {

void WorkerMetrics::end_batch() noexcept {
  // What one more poll weighs in the mean of their times.
  constexpr double kWeight = 0.1;

  const Clock::time_point now = Clock::now();
  const std::uint64_t elapsed = static_cast<std::uint64_t>((now - began_).count());
  const std::uint64_t polled = polls.get() - polls_before_;
  busy_time.add(elapsed);
  if (polled != 0) {
    // As if each poll of the batch had taken the same time and been entered by itself.
    const double mean = static_cast<double>(elapsed) / static_cast<double>(polled);
    const double kept = polled == 1 ? 1 - kWeight : std::pow(1 - kWeight, static_cast<double>(polled));
    mean_ = polls_before_ == 0 ? mean : mean + (mean_ - mean) * kept;
    mean_poll_time.set(static_cast<std::uint64_t>(mean_));
  }
  began_ = now;
  polls_before_ += polled;
}

}  // namespace ferry::detail
