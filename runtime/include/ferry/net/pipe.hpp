// Pipes: bytes one way, between processes or within one, with a name in the file system (a FIFO) or without.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

namespace ferry::net::pipe {

/// What both ends of a pipe have. It closes its descriptor when it is destroyed.
///
/// Thread safety: every const member may be called from any thread at any time.
class End {
 public:
  /// The descriptor, which stays the pipe's; negative once it was moved from. Tokio: `AsRawFd::as_raw_fd`.
  int as_raw_fd() const noexcept { return source_.fd(); }
  /// Gives the descriptor to the caller, with O_NONBLOCK set. Tokio: `into_nonblocking_fd`.
  io::Result<int> into_nonblocking_fd() && { return source_.release(); }
  /// Gives the descriptor to the caller, without O_NONBLOCK: fit to be another program's. Tokio:
  /// `into_blocking_fd`.
  io::Result<int> into_blocking_fd() &&;

 protected:
  explicit End(detail::IoSource source) noexcept : source_(std::move(source)) {}
  End(End&&) noexcept = default;
  End& operator=(End&&) noexcept = default;
  ~End() = default;

  const detail::IoSource& source() const noexcept { return source_; }

 private:
  detail::IoSource source_;
};

/// The end that is written to. Its readers see the end of the data when the last sender is gone. When the
/// last reader is gone, writing gives EPIPE; no SIGPIPE is raised.
///
/// `write`, `write_vectored`, `write_all`, `flush` and `shutdown` are the functions of `io` as members;
/// `shutdown` does nothing, only destroying a sender ends the data.
///
/// Tokio: `net::unix::pipe::Sender`.
class Sender : public End, public io::WriteMembers<Sender> {
 public:
  /// Takes a descriptor over, which stops blocking; on an error it is closed.
  ///
  /// Errors: InvalidInput unless it is a pipe that may be written to. Throws: std::logic_error outside a
  /// runtime, or in one built without I/O. Tokio: `Sender::from_owned_fd`.
  static io::Result<Sender> from_owned_fd(int fd);
  /// Takes a descriptor over, whatever it is; on an error it is closed.
  ///
  /// Throws: std::logic_error for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `Sender::from_owned_fd_unchecked`.
  static io::Result<Sender> from_owned_fd_unchecked(int fd);

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const;
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces) const;
  /// Always ready: a pipe keeps nothing back.
  Poll<io::Result<void>> poll_flush(Context& cx) const;
  /// Always ready: does nothing.
  Poll<io::Result<void>> poll_shutdown(Context& cx) const;

 private:
  using End::End;
};

/// The end that is read from. It reads 0 bytes when the data has ended: every sender is gone.
///
/// `read`, `read_exact`, `read_to_end` and `read_to_string` are the functions of `io` as members.
///
/// Tokio: `net::unix::pipe::Receiver`.
class Receiver : public End, public io::ReadMembers<Receiver> {
 public:
  /// Takes a descriptor over, which stops blocking; on an error it is closed.
  ///
  /// Errors: InvalidInput unless it is a pipe that may be read from. Throws: std::logic_error outside a
  /// runtime, or in one built without I/O. Tokio: `Receiver::from_owned_fd`.
  static io::Result<Receiver> from_owned_fd(int fd);
  /// Takes a descriptor over, whatever it is; on an error it is closed.
  ///
  /// Throws: std::logic_error for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `Receiver::from_owned_fd_unchecked`.
  static io::Result<Receiver> from_owned_fd_unchecked(int fd);

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) const;

 private:
  using End::End;
};

/// A new pipe, neither end of which is inherited by other programs. Writing more than it holds (64 KiB unless
/// the system says otherwise) waits for the reader.
///
/// Throws: std::logic_error outside a runtime, or in one built without I/O.
/// Tokio: `net::unix::pipe::pipe`.
io::Result<std::pair<Sender, Receiver>> pipe();

/// How to open a FIFO.
///
/// Tokio: `net::unix::pipe::OpenOptions`.
class OpenOptions {
 public:
  /// Opens for reading and writing, whichever end is made of it. So a sender opens though nobody reads yet,
  /// and a receiver does not see the end when the last sender goes: another one may come. Default: no.
  OpenOptions& read_write(bool is_wanted) noexcept {
    is_read_write_ = is_wanted;
    return *this;
  }
  /// Takes what is opened for a FIFO without asking. Default: no.
  OpenOptions& unchecked(bool is_wanted) noexcept {
    is_unchecked_ = is_wanted;
    return *this;
  }

  /// Opens a FIFO to read from, at once, be there a sender or not.
  ///
  /// Errors: InvalidInput when it is no FIFO; ENOENT, EACCES, ... Throws: std::logic_error outside a runtime.
  /// Tokio: `OpenOptions::open_receiver`.
  io::Result<Receiver> open_receiver(const std::filesystem::path& path) const;
  /// Opens a FIFO to write to.
  ///
  /// Errors: ENXIO when nobody has opened it for reading; InvalidInput when it is no FIFO; ENOENT, EACCES,
  /// ... Throws: std::logic_error outside a runtime. Tokio: `OpenOptions::open_sender`.
  io::Result<Sender> open_sender(const std::filesystem::path& path) const;

 private:
  bool is_read_write_ = false;
  bool is_unchecked_ = false;
};

}  // namespace ferry::net::pipe
