// What a thread is doing for which runtime.
#pragma once

#include <utility>

#include <ferry/detail/scheduler.hpp>

namespace ferry::detail {

class ContextUse;
class LocalScheduler;
class PollWatch;

/// A task while a thread is inside it. These are nested when one task destroys another.
struct RunningTask {
  TaskHeader* task;
  Context* poll;  ///< what it is polled with; null while it is destroyed
  RunningTask* outer;
};

/// One per thread. Read through functions that are never inlined into coroutines, which may change threads.
struct ThreadContext {
  Scheduler* scheduler = nullptr;           ///< entered: what Handle::current() gives
  RunningTask* running = nullptr;           ///< the innermost task that is polled or destroyed here
  std::uint32_t budget = Context::kBudget;  ///< of the next poll; after a poll, what it has left
  void* core = nullptr;  ///< the worker's or current_thread's own queues, while this thread runs them
  Scheduler* core_owner = nullptr;  ///< whose `core` is; a task may have entered another one
  SpareReferences references;       ///< to `core_owner`
  std::uint64_t next_task_id = 0;
  bool is_async = false;      ///< inside block_on or a worker: blocking is forbidden
  bool is_in_driver = false;  ///< parked there, or looking: nothing but wakers may be called
  unsigned enter_depth = 0;   ///< guards alive, to see that they go in reverse order
  bool* has_core =
      nullptr;  ///< cleared by who moves `core` to another thread; null where that is not possible
  PollWatch* watch = nullptr;         ///< told of every poll here; null unless stalls are reported
  LocalScheduler* local = nullptr;    ///< the LocalSet that spawn_local spawns to
  bool is_in_local_set = false;       ///< `local` is running here
  ContextUse* context_use = nullptr;  ///< the innermost
  Scheduler* guest_of = nullptr;  ///< whose driver is not shut down meanwhile, though its `core` is not here
  unsigned worker = 0;            ///< whose `core` this thread runs, or ran last
  std::uint32_t number = 0;       ///< of the thread, from 1 on; 0 until it is asked for
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
  /// `has_core`: lets block_in_place move the core to another thread, which is said there.
  CoreScope(Scheduler* owner, void* core, bool* has_core = nullptr) noexcept
      : owner_(owner),
        previous_owner_(std::exchange(thread_context().core_owner, owner)),
        previous_core_(std::exchange(thread_context().core, core)),
        previous_has_core_(std::exchange(thread_context().has_core, has_core)),
        previous_references_(std::exchange(thread_context().references, SpareReferences())) {}
  CoreScope(const CoreScope&) = delete;
  CoreScope& operator=(const CoreScope&) = delete;
  ~CoreScope() {
    thread_context().core_owner = previous_owner_;
    thread_context().core = previous_core_;
    thread_context().has_core = previous_has_core_;
    std::exchange(thread_context().references, std::move(previous_references_)).give_all_back(*owner_);
  }

 private:
  Scheduler* const owner_;
  Scheduler* previous_owner_;
  void* previous_core_;
  bool* previous_has_core_;
  SpareReferences previous_references_;
};

/// Has this thread's polls told to `watch`, if there is one, for a scope.
class WatchScope {
 public:
  explicit WatchScope(PollWatch* watch) noexcept : previous_(std::exchange(thread_context().watch, watch)) {}
  WatchScope(const WatchScope&) = delete;
  WatchScope& operator=(const WatchScope&) = delete;
  ~WatchScope() { thread_context().watch = previous_; }

 private:
  PollWatch* previous_;
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
