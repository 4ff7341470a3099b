#include <chrono>

#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

namespace rt = ferry::v0_2;
using namespace std::chrono_literals;

void record(rt::time::Instant at);

// [guide]
rt::Task<void> sample() {
  auto ticks = rt::time::interval(100ms);
  while (auto at = co_await ticks.next()) {
    record(*at);
  }
}
// [guide]
