#include "scheduler/multi_thread.hpp"

#include "runtime/context.hpp"
#include "runtime/worker_metrics.hpp"
#include "scheduler/owned_tasks.hpp"
#include "scheduler/stall_monitor.hpp"
#include "scheduler/worker.hpp"

namespace ferry::detail {

MultiThread::MultiThread(const RuntimeConfig& config)
    : Scheduler(config), idle_(config.worker_threads), shared_driver_{driver(), blocking_pool(), {}} {
  for (std::size_t index = 0; index < config.worker_threads; ++index)
    workers_.push_back(std::make_unique<Worker>(
        *this, index, stall_monitor() != nullptr ? &stall_monitor()->watch(index) : nullptr));
}

MultiThread::~MultiThread() = default;

void MultiThread::start_workers() {
  threads_.reserve(workers_.size());
  running_workers_.store(workers_.size(), std::memory_order_relaxed);
  for (const auto& worker : workers_) {
    try {
      // A detached worker may be the last to use the runtime.
      threads_.emplace_back(config(), [keep = SchedulerRef(this), raw = worker.get()] { raw->run(); });
    } catch (...) {
      running_workers_.fetch_sub(workers_.size() - threads_.size(), std::memory_order_relaxed);
      begin_shut_down();
      join_workers(std::nullopt);
      throw;
    }
  }
}

void MultiThread::schedule(TaskHeader* task, ThreadContext& context) noexcept {
  if (context.core_owner == this) {
    static_cast<Worker*>(context.core)->push(task);
    return;
  }
  shared_metrics().remote_schedules.add();
  const SchedulerRef keep(
      this);  // the task may run and be freed, and with it the runtime, as soon as it is queued
  if (inject_.push(task)) notify_one_parked();
}

void MultiThread::schedule_for_sibling(TaskHeader* task, ThreadContext& context) noexcept {
  if (context.core_owner != this) return schedule(task, context);
  static_cast<Worker*>(context.core)->push_for_sibling(task);
}

std::size_t MultiThread::local_queue_depth(std::size_t worker) const noexcept {
  return workers_[worker]->queue().size();
}

bool MultiThread::has_idle_worker() const noexcept {
  return idle_.is_any_idle() && static_cast<const Worker*>(thread_context().core)->is_out_of_tasks();
}

std::size_t MultiThread::worker_of(const void* core) const noexcept {
  return static_cast<const Worker*>(core)->index();
}

void MultiThread::notify_one_parked() noexcept {
  if (const auto worker = idle_.worker_to_notify()) workers_[*worker]->unpark();
}

// Only workers, as long as there are any: one that finds another thread in the driver goes to sleep
// elsewhere, and relies on that thread to come back there.
bool MultiThread::help_along() {
  const ThreadContext& context = thread_context();
  const bool is_guest = context.guest_of == this && is_shut_down_.load(std::memory_order_acquire);
  if ((context.core_owner != this && !is_guest) || context.is_in_driver) return false;
  if (const std::unique_lock lock(shared_driver_.mutex, std::try_to_lock); lock.owns_lock()) driver().poll();
  return run_asio_step();
}

void MultiThread::relieve() noexcept {
  // Whoever is in the driver holds its lock. A worker that is woken, and finds nothing to do, goes there.
  if (std::unique_lock lock(shared_driver_.mutex, std::try_to_lock); !lock.owns_lock()) return;
  notify_one_parked();
}

void MultiThread::notify_if_work_is_pending() noexcept {
  bool is_pending = !inject_.is_empty();
  for (const auto& worker : workers_) is_pending = is_pending || !worker->queue().is_empty();
  if (is_pending) notify_one_parked();
}

void MultiThread::begin_shut_down() noexcept {
  if (is_shut_down_.exchange(true, std::memory_order_acq_rel)) return;
  for (const auto& worker : workers_) worker->unpark();
}

void MultiThread::join_workers(std::optional<std::chrono::steady_clock::time_point> deadline) {
  bool have_ended = true;
  if (deadline) {
    std::unique_lock lock(ended_mutex_);
    const auto none_runs = [&] {
      return running_workers_.load(std::memory_order_acquire) == 0 &&
             blocked_threads_.load(std::memory_order_acquire) == 0;
    };
    have_ended = ended_.wait_until(lock, *deadline, none_runs);
  }
  for (NativeThread& thread : threads_) {
    if (have_ended)
      thread.join();
    else
      thread.detach();
  }
  threads_.clear();
}

void MultiThread::guest_comes() noexcept {
  thread_context().guest_of = this;
  running_workers_.fetch_add(1, std::memory_order_relaxed);
}

void MultiThread::guest_leaves() noexcept {
  thread_context().guest_of = nullptr;
  worker_has_ended();
}

void MultiThread::thread_goes_on() noexcept {
  if (thread_context().guest_of == this) guest_leaves();
  // Who waits for this looks at the number under the lock.
  std::lock_guard lock(ended_mutex_);
  blocked_threads_.fetch_sub(1, std::memory_order_acq_rel);
  ended_.notify_all();
}

// The last worker, or guest, ends what the others could still have used.
void MultiThread::worker_has_ended() noexcept {
  if (running_workers_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  // Who waits for this looks at the number under the lock.
  {
    std::lock_guard lock(ended_mutex_);
  }
  ended_.notify_all();
  inject_.close();
  driver().shut_down();
}

}  // namespace ferry::detail
