// What a spawned task is to the scheduler: a state word, links and four functions.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/task_state.hpp>
#include <ferry/detail/wait_list.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

class TaskHeader;
class TaskScheduler;
class WaitNotes;
struct ThreadContext;

/// What a task is called; null for most. Shared with what outlives the task.
using TaskName = std::shared_ptr<const std::string>;

/// The part of a task's cell that depends on its future's type.
struct TaskVTable {
  bool (*poll)(TaskHeader* task,
               Context& cx) noexcept;         ///< true: completed, the future destroyed, the output stored
  void (*cancel)(TaskHeader* task) noexcept;  ///< destroys the future and stores the cancellation
  void (*drop_output)(TaskHeader* task) noexcept;                       ///< destroys the output
  void (*destroy)(TaskHeader* task) noexcept;                           ///< destroys and frees the whole cell
  void (*describe)(const TaskHeader* task, WaitNotes& notes);           ///< says what it waits for
  std::source_location (*resumes_at)(const TaskHeader* task) noexcept;  ///< where the next poll goes on
  std::size_t output_offset;  ///< of the output in the cell, while there is one
  std::size_t chain_offset;   ///< of the Chain in the cell, 0 if there is none: for debuggers
  // Null for a plain task:
  const TaskName& (*name)(const TaskHeader* task) noexcept = nullptr;
  void (*completed)(TaskHeader* task) noexcept =
      nullptr;  ///< the last that happens: the output is where it belongs
};

/// The head of every task's cell.
class TaskHeader : public ListNode<TaskHeader> {
 public:
  /// `may_hold_running`: its entries may keep kRunning, which spares the transitions around a queue but keeps
  /// others from destroying the future before the entry is taken up.
  TaskHeader(const TaskVTable* vtable, TaskScheduler* scheduler, std::source_location spawned_at,
             bool may_hold_running) noexcept
      : vtable(vtable),
        scheduler(scheduler),
        spawned_at(spawned_at),
        state(may_hold_running),
        may_hold_running(may_hold_running),
        entry(may_hold_running ? Entry::First : Entry::Plain) {}

  /// Runs the entry that a scheduler took from its queue, on the thread of `context`. True: it goes back to
  /// the end of the queue; otherwise its reference has been used up.
  [[nodiscard]] bool run(ThreadContext& context) noexcept;
  /// The same for a task whose one poll completes it, on any thread.
  void run_once() noexcept;
  /// Drops the entry that a scheduler took from its queue, at shutdown.
  void drop_entry() noexcept;
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
  bool poll_join(Context& cx) {  ///< true when the output may be taken
    return (state.load() & TaskState::kComplete) != 0 || poll_join_slow(cx);
  }
  void drop_join_handle() noexcept;
  /// What the task gave. `Output`: as its cell has it. Throws std::logic_error when it was taken before.
  template <class Output>
  Output take_output() {
    FERRY_REQUIRE(stage == Stage::Output, "a JoinHandle is awaited or polled after it has given its result");
    stage = Stage::Consumed;
    auto* const stored = reinterpret_cast<Output*>(reinterpret_cast<char*>(this) + vtable->output_offset);
    const OutputGuard<Output> guard(stored);
    return std::move(*stored);
  }

  const TaskVTable* const vtable;
  TaskScheduler* const scheduler;
  std::uint64_t id = 0;  ///< given when it is admitted to the scheduler
  const std::source_location spawned_at;
  TaskState state;
  TaskHeader* queue_next = nullptr;  ///< of the run queue that holds the entry
  std::uint8_t owned_shard = 0;      ///< of the list of tasks
  const bool may_hold_running;
  /// What the maker of the run queue entry leaves to whoever takes it up: the latter two hold kRunning.
  /// Atomic for dumps, which only look.
  enum class Entry : std::uint8_t { Plain, First, Yield };
  std::atomic<Entry> entry;
  enum class Stage : std::uint8_t { Future, Output, Consumed };
  Stage stage = Stage::Future;       ///< the cell's: what its memory holds; here it fills a gap
  Waker join_waker = Waker::noop();  ///< see kJoinWaker

 protected:
  ~TaskHeader() = default;

 private:
  // Destroys what was moved from.
  template <class Output>
  class OutputGuard {
   public:
    explicit OutputGuard(Output* output) noexcept : output_(output) {}
    OutputGuard(const OutputGuard&) = delete;
    OutputGuard& operator=(const OutputGuard&) = delete;
    ~OutputGuard() { std::destroy_at(output_); }

   private:
    Output* output_;
  };

  bool take_entry() noexcept;
  bool poll_join_slow(Context& cx);
  void cancel() noexcept;
  void complete() noexcept;
};

/// Fetches what running `task` reads first; `task` need not be one any more.
inline void prefetch(const TaskHeader* task) noexcept {
  __builtin_prefetch(task);
  __builtin_prefetch(reinterpret_cast<const char*>(task) + 64);
}

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
