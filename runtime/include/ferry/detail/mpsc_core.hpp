// MpscCore: what an mpsc channel has whatever it carries.
#pragma once

#include <atomic>
#include <cstddef>

#include <ferry/detail/atomic_waker.hpp>
#include <ferry/detail/batch_semaphore.hpp>
#include <ferry/detail/block_list.hpp>
#include <ferry/poll.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// A queue, the permits to send into it, and the counts of who uses it. An unbounded channel has so many
/// permits that they never run out. A permit is taken before a value is queued and given back after it was
/// received.
///
/// Owned by the strong senders together, by each weak sender, and by the receiver.
class MpscCore {
 public:
  enum class [[nodiscard]] Next : unsigned char { Pending, Value, End };
  enum class [[nodiscard]] Leave : unsigned char { Alive, Free };

  MpscCore(std::size_t permits, std::size_t block_bytes, std::size_t block_alignment)
      : list_(block_bytes, block_alignment), max_capacity_(permits), semaphore_(permits) {}

  BatchSemaphore& semaphore() noexcept { return semaphore_; }
  std::size_t capacity() const noexcept { return semaphore_.available_permits(); }
  std::size_t max_capacity() const noexcept { return max_capacity_; }
  bool is_closed() const noexcept { return semaphore_.is_closed(); }
  const sync::Notify& closed() const noexcept { return closed_; }

  // The senders'. They hold a permit when they claim.
  BlockList::Place claim() { return list_.claim(); }
  void publish(BlockList::Place place) noexcept {
    BlockList::publish(place);
    receiver_.wake();
  }
  void release_permits(std::size_t permits) noexcept {
    semaphore_.release(permits);
    wake_if_drained();
  }
  /// After permits went back unused: a closed channel ends when the last one is there.
  void wake_if_drained() noexcept {
    if (is_closed()) receiver_.wake();
  }

  void add_sender() noexcept { strong_.fetch_add(1, std::memory_order_relaxed); }
  Leave drop_sender() noexcept;
  /// Makes a weak owner a strong one as well, unless no strong one is left.
  [[nodiscard]] bool upgrade() noexcept;
  void add_weak() noexcept;
  Leave drop_weak() noexcept;
  std::size_t strong_count() const noexcept { return strong_.load(std::memory_order_acquire); }
  std::size_t weak_count() const noexcept { return weak_.load(std::memory_order_acquire); }

  // The receiver's.
  Next poll_next(Context& cx, BlockList::Place& place) {
    if (list_.peek(place)) [[likely]]
      return Next::Value;
    return poll_next_slow(cx, place);
  }
  /// Never pending for good: waits for a sender that is in the middle of sending.
  Next try_next(BlockList::Place& place);
  bool peek(BlockList::Place& place) { return list_.peek(place); }
  /// The value at the place that came last has been taken.
  void consume() noexcept {
    list_.consume();
    semaphore_.release(1);
  }
  std::size_t length() const noexcept { return list_.claimed(); }
  void close() noexcept;
  Leave drop_owner() noexcept;

 private:
  Next poll_next_slow(Context& cx, BlockList::Place& place);
  bool is_over(BlockList::Place& place, Next& next);

  BlockList list_;
  const std::size_t max_capacity_;
  BatchSemaphore semaphore_;
  AtomicWaker receiver_;
  sync::Notify closed_;                 // the receiver closed or is gone
  std::atomic<std::size_t> strong_{1};  // senders; together they are one owner
  std::atomic<std::size_t> weak_{0};
  std::atomic<std::size_t> owners_{2};
};

}  // namespace ferry::detail
