#include <algorithm>
#include <future>
#include <optional>
#include <thread>

#include <ferry/assert.hpp>
#include <ferry/runtime/local_runtime.hpp>
#include <ferry/task/local_pool.hpp>
#include <ferry/task/task_tracker.hpp>

namespace ferry::task {

/// A thread of the pool, which ends when this goes. Owned by the handles together and by each pinned task.
class LocalPoolHandle::Worker {
 public:
  static std::shared_ptr<Worker> start() {
    TaskTracker owners;
    TaskTrackerToken owner = owners.token();
    owners.close();
    std::promise<runtime::Handle> started;
    std::future<runtime::Handle> runtime = started.get_future();
    std::thread(&Worker::run, std::move(started), std::move(owners)).detach();
    return std::make_shared<Worker>(runtime.get(), std::move(owner));
  }

  Worker(runtime::Handle runtime, TaskTrackerToken owner) noexcept
      : runtime(std::move(runtime)), owner_(std::move(owner)) {}

  const runtime::Handle runtime;
  std::atomic<std::size_t> load{0};

 private:
  static void run(std::promise<runtime::Handle> started, const TaskTracker& owners) {
    std::optional<runtime::LocalRuntime> runtime;
    try {
      runtime.emplace(runtime::LocalRuntime::create().value());
    } catch (...) {
      return started.set_exception(std::current_exception());
    }
    started.set_value(runtime->handle());
    runtime->block_on(owners.wait());
  }

  TaskTrackerToken owner_;  // the thread waits until it goes
};

LocalPoolHandle::Load::~Load() {
  // relaxed: the counts are advice. Whoever joins the task sees this with its output.
  if (worker_ != nullptr) worker_->load.fetch_sub(1, std::memory_order_relaxed);
}

const runtime::Handle& LocalPoolHandle::Load::runtime() const noexcept { return worker_->runtime; }

LocalPoolHandle::LocalPoolHandle(std::size_t pool_size) {
  FERRY_REQUIRE(pool_size > 0, "a LocalPoolHandle has at least one thread");
  std::vector<std::shared_ptr<Worker>> workers(pool_size);
  std::ranges::generate(workers, &Worker::start);
  workers_ = std::make_shared<const std::vector<std::shared_ptr<Worker>>>(std::move(workers));
}

std::vector<std::size_t> LocalPoolHandle::get_task_loads_for_each_worker() const {
  std::vector<std::size_t> loads;
  for (const auto& worker : *workers_) loads.push_back(worker->load.load(std::memory_order_relaxed));
  return loads;
}

std::shared_ptr<LocalPoolHandle::Worker> LocalPoolHandle::least_loaded() const noexcept {
  for (;;) {
    const std::shared_ptr<Worker>* least = nullptr;
    std::size_t load = 0;
    for (const auto& worker : *workers_) {
      const std::size_t seen = worker->load.load(std::memory_order_relaxed);
      if (least != nullptr && seen >= load) continue;
      least = &worker;
      load = seen;
    }
    // Chosen by nobody else meanwhile, or two that spawn at once would choose the same.
    if ((*least)->load.compare_exchange_weak(load, load + 1, std::memory_order_relaxed)) return *least;
  }
}

std::shared_ptr<LocalPoolHandle::Worker> LocalPoolHandle::by_idx(std::size_t idx) const {
  FERRY_REQUIRE(idx < workers_->size(), "LocalPoolHandle::spawn_pinned_by_idx needs the number of a thread");
  const std::shared_ptr<Worker>& worker = (*workers_)[idx];
  worker->load.fetch_add(1, std::memory_order_relaxed);
  return worker;
}

}  // namespace ferry::task
