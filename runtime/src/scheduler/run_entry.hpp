// Running one entry of a run queue, seen by who asked to see it.
#pragma once

#include <chrono>

#include <ferry/detail/task_header.hpp>

#include "runtime/config.hpp"
#include "runtime/worker_metrics.hpp"

namespace ferry::detail {

/// Runs the task, and tells hooks and histogram of it.
void run_watched(TaskHeader* task, const RuntimeConfig& config, WorkerMetrics& metrics) noexcept;

/// Uses the entry's reference up. `is_watched`: what `config.watches_polls()` said.
inline void run_entry(TaskHeader* task, bool is_watched, const RuntimeConfig& config,
                      WorkerMetrics& metrics) noexcept {
  metrics.polls.add();
  if (is_watched) [[unlikely]]
    return run_watched(task, config, metrics);
  task->run();
}

}  // namespace ferry::detail
