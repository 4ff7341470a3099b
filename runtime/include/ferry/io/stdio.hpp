// stdin, stdout and stderr of the process.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include <ferry/future.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

namespace ferry::io {
namespace detail {
class BlockingReader;
class BlockingWriter;
}  // namespace detail

/// The process's standard input, read by a thread of the blocking pool.
///
/// What such a thread has read waits here for the next read, also when the one that asked for it was
/// cancelled; it is lost with this object. A read of a terminal cannot be interrupted: until it gives
/// something, the runtime's shutdown waits for it. For what a person types, a thread of its own that reads
/// and sends through a channel is better.
///
/// Polling it outside a runtime throws std::logic_error.
///
/// Thread safety: used by one task at a time; each object has a buffer of its own.
/// Tokio: `io::Stdin`.
class Stdin : public ReadMembersMut<Stdin> {
 public:
  Stdin(Stdin&&) noexcept;
  Stdin& operator=(Stdin&&) noexcept;
  ~Stdin();

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf);

 private:
  friend Stdin stdin();
  explicit Stdin(std::unique_ptr<detail::BlockingReader> reader) noexcept;

  std::unique_ptr<detail::BlockingReader> reader_;
};

namespace detail {

/// What Stdout and Stderr have in common.
class StandardOutput {
 public:
  StandardOutput(StandardOutput&&) noexcept;
  StandardOutput& operator=(StandardOutput&&) noexcept;

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data);
  Poll<Result<void>> poll_flush(Context& cx);
  /// Flushes; the descriptor stays open.
  Poll<Result<void>> poll_shutdown(Context& cx) { return poll_flush(cx); }

 protected:
  explicit StandardOutput(std::unique_ptr<BlockingWriter> writer) noexcept;
  ~StandardOutput();

 private:
  std::unique_ptr<BlockingWriter> writer_;
};

}  // namespace detail

/// The process's standard output, written by a thread of the blocking pool.
///
/// A write takes up to 2 MiB, is ready at once, and goes on in the background; the next one waits for it, and
/// reports its error. What was taken is written in one piece, whatever other objects write. `flush` waits
/// until everything is written: without it the end of the output may be missing when the program ends.
///
/// Polling it outside a runtime throws std::logic_error.
///
/// Thread safety: used by one task at a time; each object has a buffer of its own.
/// Tokio: `io::Stdout`.
class Stdout : public detail::StandardOutput, public WriteMembersMut<Stdout> {
 private:
  friend Stdout stdout();
  using StandardOutput::StandardOutput;
};

/// The process's standard error, as Stdout is its output: a write is buffered and goes on in the background.
/// Tokio: `io::Stderr`.
class Stderr : public detail::StandardOutput, public WriteMembersMut<Stderr> {
 private:
  friend Stderr stderr();
  using StandardOutput::StandardOutput;
};

/// Tokio: `io::stdin`.
[[nodiscard]] Stdin stdin();
/// Tokio: `io::stdout`.
[[nodiscard]] Stdout stdout();
/// Tokio: `io::stderr`.
[[nodiscard]] Stderr stderr();

}  // namespace ferry::io
