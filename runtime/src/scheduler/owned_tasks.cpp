#include "scheduler/owned_tasks.hpp"

namespace ferry::detail {
namespace {

// Threads take shards in turn.
[[gnu::noinline]] std::uint32_t shard_of_this_thread() noexcept {
  static std::atomic<std::uint32_t> next{0};
  thread_local const std::uint32_t shard = next.fetch_add(1, std::memory_order_relaxed);
  return shard;
}

}  // namespace

bool OwnedTasks::add(TaskHeader& task) noexcept {
  task.owned_shard = static_cast<std::uint8_t>(shard_of_this_thread() % kShards);
  Shard& shard = shards_[task.owned_shard];
  std::lock_guard lock(shard.mutex);
  if (shard.is_closed) return false;
  shard.tasks.push_back(task);
  ++shard.size;
  ++shard.added;
  return true;
}

bool OwnedTasks::remove(TaskHeader& task) noexcept {
  Shard& shard = shards_[task.owned_shard];
  std::lock_guard lock(shard.mutex);
  if (!task.is_linked()) return false;
  shard.tasks.remove(task);
  --shard.size;
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
      --shard.size;
      lock.unlock();
      task->shutdown();
    }
  }
}

void OwnedTasks::hold_all(std::vector<HeldTask>& into) const {
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    into.reserve(into.size() + shard.size);
    shard.tasks.for_each([&](TaskHeader& task) { into.emplace_back(task); });
  }
}

std::size_t OwnedTasks::size() const noexcept {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    total += shard.size;
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
