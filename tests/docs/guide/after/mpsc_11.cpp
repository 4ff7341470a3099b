#include <ferry/sync.hpp>
#include <ferry/task.hpp>

namespace rt = ferry;

void run(int job);

// [guide]
rt::Task<void> work(rt::sync::mpsc::Receiver<int> jobs) {
  while (auto job = co_await jobs.recv()) {
    run(*job);
  }
}
// [guide]
