#include <chrono>

#include <ferry/task.hpp>
#include <ferry/time.hpp>

namespace rt = ferry;
using namespace std::chrono_literals;

void beat();

// [guide]
rt::Task<void> heartbeat() {
  for (;;) {
    beat();
    co_await rt::time::sleep(1s);
  }
}
// [guide]
