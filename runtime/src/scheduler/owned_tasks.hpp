// Every live task of a runtime, so that shutdown can destroy them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include <ferry/detail/spin_lock.hpp>
#include <ferry/detail/task_header.hpp>

#include "task/debugger_list.hpp"

namespace ferry::detail {

/// A list in shards, each with its own lock; a task stays in the shard of the thread that spawned it.
///
/// Thread safety: every member may be called from any thread.
class OwnedTasks {
 public:
  /// False after `close`.
  bool add(TaskHeader& task, ThreadContext& context) noexcept;
  /// True when the task was in the list, whose reference the caller gets.
  bool remove(TaskHeader& task) noexcept;
  /// Shuts every task down, and makes `add` refuse.
  void close_and_shut_down() noexcept;
  std::size_t size() const noexcept;
  /// How many were ever added.
  std::uint64_t added() const noexcept;
  /// Appends every task that is in the list.
  void hold_all(std::vector<HeldTask>& into) const;

 private:
  static constexpr std::uint8_t kShards = 16;
  struct alignas(64) Shard {
    mutable SpinLock mutex;
    IntrusiveList<TaskHeader> tasks;
    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    bool is_closed = false;
  };
  static void number_thread(ThreadContext& context) noexcept;

  std::array<Shard, kShards> shards_;
  const DebuggerList for_debuggers_{&shards_[0].tasks, kShards, sizeof(Shard)};
};

}  // namespace ferry::detail
