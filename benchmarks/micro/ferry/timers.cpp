/// Timers.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include <ferry/runtime.hpp>
#include <ferry/time.hpp>

#include "micro/ferry/workloads.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using ferry::Task;
using ferry::time::Instant;

/// Polls a sleep once, to start it.
class Start {
 public:
  using Output = void;
  explicit Start(ferry::time::Sleep& sleep) noexcept : sleep_(&sleep) {}
  ferry::Poll<void> poll(ferry::Context& cx) {
    expect(sleep_->poll(cx).is_pending());
    return ferry::Poll<void>::ready();
  }

 private:
  ferry::time::Sleep* sleep_;
};

Task<void> start_and_drop(std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    auto sleep = ferry::time::sleep(1h);
    co_await Start(sleep);
  }
}
Task<void> timer_cancel() {
  // Another one ends sooner, as it does in a program that has timers, and the driver knows: so none of these
  // is the next to end, for which it would have to be woken.
  auto sooner = ferry::time::sleep(1min);
  co_await Start(sooner);
  co_await ferry::time::sleep(1ms);
  std::vector<ferry::task::JoinHandle<void>> tasks;
  for (std::size_t i = 0; i < kContenders; ++i)
    tasks.push_back(ferry::spawn(start_and_drop(kOperations / kContenders)));
  co_await join_all(tasks);
}

// The only timer there is: always the next to end.
Task<void> timer_cancel_alone() { return start_and_drop(kOperations); }

Task<void> sleep_until(Instant deadline, std::int64_t& late_ns) {
  co_await ferry::time::sleep_until(deadline);
  late_ns = (Instant::now() - deadline).count();
}
Task<Figures> timer_fire() {
  std::vector<std::int64_t> late_ns(kOperations);
  std::vector<ferry::task::JoinHandle<void>> tasks;
  tasks.reserve(kOperations);
  const Instant first = Instant::now() + 200ms;  // until then they are spawned
  for (std::size_t i = 0; i < kOperations; ++i) {
    tasks.push_back(ferry::spawn(sleep_until(first + timer_offset(i), late_ns[i])));
  }
  co_await join_all(tasks);
  co_return lateness(std::move(late_ns));
}

std::atomic<std::size_t> sleeping = 0;

Task<void> sleep_for_ever() {
  auto sleep = ferry::time::sleep(1h);
  sleeping.fetch_add(1, std::memory_order_relaxed);
  co_await sleep;
}
Task<Figures> sleep_idle() {
  const std::size_t before = resident_bytes();
  for (std::size_t i = 0; i < kMillion; ++i) static_cast<void>(ferry::spawn(sleep_for_ever()));
  while (sleeping.load(std::memory_order_relaxed) < kMillion) co_await ferry::time::sleep(1ms);
  co_await ferry::time::sleep(100ms);
  Figures figures;
  figures["rss_bytes"] = static_cast<double>(resident_bytes() - before) / kMillion;
  co_return figures;
}

}  // namespace

void add_timers() {
  add({"timer_cancel"}, timer_cancel);
  add({"timer_cancel_alone"}, timer_cancel_alone);
  add({"timer_fire", kOperations, true}, timer_fire);
  add({"sleep_idle", kMillion, true}, sleep_idle);
}

}  // namespace bench
