#include "scheduler/owned_tasks.hpp"

#include "runtime/context.hpp"

namespace ferry::detail {

// Threads take shards in turn.
void OwnedTasks::number_thread(ThreadContext& context) noexcept {
  static std::atomic<std::uint32_t> next{1};
  context.number = next.fetch_add(1, std::memory_order_relaxed);
}

bool OwnedTasks::add(TaskHeader& task, ThreadContext& context) noexcept {
  if (context.number == 0) [[unlikely]]
    number_thread(context);
  task.owned_shard = static_cast<std::uint8_t>(context.number % kShards);
  Shard& shard = shards_[task.owned_shard];
  std::lock_guard lock(shard.mutex);
  if (shard.is_closed) return false;
  shard.tasks.push_back(task);
  ++shard.added;
  return true;
}

bool OwnedTasks::remove(TaskHeader& task) noexcept {
  Shard& shard = shards_[task.owned_shard];
  std::lock_guard lock(shard.mutex);
  if (!task.is_linked()) return false;
  shard.tasks.remove(task);
  ++shard.removed;
  return true;
}

void OwnedTasks::close_and_shut_down() noexcept {
  // Closed first: a task that is destroyed may spawn others.
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    shard.is_closed = true;
  }
  for (Shard& shard : shards_) {
    for (;;) {
      std::unique_lock lock(shard.mutex);
      TaskHeader* task = shard.tasks.pop_front();
      if (task == nullptr) break;
      ++shard.removed;
      lock.unlock();
      task->shutdown();
    }
  }
}

void OwnedTasks::hold_all(std::vector<HeldTask>& into) const {
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    into.reserve(into.size() + (shard.added - shard.removed));
    shard.tasks.for_each([&](TaskHeader& task) { into.emplace_back(task); });
  }
}

std::size_t OwnedTasks::size() const noexcept {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    total += shard.added - shard.removed;
  }
  return total;
}

std::uint64_t OwnedTasks::added() const noexcept {
  std::uint64_t total = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    total += shard.added;
  }
  return total;
}

}  // namespace ferry::detail
