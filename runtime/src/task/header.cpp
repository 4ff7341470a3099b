#include <memory>
#include <new>
#include <utility>

#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/task_header.hpp>

#include "runtime/context.hpp"
#include "task/poll_watch.hpp"

namespace ferry::detail {
namespace {

TaskHeader* task_of(void* data) noexcept { return static_cast<TaskHeader*>(data); }

// The waker of a task's own poll: borrows the reference that the poll holds.
class BorrowedWaker {
 public:
  explicit BorrowedWaker(TaskHeader* task) noexcept {
    ::new (static_cast<void*>(&waker_)) Waker(&kTaskWakerVTable, task);
  }
  BorrowedWaker(const BorrowedWaker&) = delete;
  BorrowedWaker& operator=(const BorrowedWaker&) = delete;
  ~BorrowedWaker() {}
  const Waker& get() const noexcept { return waker_; }

 private:
  union {
    Waker waker_;  // never destroyed: it owns nothing
  };
};

// Whoever destroys a task's future is that task for the time being.
class CurrentTaskScope {
 public:
  explicit CurrentTaskScope(TaskHeader* task) noexcept
      : context_(thread_context()), running_{task, nullptr, context_.running} {
    context_.running = &running_;
  }
  CurrentTaskScope(const CurrentTaskScope&) = delete;
  CurrentTaskScope& operator=(const CurrentTaskScope&) = delete;
  ~CurrentTaskScope() { context_.running = running_.outer; }

 private:
  ThreadContext& context_;
  RunningTask running_;
};

}  // namespace

constinit const WakerVTable kTaskWakerVTable = {
    .clone =
        [](void* data) {
          task_of(data)->state.retain();
          return data;
        },
    .wake = [](void* data) { task_of(data)->wake_by_val(); },
    .wake_by_ref = [](void* data) { task_of(data)->wake_by_ref(); },
    .drop = [](void* data) noexcept { task_of(data)->release(); },
};

// Whether the entry holds kRunning. relaxed: it comes with the entry.
inline bool TaskHeader::take_entry() noexcept {
  const bool holds_running = entry.load(std::memory_order_relaxed) != Entry::Plain;
  entry.store(Entry::Plain, std::memory_order_relaxed);
  return holds_running;
}

bool TaskHeader::run(ThreadContext& context) noexcept {
  if (const auto on_run = take_entry() ? state.continue_running() : state.transition_to_running();
      on_run != TaskState::OnRun::Poll) [[unlikely]] {
    if (on_run == TaskState::OnRun::Cancel) cancel();
    if (on_run == TaskState::OnRun::Destroy) vtable->destroy(this);
    return false;
  }
  bool yields = false;
  {
    const BorrowedWaker waker(this);
    Context cx(waker.get(), context.budget);
    cx.takes_yields_ = true;
    RunningTask running{this, &cx, context.running};
    context.running = &running;
    if (context.watch != nullptr) [[unlikely]]
      context.watch->begin(id, vtable->resumes_at(this));
    const bool is_ready = vtable->poll(this, cx);
    context.running = running.outer;
    context.budget = cx.budget_;
    if (is_ready) {
      complete();
      return false;
    }
    yields = cx.wants_yield_;
  }
  if (yields && may_hold_running) {
    entry.store(Entry::Yield, std::memory_order_relaxed);
    return true;
  }
  const TaskState::OnIdle on_idle = state.transition_to_idle(yields);
  if (on_idle == TaskState::OnIdle::Cancel) [[unlikely]]
    cancel();
  if (on_idle == TaskState::OnIdle::Destroy) [[unlikely]]
    vtable->destroy(this);
  return on_idle == TaskState::OnIdle::Requeue;
}

void TaskHeader::run_once() noexcept {
  [[maybe_unused]] const bool is_requeued = run(thread_context());
  FERRY_ASSERT(!is_requeued, "the poll completes the task");
}

void TaskHeader::drop_entry() noexcept {
  if (take_entry())
    cancel();
  else
    release();
}

void TaskHeader::shutdown() noexcept {
  if (!state.transition_to_shutdown()) return release();
  cancel();
}

void TaskHeader::cancel() noexcept {
  {
    const CurrentTaskScope scope(this);
    vtable->cancel(this);
  }
  complete();
}

void TaskHeader::complete() noexcept {
  const std::uint64_t references = scheduler->finished(this) ? 2 : 1;
  if (vtable->completed == nullptr && state.transition_to_complete_and_release(references)) return;
  const std::uint64_t before = state.transition_to_complete();
  if ((before & TaskState::kJoinInterest) == 0) {
    vtable->drop_output(this);
  } else if ((before & TaskState::kJoinWaker) != 0) {
    std::move(join_waker).wake();
  }
  if (vtable->completed != nullptr) vtable->completed(this);
  if (state.release(references)) vtable->destroy(this);
}

void TaskHeader::abort() noexcept {
  if (state.transition_to_notified_and_cancel() == TaskState::OnWake::Enqueue)
    scheduler->schedule(this, thread_context());
}

void TaskHeader::wake_by_ref() noexcept {
  if (state.transition_to_notified_by_ref() == TaskState::OnWake::Enqueue)
    scheduler->schedule(this, thread_context());
}

void TaskHeader::wake_by_val() noexcept {
  switch (state.transition_to_notified_by_val()) {
    case TaskState::OnWake::Nothing:
      return;
    case TaskState::OnWake::Enqueue:
      return scheduler->schedule(this, thread_context());
    case TaskState::OnWake::Destroy:
      return vtable->destroy(this);
  }
}

bool TaskHeader::poll_join_slow(Context& cx) {
  if ((state.load() & TaskState::kJoinWaker) != 0 && !state.unset_join_waker()) return true;
  if (!join_waker.will_wake(cx.waker())) join_waker = cx.waker();
  if (state.set_join_waker()) return false;
  join_waker = Waker::noop();
  return true;
}

void TaskHeader::drop_join_handle() noexcept {
  // Not kept until the task is freed: two tasks that waited for each other would keep each other for ever.
  if ((state.load() & TaskState::kComplete) == 0 && state.unset_join_interest())
    join_waker = Waker::noop();
  else if (stage == Stage::Output)
    vtable->drop_output(this);
  release();
}

}  // namespace ferry::detail
