/// Spawning and joining.
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>

#include "micro/ferry/workloads.hpp"

namespace bench {
namespace {

using ferry::Task;
using Answers = std::vector<ferry::task::JoinHandle<std::size_t>>;

Task<std::size_t> answer(std::size_t value) { co_return value; }

Task<void> spawn_and_join(std::size_t tasks_at_once, std::size_t operations) {
  for (std::size_t batch = 0; batch < operations / tasks_at_once; ++batch) {
    Answers tasks;
    tasks.reserve(tasks_at_once);
    for (std::size_t i = 0; i < tasks_at_once; ++i) tasks.push_back(ferry::spawn(answer(i)));
    for (auto& task : tasks) benchmark::DoNotOptimize((co_await task).value());
  }
}
Task<void> spawn_join() { return spawn_and_join(kFew, kOperations); }
Task<void> spawn_batch() { return spawn_and_join(kMany, kOperations); }
Task<void> spawn_fresh() { return spawn_and_join(kMillion, kMillion); }

Task<void> spawn_one() {
  for (std::size_t i = 0; i < kOperations; ++i) {
    auto task = ferry::spawn(answer(i));
    benchmark::DoNotOptimize((co_await task).value());
  }
}

Task<void> join_set() {
  for (std::size_t batch = 0; batch < kOperations / kMany; ++batch) {
    ferry::task::JoinSet<std::size_t> tasks;
    for (std::size_t i = 0; i < kMany; ++i) static_cast<void>(tasks.spawn(answer(i)));
    while (auto joined = co_await tasks.join_next()) benchmark::DoNotOptimize(joined->value());
  }
}

Task<void> spawn_remote() {
  // Never full, so the thread never waits.
  auto [sender, receiver] = ferry::sync::mpsc::channel<Answers>(kOperations / kMany);
  std::jthread thread([runtime = ferry::runtime::Handle::current(), to = std::move(sender)] {
    for (std::size_t batch = 0; batch < kOperations / kMany; ++batch) {
      Answers tasks;
      tasks.reserve(kMany);
      for (std::size_t i = 0; i < kMany; ++i) tasks.push_back(runtime.spawn(answer(i)));
      expect(to.try_send(std::move(tasks)).has_value());
    }
  });
  for (std::size_t batch = 0; batch < kOperations / kMany; ++batch) {
    auto tasks = co_await receiver.recv();
    for (auto& task : *tasks) benchmark::DoNotOptimize((co_await task).value());
  }
}

Task<std::size_t> tree(std::size_t levels) {
  if (levels == 0) co_return 0;
  Answers children;
  children.reserve(kChildren);
  for (std::size_t i = 0; i < kChildren; ++i) children.push_back(ferry::spawn(tree(levels - 1)));
  std::size_t tasks = kChildren;
  for (auto& child : children) tasks += (co_await child).value();
  co_return tasks;
}
Task<void> fan_out() { expect(co_await tree(kLevels) == kTreeTasks); }

Task<std::size_t> fib_of(std::size_t n) {
  if (n < 2) co_return n;
  auto first = ferry::spawn(fib_of(n - 1));
  const std::size_t second = co_await fib_of(n - 2);
  co_return (co_await first).value() + second;
}
Task<void> fib() { expect(co_await fib_of(kFib) == kFibResult); }

// The same with children in their parent's frame.
Task<std::size_t> forking_fib_of(std::size_t n) {
  if (n < 2) co_return n;
  auto results = co_await ferry::task::fork_join(forking_fib_of(n - 1), forking_fib_of(n - 2));
  co_return std::get<0>(results) + std::get<1>(results);
}
Task<void> fork_join() { expect(co_await forking_fib_of(kFib) == kFibResult); }

Task<void> count(std::atomic<std::size_t>& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
  co_return;
}
Task<void> scope_batch() {
  std::atomic<std::size_t> counter = 0;
  const auto children = [&](ferry::task::Scope& scope) -> Task<void> {
    for (std::size_t i = 0; i < kMany; ++i) static_cast<void>(scope.spawn(count(counter)));
    co_return;
  };
  for (std::size_t batch = 0; batch < kOperations / kMany; ++batch) co_await ferry::task::scope(children);
  expect(counter == kOperations);
}

Task<void> spawn_blocking() {
  for (std::size_t batch = 0; batch < kBlockingJobs / kFew; ++batch) {
    Answers jobs;
    jobs.reserve(kFew);
    for (std::size_t i = 0; i < kFew; ++i) jobs.push_back(ferry::task::spawn_blocking([i] { return i; }));
    for (auto& job : jobs) benchmark::DoNotOptimize((co_await job).value());
  }
}

}  // namespace

void add_tasks() {
  add({"spawn_one"}, spawn_one);
  add({"spawn_join"}, spawn_join);
  add({"spawn_batch"}, spawn_batch);
  add({"spawn_fresh", kMillion, true}, spawn_fresh);
  add({"spawn_remote"}, spawn_remote);
  add({"join_set"}, join_set);
  add({"fan_out", kTreeTasks}, fan_out);
  add({"fib", kFibTasks}, fib);
  add({"fork_join", kFibTasks}, fork_join);
  add({"scope_batch"}, scope_batch);
  add({"spawn_blocking", kBlockingJobs}, spawn_blocking);
}

}  // namespace bench
