// Random: numbers that need only look arbitrary.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ferry::detail {

/// xorshift, 32 bits. The same seed gives the same numbers. Not for secrets.
class Random {
 public:
  constexpr Random() noexcept = default;
  /// Neighbouring seeds give unrelated numbers.
  constexpr explicit Random(std::uint64_t seed) noexcept {
    std::uint64_t mixed = seed + 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    state_ =
        static_cast<std::uint32_t>(mixed >> 32) | 1u;  // zero is the one state that xorshift never leaves
  }

  constexpr bool is_seeded() const noexcept { return state_ != 0; }
  constexpr std::uint32_t next() noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  /// One of 0 to `count` - 1; `count` is at least 1.
  constexpr std::size_t below(std::size_t count) noexcept {
    return static_cast<std::size_t>((std::uint64_t{next()} * count) >> 32);
  }

 private:
  std::uint32_t state_ = 0;
};

}  // namespace ferry::detail
