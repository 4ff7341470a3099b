#include "runtime/context.hpp"

#include <stdexcept>
#include <string>

#include <ferry/detail/thread_park.hpp>

namespace ferry::detail {

[[gnu::noinline]] ThreadContext& thread_context() noexcept {
  thread_local constinit ThreadContext context;
  return context;
}

Scheduler* current_scheduler() noexcept { return thread_context().scheduler; }

Scheduler& require_scheduler(const char* call) {
  if (Scheduler* scheduler = current_scheduler()) return *scheduler;
  throw std::logic_error(
      std::string(call) +
      " needs a ferry runtime: call it inside Runtime::block_on or a task, or hold Runtime::enter()");
}

TaskHeader* current_task() noexcept { return thread_context().task; }

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
