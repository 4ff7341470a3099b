// The current_thread scheduler: whoever is in block_on runs the tasks and the driver.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/thread_park.hpp>
#include <ferry/task/join_handle.hpp>

#include "runtime/config.hpp"
#include "runtime/worker_metrics.hpp"
#include "scheduler/inject.hpp"

namespace ferry::detail {

/// A future that block_on polls: type-erased.
class BlockOnFuture {
 public:
  virtual bool poll(Context& cx) = 0;  ///< true when it is ready

 protected:
  ~BlockOnFuture() = default;
};

class CurrentThread final : public Scheduler {
 public:
  explicit CurrentThread(const RuntimeConfig& config);

  using Scheduler::schedule;
  void schedule(TaskHeader* task, ThreadContext& context) noexcept override;
  bool is_multi_thread() const noexcept override { return false; }
  std::size_t global_queue_depth() const noexcept override { return inject_.size(); }
  std::size_t local_queue_depth(std::size_t) const noexcept override { return queued_.get(); }
  bool has_idle_worker() const noexcept override { return false; }
  std::size_t worker_of(const void*) const noexcept override { return 0; }
  void task_threw(const TaskHeader& task) noexcept override;
  bool help_along() override;
  void relieve() noexcept override {}  // there is nobody else

  /// Runs tasks on this thread until `future` is ready. While another thread does, it only polls `future`,
  /// and takes over when that one leaves.
  void block_on(BlockOnFuture& future);

  /// Destroys every task. Called once, by the Runtime, on any thread that is not inside block_on.
  void shut_down() noexcept;

  void schedule_for_sibling(TaskHeader* task, ThreadContext& context) noexcept override {
    schedule(task, context);  // there is none
  }

 private:
  class Core;
  class GiveBack;
  class RootWaker;

  void run(Core& core, BlockOnFuture& future, RootWaker& root);
  TaskHeader* next_task(Core& core) noexcept;
  TaskHeader* take_any(Core& core) noexcept;
  void park(Core& core, RootWaker& root);
  [[noreturn]] void throw_stuck();
  [[noreturn]] void throw_panic(Core& core);
  void drop_tasks(Core& core) noexcept;

  WorkerMetrics& metrics_;
  const unsigned event_interval_;
  const unsigned global_queue_interval_;
  const bool shuffles_;
  const bool is_watched_;
  InjectQueue inject_;
  std::atomic<bool> is_parked_{false};

  Counter queued_;  // in the core
  std::optional<task::JoinError>
      panic_;  // belongs to the thread that runs the core; the runtime has ended then

  std::mutex core_mutex_;
  std::condition_variable core_free_;
  std::unique_ptr<Core> core_;  // null while a thread runs it
  bool is_helped_ = false;      // by who runs it; under core_mutex_
};

}  // namespace ferry::detail
