// What a thread is doing for which runtime.
#pragma once

#include <utility>

#include <ferry/detail/scheduler.hpp>

namespace ferry::detail {

/// One per thread. Read through functions that are never inlined into coroutines, which may change threads.
struct ThreadContext {
  Scheduler* scheduler = nullptr;  ///< entered: what Handle::current() gives
  TaskHeader* task = nullptr;      ///< being polled
  void* core = nullptr;  ///< the worker's or current_thread's own queues, while this thread runs them
  Scheduler* core_owner = nullptr;  ///< whose `core` is; a task may have entered another one
  bool is_async = false;            ///< inside block_on or a worker: blocking is forbidden
  unsigned enter_depth = 0;         ///< guards alive, to see that they go in reverse order
};

ThreadContext& thread_context() noexcept;

/// Makes `scheduler` this thread's current one for a scope.
class ContextScope {
 public:
  explicit ContextScope(Scheduler* scheduler) noexcept : previous_(thread_context().scheduler) {
    thread_context().scheduler = scheduler;
  }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  ~ContextScope() { thread_context().scheduler = previous_; }

 private:
  Scheduler* previous_;
};

/// Makes `core` the queues of `owner` that this thread runs for a scope.
class CoreScope {
 public:
  CoreScope(Scheduler* owner, void* core) noexcept
      : previous_owner_(std::exchange(thread_context().core_owner, owner)),
        previous_core_(std::exchange(thread_context().core, core)) {}
  CoreScope(const CoreScope&) = delete;
  CoreScope& operator=(const CoreScope&) = delete;
  ~CoreScope() {
    thread_context().core_owner = previous_owner_;
    thread_context().core = previous_core_;
  }

 private:
  Scheduler* previous_owner_;
  void* previous_core_;
};

/// Marks this thread as running async code for a scope. Throws std::logic_error when it already does.
class AsyncScope {
 public:
  explicit AsyncScope(const char* call);
  AsyncScope(const AsyncScope&) = delete;
  AsyncScope& operator=(const AsyncScope&) = delete;
  ~AsyncScope() { thread_context().is_async = false; }
};

}  // namespace ferry::detail
