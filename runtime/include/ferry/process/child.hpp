// Child: a process that was started, its pipes, and waiting for its end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/process/child_pipes.hpp>
#include <ferry/process/exit_status.hpp>
#include <ferry/result.hpp>
#include <ferry/task/task.hpp>

namespace ferry::process {

/// How a process ended, and all that it wrote.
///
/// Tokio: `std::process::Output`.
class Output {
 public:
  Output() = default;
  Output(ExitStatus status, std::string stdout, std::string stderr) noexcept
      : status(status), stdout(std::move(stdout)), stderr(std::move(stderr)) {}

  ExitStatus status;
  std::string stdout;  ///< bytes of any kind; empty unless it was piped
  std::string stderr;  ///< likewise
};

/// A process that a `Command` has started.
///
/// One that is destroyed goes on running, unless the command says `kill_on_drop`. Either way the process
/// leaves no zombie: when it ends it is reaped by a thread that ferry starts for such children, and that ends
/// with the last of them.
///
/// Thread safety: owned by one task at a time; it may be moved to a task of another runtime and waited for
/// there.
/// Tokio: `process::Child`.
class Child {
 public:
  class Wait;
  class Kill;

  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();

  /// The process's number, until its end has been seen by one of the functions here.
  /// Tokio: `Child::id`.
  std::optional<pid_t> id() const noexcept;

  /// Waits until the process has ended. Closes `stdin` first, so that neither waits for the other. May be
  /// awaited again, and gives the same then.
  ///
  /// Errors: ECHILD if other code of this process has reaped the child; what a runtime that has been shut
  /// down gives. Throws: std::logic_error outside a runtime, or in one built without I/O.
  /// Cancelling: safe.
  /// Tokio: `Child::wait`.
  [[nodiscard]] Wait wait() noexcept;
  /// As `wait`, but leaves `stdin` alone: a child that reads to the end of its input ends only when that is
  /// closed. Only the latest waker counts.
  ///
  /// Errors, throws: as `wait`.
  Poll<io::Result<ExitStatus>> poll_wait(Context& cx);
  /// How the process has ended, if it has. Does not close `stdin`. Tokio: `Child::try_wait`.
  io::Result<std::optional<ExitStatus>> try_wait();

  /// Sends SIGKILL, and does nothing if the process's end has been seen already. It is still to be waited
  /// for. Tokio: `Child::start_kill`.
  io::Result<void> start_kill();
  /// Sends SIGKILL and waits until the process has ended.
  ///
  /// Errors, throws: as `wait`.
  /// Cancelling: safe; the signal has been sent once this was polled.
  /// Tokio: `Child::kill`.
  [[nodiscard]] Kill kill() noexcept;

  /// Waits until the process has ended, and reads what it writes to `stdout` and `stderr` until both are
  /// closed, at the same time. Closes `stdin` first.
  ///
  /// Errors: as `wait`, and those of reading.
  /// Cancelling: destroys the child.
  /// Tokio: `Child::wait_with_output`.
  Task<io::Result<Output>> wait_with_output() &&;

  /// The pipes, where the command has asked for them. To take one: `std::exchange(child.stdout,
  /// std::nullopt)`; destroying it closes it.
  std::optional<ChildStdin> stdin;
  std::optional<ChildStdout> stdout;
  std::optional<ChildStderr> stderr;

 private:
  friend class Command;
  class Process;

  explicit Child(std::unique_ptr<Process> process) noexcept;

  std::unique_ptr<Process> process_;
};

/// Completes when the process has ended.
///
/// Cancelling: safe.
class [[nodiscard]] Child::Wait {
 public:
  using Output = io::Result<ExitStatus>;

  explicit Wait(Child& child) noexcept : child_(&child) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  Child* child_;
};

/// Completes when the process has been killed and has ended, or why that could not be.
///
/// Cancelling: safe; the signal has been sent once this was polled.
class [[nodiscard]] Child::Kill {
 public:
  using Output = io::Result<void>;

  explicit Kill(Child& child) noexcept : child_(&child) {}
  Kill(const Kill&) = delete;
  Kill& operator=(const Kill&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  Child* child_;
  bool was_sent_ = false;
};

inline Child::Wait Child::wait() noexcept { return Wait(*this); }
inline Child::Kill Child::kill() noexcept { return Kill(*this); }

}  // namespace ferry::process
