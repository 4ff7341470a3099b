/// The micro benchmarks on ferry's own runtime.
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>

#include "micro/support.hpp"

using bench::kBatch;
using bench::kChannelCapacity;
using bench::kOperations;
using ferry::Task;

namespace {

void expect(bool holds) {
  if (!holds) throw std::logic_error("a benchmark computed something wrong");
}

Task<std::size_t> answer(std::size_t value) { co_return value; }

Task<void> spawn_join() {
  for (std::size_t batch = 0; batch < kOperations / kBatch; ++batch) {
    std::vector<ferry::task::JoinHandle<std::size_t>> tasks;
    tasks.reserve(kBatch);
    for (std::size_t i = 0; i < kBatch; ++i) tasks.push_back(ferry::spawn(answer(i)));
    for (auto& task : tasks) benchmark::DoNotOptimize((co_await task).value());
  }
}

Task<void> spawn_one() {
  for (std::size_t i = 0; i < kOperations; ++i) {
    auto task = ferry::spawn(answer(i));
    benchmark::DoNotOptimize((co_await task).value());
  }
}

Task<void> yield(std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) co_await ferry::task::yield_now();
}
Task<void> yield_one() { return yield(kOperations); }
Task<void> yield_many() {
  std::vector<ferry::task::JoinHandle<void>> tasks;
  tasks.reserve(kBatch);
  for (std::size_t i = 0; i < kBatch; ++i) tasks.push_back(ferry::spawn(yield(kOperations / kBatch)));
  for (auto& task : tasks) (co_await task).value();
}

Task<void> answer_ping(ferry::sync::oneshot::Receiver<std::size_t> ping,
                       ferry::sync::oneshot::Sender<std::size_t> pong) {
  expect(std::move(pong).send((co_await ping).value()).has_value());
}
Task<void> ping_pong() {
  for (std::size_t i = 0; i < kOperations; ++i) {
    auto [ping_sender, ping_receiver] = ferry::sync::oneshot::channel<std::size_t>();
    auto [pong_sender, pong_receiver] = ferry::sync::oneshot::channel<std::size_t>();
    (void)ferry::spawn(answer_ping(std::move(ping_receiver), std::move(pong_sender)));
    expect(std::move(ping_sender).send(i).has_value());
    expect((co_await pong_receiver).value() == i);
  }
}

Task<void> produce(ferry::sync::mpsc::Sender<std::size_t> sender) {
  for (std::size_t i = 0; i < kOperations; ++i) expect((co_await sender.send(i)).has_value());
}
Task<void> mpsc() {
  auto [sender, receiver] = ferry::sync::mpsc::channel<std::size_t>(kChannelCapacity);
  auto producer = ferry::spawn(produce(std::move(sender)));
  std::size_t sum = 0;
  while (auto value = co_await receiver.recv()) sum += *value;
  expect(sum == kOperations * (kOperations - 1) / 2);
  (co_await producer).value();
}

Task<std::size_t> nest(std::size_t depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nest(depth - 1);
}
template <std::size_t kDepth>
Task<void> nested() {
  for (std::size_t i = 0; i < kOperations / kDepth; ++i) {
    std::size_t depth = kDepth;
    benchmark::DoNotOptimize(depth);
    expect(co_await nest(depth) == kDepth);
  }
}

ferry::runtime::Runtime make_runtime(int threads) {
  if (threads == 1) return ferry::runtime::Builder::new_current_thread().enable_all().build().value();
  return ferry::runtime::Builder::new_multi_thread()
      .worker_threads(static_cast<std::size_t>(threads))
      .enable_all()
      .build()
      .value();
}

void add(const std::string& workload, Task<void> (*work)()) {
  for (const int threads : {1, 2}) {
    bench::add(
        workload, threads, "ferry", [threads] { return make_runtime(threads); },
        // A task of its own: only tasks run on the workers, block_on's future does not.
        [work](const ferry::runtime::Runtime& runtime) { runtime.block_on(runtime.spawn(work())).value(); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  add("spawn_join", spawn_join);
  add("spawn_one", spawn_one);
  add("yield_one", yield_one);
  add("yield_many", yield_many);
  add("ping_pong", ping_pong);
  add("mpsc", mpsc);
  // Every C++ coroutine has a frame of its own, so what Rust calls boxed is the same program here.
  for (const std::string kind : {"nested_", "nested_boxed_"}) {
    add(kind + "1", nested<1>);
    add(kind + "10", nested<10>);
    add(kind + "100", nested<100>);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
