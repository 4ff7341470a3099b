// RuntimeMetrics: what a runtime counts about itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <ferry/detail/scheduler.hpp>

namespace ferry::runtime {

/// A runtime's numbers, read while it runs: each is a moment's, and two of them need not belong together.
/// Counts only grow. A current_thread runtime has one worker, whoever is inside its `block_on`.
///
/// What takes a worker's number, from 0, throws std::out_of_range for one that is not less than
/// `num_workers`. Thread safety: every member may be called from any thread. Cost: reading is a relaxed load,
/// or a lock where said. Tokio: `runtime::RuntimeMetrics`.
class RuntimeMetrics {
 public:
  explicit RuntimeMetrics(detail::SchedulerRef scheduler) noexcept : scheduler_(std::move(scheduler)) {}

  std::size_t num_workers() const noexcept;
  /// Tasks that were spawned and have not finished, but for those of LocalSets. Takes locks.
  std::size_t num_alive_tasks() const noexcept;
  /// Tasks spawned so far. Takes locks.
  std::uint64_t spawned_tasks_count() const noexcept;
  /// Tasks that wait in the queue that all workers share.
  std::size_t global_queue_depth() const noexcept;
  /// Tasks that another thread than a worker has made ready.
  std::uint64_t remote_schedule_count() const noexcept;
  /// How often a task had to let others run because it had used its budget up.
  std::uint64_t budget_forced_yield_count() const noexcept;

  /// Threads of the blocking pool, idle ones included. Takes a lock.
  std::size_t num_blocking_threads() const noexcept;
  std::size_t num_idle_blocking_threads() const noexcept;
  /// Jobs that wait for a thread of the pool. Takes a lock.
  std::size_t blocking_queue_depth() const noexcept;

  /// How long the worker did not sleep.
  std::chrono::nanoseconds worker_total_busy_duration(std::size_t worker) const;
  /// How often the worker went to sleep.
  std::uint64_t worker_park_count(std::size_t worker) const;
  /// How often the worker went to sleep or woke: while it is odd, the worker sleeps.
  std::uint64_t worker_park_unpark_count(std::size_t worker) const;
  /// How often the worker woke and went to sleep again without having run a task.
  std::uint64_t worker_noop_count(std::size_t worker) const;
  /// Tasks that the worker has run, once for each time.
  std::uint64_t worker_poll_count(std::size_t worker) const;
  /// A mean of how long its polls take, in which recent ones weigh most; of all the time between two sleeps.
  std::chrono::nanoseconds worker_mean_poll_time(std::size_t worker) const;
  /// Tasks that were made ready on the worker itself.
  std::uint64_t worker_local_schedule_count(std::size_t worker) const;
  /// Tasks in the worker's own queue.
  std::size_t worker_local_queue_depth(std::size_t worker) const;
  /// How often the worker's own queue was full and half of it was moved to the shared one.
  std::uint64_t worker_overflow_count(std::size_t worker) const;
  /// Tasks that the worker took from others' queues, and how often it did.
  std::uint64_t worker_steal_count(std::size_t worker) const;
  std::uint64_t worker_steal_operations(std::size_t worker) const;

  /// Whether `Builder::enable_metrics_poll_time_histogram` was called.
  bool poll_time_histogram_enabled() const noexcept;
  /// 0 when it is not enabled.
  std::size_t poll_time_histogram_num_buckets() const noexcept;
  /// Throws std::out_of_range.
  std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> poll_time_histogram_bucket_range(
      std::size_t bucket) const;
  /// Polls of the worker that took as long as the bucket says. Throws std::out_of_range.
  std::uint64_t poll_time_histogram_bucket_count(std::size_t worker, std::size_t bucket) const;

  /// Descriptors that the reactor has come to watch, and those it has ceased to. Takes a lock.
  std::uint64_t io_driver_fd_registered_count() const noexcept;
  std::uint64_t io_driver_fd_deregistered_count() const noexcept;
  /// Events that the reactor has been told of.
  std::uint64_t io_driver_ready_count() const noexcept;

  /// System calls for files that were handed to io_uring; 0 where the blocking pool makes them. Takes a lock.
  /// Tokio: none.
  std::uint64_t io_uring_submitted_count() const noexcept;
  /// Those that the kernel has not completed. Takes a lock. Tokio: none.
  std::size_t num_io_uring_in_flight() const noexcept;

 private:
  detail::SchedulerRef scheduler_;
};

}  // namespace ferry::runtime
