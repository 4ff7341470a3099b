/// Yielding, and coroutines that await coroutines.
#include <string>
#include <vector>

#include <ferry/runtime.hpp>

#include "micro/ferry/workloads.hpp"

namespace bench {
namespace {

using ferry::Task;

Task<void> yield(std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) co_await ferry::task::yield_now();
}
Task<void> yield_one() { return yield(kOperations); }
Task<void> yield_1000() {
  std::vector<ferry::task::JoinHandle<void>> tasks;
  tasks.reserve(kMany);
  for (std::size_t i = 0; i < kMany; ++i) tasks.push_back(ferry::spawn(yield(kOperations / kMany)));
  co_await join_all(tasks);
}

Task<void> yield_below(std::size_t depth) {
  if (depth == 0) {
    co_await yield(kOperations);
  } else {
    co_await yield_below(depth - 1);
  }
}
Task<void> deep_yield() { return yield_below(kDepth); }

Task<std::size_t> nest(std::size_t depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nest(depth - 1);
}
template <std::size_t kLevels>
Task<void> nested() {
  for (std::size_t i = 0; i < kOperations / kLevels; ++i) {
    std::size_t depth = kLevels;
    benchmark::DoNotOptimize(depth);
    expect(co_await nest(depth) == kLevels);
  }
}

}  // namespace

void add_calls() {
  add({"yield_one"}, yield_one);
  add({"yield_1000"}, yield_1000);
  // Every C++ coroutine has a frame of its own, so what Rust calls boxed is the same program here.
  for (const std::string kind : {"", "_boxed"}) {
    add({"deep_yield" + kind + "_100"}, deep_yield);
    add({"nested" + kind + "_1"}, nested<1>);
    add({"nested" + kind + "_10"}, nested<10>);
    add({"nested" + kind + "_100"}, nested<100>);
  }
}

}  // namespace bench
