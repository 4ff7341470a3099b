/// Tasks that contend.
#include <utility>
#include <vector>

#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>

#include "micro/ferry/workloads.hpp"

namespace bench {
namespace {

using ferry::Task;
using ferry::sync::Mutex;
using ferry::sync::Notify;
using ferry::sync::RwLock;
using ferry::sync::Semaphore;

constexpr std::size_t kEach = kOperations / kContenders;

/// Spawns `task()` kContenders times and joins.
template <typename F>
Task<void> contend(F task) {
  std::vector<ferry::task::JoinHandle<void>> tasks;
  for (std::size_t i = 0; i < kContenders; ++i) tasks.push_back(ferry::spawn(task()));
  co_await join_all(tasks);
}

Task<void> count(Mutex<std::size_t>& mutex) {
  for (std::size_t i = 0; i < kEach; ++i) {
    const auto guard = co_await mutex.lock();
    ++*guard;
  }
}
Task<void> count_and_yield(Mutex<std::size_t>& mutex) {
  for (std::size_t i = 0; i < kEach; ++i) {
    const auto guard = co_await mutex.lock();
    ++*guard;
    co_await ferry::task::yield_now();
  }
}
template <Task<void> (*kTask)(Mutex<std::size_t>&)>
Task<void> mutex() {
  Mutex<std::size_t> counter(std::size_t{0});
  const auto task = [&] { return kTask(counter); };
  co_await contend(task);
  expect(counter.get_mut() == kOperations);
}

Task<void> take_permits(Semaphore& semaphore) {
  for (std::size_t i = 0; i < kEach; ++i) {
    const auto permit = co_await semaphore.acquire();
    co_await ferry::task::yield_now();
  }
}
Task<void> semaphore() {
  Semaphore permits(kPermits);
  const auto task = [&] { return take_permits(permits); };
  co_await contend(task);
}

Task<void> read_and_write(RwLock<std::size_t>& lock) {
  for (std::size_t i = 0; i < kEach; ++i) {
    if (i % kContenders == 0) {
      const auto guard = co_await lock.write();
      ++*guard;
      co_await ferry::task::yield_now();
    } else {
      const auto guard = co_await lock.read();
      benchmark::DoNotOptimize(*guard);
      co_await ferry::task::yield_now();
    }
  }
}
Task<void> rw_lock() {
  RwLock<std::size_t> value(std::size_t{0});
  const auto task = [&] { return read_and_write(value); };
  co_await contend(task);
}

Task<void> bounce(Notify& mine, Notify& other) {
  for (std::size_t i = 0; i < kOperations / 2; ++i) {
    co_await mine.notified();
    other.notify_one();
  }
}
Task<void> notify() {
  Notify first;
  Notify second;
  auto one = ferry::spawn(bounce(first, second));
  auto two = ferry::spawn(bounce(second, first));
  first.notify_one();
  (co_await one).value();
  (co_await two).value();
}

}  // namespace

void add_locks() {
  add({"mutex"}, mutex<count>);
  add({"mutex_yield"}, mutex<count_and_yield>);
  add({"semaphore"}, semaphore);
  add({"rw_lock"}, rw_lock);
  add({"notify"}, notify);
}

}  // namespace bench
