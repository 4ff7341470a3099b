#include <chrono>

#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

namespace rt = ferry::v0_2;
using namespace std::chrono_literals;

void beat();

// [guide]
rt::Task<void> heartbeat() {
  for (;;) {
    beat();
    co_await rt::time::delay_for(1s);
  }
}
// [guide]
