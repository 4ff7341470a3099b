/// What the micro benchmarks have in common: how much work an iteration is, and how results are named.
///
/// A benchmark is called `WORKLOAD/THREADS/PEER`; its items per second are operations per second of CPU time
/// of the whole process. report/workloads.cpp lists the workloads and says what an operation is; every peer
/// writes the same program for them, with these numbers. tokio/src/micro/harness.rs has them for Rust,
/// go/micro/harness.go for Go.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

namespace bench {

/// An iteration goes in and out of the runtime once; this many operations make that cost vanish.
inline constexpr std::size_t kOperations = 100'000;
/// spawn_join's tasks at a time; also how often one thing is repeated where 1000 things are done in turn.
inline constexpr std::size_t kFew = 100;
/// Tasks at a time elsewhere.
inline constexpr std::size_t kMany = 1000;
/// What is there at once in the workloads about memory.
inline constexpr std::size_t kMillion = 1'000'000;
inline constexpr std::size_t kChannelCapacity = 64;
inline constexpr std::size_t kReceivers = 8;
inline constexpr std::size_t kDepth = 100;

/// fan_out: every task spawns as many, down to the leaves.
inline constexpr std::size_t kChildren = 10;
inline constexpr std::size_t kLevels = 5;
inline constexpr std::size_t kTreeTasks = 111'110;

/// fib and fork_join: one task for every call that adds two numbers.
inline constexpr std::size_t kFib = 24;
inline constexpr std::size_t kFibResult = 46'368;
inline constexpr std::size_t kFibTasks = 75'024;

/// What tasks contend for: so many tasks, so many permits; one operation in kContenders writes.
inline constexpr std::size_t kContenders = 8;
inline constexpr std::size_t kPermits = 4;

inline constexpr std::size_t kBlockingJobs = 10'000;

inline void expect(bool holds) {
  if (!holds) throw std::logic_error("a benchmark computed something wrong");
}

/// What a workload found out besides its CPU time, by name.
using Figures = std::map<std::string, double>;

/// timer_fire: when the timer of this index fires, after the first. They cover a second in no order.
inline std::chrono::nanoseconds timer_offset(std::size_t index) {
  return std::chrono::microseconds(1'000'000 / kOperations * (index * 7919 % kOperations));
}

/// `late_p50_us`, `late_p99_us` and `late_max_us` of how late timers were.
Figures lateness(std::vector<std::int64_t> late_ns);

/// Memory of this process that is in RAM.
std::size_t resident_bytes();

struct Workload {
  std::string name;
  std::size_t operations = kOperations;
  /// Runs once, in a process that has done nothing else: for what is about new memory, or takes a second.
  bool is_fresh = false;
};

/// Registers `WORKLOAD/THREADS/PEER`. `make` makes a runtime; `once(runtime)` does the workload once, to its
/// end, and gives Figures.
template <typename Make, typename Once>
void add(const Workload& workload, int threads, const std::string& peer, Make make, Once once) {
  const std::string name = workload.name + "/" + std::to_string(threads) + "/" + peer;
  auto* const added =
      benchmark::RegisterBenchmark(name.c_str(), [make, once, workload](benchmark::State& state) {
        auto runtime = make();
        if (!workload.is_fresh) static_cast<void>(once(runtime));
        Figures figures;
        for (auto _ : state) figures = once(runtime);
        for (const auto& [figure, value] : figures) state.counters[figure] = value;
        state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(workload.operations));
      });
  added->MeasureProcessCPUTime();
  if (workload.is_fresh) added->Iterations(1);
}

}  // namespace bench
