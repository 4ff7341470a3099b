// Child::Process: a child that is to be reaped.
#pragma once

#include <optional>
#include <sys/types.h>

#include <ferry/process/child.hpp>

#include "process/exit_watch.hpp"

namespace ferry::process {

/// Reaps one child, once. Whoever destroys it before leaves the child to others.
class Child::Process {
 public:
  explicit Process(bool kill_on_drop) noexcept : kill_on_drop_(kill_on_drop) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// The child exists from now on.
  void started(pid_t pid) noexcept { pid_ = pid; }
  std::optional<pid_t> id() const noexcept { return pid_ != kNone ? std::optional(pid_) : std::nullopt; }

  io::Result<std::optional<ExitStatus>> try_wait() noexcept;
  Poll<io::Result<ExitStatus>> poll_wait(Context& cx);
  io::Result<void> kill() const noexcept;

 private:
  static constexpr pid_t kNone = 0;

  pid_t pid_ = kNone;  // until it has been reaped
  const bool kill_on_drop_;
  io::Result<ExitStatus> end_ = ExitStatus();  // once it has been
  std::optional<detail::ExitWatch> watch_;     // while somebody waits
};

}  // namespace ferry::process
