#include "driver/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace ferry::detail {
namespace {

constexpr std::uint8_t kDueLevel = 0xff;  // filed in the list of due entries

// The level whose slots tell `tick` from `elapsed`: that of the highest bit in which they differ.
unsigned level_for(std::uint64_t elapsed, std::uint64_t tick) noexcept {
  const std::uint64_t differing = (elapsed ^ tick) | (TimerWheel::kSlots - 1);
  const unsigned level = (63u - static_cast<unsigned>(std::countl_zero(differing))) / TimerWheel::kBits;
  return std::min(level, TimerWheel::kLevels - 1);
}

unsigned slot_for(std::uint64_t tick, unsigned level) noexcept {
  return static_cast<unsigned>(tick >> (level * TimerWheel::kBits)) & (TimerWheel::kSlots - 1);
}

}  // namespace

bool TimerWheel::insert(TimerEntry& entry) noexcept {
  if (entry.tick <= elapsed_) return false;
  entry.tick = std::min(entry.tick, elapsed_ + kMaxTicks);
  file(entry);
  ++size_;
  return true;
}

void TimerWheel::file(TimerEntry& entry) noexcept {
  const unsigned level = level_for(elapsed_, entry.tick);
  const unsigned slot = slot_for(entry.tick, level);
  entry.level = static_cast<std::uint8_t>(level);
  entry.slot = static_cast<std::uint8_t>(slot);
  levels_[level].slots[slot].push_back(entry);
  levels_[level].occupied |= std::uint64_t{1} << slot;
}

void TimerWheel::remove(TimerEntry& entry) noexcept {
  --size_;
  if (entry.level == kDueLevel) return due_.remove(entry);
  Level& level = levels_[entry.level];
  level.slots[entry.slot].remove(entry);
  if (level.slots[entry.slot].is_empty()) level.occupied &= ~(std::uint64_t{1} << entry.slot);
}

std::optional<TimerWheel::Expiration> TimerWheel::next_expiration() const noexcept {
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t occupied = levels_[level].occupied;
    if (occupied == 0) continue;
    const unsigned now_slot = slot_for(elapsed_, level);
    const unsigned ahead =
        static_cast<unsigned>(std::countr_zero(std::rotr(occupied, static_cast<int>(now_slot))));
    const unsigned slot = (now_slot + ahead) % kSlots;
    const std::uint64_t slot_range = std::uint64_t{1} << (level * kBits);
    const std::uint64_t level_range = slot_range << kBits;
    std::uint64_t tick = (elapsed_ & ~(level_range - 1)) + slot * slot_range;
    // Only the last level wraps: an entry of another level always lies in the current turn of that level.
    if (tick <= elapsed_) tick += level_range;
    return Expiration{level, slot, tick};
  }
  return std::nullopt;
}

std::optional<std::uint64_t> TimerWheel::next_tick() const noexcept {
  if (!due_.is_empty()) return elapsed_;
  const auto next = next_expiration();
  return next ? std::optional(next->tick) : std::nullopt;
}

TimerEntry* TimerWheel::pop_expired(std::uint64_t now) noexcept {
  for (;;) {
    if (TimerEntry* entry = due_.pop_front()) {
      --size_;
      return entry;
    }
    const auto next = next_expiration();
    if (!next || next->tick > now) {
      elapsed_ = std::max(elapsed_, now);
      return nullptr;
    }
    elapsed_ = next->tick;
    Level& level = levels_[next->level];
    level.occupied &= ~(std::uint64_t{1} << next->slot);
    IntrusiveList<TimerEntry> moved;
    moved.splice_back(level.slots[next->slot]);
    while (TimerEntry* entry = moved.pop_front()) {
      if (entry->tick <= elapsed_) {
        entry->level = kDueLevel;
        due_.push_back(*entry);
      } else {
        file(*entry);
      }
    }
  }
}

TimerEntry* TimerWheel::pop_any() noexcept {
  if (TimerEntry* entry = due_.pop_front()) {
    --size_;
    return entry;
  }
  for (Level& level : levels_) {
    if (level.occupied == 0) continue;
    const unsigned slot = static_cast<unsigned>(std::countr_zero(level.occupied));
    TimerEntry* entry = level.slots[slot].front();
    remove(*entry);
    return entry;
  }
  return nullptr;
}

}  // namespace ferry::detail
