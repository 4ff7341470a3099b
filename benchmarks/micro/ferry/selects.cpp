/// The first of two, and deadlines that are not reached.
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/time.hpp>

#include "micro/ferry/workloads.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using ferry::Task;

Task<std::size_t> ready() { co_return 1; }

Task<void> select_ready() {
  ferry::sync::Notify never;
  auto stopped = never.notified();
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kOperations; ++i) {
    auto first = co_await ferry::select(ready(), stopped);
    sum += ferry::get<0>(first);
  }
  expect(sum == kOperations);
}

Task<void> select_yield() {
  ferry::sync::Notify never;
  auto stopped = never.notified();
  for (std::size_t i = 0; i < kOperations; ++i) {
    const auto first = co_await ferry::select(ferry::task::yield_now(), stopped);
    expect(first.index() == 0);
  }
}

Task<void> timeout_yield() {
  for (std::size_t i = 0; i < kOperations; ++i) {
    const auto result = co_await ferry::time::timeout(1h, ferry::task::yield_now());
    expect(result.has_value());
  }
}

}  // namespace

void add_selects() {
  add({"select_ready"}, select_ready);
  add({"select_yield"}, select_yield);
  add({"timeout_yield"}, timeout_yield);
}

}  // namespace bench
