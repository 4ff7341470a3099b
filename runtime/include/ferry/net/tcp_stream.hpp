// TcpStream: a TCP connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

class ReadHalf;
class WriteHalf;
class OwnedReadHalf;
class OwnedWriteHalf;

/// Completes when a socket may be read from or written to. Must not outlive the socket.
///
/// Cancelling: safe.
class [[nodiscard]] Readiness {
 public:
  using Output = io::Result<void>;

  Readiness(const detail::IoSource& source, detail::Direction direction) noexcept
      : ready_(source, direction) {}
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  Poll<Output> poll(Context& cx);
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(ready_, notes); }

 private:
  detail::IoSource::Ready ready_;
};

/// A connection. It closes when it is destroyed; data that the peer has not received yet is still sent.
///
/// `read`, `read_exact`, `read_to_end`, `read_to_string`, `write`, `write_vectored`, `write_all`, `flush` and
/// `shutdown` are the functions of `io` as members. Shutting down ends what this side sends; it can still
/// receive.
///
/// Thread safety: one task at a time may read, and one may write, on any threads; `readable` and `writable`
/// may be awaited by any number of tasks. Cost: a call that does not have to wait is one system call; one
/// that has to is none. Tokio: `net::TcpStream`.
class TcpStream : public io::ReadMembers<TcpStream>, public io::WriteMembers<TcpStream> {
 public:
  class Connect;
  class Peek;

  /// Connects to the first of the addresses that accepts.
  ///
  /// Result: the stream, or the error of the last address.
  /// Throws: std::logic_error, when polled outside a runtime or in one built without I/O.
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `TcpStream::connect`.
  static Connect connect(ToSocketAddrs addr);

  /// Adopts a connected socket, which must be non-blocking: see net::nonblocking. On an error it is closed.
  ///
  /// Throws: std::logic_error, for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `TcpStream::from_std`.
  static io::Result<TcpStream> from_std(int fd);
  /// Gives the descriptor to the caller. It stays non-blocking. Tokio: `TcpStream::into_std`.
  io::Result<int> into_std() &&;

  io::Result<SocketAddr> local_addr() const;
  io::Result<SocketAddr> peer_addr() const;

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) const;
  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) const;
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces) const;
  /// Always ready: a connection keeps nothing back.
  Poll<io::Result<void>> poll_flush(Context& cx) const;
  Poll<io::Result<void>> poll_shutdown(Context& cx) const;

  /// Ready when a read may be tried. Only the latest waker counts. Tokio: `TcpStream::poll_read_ready`.
  Poll<io::Result<void>> poll_read_ready(Context& cx) const;
  /// Ready when a write may be tried. Only the latest waker counts. Tokio: `TcpStream::poll_write_ready`.
  Poll<io::Result<void>> poll_write_ready(Context& cx) const;

  /// Waits until a read may be tried; the end and errors count, too. It may be mistaken: then `try_read` says
  /// so.
  ///
  /// Cancelling: safe.
  /// Tokio: `TcpStream::readable`.
  Readiness readable() const noexcept { return Readiness(source_, detail::Direction::Read); }
  /// Waits until a write may be tried.
  ///
  /// Cancelling: safe.
  /// Tokio: `TcpStream::writable`.
  Readiness writable() const noexcept { return Readiness(source_, detail::Direction::Write); }

  /// Reads what is there. Errors: EAGAIN when `readable` has to be awaited. Tokio: `TcpStream::try_read`.
  io::Result<std::size_t> try_read(io::MutableBytes buffer) const;
  /// Writes what fits. Errors: EAGAIN when `writable` has to be awaited. Tokio: `TcpStream::try_write`.
  io::Result<std::size_t> try_write(io::ConstBytes data) const;

  /// Reads without taking the data away: it will be read again.
  ///
  /// Cancelling: safe.
  /// Tokio: `TcpStream::peek`.
  [[nodiscard]] Peek peek(io::MutableBytes buffer) const noexcept;
  /// Tokio: `TcpStream::poll_peek`.
  Poll<io::Result<std::size_t>> poll_peek(Context& cx, std::span<std::byte> buffer) const;

  /// Whether small writes are sent at once (TCP_NODELAY).
  io::Result<bool> nodelay() const;
  io::Result<void> set_nodelay(bool is_on) const;
  /// How long closing waits for data to be sent (SO_LINGER). Zero resets the connection.
  io::Result<std::optional<std::chrono::seconds>> linger() const;
  io::Result<void> set_linger(std::optional<std::chrono::seconds> duration) const;
  io::Result<std::uint32_t> ttl() const;
  io::Result<void> set_ttl(std::uint32_t ttl) const;
  /// The socket's pending error (SO_ERROR), which this clears. Tokio: `TcpStream::take_error`.
  io::Result<std::optional<io::Error>> take_error() const;

  /// Two halves that borrow the stream, for one task that reads and writes at once. Tokio:
  /// `TcpStream::split`.
  std::pair<ReadHalf, WriteHalf> split() const noexcept;
  /// Two halves that own the stream together, for two tasks. Destroying the second one shuts the output down.
  /// Tokio: `TcpStream::into_split`.
  std::pair<OwnedReadHalf, OwnedWriteHalf> into_split() &&;

 private:
  friend class TcpListener;
  explicit TcpStream(detail::IoSource source) noexcept : source_(std::move(source)) {}

  detail::IoSource source_;
};

/// Completes once a connection stands.
///
/// Cancelling: safe; gives the attempt up.
class [[nodiscard]] TcpStream::Connect {
 public:
  using Output = io::Result<TcpStream>;

  explicit Connect(ToSocketAddrs addr);
  /// Connects `fd`, a non-blocking socket, which it takes over.
  Connect(int fd, SocketAddr addr);
  Connect(const Connect&) = delete;
  Connect& operator=(const Connect&) = delete;
  ~Connect();

  Poll<Output> poll(Context& cx);

 private:
  io::Result<void> begin(const SocketAddr& addr);
  Poll<io::Result<void>> poll_connected(Context& cx) const;

  LookupHost lookup_;
  int prepared_fd_ = -1;
  std::optional<std::vector<SocketAddr>> addrs_;
  std::size_t next_ = 0;
  std::optional<detail::IoSource> connecting_;
  io::Error last_error_;
};

/// Completes with how many bytes were copied from what will be read next; 0 at the end.
///
/// Cancelling: safe.
class [[nodiscard]] TcpStream::Peek {
 public:
  using Output = io::Result<std::size_t>;

  Peek(const TcpStream& stream, std::span<std::byte> buffer) noexcept : stream_(&stream), buffer_(buffer) {}
  Peek(const Peek&) = delete;
  Peek& operator=(const Peek&) = delete;

  Poll<Output> poll(Context& cx) { return stream_->poll_peek(cx, buffer_); }

 private:
  const TcpStream* stream_;
  std::span<std::byte> buffer_;
};

inline TcpStream::Connect TcpStream::connect(ToSocketAddrs addr) { return Connect(std::move(addr)); }
inline TcpStream::Peek TcpStream::peek(io::MutableBytes buffer) const noexcept {
  return Peek(*this, buffer.span());
}

}  // namespace ferry::net
