// One worker of the multi_thread scheduler.
#pragma once

#include <cstdint>

#include "scheduler/multi_thread.hpp"
#include "scheduler/run_queue.hpp"
#include "support/random.hpp"

namespace ferry::detail {

class PollWatch;

/// The loop of one thread: own queue, injection queue, neighbours, then sleep.
class alignas(64) MultiThread::Worker {
 public:
  Worker(MultiThread& scheduler, std::size_t index, PollWatch* watch)
      : scheduler_(scheduler),
        config_(scheduler.config()),
        metrics_(scheduler.worker_metrics(index)),
        index_(index),
        random_(index),
        watch_(watch) {}

  void run();

  /// Enqueues a task that was woken on this worker's thread.
  void push(TaskHeader* task) noexcept;
  /// Enqueues a task where siblings find it, and wakes one if need be.
  void push_for_sibling(TaskHeader* task) noexcept;
  /// Enqueues a task that has just run, behind all others.
  void push_back(TaskHeader* task) noexcept;

  // For others.
  void unpark() noexcept { parker_.unpark(scheduler_.shared_driver_); }
  RunQueue& queue() noexcept { return queue_; }
  std::size_t index() const noexcept { return index_; }
  bool is_out_of_tasks() const noexcept { return tasks() == 0; }

 private:
  // How often in a row the task that the running one has just woken goes first.
  static constexpr unsigned kMaxLifoRuns = 3;

  TaskHeader* next_task(ThreadContext& context) noexcept;
  TaskHeader* take_lifo(ThreadContext& context) noexcept;
  TaskHeader* take_injected() noexcept;
  TaskHeader* steal() noexcept;
  TaskHeader* steal_from_siblings() noexcept;
  void run_task(TaskHeader* task, ThreadContext& context) noexcept;
  void park();
  void sleep();
  void look_at_driver();
  void shut_down() noexcept;
  void drop_entries() noexcept;
  std::uint32_t tasks() const noexcept { return queue_.size() + (lifo_ != nullptr ? 1 : 0); }

  void enqueue(TaskHeader* task) noexcept;

  MultiThread& scheduler_;
  const RuntimeConfig& config_;
  WorkerMetrics& metrics_;
  const bool is_watched_ = config_.watches_polls();
  const std::size_t index_;
  RunQueue queue_;
  TaskHeader* lifo_ = nullptr;  // what the running task has just woken: runs next, its data being warm
  unsigned lifo_runs_ = 0;
  unsigned tick_ = 0;
  Random random_;
  PollWatch* const watch_;  // null unless stalls are reported
  bool is_searching_ = false;
  bool is_parking_ = false;  // in the driver: wake-ups come in a batch, siblings are told afterwards
  Parker parker_;
};

}  // namespace ferry::detail
