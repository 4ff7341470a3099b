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

// Whoever polls a task is that task for the time being.
class CurrentTaskScope {
 public:
  explicit CurrentTaskScope(TaskHeader* task, Context* poll = nullptr) noexcept
      : context_(thread_context()), running_{task, poll, context_.running} {
    context_.running = &running_;
    if (context_.watch != nullptr && poll != nullptr) [[unlikely]]
      context_.watch->begin(task->id, task->vtable->resumes_at(task));
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

void TaskHeader::run() noexcept {
  switch (state.transition_to_running()) {
    case TaskState::OnRun::Skip:
      return;
    case TaskState::OnRun::Destroy:
      return vtable->destroy(this);
    case TaskState::OnRun::Cancel: {
      const CurrentTaskScope scope(this);
      vtable->cancel(this);
      return complete();
    }
    case TaskState::OnRun::Poll:
      break;
  }
  bool yields = false;
  {
    const BorrowedWaker waker(this);
    Context cx(waker.get());
    cx.takes_yields_ = true;
    const CurrentTaskScope scope(this, &cx);
    if (vtable->poll(this, cx)) return complete();
    yields = cx.wants_yield_;
  }
  switch (state.transition_to_idle(yields)) {
    case TaskState::OnIdle::Parked:
      return;
    case TaskState::OnIdle::Requeue:
      return scheduler->schedule(this, true);
    case TaskState::OnIdle::Destroy:
      return vtable->destroy(this);
    case TaskState::OnIdle::Cancel: {
      const CurrentTaskScope scope(this);
      vtable->cancel(this);
      return complete();
    }
  }
}

void TaskHeader::shutdown() noexcept {
  if (!state.transition_to_shutdown()) return release();
  {
    const CurrentTaskScope scope(this);
    vtable->cancel(this);
  }
  complete();
}

void TaskHeader::complete() noexcept {
  const std::uint64_t before = state.transition_to_complete();
  if ((before & TaskState::kJoinInterest) == 0) {
    vtable->drop_output(this);
  } else if ((before & TaskState::kJoinWaker) != 0) {
    std::move(join_waker).wake();
  }
  if (vtable->completed != nullptr) vtable->completed(this);
  const std::uint64_t references = scheduler->finished(this) ? 2 : 1;
  if (state.release(references)) vtable->destroy(this);
}

void TaskHeader::abort() noexcept {
  if (state.transition_to_notified_and_cancel() == TaskState::OnWake::Enqueue)
    scheduler->schedule(this, false);
}

void TaskHeader::wake_by_ref() noexcept {
  if (state.transition_to_notified_by_ref() == TaskState::OnWake::Enqueue) scheduler->schedule(this, false);
}

void TaskHeader::wake_by_val() noexcept {
  switch (state.transition_to_notified_by_val()) {
    case TaskState::OnWake::Nothing:
      return;
    case TaskState::OnWake::Enqueue:
      return scheduler->schedule(this, false);
    case TaskState::OnWake::Destroy:
      return vtable->destroy(this);
  }
}

bool TaskHeader::poll_join(Context& cx) {
  const std::uint64_t now = state.load();
  if ((now & TaskState::kComplete) != 0) return true;
  if ((now & TaskState::kJoinWaker) != 0 && !state.unset_join_waker()) return true;
  if (!join_waker.will_wake(cx.waker())) join_waker = cx.waker();
  if (state.set_join_waker()) return false;
  join_waker = Waker::noop();
  return true;
}

void TaskHeader::drop_join_handle() noexcept {
  // Not kept until the task is freed: two tasks that waited for each other would keep each other for ever.
  if ((state.load() & TaskState::kComplete) == 0 && state.unset_join_interest())
    join_waker = Waker::noop();
  else
    vtable->drop_output(this);
  release();
}

}  // namespace ferry::detail
