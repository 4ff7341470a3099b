// stdin, stdout and stderr of the process.
#pragma once

#include <utility>

#include <ferry/io/stdio.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// The process's standard input. Tokio: 0.2's `io::Stdin`.
class Stdin : public detail::Legacy<Stdin, ferry::io::Stdin> {
 public:
  explicit Stdin(ferry::io::Stdin stdin) noexcept
      : detail::Legacy<Stdin, ferry::io::Stdin>(std::move(stdin)) {}
};
/// The process's standard output. Tokio: 0.2's `io::Stdout`.
class Stdout : public detail::Legacy<Stdout, ferry::io::Stdout> {
 public:
  explicit Stdout(ferry::io::Stdout stdout) noexcept
      : detail::Legacy<Stdout, ferry::io::Stdout>(std::move(stdout)) {}
};
/// The process's standard error. Tokio: 0.2's `io::Stderr`.
class Stderr : public detail::Legacy<Stderr, ferry::io::Stderr> {
 public:
  explicit Stderr(ferry::io::Stderr stderr) noexcept
      : detail::Legacy<Stderr, ferry::io::Stderr>(std::move(stderr)) {}
};

/// Tokio: `io::stdin`.
[[nodiscard]] inline Stdin stdin() { return Stdin(ferry::io::stdin()); }
/// Tokio: `io::stdout`.
[[nodiscard]] inline Stdout stdout() { return Stdout(ferry::io::stdout()); }
/// Tokio: `io::stderr`.
[[nodiscard]] inline Stderr stderr() { return Stderr(ferry::io::stderr()); }

}  // namespace ferry::v0_2::io
