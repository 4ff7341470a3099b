// A worker's run queue: a ring that its owner fills and empties, and that others steal half of.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include <ferry/detail/task_header.hpp>

#include "scheduler/inject.hpp"

namespace ferry::detail {

/// A bounded FIFO without locks. `push`, `pop` and being the target of `steal_into` belong to the owner;
/// anyone may steal.
///
/// The head packs two positions. Between them lie entries that a thief has claimed and is still copying; the
/// owner may not overwrite those, and nobody else steals meanwhile.
class RunQueue {
 public:
  static constexpr std::uint32_t kCapacity = 256;

  /// Appends an entry; when the ring is full, half of it and the entry go to `overflow`. False then.
  bool push(TaskHeader* task, InjectQueue& overflow) noexcept;
  TaskHeader* pop() noexcept;
  struct Stolen {
    TaskHeader* task = nullptr;  ///< one of them; null when there was nothing to steal
    std::uint32_t count = 0;
  };
  /// Moves half of the entries to `target`, but for one, which is returned.
  Stolen steal_into(RunQueue& target) noexcept;

  bool is_empty() const noexcept { return size() == 0; }
  std::uint32_t size() const noexcept {
    return tail_.load(std::memory_order_acquire) - real_of(head_.load(std::memory_order_acquire));
  }

 private:
  static constexpr std::uint32_t kMask = kCapacity - 1;
  static constexpr std::uint64_t pack(std::uint32_t stealing, std::uint32_t real) noexcept {
    return std::uint64_t{stealing} << 32 | real;
  }
  static constexpr std::uint32_t stealing_of(std::uint64_t head) noexcept {
    return static_cast<std::uint32_t>(head >> 32);
  }
  static constexpr std::uint32_t real_of(std::uint64_t head) noexcept {
    return static_cast<std::uint32_t>(head);
  }

  bool push_overflow(TaskHeader* task, std::uint32_t real, InjectQueue& overflow) noexcept;
  std::uint32_t claim_and_copy(RunQueue& target, std::uint32_t target_tail) noexcept;

  std::atomic<TaskHeader*>& slot(std::uint32_t position) noexcept { return ring_[position & kMask]; }

  alignas(64) std::atomic<std::uint64_t> head_{0};
  alignas(64) std::atomic<std::uint32_t> tail_{0};
  std::array<std::atomic<TaskHeader*>, kCapacity> ring_{};
};

}  // namespace ferry::detail
