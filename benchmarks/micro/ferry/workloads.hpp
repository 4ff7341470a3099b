/// The workloads on ferry, a file a group.
#pragma once

#include <vector>

#include <ferry/task.hpp>

#include "micro/support.hpp"

namespace bench {

/// Registers a workload on both flavours of runtime.
void add(const Workload& workload, ferry::Task<void> (*work)());
void add(const Workload& workload, ferry::Task<Figures> (*work)());

/// Joins one after the other; rethrows what a task threw.
ferry::Task<void> join_all(std::vector<ferry::task::JoinHandle<void>>& tasks);

void add_tasks();
void add_calls();
void add_channels();
void add_locks();
void add_selects();
void add_timers();

}  // namespace bench
