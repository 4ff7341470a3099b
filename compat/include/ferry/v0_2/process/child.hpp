// Child: 0.2's, which is a future of its process's end.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/process/child.hpp>
#include <ferry/process/exit_status.hpp>
#include <ferry/result.hpp>
#include <ferry/task/task.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/process/child_pipes.hpp>

namespace ferry::v0_2::process {

/// A process that a `Command` has started, and a future that completes when it has ended. Awaiting it leaves
/// `stdin` open: a child that reads to the end of its input ends only when that is closed. It may be awaited
/// again, and gives the same then.
///
/// It is not a ferry::process::Child, whose pipes are of other types, but becomes one where it is moved.
///
/// Errors: as ferry::process::Child::wait.
/// Cancelling: destroys the child, which goes on running unless the command says `kill_on_drop`. Awaited by
/// name it is left to the caller.
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `process::Child`.
class [[nodiscard]] FERRY_NATIVE("PROC-01", unsafe,
                                 "ferry::process::Child, whose wait() closes stdin") Child {
 public:
  class Wait;
  using Output = ferry::io::Result<ferry::process::ExitStatus>;

  /// For `Command` and `compat::into_legacy`. The number of a child whose end has been seen is not known any
  /// more, and 0.
  explicit Child(ferry::process::Child child) noexcept
      : stdin(std::move(child.stdin)),
        stdout(std::move(child.stdout)),
        stderr(std::move(child.stderr)),
        child_(std::move(child)),
        id_(static_cast<std::uint32_t>(child_.id().value_or(0))) {}
  /// The child, with its pipes, as one of 1.x.
  operator ferry::process::Child() && noexcept {
    child_.stdin = std::move(stdin);
    child_.stdout = std::move(stdout);
    child_.stderr = std::move(stderr);
    return std::move(child_);
  }

  Poll<Output> poll(Context& cx) { return child_.poll_wait(cx); }

  /// The function of 1.x: closes `stdin`, then waits until the process has ended.
  ///
  /// Errors: as ferry::process::Child::wait.
  /// Cancelling: safe.
  [[nodiscard]] Wait wait() noexcept;
  /// The function of 1.x: how the process has ended, if it has.
  ferry::io::Result<std::optional<ferry::process::ExitStatus>> try_wait() { return child_.try_wait(); }
  /// The function of 1.x: what `kill` is here.
  ferry::io::Result<void> start_kill() { return child_.start_kill(); }

  /// Sends SIGKILL, and waits for nothing: the process is still to be waited for. In 1.x this is
  /// `start_kill`, and `kill` waits.
  ///
  /// Errors: those of kill(2). None for a process whose end has been seen.
  /// Tokio: 0.2's `Child::kill`.
  FERRY_REPLACE("PROC-02", safe, "$this.start_kill()")
  ferry::io::Result<void> kill() { return start_kill(); }

  /// The process's number, also after its end: another process may have it then. Tokio: 0.2's `Child::id`.
  FERRY_REPLACE("PROC-03", unsafe, "$this.id().value()")
  std::uint32_t id() const noexcept { return id_; }

  /// Waits until the process has ended, and reads what it writes. See ferry::process::Child.
  ///
  /// Cancelling: destroys the child.
  /// Tokio: `Child::wait_with_output`.
  Task<ferry::io::Result<ferry::process::Output>> wait_with_output() && {
    return ferry::process::Child(std::move(*this)).wait_with_output();
  }

  /// The pipes, where the command has asked for them. Destroying one closes it.
  ChildPipe<ChildStdin> stdin;
  ChildPipe<ChildStdout> stdout;
  ChildPipe<ChildStderr> stderr;

 private:
  ferry::process::Child child_;  // without pipes
  std::uint32_t id_;
};

// g++ takes what is defined out here for a use.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/// Completes when the process has ended.
///
/// Cancelling: safe.
class [[nodiscard]] Child::Wait {
 public:
  using Output = Child::Output;

  explicit Wait(Child& child) noexcept : child_(&child) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  Poll<Output> poll(Context& cx) {
    child_->stdin.reset();
    return child_->poll(cx);
  }

 private:
  Child* child_;
};

inline Child::Wait Child::wait() noexcept { return Wait(*this); }

#pragma GCC diagnostic pop

}  // namespace ferry::v0_2::process
