// Pipes: bytes one way, between processes or within one, with a name in the file system (a FIFO) or without.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/interest.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/readiness.hpp>
#include <ferry/result.hpp>

namespace ferry::net::pipe {

/// What both ends of a pipe have. It closes its descriptor when it is destroyed.
///
/// Thread safety: every const member may be called from any thread at any time.
class End {
 public:
  /// Waits until the pipe is ready for any of what `interest` asks for, and says for what.
  ///
  /// Cancelling: safe.
  /// Tokio: `ready`.
  ReadyFor ready(io::Interest interest) const noexcept { return ReadyFor(source_, interest); }
  /// Calls `call` (`io::Result<T>()`), a call on the descriptor that does not block, if the pipe is ready for
  /// any of what `interest` asks for. EAGAIN from it means that the pipe is not, after all.
  ///
  /// Errors: EAGAIN when `ready` has to be awaited.
  /// Tokio: `try_io`.
  template <class F>
  std::invoke_result_t<F&> try_io(io::Interest interest, F&& call) const {
    return source_.try_io(interest, call);
  }

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
/// Thread safety: as every const member; futures may be awaited by several tasks at once. What is written in
/// one piece of at most 4096 bytes is not mixed with what others write.
/// Cost: a call that does not have to wait is one system call (before Linux 6.18 three); one that has to is
/// none. Tokio: `net::unix::pipe::Sender`.
class Sender : public End, public io::WriteMembers<Sender> {
 public:
  /// What a future carries to wait for this: see io::SharedWrite.
  class WriteWaiter;

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
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data,
                                           WriteWaiter& waiter) const;
  /// Takes up to 64 pieces.
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces) const;
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces,
                                                    WriteWaiter& waiter) const;
  /// Always ready: a pipe keeps nothing back.
  Poll<io::Result<void>> poll_flush(Context& cx) const;
  /// Always ready: does nothing.
  Poll<io::Result<void>> poll_shutdown(Context& cx) const;

  /// Waits until a write may be tried; that nobody reads any more counts, too. It may be mistaken: then what
  /// is tried says so.
  ///
  /// Cancelling: safe.
  /// Tokio: `Sender::writable`.
  Readiness writable() const noexcept { return Readiness(source(), io::Interest::Writable); }
  /// Ready when a write may be tried. Only the latest waker counts. Tokio: `Sender::poll_write_ready`.
  Poll<io::Result<void>> poll_write_ready(Context& cx) const;
  /// Writes what fits. Errors: EAGAIN when `writable` has to be awaited. Tokio: `Sender::try_write`.
  io::Result<std::size_t> try_write(io::ConstBytes data) const;
  /// Writes what fits of up to 64 pieces. Errors: EAGAIN when `writable` has to be awaited. Tokio:
  /// `Sender::try_write_vectored`.
  io::Result<std::size_t> try_write_vectored(std::span<const std::span<const std::byte>> pieces) const;

 private:
  using End::End;
};

/// Waits for a pipe to be writable.
class Sender::WriteWaiter : public detail::IoSource::Waiter {
 public:
  WriteWaiter() noexcept : Waiter(io::Interest::Writable) {}
};

/// The end that is read from. It reads 0 bytes when the data has ended: every sender is gone.
///
/// `read`, `read_exact`, `read_to_end` and `read_to_string` are the functions of `io` as members.
///
/// Thread safety: as every const member; futures may be awaited by several tasks at once, and each byte is
/// read by one of them. Cost: a call that does not have to wait is one system call; one that has to is none.
/// Tokio: `net::unix::pipe::Receiver`.
class Receiver : public End, public io::ReadMembers<Receiver> {
 public:
  /// What a future carries to wait for this: see io::SharedRead.
  class ReadWaiter;

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
  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf, ReadWaiter& waiter) const;

  /// Waits until a read may be tried; the end counts, too. It may be mistaken: then what is tried says so.
  ///
  /// Cancelling: safe.
  /// Tokio: `Receiver::readable`.
  Readiness readable() const noexcept { return Readiness(source(), io::Interest::Readable); }
  /// Ready when a read may be tried. Only the latest waker counts. Tokio: `Receiver::poll_read_ready`.
  Poll<io::Result<void>> poll_read_ready(Context& cx) const;
  /// Reads what is there. Errors: EAGAIN when `readable` has to be awaited. Tokio: `Receiver::try_read`.
  io::Result<std::size_t> try_read(io::MutableBytes buffer) const;
  /// Reads what is there behind what `buf` has. Errors: EAGAIN when `readable` has to be awaited. Tokio:
  /// `Receiver::try_read_buf`.
  template <io::BufMut B>
  io::Result<std::size_t> try_read_buf(B& buf) const {
    return io::detail::read_behind(buf, [this](std::span<std::byte> memory) { return try_read(memory); });
  }
  /// Fills up to 64 buffers, one after the other, with what is there. Errors: EAGAIN when `readable` has to
  /// be awaited. Tokio: `Receiver::try_read_vectored`.
  io::Result<std::size_t> try_read_vectored(std::span<const std::span<std::byte>> buffers) const;

 private:
  using End::End;
};

/// Waits for a pipe to be readable.
class Receiver::ReadWaiter : public detail::IoSource::Waiter {
 public:
  ReadWaiter() noexcept : Waiter(io::Interest::Readable) {}
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
