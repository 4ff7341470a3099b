#include <stdexcept>
#include <string>

#include <ferry/runtime/metrics.hpp>

#include "blocking/pool.hpp"
#include "driver/driver.hpp"
#include "runtime/config.hpp"
#include "runtime/worker_metrics.hpp"
#include "scheduler/owned_tasks.hpp"

namespace ferry::runtime {
namespace {

void check_worker(const detail::SchedulerRef& scheduler, std::size_t worker) {
  const std::size_t workers = scheduler->config().worker_threads;
  if (worker >= workers)
    throw std::out_of_range("runtime::RuntimeMetrics: there is no worker " + std::to_string(worker) + " of " +
                            std::to_string(workers));
}

const detail::WorkerMetrics& of_worker(const detail::SchedulerRef& scheduler, std::size_t worker) {
  check_worker(scheduler, worker);
  return scheduler->worker_metrics(worker);
}

std::chrono::nanoseconds nanoseconds(const detail::Counter& counter) {
  return std::chrono::nanoseconds(counter.get());
}

}  // namespace

std::size_t RuntimeMetrics::num_workers() const noexcept { return scheduler_->config().worker_threads; }
std::size_t RuntimeMetrics::num_alive_tasks() const noexcept { return scheduler_->owned().size(); }
std::uint64_t RuntimeMetrics::spawned_tasks_count() const noexcept { return scheduler_->owned().added(); }
std::size_t RuntimeMetrics::global_queue_depth() const noexcept { return scheduler_->global_queue_depth(); }
std::uint64_t RuntimeMetrics::remote_schedule_count() const noexcept {
  return scheduler_->shared_metrics().remote_schedules.get();
}
std::uint64_t RuntimeMetrics::budget_forced_yield_count() const noexcept {
  return scheduler_->shared_metrics().forced_yields.get();
}

std::size_t RuntimeMetrics::num_blocking_threads() const noexcept {
  return scheduler_->blocking_pool().sizes().threads;
}
std::size_t RuntimeMetrics::num_idle_blocking_threads() const noexcept {
  return scheduler_->blocking_pool().sizes().idle;
}
std::size_t RuntimeMetrics::blocking_queue_depth() const noexcept {
  return scheduler_->blocking_pool().sizes().queued;
}

std::chrono::nanoseconds RuntimeMetrics::worker_total_busy_duration(std::size_t worker) const {
  return nanoseconds(of_worker(scheduler_, worker).busy_time);
}
std::uint64_t RuntimeMetrics::worker_park_count(std::size_t worker) const {
  return of_worker(scheduler_, worker).parks.get();
}
std::uint64_t RuntimeMetrics::worker_park_unpark_count(std::size_t worker) const {
  return of_worker(scheduler_, worker).parks_and_unparks.get();
}
std::uint64_t RuntimeMetrics::worker_noop_count(std::size_t worker) const {
  return of_worker(scheduler_, worker).noops.get();
}
std::uint64_t RuntimeMetrics::worker_poll_count(std::size_t worker) const {
  return of_worker(scheduler_, worker).polls.get();
}
std::chrono::nanoseconds RuntimeMetrics::worker_mean_poll_time(std::size_t worker) const {
  return nanoseconds(of_worker(scheduler_, worker).mean_poll_time);
}
std::uint64_t RuntimeMetrics::worker_local_schedule_count(std::size_t worker) const {
  return of_worker(scheduler_, worker).local_schedules.get();
}
std::size_t RuntimeMetrics::worker_local_queue_depth(std::size_t worker) const {
  check_worker(scheduler_, worker);
  return scheduler_->local_queue_depth(worker);
}
std::uint64_t RuntimeMetrics::worker_overflow_count(std::size_t worker) const {
  return of_worker(scheduler_, worker).overflows.get();
}
std::uint64_t RuntimeMetrics::worker_steal_count(std::size_t worker) const {
  return of_worker(scheduler_, worker).stolen.get();
}
std::uint64_t RuntimeMetrics::worker_steal_operations(std::size_t worker) const {
  return of_worker(scheduler_, worker).steals.get();
}

bool RuntimeMetrics::poll_time_histogram_enabled() const noexcept {
  return scheduler_->config().poll_times.has_value();
}
std::size_t RuntimeMetrics::poll_time_histogram_num_buckets() const noexcept {
  return poll_time_histogram_enabled() ? scheduler_->config().poll_times->num_buckets() : 0;
}
std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds>
RuntimeMetrics::poll_time_histogram_bucket_range(std::size_t bucket) const {
  if (!poll_time_histogram_enabled())
    throw std::out_of_range("runtime::RuntimeMetrics: the poll time histogram is not enabled");
  return scheduler_->config().poll_times->bucket_range(bucket);
}
std::uint64_t RuntimeMetrics::poll_time_histogram_bucket_count(std::size_t worker, std::size_t bucket) const {
  static_cast<void>(poll_time_histogram_bucket_range(bucket));
  return of_worker(scheduler_, worker).poll_times->count(bucket);
}

std::uint64_t RuntimeMetrics::io_driver_fd_registered_count() const noexcept {
  return scheduler_->driver().reactor().counts().registered;
}
std::uint64_t RuntimeMetrics::io_driver_fd_deregistered_count() const noexcept {
  return scheduler_->driver().reactor().counts().deregistered;
}
std::uint64_t RuntimeMetrics::io_driver_ready_count() const noexcept {
  return scheduler_->driver().reactor().counts().ready;
}

std::uint64_t RuntimeMetrics::io_uring_submitted_count() const noexcept {
  return scheduler_->driver().ring_counts().submitted;
}
std::size_t RuntimeMetrics::num_io_uring_in_flight() const noexcept {
  return scheduler_->driver().ring_counts().in_flight;
}

}  // namespace ferry::runtime
