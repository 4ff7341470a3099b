// TaskMeta: what a runtime's hooks are told of a task.
#pragma once

#include <source_location>

#include <ferry/task/id.hpp>

namespace ferry::runtime {

/// Which task a hook is called for. Tokio: `runtime::TaskMeta`.
class TaskMeta {
 public:
  TaskMeta(task::Id id, std::source_location spawned_at) noexcept : id_(id), spawned_at_(spawned_at) {}

  task::Id id() const noexcept { return id_; }
  /// Where it was spawned. Tokio: `TaskMeta::spawned_at`.
  std::source_location spawned_at() const noexcept { return spawned_at_; }

 private:
  task::Id id_;
  std::source_location spawned_at_;
};

}  // namespace ferry::runtime
