#include <chrono>

#include <ferry/task.hpp>
#include <ferry/time.hpp>

namespace rt = ferry;
using namespace std::chrono_literals;

void record(rt::time::Instant at);

// [guide]
rt::Task<void> sample() {
  auto ticks = rt::time::interval(100ms);
  for (;;) {
    auto at = co_await ticks.tick();
    record(at);
  }
}
// [guide]
