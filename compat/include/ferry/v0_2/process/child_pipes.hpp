// ChildStdin, ChildStdout, ChildStderr: 0.2's, which read and write in both ways.
#pragma once

#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/process/child_pipes.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::process {

/// What a child reads from its standard input. The child sees the end once this is destroyed.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `process::ChildStdin`.
class ChildStdin : public io::detail::Legacy<ChildStdin, ferry::process::ChildStdin> {
 public:
  /// For `Child` and `compat::into_legacy`.
  explicit ChildStdin(ferry::process::ChildStdin pipe) noexcept
      : io::detail::Legacy<ChildStdin, ferry::process::ChildStdin>(std::move(pipe)) {}
};

/// What a child writes to its standard output or error, by the number of that descriptor in the child.
///
/// Thread safety: owned by one task at a time.
template <int kNumber>
class ChildOutput : public io::detail::Legacy<ChildOutput<kNumber>, ferry::process::ChildOutput<kNumber>> {
  using Modern = ferry::process::ChildOutput<kNumber>;

 public:
  /// For `Child` and `compat::into_legacy`.
  explicit ChildOutput(Modern pipe) noexcept : io::detail::Legacy<ChildOutput, Modern>(std::move(pipe)) {}
};

/// Tokio: 0.2's `process::ChildStdout`.
using ChildStdout = ChildOutput<1>;
/// Tokio: 0.2's `process::ChildStderr`.
using ChildStderr = ChildOutput<2>;

/// A pipe of a `Child`, where the command has asked for it and nobody has taken it.
template <class Pipe>
class ChildPipe : public std::optional<Pipe> {
 public:
  using std::optional<Pipe>::optional;
  ChildPipe(std::optional<Pipe> pipe) noexcept : std::optional<Pipe>(std::move(pipe)) {}

  /// The pipe, which then belongs to the caller. Tokio: `Option::take` of the field.
  FERRY_REPLACE("PROC-04", safe, "std::exchange($this, std::nullopt)")
  std::optional<Pipe> take() noexcept { return std::exchange(*this, std::nullopt); }
  /// Itself: `child.stdin()` is `child.stdin`. Tokio: 0.2's `Child::stdin`, `stdout`, `stderr`.
  FERRY_NATIVE("PROC-04", safe, "the member without the parentheses")
  ChildPipe& operator()() noexcept { return *this; }
};

}  // namespace ferry::v0_2::process
