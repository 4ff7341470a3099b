// Id: which task.
#pragma once

#include <compare>
#include <cstdint>

namespace ferry::task {

/// A task's identity, unique in the process while the task lives. Tokio: `task::Id`.
class Id {
 public:
  explicit constexpr Id(std::uint64_t value) noexcept : value_(value) {}
  constexpr std::uint64_t value() const noexcept { return value_; }
  auto operator<=>(const Id&) const = default;

 private:
  std::uint64_t value_;
};

}  // namespace ferry::task
