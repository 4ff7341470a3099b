// The multi_thread scheduler: workers that steal from each other.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <ferry/detail/scheduler.hpp>

#include "runtime/config.hpp"
#include "runtime/thread.hpp"
#include "scheduler/idle.hpp"
#include "scheduler/inject.hpp"
#include "scheduler/parker.hpp"

namespace ferry::detail {

class MultiThread final : public Scheduler {
 public:
  explicit MultiThread(const RuntimeConfig& config);
  ~MultiThread() override;

  /// Starts the workers. Throws std::system_error when a thread cannot be had; those that run are stopped
  /// then.
  void start_workers();

  using Scheduler::schedule;
  void schedule(TaskHeader* task, ThreadContext& context) noexcept override;
  bool is_multi_thread() const noexcept override { return true; }
  std::size_t global_queue_depth() const noexcept override { return inject_.size(); }
  std::size_t local_queue_depth(std::size_t worker) const noexcept override;
  bool has_idle_worker() const noexcept override;
  std::size_t worker_of(const void* core) const noexcept override;
  bool help_along() override;
  void relieve() noexcept override;

  // For CoreHandOver. A thread that has given its worker away is waited for like a worker.
  /// Runs on this thread what `core` of another one is.
  static void run_core(void* core);
  void thread_blocks() noexcept { blocked_threads_.fetch_add(1, std::memory_order_relaxed); }
  void thread_goes_on() noexcept;
  /// As long as this thread is a guest, it counts as a worker that has not ended.
  void guest_comes() noexcept;
  void guest_leaves() noexcept;

  /// Tells the workers to destroy every task and end.
  void begin_shut_down() noexcept;
  /// Waits for the workers; those that have not ended at `deadline`, if there is one, are left to end by
  /// themselves.
  void join_workers(std::optional<std::chrono::steady_clock::time_point> deadline);

 private:
  class Worker;

  void schedule_for_sibling(TaskHeader* task, ThreadContext& context) noexcept override;
  void notify_one_parked() noexcept;
  void notify_if_work_is_pending() noexcept;
  void worker_has_ended() noexcept;

  InjectQueue inject_;
  Idle idle_;
  SharedDriver shared_driver_;
  std::atomic<bool> is_shut_down_{false};
  std::atomic<std::size_t> running_workers_{0};  // and guests
  std::atomic<std::size_t> blocked_threads_{0};  // are inside a task without their worker
  std::mutex ended_mutex_;
  std::condition_variable ended_;  // running_workers_ and blocked_threads_ are zero
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<NativeThread> threads_;
};

}  // namespace ferry::detail
