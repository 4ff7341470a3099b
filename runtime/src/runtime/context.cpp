#include "runtime/context.hpp"

#include <stdexcept>
#include <string>

#include <ferry/detail/thread_park.hpp>

#include "runtime/worker_metrics.hpp"

namespace ferry {

void Context::yield_forced() noexcept {
  if (detail::Scheduler* const scheduler = detail::current_scheduler())
    scheduler->shared_metrics().forced_yields.add();
  yield_now();
}

}  // namespace ferry

namespace ferry::detail {

[[gnu::noinline]] ThreadContext& thread_context() noexcept {
  thread_local constinit ThreadContext context;
  return context;
}

Scheduler* current_scheduler() noexcept { return thread_context().scheduler; }

Scheduler* scheduler_in_want() noexcept {
  const ThreadContext& context = thread_context();
  Scheduler* const scheduler = context.core_owner;
  if (scheduler == nullptr || scheduler != context.scheduler || context.is_in_local_set) return nullptr;
  return scheduler->has_idle_worker() ? scheduler : nullptr;
}

Scheduler& require_scheduler(const char* call) {
  if (Scheduler* scheduler = current_scheduler()) return *scheduler;
  throw std::logic_error(
      std::string(call) +
      " needs a ferry runtime: call it inside Runtime::block_on or a task, or hold Runtime::enter()");
}

TaskHeader* current_task() noexcept {
  const RunningTask* const running = thread_context().running;
  return running != nullptr ? running->task : nullptr;
}

bool is_inside_task(const TaskHeader* task) noexcept {
  const RunningTask* running = thread_context().running;
  while (running != nullptr && running->task != task) running = running->outer;
  return running != nullptr;
}

bool has_poll_budget() noexcept {
  const RunningTask* const running = thread_context().running;
  return running == nullptr || running->poll == nullptr || running->poll->has_budget_remaining();
}

Context* exchange_poll(Context* poll) noexcept {
  RunningTask* const running = thread_context().running;
  return running != nullptr ? std::exchange(running->poll, poll) : nullptr;
}

void forbid_blocking(const char* call) {
  if (thread_context().is_async)
    throw std::logic_error(
        std::string(call) +
        " would block a thread that runs asynchronous tasks: await instead, or use spawn_blocking");
}

AsyncScope::AsyncScope(const char* call) {
  if (thread_context().is_async)
    throw std::logic_error(std::string(call) +
                           " called from within a runtime: this thread already drives tasks; await "
                           "the future instead, or use spawn_blocking");
  thread_context().is_async = true;
}

}  // namespace ferry::detail
