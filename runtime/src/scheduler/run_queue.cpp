#include "scheduler/run_queue.hpp"

#include <ferry/assert.hpp>

namespace ferry::detail {

bool RunQueue::push(TaskHeader* task, InjectQueue& overflow) noexcept {
  const std::uint32_t tail = tail_.load(std::memory_order_relaxed);  // only the owner writes it
  for (;;) {
    // acquire: a thief has finished reading the slots that it gave free.
    const std::uint64_t head = head_.load(std::memory_order_acquire);
    if (tail - stealing_of(head) < kCapacity) break;
    if (stealing_of(head) != real_of(head)) {
      overflow.push(task);  // a thief is about to make room
      return false;
    }
    if (push_overflow(task, real_of(head), overflow)) return false;
  }
  slot(tail).store(task, std::memory_order_relaxed);
  // seq_cst: publishes the slot to thieves, and comes before the look at who sleeps.
  tail_.store(tail + 1, std::memory_order_seq_cst);
  return true;
}

bool RunQueue::push_overflow(TaskHeader* task, std::uint32_t real, InjectQueue& overflow) noexcept {
  constexpr std::uint32_t kHalf = kCapacity / 2;
  std::uint64_t expected = pack(real, real);
  const std::uint64_t claimed = pack(real + kHalf, real + kHalf);
  if (!head_.compare_exchange_strong(expected, claimed, std::memory_order_release, std::memory_order_relaxed))
    return false;
  TaskHeader* first = slot(real).load(std::memory_order_relaxed);
  TaskHeader* last = first;
  for (std::uint32_t i = 1; i < kHalf; ++i)
    last = last->queue_next = slot(real + i).load(std::memory_order_relaxed);
  last = last->queue_next = task;
  overflow.push_batch(first, last, kHalf + 1);
  return true;
}

TaskHeader* RunQueue::pop() noexcept {
  std::uint64_t head = head_.load(std::memory_order_acquire);
  for (;;) {
    const std::uint32_t real = real_of(head);
    if (real == tail_.load(std::memory_order_relaxed)) return nullptr;
    const bool is_being_stolen = stealing_of(head) != real;
    const std::uint64_t next = pack(is_being_stolen ? stealing_of(head) : real + 1, real + 1);
    if (head_.compare_exchange_weak(head, next, std::memory_order_acq_rel, std::memory_order_acquire)) {
      const TaskHeader* const follower = slot(real + 1).load(std::memory_order_relaxed);
      if (follower != nullptr) prefetch(follower);  // a hint: it may be an old one
      return slot(real).load(std::memory_order_relaxed);
    }
  }
}

RunQueue::Stolen RunQueue::steal_into(RunQueue& target) noexcept {
  const std::uint32_t target_tail = target.tail_.load(std::memory_order_relaxed);
  const std::uint32_t target_stealing = stealing_of(target.head_.load(std::memory_order_acquire));
  if (target_tail - target_stealing > kCapacity / 2) return {};  // no room for half a ring
  const std::uint32_t count = claim_and_copy(target, target_tail);
  if (count == 0) return {};
  TaskHeader* last = target.slot(target_tail + count - 1).load(std::memory_order_relaxed);
  // release: publishes the copied slots to the thieves of the target.
  if (count > 1) target.tail_.store(target_tail + count - 1, std::memory_order_release);
  return {last, count};
}

std::uint32_t RunQueue::claim_and_copy(RunQueue& target, std::uint32_t target_tail) noexcept {
  std::uint64_t head = head_.load(std::memory_order_acquire);
  std::uint64_t claimed = 0;
  std::uint32_t real = 0;
  std::uint32_t count = 0;
  for (;;) {
    real = real_of(head);
    // acquire: sees the slots that the owner has published.
    const std::uint32_t available = tail_.load(std::memory_order_acquire) - real;
    if (stealing_of(head) != real) return 0;  // another thief is at it
    count = available - available / 2;
    if (count == 0) return 0;
    claimed = pack(real, real + count);
    if (head_.compare_exchange_weak(head, claimed, std::memory_order_acq_rel, std::memory_order_acquire))
      break;
  }
  FERRY_ASSERT(count <= kCapacity / 2 + 1, "half of a ring fits into another");
  for (std::uint32_t i = 0; i < count; ++i)
    target.slot(target_tail + i)
        .store(slot(real + i).load(std::memory_order_relaxed), std::memory_order_relaxed);
  // Gives the slots free; the owner may have popped behind them meanwhile.
  head = claimed;
  while (!head_.compare_exchange_weak(head, pack(real_of(head), real_of(head)), std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
  }
  return count;
}

}  // namespace ferry::detail
