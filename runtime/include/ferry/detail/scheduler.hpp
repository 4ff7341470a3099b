// What tasks, handles and drivers' users need of a runtime, whatever its flavour.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <ferry/detail/asio_steps.hpp>
#include <ferry/detail/task_header.hpp>

namespace ferry::detail {

class BlockingPool;
class Driver;
class OwnedTasks;
class PollWatch;
class StallMonitor;
struct RuntimeConfig;
struct SharedMetrics;
struct ThreadContext;
struct WorkerMetrics;

/// A job of the blocking pool: one function and what becomes of it when it is never run.
class BlockingJob {
 public:
  virtual ~BlockingJob() = default;
  virtual void run() noexcept = 0;  ///< on a thread of the pool, inside the runtime's context
  virtual void cancel() noexcept = 0;
  /// Whether it is run also when the runtime ends before a thread is free for it.
  virtual bool is_mandatory() const noexcept { return false; }
};

/// Who queues and owns tasks: a runtime, or a LocalSet. Shared by its tasks.
class TaskScheduler {
 public:
  TaskScheduler(const TaskScheduler&) = delete;
  TaskScheduler& operator=(const TaskScheduler&) = delete;

  // On a thread that runs this scheduler these touch nothing that another thread does: see SpareReferences.
  void retain() noexcept;
  void release() noexcept;

  /// A new task: gives it its id, and a reference that whoever frees it gives up.
  void admit(TaskHeader& task) noexcept;
  /// Whether an entry of its queues may hold kRunning.
  bool takes_running_entries() const noexcept { return takes_running_entries_; }

  /// Enters a new task into the list of tasks and enqueues it; after shutdown it is cancelled at once.
  ///
  /// Throws: what a runtime's hook for new tasks throws; the task has been cancelled then.
  virtual void start(TaskHeader* task) = 0;
  /// Enqueues a task that was woken; takes the entry's reference over. `context`: this thread's.
  virtual void schedule(TaskHeader* task, ThreadContext& context) noexcept = 0;
  void schedule(TaskHeader* task) noexcept;
  /// The task has completed: takes it off the list. True when the list's reference goes with it.
  virtual bool finished(TaskHeader* task) noexcept = 0;

  /// An exception has left the task; it is being handled.
  virtual void task_threw(const TaskHeader& task) noexcept { static_cast<void>(task); }

 protected:
  explicit TaskScheduler(bool takes_running_entries) noexcept
      : takes_running_entries_(takes_running_entries) {}
  virtual ~TaskScheduler() = default;

 private:
  friend class SpareReferences;
  void retain(ThreadContext& context) noexcept;

  const bool takes_running_entries_;
  std::atomic<std::size_t> owners_{1};
};

/// References to a runtime for the tasks, timers and handles that come and go on a thread which runs it: the
/// counter that all threads share gives and takes many at a time. Whoever runs the runtime keeps it alive.
class SpareReferences {
 public:
  constexpr SpareReferences() noexcept {}
  SpareReferences(SpareReferences&& other) noexcept : spare_(std::exchange(other.spare_, 0)) {}
  SpareReferences& operator=(SpareReferences&& other) noexcept {
    std::swap(spare_, other.spare_);
    return *this;
  }

  void take(TaskScheduler& from) noexcept {
    if (spare_ == 0) [[unlikely]] {
      from.owners_.fetch_add(kBatch, std::memory_order_relaxed);
      spare_ = kBatch;
    }
    --spare_;
  }
  void give_back(TaskScheduler& to) noexcept {
    if (++spare_ == 2 * kBatch) [[unlikely]]
      release(to, kBatch);
  }
  void give_all_back(TaskScheduler& to) noexcept { release(to, spare_); }

 private:
  static constexpr std::size_t kBatch = 1024;

  void release(TaskScheduler& to, std::size_t count) noexcept {
    // release: what was done with them happens before the destruction.
    to.owners_.fetch_sub(count, std::memory_order_release);
    spare_ -= count;
  }

  std::size_t spare_ = 0;
};

/// One runtime's shared state: its scheduler, driver and blocking pool. Shared by handles, tasks and timers.
class Scheduler : public TaskScheduler {
 public:
  virtual bool is_multi_thread() const noexcept = 0;
  /// How many tasks wait in the queue of all workers, and in a worker's own.
  virtual std::size_t global_queue_depth() const noexcept = 0;
  virtual std::size_t local_queue_depth(std::size_t worker) const noexcept = 0;
  /// Whether a worker other than this thread's, which has nothing queued, would take up a task at once.
  virtual bool has_idle_worker() const noexcept = 0;
  /// The number of the worker whose queues `core` of a ThreadContext is.
  virtual std::size_t worker_of(const void* core) const noexcept = 0;

  void start(TaskHeader* task) final;
  /// The same for a task that another worker than this thread's is to run.
  void start_for_sibling(TaskHeader* task);
  /// The same for the task that a step of Asio's is owed, which no hook can refuse.
  void start_for_step(TaskHeader* task) noexcept;
  bool finished(TaskHeader* task) noexcept final;
  /// Runs `job` on the blocking pool; after shutdown it is cancelled at once.
  void spawn_blocking(std::unique_ptr<BlockingJob> job);

