#include <ferry/detail/scheduler.hpp>

#include "blocking/pool.hpp"
#include "driver/driver.hpp"
#include "runtime/config.hpp"
#include "runtime/context.hpp"
#include "runtime/worker_metrics.hpp"
#include "scheduler/owned_tasks.hpp"
#include "scheduler/stall_monitor.hpp"

namespace ferry::detail {
namespace {

std::uint64_t next_runtime_id() noexcept {
  static std::atomic<std::uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

Scheduler::Scheduler(const RuntimeConfig& config)
    : TaskScheduler(true),
      config_(std::make_unique<const RuntimeConfig>(config)),
      shared_metrics_(std::make_unique<SharedMetrics>()),
      worker_metrics_(std::make_unique<WorkerMetrics[]>(config.worker_threads)),
      driver_(std::make_unique<Driver>(config)),
      blocking_(std::make_unique<BlockingPool>(config, *this)),
      owned_(std::make_unique<OwnedTasks>()),
      id_(next_runtime_id()) {
  if (config.stall_limit)
    stall_monitor_ =
        std::make_unique<StallMonitor>(config.worker_threads, *config.stall_limit, config.on_stall);
  if (!config.poll_times) return;
  for (std::size_t worker = 0; worker < config.worker_threads; ++worker)
    worker_metrics_[worker].poll_times = std::make_unique<PollTimes>(*config.poll_times);
}

Scheduler::~Scheduler() = default;

inline void TaskScheduler::retain(ThreadContext& context) noexcept {
  if (context.core_owner == this)
    context.references.take(*this);
  else
    owners_.fetch_add(1, std::memory_order_relaxed);
}

void TaskScheduler::retain() noexcept { retain(thread_context()); }

void TaskScheduler::release() noexcept {
  if (ThreadContext& context = thread_context(); context.core_owner == this)
    context.references.give_back(*this);
  else if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1)
    delete this;  // acq_rel: every owner's last use happens before
}

void TaskScheduler::admit(TaskHeader& task) noexcept {
  ThreadContext& context = thread_context();
  retain(context);
  // Handed out to threads in blocks, so that spawning shares no cache line.
  constexpr std::uint64_t kBlock = 1024;
  static std::atomic<std::uint64_t> next_block{0};
  std::uint64_t& next = context.next_task_id;
  if (next % kBlock == 0) next = next_block.fetch_add(1, std::memory_order_relaxed) * kBlock;
  task.id = ++next;
}

void TaskScheduler::schedule(TaskHeader* task) noexcept { schedule(task, thread_context()); }

WorkerMetrics& Scheduler::worker_metrics(std::size_t worker) noexcept { return worker_metrics_[worker]; }

bool Scheduler::is_local_here() const noexcept {
  return config_->is_local && thread_ == std::this_thread::get_id();
}

namespace {

void tell_hook(const RuntimeConfig& config, const TaskHeader& task) {
  config.on_task_spawn(runtime::TaskMeta(task::Id(task.id), task.spawned_at));
}

}  // namespace

// Tells the hook of a new task. What that throws leaves this, and the task is cancelled.
void Scheduler::announce(TaskHeader* task) {
  try {
    tell_hook(*config_, *task);
  } catch (...) {
    task->shutdown();  // with the list's reference
    task->drop_entry();
    throw;
  }
}

// Enters it into the list of tasks. After shutdown it is cancelled instead: false.
inline bool Scheduler::enter(TaskHeader* task, ThreadContext& context) noexcept {
  if (owned_->add(*task, context)) [[likely]]
    return true;
  task->shutdown();  // with the list's reference
  task->drop_entry();
  return false;
}

void Scheduler::start(TaskHeader* task) {
  if (config_->on_task_spawn) [[unlikely]]
    announce(task);
  ThreadContext& context = thread_context();
  if (enter(task, context)) schedule(task, context);
}

void Scheduler::start_for_step(TaskHeader* task) noexcept {
  if (config_->on_task_spawn) [[unlikely]] {
    try {
      tell_hook(*config_, *task);
    } catch (...) {
    }
  }
  ThreadContext& context = thread_context();
  if (enter(task, context)) schedule(task, context);
}

void Scheduler::start_for_sibling(TaskHeader* task) {
  if (config_->on_task_spawn) [[unlikely]]
    announce(task);
  ThreadContext& context = thread_context();
  if (enter(task, context)) schedule_for_sibling(task, context);
}

bool Scheduler::finished(TaskHeader* task) noexcept {
  if (config_->on_task_terminate) [[unlikely]]
    config_->on_task_terminate(runtime::TaskMeta(task::Id(task->id), task->spawned_at));
  return owned_->remove(*task);
}

bool Scheduler::run_asio_step() noexcept {
  AsioStep* const step = asio_steps_.pop();
  if (step == nullptr) return false;
  RunningTask* const waiting = std::exchange(thread_context().running, nullptr);
  bool has_run = true;
  try {
    step->run();
  } catch (...) {
    // It is the panic of the task that the step is owed.
    auto rethrow = [exception = std::current_exception()] { std::rethrow_exception(exception); };
    has_run = !asio_steps_.push(make_asio_step(std::move(rethrow)));
  }
  thread_context().running = waiting;
  return has_run;
}

void Scheduler::spawn_blocking(std::unique_ptr<BlockingJob> job) { blocking_->spawn(std::move(job)); }

}  // namespace ferry::detail
