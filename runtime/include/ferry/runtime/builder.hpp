// Builder: a runtime made to measure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <ferry/result.hpp>
#include <ferry/runtime/dump.hpp>
#include <ferry/runtime/histogram.hpp>
#include <ferry/runtime/stall.hpp>
#include <ferry/runtime/task_meta.hpp>

namespace ferry::detail {
struct RuntimeConfig;
}

namespace ferry::runtime {

class LocalRuntime;
class Runtime;

/// What becomes of a runtime whose task an exception leaves. Tokio: `runtime::UnhandledPanic`.
enum class UnhandledPanic : std::uint8_t {
  Ignore,           ///< the exception waits in the task's JoinHandle; the default
  ShutdownRuntime,  ///< every task is destroyed, and block_on throws
};

/// Collects options, then makes a runtime. Neither I/O nor timers are on unless enabled.
///
/// Tokio: `runtime::Builder`.
class Builder {
 public:
  /// Tasks run on the thread that is inside `Runtime::block_on`.
  static Builder new_current_thread();
  /// Tasks run on worker threads that share their work.
  static Builder new_multi_thread();

  Builder(const Builder& other);
  Builder& operator=(const Builder& other);
  Builder(Builder&&) noexcept;
  Builder& operator=(Builder&&) noexcept;
  ~Builder();

  /// Sockets, signals and timers; and io_uring where ferry was built with it.
  Builder& enable_all();
  Builder& enable_io();
  Builder& enable_time();
  /// Lets files be read, written, opened, ... by the kernel's io_uring instead of by threads of the blocking
  /// pool, and their operations be given up; enables I/O, too. Where ferry was built without
  /// (FERRY_IO_URING), or the kernel has none or refuses it, the blocking pool does it as without this: see
  /// `fs::uses_io_uring`. Completions come to whoever drives the runtime: on a current_thread one somebody
  /// has to be inside `block_on`. Has no effect together with `shuffle_tasks`.
  Builder& enable_io_uring(bool is_on = true);
  /// 1 or more; by default the number of processors, or the environment variable FERRY_WORKER_THREADS. Means
  /// nothing to a current_thread runtime. Throws std::logic_error for 0.
  Builder& worker_threads(std::size_t count);
  /// How many threads the blocking pool may have beside the workers: 1 or more, by default 512. Throws
  /// std::logic_error for 0.
  Builder& max_blocking_threads(std::size_t count);
  /// The runtime's own name, which `Handle::name` gives.
  Builder& name(std::string name);
  /// The name of workers and blocking threads; the system shows its first 15 bytes.
  Builder& thread_name(std::string name);
  Builder& thread_name_fn(std::function<std::string()> name);
  /// Bytes of stack of workers and blocking threads; by default the system's.
  Builder& thread_stack_size(std::size_t bytes);
  /// How long a blocking thread waits for work before it ends; by default 10 s.
  Builder& thread_keep_alive(std::chrono::nanoseconds duration);
  /// Called on every worker and blocking thread when it starts, and when it ends.
  Builder& on_thread_start(std::function<void()> f);
  Builder& on_thread_stop(std::function<void()> f);
  /// Called before a worker goes to sleep, and after it has woken; on a current_thread runtime by whoever is
  /// in `block_on`. What the former spawns runs before the sleep. Must not throw.
  Builder& on_thread_park(std::function<void()> f);
  Builder& on_thread_unpark(std::function<void()> f);
  /// Called where a task is spawned, before it can run; and when it has finished or was cancelled. For tasks
  /// of the runtime itself, not for those of LocalSets. What the first throws leaves the call that spawns:
  /// the task is cancelled and never runs, but for those that run what an asio::Executor is given. The second
  /// must not throw.
  Builder& on_task_spawn(std::function<void(const TaskMeta&)> f);
  Builder& on_task_terminate(std::function<void(const TaskMeta&)> f);
  /// Called around each time a task runs. Must not throw. Cost: two indirect calls each time.
  Builder& on_before_task_poll(std::function<void(const TaskMeta&)> f);
  Builder& on_after_task_poll(std::function<void(const TaskMeta&)> f);
  /// After how many tasks a busy thread looks at sockets and timers: 1 or more, by default 61.
  Builder& event_interval(unsigned ticks);
  /// After how many tasks a busy thread looks at what other threads have woken: 1 or more, by default 31.
  Builder& global_queue_interval(unsigned ticks);
  /// A task that the running one has woken takes its turn after the others, instead of coming next. For when
  /// tasks run long. Means nothing to a current_thread runtime.
  Builder& disable_lifo_slot();
  /// What happens when an exception leaves a task, of a current_thread runtime only; tasks of a scope and of
  /// LocalSets have their own say.
  Builder& unhandled_panic(UnhandledPanic behavior);
  /// Lets `RuntimeMetrics` tell how long polls take. Cost: two looks at the clock for each time a task runs.
  Builder& enable_metrics_poll_time_histogram();
  /// The same, into other buckets than `HistogramConfiguration::log()`.
  Builder& metrics_poll_time_histogram_configuration(HistogramConfiguration buckets);
  /// Seeds what `select` and `join` draw: on a current_thread runtime they then begin with the same branches
  /// in every run.
  Builder& rng_seed(std::uint64_t seed);
  /// As rng_seed, and ready tasks run in an order drawn from `seed` instead of one after the other;
  /// current_thread only. A block_on that nobody can wake any more throws std::logic_error instead of waiting
  /// for ever. For tests: see testing::explore.
  Builder& shuffle_tasks(std::uint64_t seed);
  /// Reports every poll of a task that keeps a worker, or the thread inside a current_thread runtime's
  /// block_on, for longer than `limit`: once, while it still goes on. `report` is called on a thread of its
  /// own, and has to return before the runtime can end; without one the report is printed to stderr. Blocking
  /// inside `block_in_place` is no stall.
  ///
  /// A poll that stalls keeps others from running even where there are workers: tasks queued behind it are
  /// stolen, but the one that it has woken last is not, and a worker that left the driver to run it leaves
  /// nobody there while the others sleep. With this option another worker is sent to the driver then, so that
  /// sockets and timers go on.
  ///
  /// Parameters: `limit` is more than zero; it is exceeded by a quarter before it is noticed.
  /// Throws: std::logic_error for a `limit` of zero or less.
  /// Cost: a thread that wakes four times in `limit`, but at most once a millisecond, and a few stores per
  /// poll. Tokio: none.
  Builder& stall_warning(std::chrono::nanoseconds limit,
                         std::function<void(const StalledTask&)> report = nullptr);
  /// Reports the tasks that have not finished when the runtime ends, if there are any, before it destroys
  /// them: `report` gets a dump of them on the thread that ends the runtime; without one it is printed to
  /// stderr. See `Handle::dump`. `report` must not throw. Tokio: none.
  Builder& report_alive_tasks(std::function<void(const Dump&)> report = nullptr);
  /// The clock stands still from the start; current_thread only. See `time::pause`.
  Builder& start_paused(bool is_paused);

  /// Makes the runtime and starts its workers. An error says which resource could not be had.
  io::Result<Runtime> build();
  /// Makes a current_thread runtime that belongs to this thread. Throws std::logic_error for a multi_thread
  /// one.
  io::Result<LocalRuntime> build_local();

 private:
  explicit Builder(bool is_multi_thread);
  std::unique_ptr<detail::RuntimeConfig> config_;
};

}  // namespace ferry::runtime
