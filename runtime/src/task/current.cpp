#include <stdexcept>

#include <ferry/detail/task_header.hpp>
#include <ferry/task/current.hpp>

namespace ferry::task {

std::optional<Id> try_id() noexcept {
  const detail::TaskHeader* const task = detail::current_task();
  if (task == nullptr) return std::nullopt;
  return Id(task->id);
}

Id id() {
  if (const std::optional<Id> id = try_id()) return *id;
  throw std::logic_error(
      "task::id is called outside of a task: spawn what calls it, or use try_id; block_on's own future is no "
      "task");
}

}  // namespace ferry::task
