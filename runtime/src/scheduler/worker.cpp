#include "scheduler/worker.hpp"

#include <algorithm>
#include <utility>

#include "runtime/context.hpp"
#include "runtime/worker_metrics.hpp"
#include "scheduler/owned_tasks.hpp"
#include "scheduler/run_entry.hpp"
#include "scheduler/stall_monitor.hpp"
#include "support/thread_random.hpp"

namespace ferry::detail {

void MultiThread::Worker::run() {
  const ContextScope scope(&scheduler_);
  const AsyncScope async("a worker thread");
  {
    if (config_.rng_seed) thread_random() = Random(*config_.rng_seed + index_);
    bool has_core = true;
    ThreadContext& context = thread_context();
    context.worker = static_cast<unsigned>(index_);
    const CoreScope core(&scheduler_, this, &has_core);
    metrics_.begin_batch();
    const WatchScope watch(watch_);
    while (!scheduler_.is_shut_down_.load(std::memory_order_acquire)) {
      if (++tick_ % config_.event_interval == 0) look_at_driver();
      TaskHeader* task = next_task(context);
      if (task == nullptr) task = steal();
      if (task != nullptr) {
        run_task(task, context);
        if (!has_core)
          return scheduler_.thread_goes_on();  // the task blocked: another thread runs this worker now
      } else {
        park();
      }
    }
  }
  const CoreScope core(&scheduler_, this);  // what is destroyed now may not move it any more
  shut_down();
}

void MultiThread::Worker::push(TaskHeader* task) noexcept {
  metrics_.local_schedules.add();
  if (config_.uses_lifo_slot) std::swap(task, lifo_);
  if (task == nullptr) return;  // it runs next: nothing for a sibling
  enqueue(task);
  if (!is_parking_) scheduler_.notify_one_parked();
}

void MultiThread::Worker::push_for_sibling(TaskHeader* task) noexcept {
  metrics_.local_schedules.add();
  enqueue(task);
  scheduler_.notify_one_parked();
}

void MultiThread::Worker::push_back(TaskHeader* task) noexcept {
  metrics_.local_schedules.add();
  const bool is_alone = tasks() == 0;  // then it comes back to this worker
  enqueue(task);
  if (!is_alone) scheduler_.notify_one_parked();
}

void MultiThread::Worker::enqueue(TaskHeader* task) noexcept {
  if (!queue_.push(task, scheduler_.inject_)) metrics_.overflows.add();
}

TaskHeader* MultiThread::Worker::next_task(ThreadContext& context) noexcept {
  if (tick_ % config_.global_queue_interval == 0) {
    context.budget = Context::kBudget;
    if (TaskHeader* task = scheduler_.inject_.pop()) return task;
  }
  if (TaskHeader* task = take_lifo(context)) return task;
  context.budget = Context::kBudget;
  if (TaskHeader* task = queue_.pop()) return task;
  return take_injected();
}

// With what the task that has woken it left of its budget: together they do not keep others from running for
// longer than one task may.
TaskHeader* MultiThread::Worker::take_lifo(ThreadContext& context) noexcept {
  TaskHeader* const task = std::exchange(lifo_, nullptr);
  if (task != nullptr && lifo_runs_ < kMaxLifoRuns && context.budget != 0) {
    ++lifo_runs_;
    return task;
  }
  lifo_runs_ = 0;
  if (task != nullptr) enqueue(task);
  return nullptr;
}

// Takes this worker's share of the injection queue at once.
TaskHeader* MultiThread::Worker::take_injected() noexcept {
  const std::size_t waiting = scheduler_.inject_.size();
  if (waiting == 0) return nullptr;
  const std::size_t share =
      std::min<std::size_t>(waiting / scheduler_.workers_.size() + 1, RunQueue::kCapacity / 2);
  TaskHeader* first = scheduler_.inject_.pop();
  for (std::size_t i = 1; first != nullptr && i < share; ++i) {
    TaskHeader* task = scheduler_.inject_.pop();
    if (task == nullptr) break;
    enqueue(task);
  }
  return first;
}

TaskHeader* MultiThread::Worker::steal() noexcept {
  // Also a worker without siblings searches: what is queued while it goes to sleep is looked for once more by
  // the last one that searched.
  if (!is_searching_) is_searching_ = scheduler_.idle_.transition_to_searching();
  if (!is_searching_) return nullptr;
  if (TaskHeader* task = steal_from_siblings()) return task;
  return scheduler_.inject_.pop();
}

TaskHeader* MultiThread::Worker::steal_from_siblings() noexcept {
  const std::size_t count = scheduler_.workers_.size();
  const std::size_t start = random_.below(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t victim = (start + i) % count;
    if (victim == index_) continue;
    if (const RunQueue::Stolen stolen = scheduler_.workers_[victim]->queue_.steal_into(queue_);
        stolen.task != nullptr) {
      metrics_.steals.add();
      metrics_.stolen.add(stolen.count);
      return stolen.task;
    }
  }
  return nullptr;
}

void MultiThread::Worker::run_task(TaskHeader* task, ThreadContext& context) noexcept {
  if (is_searching_) {
    is_searching_ = false;
    if (scheduler_.idle_.transition_from_searching()) scheduler_.notify_one_parked();
  }
  if (!run_entry(task, context, is_watched_, config_, metrics_)) return;
  // Unless the task has blocked, and another thread runs this worker now.
  if (context.core_owner == &scheduler_) [[likely]]
    push_back(task);
  else
    scheduler_.schedule(task, context);
}

void MultiThread::Worker::look_at_driver() {
  metrics_.end_batch();
  if (std::unique_lock lock(scheduler_.shared_driver_.mutex, std::try_to_lock); lock.owns_lock()) {
    is_parking_ = true;
    scheduler_.driver().poll();
    is_parking_ = false;
  }
  if (tasks() > 1) scheduler_.notify_one_parked();
}

void MultiThread::Worker::park() {
  metrics_.end_batch();
  if (config_.on_thread_park) config_.on_thread_park();
  if (tasks() == 0) sleep();  // else the hook has spawned something
  if (config_.on_thread_unpark) config_.on_thread_unpark();
}

void MultiThread::Worker::sleep() {
  if (scheduler_.idle_.transition_to_parked(index_, std::exchange(is_searching_, false)))
    scheduler_.notify_if_work_is_pending();
  while (!scheduler_.is_shut_down_.load(std::memory_order_acquire)) {
    metrics_.about_to_park();
    is_parking_ = true;
    parker_.park(scheduler_.shared_driver_);
    is_parking_ = false;
    metrics_.unparked();
    if (tasks() > 0) {
      // Unless a notifier has taken it off the list, as searching, meanwhile.
      is_searching_ = !scheduler_.idle_.unpark_by_itself(index_);
      if (tasks() > 1) scheduler_.notify_one_parked();
      return;
    }
    if (!scheduler_.idle_.is_parked(index_)) {
      is_searching_ = true;
      return;
    }
  }
}

void MultiThread::Worker::shut_down() noexcept {
  scheduler_.owned().close_and_shut_down();
  drop_entries();
  scheduler_.worker_has_ended();
  // What the destructors of the last tasks have woken here.
  drop_entries();
}

// Its own, and those of siblings, which may be in a poll that does not end.
void MultiThread::Worker::drop_entries() noexcept {
  for (;;) {
    TaskHeader* task = std::exchange(lifo_, nullptr);
    if (task == nullptr) task = queue_.pop();
    if (task == nullptr) task = steal_from_siblings();
    if (task == nullptr) break;
    task->drop_entry();
  }
}

}  // namespace ferry::detail
