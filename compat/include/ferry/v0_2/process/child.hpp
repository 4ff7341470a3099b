// Child: 0.2's, which is a future of its process's end.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/process/child.hpp>
#include <ferry/process/child_pipes.hpp>
#include <ferry/process/exit_status.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::process {

/// A process that a `Command` has started, and a future that completes when it has ended. Awaiting it leaves
/// `stdin` open: a child that reads to the end of its input ends only when that is closed. It may be awaited
/// again, and gives the same then.
///
/// Errors: as ferry::process::Child::wait.
/// Cancelling: destroys the child, which goes on running unless the command says `kill_on_drop`. Awaited by
/// name it is left to the caller.
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `process::Child`.
class [[nodiscard]] FERRY_NATIVE("PROC-01", unsafe, "ferry::process::Child, whose wait() closes stdin") Child
    : public ferry::process::Child {
 public:
  using Output = ferry::io::Result<ferry::process::ExitStatus>;

  /// For `Command` and `compat::into_legacy`. The number of a child whose end has been seen is not known any
  /// more, and 0.
  explicit Child(ferry::process::Child child) noexcept
      : ferry::process::Child(std::move(child)),
        id_(static_cast<std::uint32_t>(ferry::process::Child::id().value_or(0))) {}

  Poll<Output> poll(Context& cx) {
    const StdinKept kept(stdin);
    return wait().poll(cx);
  }

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

 private:
  // Out of the reach of what would close it.
  class StdinKept {
   public:
    explicit StdinKept(std::optional<ferry::process::ChildStdin>& stdin) noexcept
        : place_(&stdin), kept_(std::exchange(stdin, std::nullopt)) {}
    StdinKept(const StdinKept&) = delete;
    StdinKept& operator=(const StdinKept&) = delete;
    ~StdinKept() { *place_ = std::move(kept_); }

   private:
    std::optional<ferry::process::ChildStdin>* place_;
    std::optional<ferry::process::ChildStdin> kept_;
  };

  std::uint32_t id_;
};

}  // namespace ferry::v0_2::process
