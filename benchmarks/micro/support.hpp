/// What the micro benchmarks have in common: how much work an iteration is, and how results are named.
///
/// A benchmark is called `WORKLOAD/THREADS/PEER`; its items per second are operations per second of CPU time
/// of the whole process. tokio/src/bin/micro.rs has the same workloads and numbers.
#pragma once

#include <cstddef>
#include <string>

#include <benchmark/benchmark.h>

namespace bench {

/// An iteration goes in and out of the runtime once; this many operations make that cost vanish.
inline constexpr std::size_t kOperations = 100'000;
inline constexpr std::size_t kBatch = 100;
inline constexpr std::size_t kChannelCapacity = 64;

/// Registers `WORKLOAD/THREADS/PEER`. `make` makes a runtime; `once(runtime)` does the workload once, to its
/// end.
template <typename Make, typename Once>
void add(const std::string& workload, int threads, const std::string& peer, Make make, Once once) {
  const std::string name = workload + "/" + std::to_string(threads) + "/" + peer;
  benchmark::RegisterBenchmark(name.c_str(), [make, once](benchmark::State& state) {
    auto runtime = make();
    once(runtime);
    for (auto _ : state) once(runtime);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kOperations));
  })->MeasureProcessCPUTime();
}

}  // namespace bench
