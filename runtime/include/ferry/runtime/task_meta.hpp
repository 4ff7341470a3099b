// TaskMeta: what a runtime's hooks are told of a task.
#pragma once

#include <ferry/task/id.hpp>

namespace ferry::runtime {

/// Which task a hook is called for. Tokio: `runtime::TaskMeta`.
class TaskMeta {
 public:
  explicit TaskMeta(task::Id id) noexcept : id_(id) {}

  task::Id id() const noexcept { return id_; }

 private:
  task::Id id_;
};

}  // namespace ferry::runtime
