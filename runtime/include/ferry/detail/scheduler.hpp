// What tasks, handles and drivers' users need of a runtime, whatever its flavour.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <ferry/detail/task_header.hpp>

namespace ferry::detail {

class BlockingPool;
class Driver;
class OwnedTasks;
struct RuntimeConfig;

/// A job of the blocking pool: one function and what becomes of it when it is never run.
class BlockingJob {
 public:
  virtual ~BlockingJob() = default;
  virtual void run() noexcept = 0;  ///< on a thread of the pool, inside the runtime's context
  virtual void cancel() noexcept = 0;
  BlockingJob* next = nullptr;
};

/// One runtime's shared state: its scheduler, driver and blocking pool. Shared by handles, tasks and timers.
class Scheduler {
 public:
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  void retain() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    // acq_rel: every owner's last use happens before the destruction.
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  /// Enqueues a notified task; takes the entry's reference over. `is_yield`: the task asked for it while it ran.
  virtual void schedule(TaskHeader* task, bool is_yield) noexcept = 0;
  virtual bool is_multi_thread() const noexcept = 0;

  /// Enters a new task into the list of tasks and enqueues it; after shutdown it is cancelled at once.
  void start(TaskHeader* task) noexcept;
  /// The task has completed: takes it off the list. True when the list's reference goes with it.
  bool finished(TaskHeader* task) noexcept;
  /// Runs `job` on the blocking pool; after shutdown it is cancelled at once.
  void spawn_blocking(std::unique_ptr<BlockingJob> job);

  Driver& driver() noexcept { return *driver_; }
  BlockingPool& blocking_pool() noexcept { return *blocking_; }
  OwnedTasks& owned() noexcept { return *owned_; }
  std::uint64_t id() const noexcept { return id_; }

  static std::uint64_t next_task_id() noexcept;

 protected:
  explicit Scheduler(const RuntimeConfig& config);
  virtual ~Scheduler();

  std::unique_ptr<Driver> driver_;
  std::unique_ptr<BlockingPool> blocking_;
  std::unique_ptr<OwnedTasks> owned_;

 private:
  std::atomic<std::size_t> owners_{1};
  std::uint64_t id_;
};

/// A counted pointer to a scheduler.
class SchedulerRef {
 public:
  SchedulerRef() = default;
  /// Takes one reference over.
  static SchedulerRef adopt(Scheduler* scheduler) noexcept {
    SchedulerRef ref;
    ref.scheduler_ = scheduler;
    return ref;
  }
  explicit SchedulerRef(Scheduler* scheduler) noexcept : scheduler_(scheduler) {
    if (scheduler_ != nullptr) scheduler_->retain();
  }
  SchedulerRef(const SchedulerRef& other) noexcept : SchedulerRef(other.scheduler_) {}
  SchedulerRef(SchedulerRef&& other) noexcept : scheduler_(std::exchange(other.scheduler_, nullptr)) {}
  SchedulerRef& operator=(SchedulerRef other) noexcept {
    std::swap(scheduler_, other.scheduler_);
    return *this;
  }
  ~SchedulerRef() {
    if (scheduler_ != nullptr) scheduler_->release();
  }
  Scheduler* get() const noexcept { return scheduler_; }
  Scheduler* operator->() const noexcept { return scheduler_; }
  Scheduler& operator*() const noexcept { return *scheduler_; }
  explicit operator bool() const noexcept { return scheduler_ != nullptr; }

 private:
  Scheduler* scheduler_ = nullptr;
};

/// The runtime whose context this thread is in, or null.
Scheduler* current_scheduler() noexcept;
/// The same, or std::logic_error that names `call`.
Scheduler& require_scheduler(const char* call);

}  // namespace ferry::detail
