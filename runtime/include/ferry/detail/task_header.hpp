// What a spawned task is to the scheduler: a state word, links and four functions.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <utility>

#include <ferry/detail/wait_list.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

class TaskHeader;
class TaskScheduler;
class WaitNotes;

// Who may touch what is decided by one word. Every bit is written only by the transition_* functions below.
//
//   bit        means                                             who owns what while it is set
//   kRunning   a thread polls or destroys the future             that thread owns the future and its frames
//   kComplete  the output is stored; never cleared               the JoinHandle owns the output (until it
//   gives up
//                                                                kJoinInterest, then whoever completes it)
//   kNotified  one run queue entry exists, or the runner will    the entry holds one reference
//              make one when the poll ends
//   kCancelled the future is to be destroyed at the next chance
//   kJoinInterest  a JoinHandle exists
//   kJoinWaker     the join waker is set: whoever completes the task uses it up; without it the JoinHandle
//   owns the slot kInspected     with kRunning: a dump reads the frames, and wakes whoever waits to run or
//   destroy them kRef and up    the number of owners: run queue entry, list of tasks, JoinHandle, wakers
class TaskState {
 public:
  static constexpr std::uint64_t kRunning = 1u << 0;
  static constexpr std::uint64_t kComplete = 1u << 1;
  static constexpr std::uint64_t kNotified = 1u << 2;
  static constexpr std::uint64_t kCancelled = 1u << 3;
  static constexpr std::uint64_t kJoinInterest = 1u << 4;
  static constexpr std::uint64_t kJoinWaker = 1u << 5;
  static constexpr std::uint64_t kInspected = 1u << 6;
  static constexpr std::uint64_t kRef = 1u << 7;

  /// A new task: owned by its first run queue entry, the list of tasks and a JoinHandle.
  TaskState() noexcept : bits_(kNotified | kJoinInterest | 3 * kRef) {}

  enum class [[nodiscard]] OnRun { Poll, Cancel, Skip, Destroy };
  enum class [[nodiscard]] OnIdle { Parked, Requeue, Cancel, Destroy };
  enum class [[nodiscard]] OnWake { Nothing, Enqueue, Destroy };
  enum class [[nodiscard]] OnInspect { Ready, Waiting, Running, Complete };

  /// A run queue entry is taken up. Its reference goes on to the poll, or is given up with Skip and Destroy.
  OnRun transition_to_running() noexcept;
  /// The poll ended without completing. Gives up the poll's reference unless a wake arrived meanwhile or the
  /// task yields.
  OnIdle transition_to_idle(bool yields) noexcept;
  /// The output is stored. Gives the state from before.
  std::uint64_t transition_to_complete() noexcept;
  /// A waker is used up. With Enqueue its reference goes into the run queue entry.
  OnWake transition_to_notified_by_val() noexcept;
  /// A wake that keeps its waker. With Enqueue a new reference goes into the run queue entry.
  OnWake transition_to_notified_by_ref() noexcept;
  /// abort(): as a wake by reference, and cancelled.
  OnWake transition_to_notified_and_cancel() noexcept;
  /// Shutdown: marks it cancelled; true when the caller now holds kRunning and destroys the future.
  bool transition_to_shutdown() noexcept;
  /// A dump takes the frames' lock of a task that it keeps alive, with Ready and Waiting. Meanwhile whoever
  /// wants to run or destroy the task waits.
  OnInspect transition_to_inspected() noexcept;
  /// Gives the lock up. True when the task was woken meanwhile and the caller enqueues it, with a new
  /// reference.
  [[nodiscard]] bool transition_from_inspected(OnInspect was) noexcept;
  /// The JoinHandle goes, its waker with it; false when the task has completed: the bits stay as they are
  /// then.
  bool unset_join_interest() noexcept;
  /// The JoinHandle publishes its waker; false when the task completed meanwhile.
  bool set_join_waker() noexcept;
  /// The JoinHandle takes the waker's slot back to change it; false when the task completed meanwhile.
  bool unset_join_waker() noexcept;

