// ChildStdin, ChildStdout, ChildStderr: pipes to and from a child process.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/pipe.hpp>
#include <ferry/result.hpp>

namespace ferry::process {

/// What a child reads from its standard input. The child sees the end once this is destroyed; writing gives
/// EPIPE once the child does not read any more.
///
/// `write`, `write_vectored`, `write_all`, `flush` and `shutdown` are the functions of `io` as members;
/// `shutdown` does nothing.
///
/// Thread safety: every const member may be called from any thread at any time; futures may be awaited by
/// several tasks at once.
/// Tokio: `process::ChildStdin`.
class ChildStdin : public io::WriteMembers<ChildStdin> {
 public:
  /// What a future carries to wait for this: see io::SharedWrite.
  using WriteWaiter = net::pipe::Sender::WriteWaiter;

  explicit ChildStdin(net::pipe::Sender pipe) noexcept : pipe_(std::move(pipe)) {}
  /// Takes over the descriptor of a pipe to a process that was not made by a `Command`; on an error it is
  /// closed.
  ///
  /// Throws: std::logic_error for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `ChildStdin::from_std`.
  static io::Result<ChildStdin> from_std(int fd) {
    io::Result<net::pipe::Sender> pipe = net::pipe::Sender::from_owned_fd_unchecked(fd);
    if (!pipe) return pipe.error();
    return ChildStdin(*std::move(pipe));
  }

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const {
    return pipe_.poll_write(cx, data);
  }
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data,
                                           WriteWaiter& waiter) const {
    return pipe_.poll_write(cx, data, waiter);
  }
  Poll<io::Result<std::size_t>> poll_write_vectored(
      Context& cx, std::span<const std::span<const std::byte>> pieces) const {
    return pipe_.poll_write_vectored(cx, pieces);
  }
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces,
                                                    WriteWaiter& waiter) const {
    return pipe_.poll_write_vectored(cx, pieces, waiter);
  }
  Poll<io::Result<void>> poll_flush(Context& cx) const { return pipe_.poll_flush(cx); }
  Poll<io::Result<void>> poll_shutdown(Context& cx) const { return pipe_.poll_shutdown(cx); }

  /// The descriptor, which stays this one's; negative once it was moved from.
  int as_raw_fd() const noexcept { return pipe_.as_raw_fd(); }
  /// Gives the descriptor to the caller, in blocking mode. Tokio: `ChildStdin::into_owned_fd`.
  io::Result<int> into_owned_fd() && { return std::move(pipe_).into_blocking_fd(); }

 private:
  net::pipe::Sender pipe_;
};

/// What a child writes to its standard output or error, by the number of that descriptor in the child.
/// Reading gives 0 bytes once the child, and whoever it has passed the descriptor to, has closed it.
///
/// `read`, `read_exact`, `read_to_end` and `read_to_string` are the functions of `io` as members.
///
/// Thread safety: every const member may be called from any thread at any time; futures may be awaited by
/// several tasks at once.
template <int kNumber>
class ChildOutput : public io::ReadMembers<ChildOutput<kNumber>> {
 public:
  /// What a future carries to wait for this: see io::SharedRead.
  using ReadWaiter = net::pipe::Receiver::ReadWaiter;

  explicit ChildOutput(net::pipe::Receiver pipe) noexcept : pipe_(std::move(pipe)) {}
  /// Takes over the descriptor of a pipe from a process that was not made by a `Command`; on an error it is
  /// closed.
  ///
  /// Throws: std::logic_error for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `ChildStdout::from_std`.
  static io::Result<ChildOutput> from_std(int fd) {
    io::Result<net::pipe::Receiver> pipe = net::pipe::Receiver::from_owned_fd_unchecked(fd);
    if (!pipe) return pipe.error();
    return ChildOutput(*std::move(pipe));
  }

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) const { return pipe_.poll_read(cx, buf); }
  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf, ReadWaiter& waiter) const {
    return pipe_.poll_read(cx, buf, waiter);
  }

  /// The descriptor, which stays this one's; negative once it was moved from.
  int as_raw_fd() const noexcept { return pipe_.as_raw_fd(); }
  /// Gives the descriptor to the caller, in blocking mode. Tokio: `ChildStdout::into_owned_fd`.
  io::Result<int> into_owned_fd() && { return std::move(pipe_).into_blocking_fd(); }

 private:
  net::pipe::Receiver pipe_;
};

/// Tokio: `process::ChildStdout`.
using ChildStdout = ChildOutput<1>;
/// Tokio: `process::ChildStderr`.
using ChildStderr = ChildOutput<2>;

}  // namespace ferry::process
