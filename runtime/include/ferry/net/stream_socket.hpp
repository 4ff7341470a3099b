// StreamSocket: what TcpStream and UnixStream have in common.
#pragma once

#include <cstddef>
#include <span>

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/socket_calls.hpp>
#include <ferry/future.hpp>
#include <ferry/io/async_io.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/socket.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A connection that carries bytes in both directions. It closes when it is destroyed; data that the peer has
/// not received yet is still sent.
///
/// `read`, `read_exact`, `read_to_end`, `read_to_string`, `write`, `write_vectored`, `write_all`, `flush` and
/// `shutdown` are the functions of `io` as members. Shutting down ends what this side sends; it can still
/// receive. Reading from a connection that the peer has reset gives ECONNRESET once, then the end; writing to
/// one whose peer is gone gives EPIPE or ECONNRESET, never a signal.
///
/// Thread safety: every const member may be called from any thread at any time. Futures may be awaited by
/// several tasks at once: each read gives its bytes to one of them, and data is sent in the order of the
/// writes that took it, so that a `write_all` is not mixed with others only if it is alone. The `poll_`
/// functions keep one waker a direction, the latest, unless they are given a waiter.
/// Cost: a call that does not have to wait is one system call; one that has to is none.
class StreamSocket : public Socket,
                     public io::ReadMembers<StreamSocket>,
                     public io::WriteMembers<StreamSocket> {
 public:
  /// What a future carries to wait for this: see io::SharedRead and io::SharedWrite.
  class ReadWaiter;
  class WriteWaiter;

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) const;
  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf, ReadWaiter& waiter) const;
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const;
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data,
                                           WriteWaiter& waiter) const;
  /// Takes up to 64 pieces.
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces) const;
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces,
                                                    WriteWaiter& waiter) const;
  /// Always ready: a connection keeps nothing back.
  Poll<io::Result<void>> poll_flush(Context& cx) const;
  Poll<io::Result<void>> poll_shutdown(Context& cx) const;

  /// Ready when a read may be tried. Only the latest waker counts. Tokio: `poll_read_ready`.
  Poll<io::Result<void>> poll_read_ready(Context& cx) const;
  /// Ready when a write may be tried. Only the latest waker counts. Tokio: `poll_write_ready`.
  Poll<io::Result<void>> poll_write_ready(Context& cx) const;

  /// Reads what is there. Errors: EAGAIN when `readable` has to be awaited. Tokio: `try_read`.
  io::Result<std::size_t> try_read(io::MutableBytes buffer) const;
  /// Reads what is there behind what `buf` has. Errors: EAGAIN when `readable` has to be awaited. Tokio:
  /// `try_read_buf`.
  template <io::BufMut B>
  io::Result<std::size_t> try_read_buf(B& buf) const {
    return io::detail::read_behind(buf, [this](std::span<std::byte> memory) { return try_read(memory); });
  }
  /// Fills up to 64 buffers, one after the other, with what is there. Errors: EAGAIN when `readable` has to
  /// be awaited. Tokio: `try_read_vectored`.
  io::Result<std::size_t> try_read_vectored(std::span<const std::span<std::byte>> buffers) const;
  /// Writes what fits. Errors: EAGAIN when `writable` has to be awaited. Tokio: `try_write`.
  io::Result<std::size_t> try_write(io::ConstBytes data) const;
  /// Writes what fits of up to 64 pieces. Errors: EAGAIN when `writable` has to be awaited. Tokio:
  /// `try_write_vectored`.
  io::Result<std::size_t> try_write_vectored(std::span<const std::span<const std::byte>> pieces) const;

  /// Reads without taking the data away: it will be read again.
  ///
  /// Result: how many bytes were copied; 0 at the end.
  /// Cancelling: safe.
  /// Tokio: `peek`.
  [[nodiscard]] io::AsyncIo<detail::RecvCall> peek(io::MutableBytes buffer) const noexcept;
  /// Only the latest waker counts. Tokio: `poll_peek`.
  Poll<io::Result<std::size_t>> poll_peek(Context& cx, std::span<std::byte> buffer) const;
  /// The same behind what `buf` has. Says how many bytes, too.
  Poll<io::Result<std::size_t>> poll_peek(Context& cx, io::ReadBuf& buf) const;

 protected:
  explicit StreamSocket(detail::IoSource source) noexcept : Socket(std::move(source)) {}
  StreamSocket(StreamSocket&&) noexcept = default;
  StreamSocket& operator=(StreamSocket&&) noexcept = default;
  ~StreamSocket() = default;
};

// The halves that streams give out: <ferry/net/split.hpp>.
template <class Stream>
class StreamReadHalf;
template <class Stream>
class StreamWriteHalf;
template <class Stream>
class OwnedStreamReadHalf;
template <class Stream>
class OwnedStreamWriteHalf;

/// Waits for a stream to be readable.
class StreamSocket::ReadWaiter : public detail::IoSource::Waiter {
 public:
  ReadWaiter() noexcept : Waiter(detail::Direction::Read) {}
};
/// Waits for a stream to be writable.
class StreamSocket::WriteWaiter : public detail::IoSource::Waiter {
 public:
  WriteWaiter() noexcept : Waiter(detail::Direction::Write) {}
};

}  // namespace ferry::net
