// A hierarchical timer wheel.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <ferry/detail/timer.hpp>

namespace ferry::detail {

/// Eight levels of 64 slots; a slot of level n spans 64^n ticks. Inserting and removing are O(1), an entry
/// moves down a level at most seven times. Not thread safe.
class TimerWheel {
 public:
  static constexpr unsigned kLevels = 8;
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kSlots = 1u << kBits;
  static constexpr std::uint64_t kMaxTicks = (std::uint64_t{1} << (kBits * kLevels)) - 1;

  /// Files `entry` under its tick. False when that tick has passed: the caller fires it.
  bool insert(TimerEntry& entry) noexcept;
  void remove(TimerEntry& entry) noexcept;

  /// The tick at which something may be due: exact for entries within 64 ticks, early for those further off.
  std::optional<std::uint64_t> next_tick() const noexcept;

  /// The next entry whose tick is `now` or earlier, taken off the wheel; null when there is none, and the
  /// wheel then stands at `now`.
  TimerEntry* pop_expired(std::uint64_t now) noexcept;

  /// Any entry, taken off the wheel.
  TimerEntry* pop_any() noexcept;

  bool is_empty() const noexcept { return size_ == 0; }
  /// An empty wheel goes on from `now`.
  void jump_to(std::uint64_t now) noexcept { elapsed_ = now; }

 private:
  struct Level {
    std::uint64_t occupied = 0;  // one bit a slot
    std::array<IntrusiveList<TimerEntry>, kSlots> slots;
  };
  struct Expiration {
    unsigned level;
    unsigned slot;
    std::uint64_t tick;
  };

  std::optional<Expiration> next_expiration() const noexcept;
  void file(TimerEntry& entry) noexcept;

  std::uint64_t elapsed_ = 0;
  std::size_t size_ = 0;
  std::array<Level, kLevels> levels_;
  IntrusiveList<TimerEntry> due_;
};

}  // namespace ferry::detail
