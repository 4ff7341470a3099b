// Stdio: what a child's standard input, output or error is.
#pragma once

#include <ferry/net/pipe.hpp>
#include <ferry/process/child_pipes.hpp>

namespace ferry::process {

/// What becomes one of a child's three standard descriptors.
///
/// Tokio: `std::process::Stdio`.
class Stdio {
 public:
  /// This process's own.
  static Stdio inherit() noexcept { return Stdio(Kind::Inherit); }
  /// Nothing: reading gives the end, what is written is gone (/dev/null).
  static Stdio null() noexcept { return Stdio(Kind::Null); }
  /// The other end of a new pipe, whose one end the `Child` has.
  static Stdio piped() noexcept { return Stdio(Kind::Piped); }
  /// A descriptor, which is taken over: a file, a socket, a terminal. The child should find it in blocking
  /// mode.
  static Stdio from_fd(int fd) noexcept { return Stdio(Kind::Fd, fd); }

  /// The other child's pipe: `Command("sort").stdin(*std::move(child.stdout))`.
  Stdio(ChildStdin pipe) noexcept : Stdio(taken(std::move(pipe).into_owned_fd())) {}
  Stdio(ChildStdout pipe) noexcept : Stdio(taken(std::move(pipe).into_owned_fd())) {}
  Stdio(ChildStderr pipe) noexcept : Stdio(taken(std::move(pipe).into_owned_fd())) {}
  Stdio(net::pipe::Sender pipe) noexcept : Stdio(taken(std::move(pipe).into_blocking_fd())) {}
  Stdio(net::pipe::Receiver pipe) noexcept : Stdio(taken(std::move(pipe).into_blocking_fd())) {}

  Stdio(Stdio&& other) noexcept;
  Stdio& operator=(Stdio&& other) noexcept;
  ~Stdio();

 private:
  friend class Command;
  enum class Kind { Inherit, Null, Piped, Fd };

  explicit Stdio(Kind kind, int fd = -1) noexcept : kind_(kind), fd_(fd) {}
  // What could not be taken over is told by `spawn`, as EBADF.
  static Stdio taken(const io::Result<int>& fd) noexcept { return Stdio(Kind::Fd, fd ? *fd : -1); }

  Kind kind_;
  int fd_;
};

}  // namespace ferry::process
