// What a LocalSet shares with its tasks and their wakers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <ferry/detail/atomic_waker.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/task_header.hpp>
#include <ferry/detail/wait_list.hpp>
#include <ferry/runtime/builder.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

class DebuggerList;

/// The tasks of one thread. While that thread runs them it queues without a lock; everybody else, and that
/// thread at other times, goes through the shared queue.
///
/// Thread safety: `schedule` and `finished` may be called from any thread, the rest on the one that made it.
class LocalScheduler final : public TaskScheduler, public ListNode<LocalScheduler> {
 public:
  LocalScheduler();
  ~LocalScheduler() override;

  using TaskScheduler::schedule;
  void schedule(TaskHeader* task, ThreadContext& context) noexcept override;
  bool finished(TaskHeader* task) noexcept override;

  void start(TaskHeader* task) noexcept override;
  void task_threw(const TaskHeader& task) noexcept override;

  bool has_tasks() const noexcept { return size_ != 0; }
  /// `waker` is called when there is something to run.
  void register_waker(const Waker& waker) { waker_.register_waker(waker); }
  /// Runs some tasks; inside a LocalScope. True when it is to be called again at once. Throws
  /// std::runtime_error when an exception has left a task that was to shut the set down.
  bool tick();
  void unhandled_panic(runtime::UnhandledPanic behavior) noexcept { unhandled_panic_ = behavior; }
  /// Destroys every task.
  void shut_down() noexcept;

  /// Appends the tasks of every LocalScheduler that `runtime` was the latest one to run. From any thread.
  static void hold_all_of(const Scheduler& runtime, std::vector<HeldTask>& into);

  /// Throws std::logic_error on another thread than the one that made this.
  void require_thread(const char* call) const;
  bool is_on_thread() const noexcept { return std::this_thread::get_id() == thread_; }

 private:
  class Queue {
   public:
    void push(TaskHeader* task) noexcept {
      task->queue_next = nullptr;
      (tail_ == nullptr ? head_ : tail_->queue_next) = task;
      tail_ = task;
    }
    TaskHeader* pop() noexcept {
      TaskHeader* const task = head_;
      if (task == nullptr) return nullptr;
      head_ = task->queue_next;
      if (head_ == nullptr) tail_ = nullptr;
      return task;
    }
    bool is_empty() const noexcept { return head_ == nullptr; }

   private:
    TaskHeader* head_ = nullptr;
    TaskHeader* tail_ = nullptr;
  };

  TaskHeader* next(unsigned turn) noexcept;
  TaskHeader* pop_shared() noexcept;

  const std::thread::id thread_ = std::this_thread::get_id();
  Queue local_;  // the thread's
  std::mutex owned_mutex_;
  IntrusiveList<TaskHeader> owned_;  // changed by the thread alone, under owned_mutex_
  std::size_t size_ = 0;             // of owned_
  std::unique_ptr<const DebuggerList> for_debuggers_;
  std::atomic<std::uint64_t> runs_in_{0};  // the id of the runtime whose thread ran it last
  bool is_shut_down_ = false;
  runtime::UnhandledPanic unhandled_panic_ = runtime::UnhandledPanic::Ignore;
  std::optional<task::JoinError> panic_;

  AtomicWaker waker_;
  std::atomic<std::size_t> shared_size_{0};
  std::mutex mutex_;
  Queue shared_;
  bool is_closed_ = false;
};

/// Makes `local` what spawn_local spawns to on this thread, for a scope. `runs`: its tasks run here
/// meanwhile.
class LocalScope {
 public:
  LocalScope(LocalScheduler& local, bool runs) noexcept;
  LocalScope(const LocalScope&) = delete;
  LocalScope& operator=(const LocalScope&) = delete;
  ~LocalScope();

 private:
  LocalScheduler* previous_;
  bool was_running_;
};

/// The LocalSet or LocalRuntime that this thread is in, or std::logic_error that names `call`.
TaskScheduler& require_local(const char* call);

}  // namespace ferry::detail