  Driver& driver() noexcept { return *driver_; }
  BlockingPool& blocking_pool() noexcept { return *blocking_; }
  OwnedTasks& owned() noexcept { return *owned_; }
  const RuntimeConfig& config() const noexcept { return *config_; }
  WorkerMetrics& worker_metrics(std::size_t worker) noexcept;
  SharedMetrics& shared_metrics() noexcept { return *shared_metrics_; }
  /// Whether tasks that must not leave their thread may be spawned here: it is a LocalRuntime's and this
  /// thread made it.
  bool is_local_here() const noexcept;
  /// Null unless stalls are reported.
  StallMonitor* stall_monitor() noexcept { return stall_monitor_.get(); }
  /// What a thread does for the runtime while it waits in the middle of a task for what the runtime may have
  /// to bring about: looks at the driver, without waiting, and runs a step of Asio's. Does nothing where that
  /// is the affair of other threads. True when a step was run.
  virtual bool help_along() = 0;
  /// What asio::Executor was given. Each is also owed a task: see spawn_step.
  AsioSteps& asio_steps() noexcept { return asio_steps_; }
  /// Sees to it that somebody looks at the driver while a worker is in a long poll.
  virtual void relieve() noexcept = 0;
  std::uint64_t id() const noexcept { return id_; }

 protected:
  explicit Scheduler(const RuntimeConfig& config);
  ~Scheduler() override;

  /// Runs the step that came first, for `help_along`. False when there is none.
  bool run_asio_step() noexcept;

  /// `schedule` for a task that another worker than this thread's is to run.
  virtual void schedule_for_sibling(TaskHeader* task, ThreadContext& context) noexcept = 0;

  const std::unique_ptr<const RuntimeConfig> config_;
  const std::unique_ptr<SharedMetrics> shared_metrics_;
  const std::unique_ptr<WorkerMetrics[]> worker_metrics_;
  std::unique_ptr<Driver> driver_;
  std::unique_ptr<BlockingPool> blocking_;
  std::unique_ptr<OwnedTasks> owned_;
  std::unique_ptr<StallMonitor> stall_monitor_;
  AsioSteps asio_steps_;

 private:
  void announce(TaskHeader* task);
  bool enter(TaskHeader* task, ThreadContext& context) noexcept;

  std::uint64_t id_;
  std::thread::id thread_ = std::this_thread::get_id();
};

/// Has `step` run by a task of the runtime, or, where a thread has to wait for it, by that thread.
void spawn_step(Scheduler& scheduler, AsioStep* step);

/// A counted pointer to a scheduler.
template <class S>
class CountedScheduler {
 public:
  CountedScheduler() = default;
  /// Takes one reference over.
  static CountedScheduler adopt(S* scheduler) noexcept {
    CountedScheduler ref;
    ref.scheduler_ = scheduler;
    return ref;
  }
  explicit CountedScheduler(S* scheduler) noexcept : scheduler_(scheduler) {
    if (scheduler_ != nullptr) scheduler_->retain();
  }
  CountedScheduler(const CountedScheduler& other) noexcept : CountedScheduler(other.scheduler_) {}
  CountedScheduler(CountedScheduler&& other) noexcept
      : scheduler_(std::exchange(other.scheduler_, nullptr)) {}
  CountedScheduler& operator=(CountedScheduler other) noexcept {
    std::swap(scheduler_, other.scheduler_);
    return *this;
  }
  ~CountedScheduler() {
    if (scheduler_ != nullptr) scheduler_->release();
  }
  S* get() const noexcept { return scheduler_; }
  S* operator->() const noexcept { return scheduler_; }
  S& operator*() const noexcept { return *scheduler_; }
  explicit operator bool() const noexcept { return scheduler_ != nullptr; }

 private:
  S* scheduler_ = nullptr;
};

using SchedulerRef = CountedScheduler<Scheduler>;
using TaskSchedulerRef = CountedScheduler<TaskScheduler>;

/// While it lives, another thread may do what this one would have done for its worker: that may block then.
/// Does nothing on a thread that is no worker of a multi_thread runtime.
class CoreHandOver {
 public:
  /// What this thread does from now on to the end of its task's poll: `Keep`: it uses the driver, which is
  /// not shut down meanwhile. `Leave`: it may wait for what only the end of the driver ends.
  enum class Driver { Keep, Leave };

  explicit CoreHandOver(Driver driver) noexcept;
  CoreHandOver(const CoreHandOver&) = delete;
  CoreHandOver& operator=(const CoreHandOver&) = delete;
  ~CoreHandOver();

 private:
  class Job;

  Scheduler* owner_ = nullptr;
  void* core_ = nullptr;
  bool* has_core_ = nullptr;
  PollWatch* watch_ = nullptr;
  std::shared_ptr<std::atomic<bool>> is_taken_;
};

/// The runtime whose context this thread is in, or null.
Scheduler* current_scheduler() noexcept;
/// The runtime that would run a new task beside what this thread does; null where the task had to wait for
/// this thread, or may not leave it.
Scheduler* scheduler_in_want() noexcept;
/// What current_scheduler gives, or std::logic_error that names `call`.
Scheduler& require_scheduler(const char* call);

}  // namespace ferry::detail