  // relaxed: a new owner is made from an owner, which already keeps the task alive.
  void retain() noexcept { bits_.fetch_add(kRef, std::memory_order_relaxed); }
  /// True for the last owner.
  [[nodiscard]] bool release() noexcept { return release(1); }
  [[nodiscard]] bool release(std::uint64_t count) noexcept {
    // acq_rel: what other owners did happens before the last one frees.
    return bits_.fetch_sub(count * kRef, std::memory_order_acq_rel) / kRef == count;
  }
  // acquire: kComplete publishes the output.
  std::uint64_t load() const noexcept { return bits_.load(std::memory_order_acquire); }

 private:
  void wait_until_inspected() const noexcept;

  std::atomic<std::uint64_t> bits_;
};

/// What a task is called; null for most. Shared with what outlives the task.
using TaskName = std::shared_ptr<const std::string>;

/// The part of a task's cell that depends on its future's type.
struct TaskVTable {
  bool (*poll)(TaskHeader* task,
               Context& cx) noexcept;         ///< true: completed, the future destroyed, the output stored
  void (*cancel)(TaskHeader* task) noexcept;  ///< destroys the future and stores the cancellation
  void (*drop_output)(TaskHeader* task) noexcept;       ///< destroys the output
  void (*take_output)(TaskHeader* task, void* output);  ///< moves the output to a std::optional of its type
  void (*destroy)(TaskHeader* task) noexcept;           ///< destroys and frees the whole cell
  void (*describe)(const TaskHeader* task, WaitNotes& notes);           ///< says what it waits for
  std::source_location (*resumes_at)(const TaskHeader* task) noexcept;  ///< where the next poll goes on
  std::size_t chain_offset;  ///< of the Chain in the cell, 0 if there is none: for debuggers
  // Null for a plain task:
  const TaskName& (*name)(const TaskHeader* task) noexcept = nullptr;
  void (*completed)(TaskHeader* task) noexcept =
      nullptr;  ///< the last that happens: the output is where it belongs
};

/// The head of every task's cell.
class TaskHeader : public ListNode<TaskHeader> {
 public:
  TaskHeader(const TaskVTable* vtable, TaskScheduler* scheduler, std::uint64_t id,
             std::source_location spawned_at) noexcept
      : vtable(vtable), scheduler(scheduler), id(id), spawned_at(spawned_at) {}

  /// Runs the entry that a scheduler took from its queue. Uses the entry's reference up.
  void run() noexcept;
  /// Destroys the future unless another thread runs it; that thread then does. Uses one reference up.
  void shutdown() noexcept;
  /// Cancels it at its next suspension point.
  void abort() noexcept;
  void wake_by_ref() noexcept;
  void wake_by_val() noexcept;
  void release() noexcept {
    if (state.release()) vtable->destroy(this);
  }

  // For the JoinHandle.
  bool poll_join(Context& cx);  ///< true when the output may be taken
  void drop_join_handle() noexcept;

  const TaskVTable* const vtable;
  TaskScheduler* const scheduler;  ///< one reference
  const std::uint64_t id;
  const std::source_location spawned_at;
  TaskState state;
  TaskHeader* queue_next = nullptr;  ///< of the run queue that holds the entry
  std::uint8_t owned_shard = 0;      ///< of the list of tasks
  enum class Stage : std::uint8_t { Future, Output, Consumed };
  Stage stage = Stage::Future;       ///< the cell's: what its memory holds; here it fills a gap
  Waker join_waker = Waker::noop();  ///< see kJoinWaker

 protected:
  ~TaskHeader() = default;

 private:
  void complete() noexcept;
};

/// One owner of a task.
class HeldTask {
 public:
  /// Adds a reference to those of the caller.
  explicit HeldTask(TaskHeader& task) noexcept : task_(&task) { task_->state.retain(); }
  HeldTask(HeldTask&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  HeldTask& operator=(HeldTask other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~HeldTask() {
    if (task_ != nullptr) task_->release();
  }

  TaskHeader& operator*() const noexcept { return *task_; }
  TaskHeader* operator->() const noexcept { return task_; }

 private:
  TaskHeader* task_;
};

extern const WakerVTable kTaskWakerVTable;

/// The task that this thread is polling or destroying, or null.
TaskHeader* current_task() noexcept;
/// Whether this thread is inside `task`, at any depth.
bool is_inside_task(const TaskHeader* task) noexcept;
/// Whether the task that this thread polls has budget; true when it polls none.
bool has_poll_budget() noexcept;
/// Says what the current task is polled with from now on. Gives what it was.
Context* exchange_poll(Context* poll) noexcept;

}  // namespace ferry::detail
