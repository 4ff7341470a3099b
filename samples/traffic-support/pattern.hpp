// What both sides send: bytes that follow from a number, so that every one of them can be checked.
#pragma once

#include <cstdint>
#include <span>

namespace traffic {

class Pattern {
 public:
  explicit Pattern(std::uint64_t seed) : state_(seed) {}

  std::uint8_t next() {  // splitmix64, one byte of each step
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    return static_cast<std::uint8_t>(z >> 56);
  }
  void fill(std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = next();
  }
  bool matches(std::span<const std::uint8_t> bytes) {
    for (const auto byte : bytes) {
      if (byte != next()) return false;
    }
    return true;
  }

 private:
  std::uint64_t state_;
};

}  // namespace traffic
