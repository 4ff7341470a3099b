// Running one entry of a run queue, seen by who asked to see it.
#pragma once

#include <chrono>

#include <ferry/detail/task_header.hpp>

#include "runtime/config.hpp"
#include "runtime/worker_metrics.hpp"

namespace ferry::detail {

/// Runs the task, and tells hooks and histogram of it.
[[nodiscard]] bool run_watched(TaskHeader* task, ThreadContext& context, const RuntimeConfig& config,
                               WorkerMetrics& metrics) noexcept;

/// TaskHeader::run, seen by who asked to see it. `is_watched`: what `config.watches_polls()` said.
[[nodiscard]] inline bool run_entry(TaskHeader* task, ThreadContext& context, bool is_watched,
                                    const RuntimeConfig& config, WorkerMetrics& metrics) noexcept {
  metrics.polls.add();
  if (is_watched) [[unlikely]]
    return run_watched(task, context, config, metrics);
  return task->run(context);
}

}  // namespace ferry::detail
