#include <stdexcept>
#include <string>
#include <utility>

#include <ferry/detail/local_scheduler.hpp>

#include "runtime/context.hpp"
#include "task/debugger_list.hpp"

namespace ferry::detail {
namespace {

// Tasks per tick, after which whoever polls the LocalSet gets a turn; and how often the shared queue goes
// first.
constexpr unsigned kTasksPerTick = 61;
constexpr unsigned kSharedInterval = 31;

// Every LocalScheduler of the process, for dumps.
struct Registry {
  std::mutex mutex;
  IntrusiveList<LocalScheduler> all;
};

Registry& registry() {
  static Registry* registry = new Registry;  // outlives every thread's LocalSets
  return *registry;
}

}  // namespace

LocalScheduler::LocalScheduler()
    : TaskScheduler(false), for_debuggers_(std::make_unique<const DebuggerList>(&owned_, 1, sizeof owned_)) {
  Registry& in = registry();
  std::lock_guard lock(in.mutex);
  in.all.push_back(*this);
}

LocalScheduler::~LocalScheduler() {
  Registry& in = registry();
  std::lock_guard lock(in.mutex);
  in.all.remove(*this);
}

void LocalScheduler::hold_all_of(const Scheduler& runtime, std::vector<HeldTask>& into) {
  Registry& in = registry();
  std::lock_guard lock(in.mutex);
  in.all.for_each([&](LocalScheduler& local) {
    if (local.runs_in_.load(std::memory_order_relaxed) != runtime.id()) return;
    std::lock_guard owned_lock(local.owned_mutex_);
    local.owned_.for_each([&](TaskHeader& task) { into.emplace_back(task); });
  });
}

void LocalScheduler::schedule(TaskHeader* task, ThreadContext& context) noexcept {
  if (context.local == this && context.is_in_local_set) return local_.push(task);
  const TaskSchedulerRef keep(
      this);  // the task may run and be freed, and with it this, as soon as it is queued
  {
    std::unique_lock lock(mutex_);
    if (is_closed_) {
      lock.unlock();
      return task->release();
    }
    shared_.push(task);
    // seq_cst: pairs with register_waker and the look at the queue after it.
    shared_size_.fetch_add(1, std::memory_order_seq_cst);
  }
  waker_.wake();
}

bool LocalScheduler::finished(TaskHeader* task) noexcept {
  // Only the thread of the set destroys futures, so this is that thread.
  if (!task->is_linked()) return false;
  std::lock_guard lock(owned_mutex_);
  owned_.remove(*task);
  --size_;
  return true;
}

void LocalScheduler::start(TaskHeader* task) noexcept {
  if (is_shut_down_) {
    task->shutdown();  // with the list's reference
    return task->release();
  }
  {
    std::lock_guard lock(owned_mutex_);
    owned_.push_back(*task);
    ++size_;
  }
  TaskScheduler::schedule(task);
}

TaskHeader* LocalScheduler::pop_shared() noexcept {
  if (shared_size_.load(std::memory_order_seq_cst) == 0) return nullptr;
  std::lock_guard lock(mutex_);
  TaskHeader* const task = shared_.pop();
  if (task != nullptr) shared_size_.fetch_sub(1, std::memory_order_relaxed);
  return task;
}

TaskHeader* LocalScheduler::next(unsigned turn) noexcept {
  TaskHeader* task = turn % kSharedInterval == 0 ? pop_shared() : nullptr;
  if (task == nullptr) task = local_.pop();
  if (task == nullptr) task = pop_shared();
  return task;
}

void LocalScheduler::task_threw(const TaskHeader& task) noexcept {
  if (unhandled_panic_ != runtime::UnhandledPanic::ShutdownRuntime || panic_) return;
  panic_ = panic_of(task);
}

bool LocalScheduler::tick() {
  ThreadContext& context = thread_context();
  if (const Scheduler* const runtime = context.scheduler)
    runs_in_.store(runtime->id(), std::memory_order_relaxed);
  for (unsigned turn = 0; turn < kTasksPerTick; ++turn) {
    TaskHeader* const task = next(turn);
    if (task == nullptr) return false;
    context.budget = Context::kBudget;
    if (task->run(context)) local_.push(task);
    if (panic_) [[unlikely]] {
      shut_down();
      throw std::runtime_error(
          "the LocalSet was shut down because an exception left a task (unhandled_panic): " +
          panic_->to_string());
    }
  }
  return !local_.is_empty() || shared_size_.load(std::memory_order_seq_cst) != 0;
}

void LocalScheduler::shut_down() noexcept {
  is_shut_down_ = true;
  for (;;) {
    std::unique_lock lock(owned_mutex_);
    TaskHeader* const task = owned_.pop_front();
    if (task == nullptr) break;
    --size_;
    lock.unlock();
    task->shutdown();
  }
  {
    std::lock_guard lock(mutex_);
    is_closed_ = true;
  }
  while (TaskHeader* const task = local_.pop()) task->release();
  while (TaskHeader* const task = pop_shared()) task->release();
}

void LocalScheduler::require_thread(const char* call) const {
  if (!is_on_thread())
    throw std::logic_error(
        std::string(call) +
        " is called on another thread than the one that made the LocalSet: its tasks never leave "
        "that one; run it inside block_on there");
}

LocalScope::LocalScope(LocalScheduler& local, bool runs) noexcept
    : previous_(std::exchange(thread_context().local, &local)),
      was_running_(std::exchange(thread_context().is_in_local_set, runs)) {}

LocalScope::~LocalScope() {
  thread_context().local = previous_;
  thread_context().is_in_local_set = was_running_;
}

TaskScheduler& require_local(const char* call) {
  if (LocalScheduler* const local = thread_context().local) return *local;
  if (Scheduler* const runtime = current_scheduler(); runtime != nullptr && runtime->is_local_here())
    return *runtime;
  throw std::logic_error(
      std::string(call) +
      " needs a LocalSet or a LocalRuntime: call it inside LocalSet::run_until, from one of its tasks, while "
      "LocalSet::enter()'s guard is held, or inside LocalRuntime::block_on");
}

}  // namespace ferry::detail
