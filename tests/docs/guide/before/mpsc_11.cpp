#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>

namespace rt = ferry::v0_2;

void run(int job);

// [guide]
rt::Task<void> work(rt::sync::mpsc::Receiver<int> jobs) {
  while (auto job = co_await jobs.next()) {
    run(*job);
  }
}
// [guide]
