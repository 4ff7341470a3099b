// DeadlineHeap: slots in the order of their deadlines. What DelayQueue is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <ferry/time/instant.hpp>

namespace ferry::detail {

/// A binary heap of numbered slots; equal deadlines come in the order in which they were given. A slot's
/// number is used again after it was removed, with another generation, so that an old reference to it is told
/// from a new one.
///
/// Cost: adding, moving and removing are O(log n); memory is that of the largest number of slots held at
/// once.
class DeadlineHeap {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNone = std::numeric_limits<Slot>::max();

  Slot add(time::Instant deadline);
  /// `slot` must be held.
  void remove(Slot slot) noexcept;
  void move(Slot slot, time::Instant deadline) noexcept;
  void clear() noexcept;

  /// The slot with the earliest deadline; kNone when there is none.
  Slot first() const noexcept { return heap_.empty() ? kNone : heap_.front(); }
  time::Instant deadline(Slot slot) const noexcept { return entries_[slot].deadline; }
  std::uint32_t generation(Slot slot) const noexcept { return entries_[slot].generation; }
  bool holds(Slot slot, std::uint32_t generation) const noexcept {
    return slot < entries_.size() && entries_[slot].position != kNone &&
           entries_[slot].generation == generation;
  }

  std::size_t size() const noexcept { return heap_.size(); }
  /// Slots that are held, or free between those that are: all are below this number.
  std::size_t slots() const noexcept { return entries_.size(); }
  std::size_t capacity() const noexcept { return entries_.capacity(); }
  void reserve(std::size_t slots);
  /// Forgets the free slots behind the last one that is held.
  void shrink_to_fit();

 private:
  struct Entry {
    time::Instant deadline;
    std::uint64_t order;       // of arrival
    std::uint32_t generation;  // counts removals
    std::uint32_t position;    // in the heap; kNone while the slot is free
  };

  bool is_before(Slot a, Slot b) const noexcept;
  void place(Slot slot, std::size_t position) noexcept;
  void settle(Slot slot, std::size_t position) noexcept;

  std::vector<Entry> entries_;
  std::vector<Slot> free_;
  std::vector<Slot> heap_;
  std::uint64_t arrivals_ = 0;
  std::uint32_t first_generation_ = 0;  // of a new slot: its number may have been given before
};

}  // namespace ferry::detail
