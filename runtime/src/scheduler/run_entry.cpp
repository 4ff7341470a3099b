#include "scheduler/run_entry.hpp"

#include "runtime/context.hpp"

namespace ferry::detail {

bool run_watched(TaskHeader* task, ThreadContext& context, const RuntimeConfig& config,
                 WorkerMetrics& metrics) noexcept {
  const runtime::TaskMeta meta(task::Id(task->id), task->spawned_at);
  if (config.on_before_task_poll) config.on_before_task_poll(meta);
  const auto began = std::chrono::steady_clock::now();
  const bool is_requeued = task->run(context);
  // A task that has blocked has given its worker, and with it the numbers, to another thread.
  if (metrics.poll_times != nullptr && context.core != nullptr)
    metrics.poll_times->add(std::chrono::steady_clock::now() - began);
  if (config.on_after_task_poll) config.on_after_task_poll(meta);
  return is_requeued;
}

}  // namespace ferry::detail
