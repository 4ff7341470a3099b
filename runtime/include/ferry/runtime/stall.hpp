// StalledTask: what a runtime says of a task that keeps its thread too long.
#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include <ferry/task/join_handle.hpp>

namespace ferry::runtime {

/// A poll that has gone on for longer than `Builder::stall_warning` allows. Tokio: none.
class StalledTask {
 public:
  StalledTask(std::optional<task::Id> id, detail::TaskName name, std::source_location spawned_at,
              std::source_location resumed_at, std::chrono::nanoseconds held_for) noexcept
      : id_(id),
        name_(std::move(name)),
        spawned_at_(spawned_at),
        resumed_at_(resumed_at),
        held_for_(held_for) {}

  /// None: it is the future of `Runtime::block_on`, on a current_thread runtime.
  std::optional<task::Id> id() const noexcept { return id_; }
  /// What task::Builder called it; empty for most.
  std::string_view name() const noexcept { return name_ != nullptr ? *name_ : std::string_view(); }
  /// Where `spawn` was called.
  const std::source_location& spawned_at() const noexcept { return spawned_at_; }
  /// The `co_await` behind which the poll went on; its line is 0 where that is not known.
  const std::source_location& resumed_at() const noexcept { return resumed_at_; }
  /// For how long at least; the poll has not ended yet.
  std::chrono::nanoseconds held_for() const noexcept { return held_for_; }
  /// All of that in a sentence.
  std::string to_string() const;

 private:
  std::optional<task::Id> id_;
  detail::TaskName name_;
  std::source_location spawned_at_;
  std::source_location resumed_at_;
  std::chrono::nanoseconds held_for_;
};

std::ostream& operator<<(std::ostream& out, const StalledTask& task);

}  // namespace ferry::runtime
