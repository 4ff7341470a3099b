/// The micro benchmarks on ferry's own runtime.
#include <ferry/runtime.hpp>

#include "micro/ferry/workloads.hpp"

namespace bench {
namespace {

ferry::runtime::Runtime make_runtime(int threads) {
  if (threads == 1) return ferry::runtime::Builder::new_current_thread().enable_all().build().value();
  return ferry::runtime::Builder::new_multi_thread()
      .worker_threads(static_cast<std::size_t>(threads))
      .enable_all()
      .build()
      .value();
}

template <typename Work>
void add_both(const Workload& workload, Work work) {
  for (const int threads : {1, 2}) {
    add(workload, threads, "ferry", [threads] { return make_runtime(threads); }, work);
  }
}

}  // namespace

// A task of its own: only tasks run on the workers, block_on's future does not.
void add(const Workload& workload, ferry::Task<void> (*work)()) {
  add_both(workload, [work](const ferry::runtime::Runtime& runtime) {
    runtime.block_on(runtime.spawn(work())).value();
    return Figures();
  });
}

void add(const Workload& workload, ferry::Task<Figures> (*work)()) {
  add_both(workload, [work](const ferry::runtime::Runtime& runtime) {
    return runtime.block_on(runtime.spawn(work())).value();
  });
}

ferry::Task<void> join_all(std::vector<ferry::task::JoinHandle<void>>& tasks) {
  for (auto& task : tasks) (co_await task).value();
}

}  // namespace bench

int main(int argc, char** argv) {
  bench::add_tasks();
  bench::add_calls();
  bench::add_channels();
  bench::add_locks();
  bench::add_selects();
  bench::add_timers();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
