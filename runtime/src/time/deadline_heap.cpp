#include <algorithm>
#include <stdexcept>
#include <tuple>

#include <ferry/detail/deadline_heap.hpp>

namespace ferry::detail {

bool DeadlineHeap::is_before(Slot a, Slot b) const noexcept {
  const Entry& first = entries_[a];
  const Entry& second = entries_[b];
  return std::tie(first.deadline, first.order) < std::tie(second.deadline, second.order);
}

void DeadlineHeap::place(Slot slot, std::size_t position) noexcept {
  heap_[position] = slot;
  entries_[slot].position = static_cast<std::uint32_t>(position);
}

// Puts `slot` where it belongs, from the gap at `position` upwards or downwards.
void DeadlineHeap::settle(Slot slot, std::size_t position) noexcept {
  while (position > 0 && is_before(slot, heap_[(position - 1) / 2])) {
    place(heap_[(position - 1) / 2], position);
    position = (position - 1) / 2;
  }
  for (std::size_t child; (child = 2 * position + 1) < heap_.size(); position = child) {
    if (child + 1 < heap_.size() && is_before(heap_[child + 1], heap_[child])) ++child;
    if (!is_before(heap_[child], slot)) break;
    place(heap_[child], position);
  }
  place(slot, position);
}

DeadlineHeap::Slot DeadlineHeap::add(time::Instant deadline) {
  reserve(heap_.size() + 1);
  Slot slot;
  if (free_.empty()) {
    slot = static_cast<Slot>(entries_.size());
    entries_.push_back(
        {.deadline = deadline, .order = 0, .generation = first_generation_, .position = kNone});
  } else {
    slot = free_.back();
    free_.pop_back();
    entries_[slot].deadline = deadline;
  }
  entries_[slot].order = arrivals_++;
  heap_.push_back(slot);
  settle(slot, heap_.size() - 1);
  return slot;
}

void DeadlineHeap::remove(Slot slot) noexcept {
  Entry& entry = entries_[slot];
  const std::size_t gap = entry.position;
  entry.position = kNone;
  ++entry.generation;
  free_.push_back(slot);
  const Slot last = heap_.back();
  heap_.pop_back();
  if (last != slot) settle(last, gap);
}

void DeadlineHeap::move(Slot slot, time::Instant deadline) noexcept {
  entries_[slot].deadline = deadline;
  entries_[slot].order = arrivals_++;
  settle(slot, entries_[slot].position);
}

void DeadlineHeap::clear() noexcept {
  while (!heap_.empty()) remove(heap_.back());
}

// Everything that removing needs is there before it is needed, so that it cannot fail.
void DeadlineHeap::reserve(std::size_t slots) {
  if (slots <= entries_.capacity()) return;
  if (slots >= kNone) throw std::length_error("a DelayQueue holds fewer than 2^32 - 1 values");
  const std::size_t wanted = std::max(slots, 2 * entries_.capacity());
  heap_.reserve(wanted);
  free_.reserve(wanted);
  entries_.reserve(wanted);
}

void DeadlineHeap::shrink_to_fit() {
  while (!entries_.empty() && entries_.back().position == kNone) {
    first_generation_ = std::max(first_generation_, entries_.back().generation);
    entries_.pop_back();
  }
  std::erase_if(free_, [&](Slot slot) { return slot >= entries_.size(); });
  entries_.shrink_to_fit();
  heap_.shrink_to_fit();
  free_.shrink_to_fit();
  heap_.reserve(entries_.capacity());
  free_.reserve(entries_.capacity());
}

}  // namespace ferry::detail
