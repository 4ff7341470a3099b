#include "scheduler/run_entry.hpp"

#include "runtime/context.hpp"

namespace ferry::detail {

void run_watched(TaskHeader* task, const RuntimeConfig& config, WorkerMetrics& metrics) noexcept {
  const runtime::TaskMeta meta(task::Id(task->id), task->spawned_at);
  if (config.on_before_task_poll) config.on_before_task_poll(meta);
  const auto began = std::chrono::steady_clock::now();
  task->run();
  // A task that has blocked has given its worker, and with it the numbers, to another thread.
  if (metrics.poll_times != nullptr && thread_context().core != nullptr)
    metrics.poll_times->add(std::chrono::steady_clock::now() - began);
  if (config.on_after_task_poll) config.on_after_task_poll(meta);
}

}  // namespace ferry::detail
