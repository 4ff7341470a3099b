// TcpStream: 0.2's, whose `poll_read` gives the number of bytes and whose `from_std` makes the socket
// non-blocking.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/net/tcp_stream.hpp>
#include <ferry/net/unix_datagram.hpp>
#include <ferry/result.hpp>
#include <ferry/time/instant.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::net {

// The halves that streams give out: <ferry/v0_2/net/split.hpp>.
template <class Stream>
class StreamReadHalf;
template <class Stream>
class StreamWriteHalf;
template <class Stream>
class OwnedStreamReadHalf;
template <class Stream>
class OwnedStreamWriteHalf;

/// A connection, which reads and writes in both ways, that of 0.2 and that of 1.x.
///
/// Thread safety: one task at a time may read, and one may write, on any threads.
/// Tokio: 0.2's `net::TcpStream`.
class TcpStream : public io::detail::Legacy<TcpStream, ferry::net::TcpStream> {
  using Base = io::detail::Legacy<TcpStream, ferry::net::TcpStream>;

 public:
  /// What it is in 1.x.
  using Modern = ferry::net::TcpStream;
  using Connect = v0_2::detail::Becoming<ferry::io::Result<TcpStream>, Modern::Connect>;

  /// For `connect`, `TcpListener` and `compat::into_legacy`.
  explicit TcpStream(ferry::net::TcpStream stream) noexcept : Base(std::move(stream)) {}

  /// Connects to the first of the addresses that accepts.
  ///
  /// Result: the stream, or the error of the last address.
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `TcpStream::connect`.
  static Connect connect(ferry::net::ToSocketAddrs addr) {
    return Connect([&] { return Modern::connect(std::move(addr)); });
  }
  /// Makes a socket that is not connected yet non-blocking and connects it. In 1.x a descriptor that is none
  /// is known before.
  ///
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: 0.2's `TcpStream::connect_std`.
  FERRY_REPLACE(
      "TCP-07", unsafe,
      "ferry::net::TcpSocket::from_std_stream(ferry::net::nonblocking($socket)).value().connect($addr)")
  static Connect connect_std(int socket, const ferry::net::SocketAddr& addr);

  /// Adopts a connected socket and makes it non-blocking. On an error it is closed.
  ///
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: 0.2's `TcpStream::from_std`.
  FERRY_REPLACE("NET-01", unsafe, "ferry::net::TcpStream::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<TcpStream> from_std(int socket);
  /// The same. Tokio: 0.2's `TryFrom<std::net::TcpStream> for TcpStream`.
  FERRY_REPLACE("NET-03", unsafe, "ferry::net::TcpStream::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<TcpStream> try_from(int socket);

  /// Reads without taking the data away: how many bytes were copied. In 1.x the stream may be const.
  ///
  /// Cancelling: safe.
  /// Tokio: `TcpStream::peek`.
  [[nodiscard]] auto peek(ferry::io::MutableBytes buffer) noexcept { return Modern::peek(buffer); }
  /// Only the latest waker counts. Tokio: 0.2's `TcpStream::poll_peek`.
  Poll<ferry::io::Result<std::size_t>> poll_peek(Context& cx, std::span<std::byte> buffer) {
    return Modern::poll_peek(cx, buffer);
  }
  /// Tokio: `TcpStream::poll_peek`.
  Poll<ferry::io::Result<std::size_t>> poll_peek(Context& cx, ferry::io::ReadBuf& buf) {
    return Modern::poll_peek(cx, buf);
  }

  /// The function of 1.x: ends what this side sends. Cancelling: safe.
  using Base::shutdown;
  /// Ends directions of the connection, on the spot. In 1.x a call without an argument and without `co_await`
  /// would compile, and do nothing.
  ///
  /// Errors: ENOTCONN.
  /// Tokio: 0.2's `TcpStream::shutdown`.
  FERRY_NATIVE("TCP-09", unsafe,
               "co_await of shutdown() for Shutdown::Write, else ferry::compat::shutdown of the stream")
  ferry::io::Result<void> shutdown(ferry::net::Shutdown how) const;

  /// SO_RCVBUF, in bytes. The system doubles what is set, for its own use. Tokio: 0.2's
  /// `TcpStream::recv_buffer_size`.
  FERRY_REPLACE("TCP-10", unsafe, "ferry::compat::recv_buffer_size($this)")
  ferry::io::Result<std::size_t> recv_buffer_size() const;
  FERRY_REPLACE("TCP-10", unsafe, "ferry::compat::set_recv_buffer_size($this, $bytes)")
  ferry::io::Result<void> set_recv_buffer_size(std::size_t bytes) const;
  /// SO_SNDBUF, in bytes. The system doubles what is set, for its own use. Tokio: 0.2's
  /// `TcpStream::send_buffer_size`.
  FERRY_REPLACE("TCP-10", unsafe, "ferry::compat::send_buffer_size($this)")
  ferry::io::Result<std::size_t> send_buffer_size() const;
  FERRY_REPLACE("TCP-10", unsafe, "ferry::compat::set_send_buffer_size($this, $bytes)")
  ferry::io::Result<void> set_send_buffer_size(std::size_t bytes) const;

  /// For how long the connection is idle before it is looked after, in whole seconds; none when it never is.
  /// Tokio: 0.2's `TcpStream::keepalive`.
  FERRY_REPLACE("TCP-11", unsafe, "ferry::compat::keepalive($this)")
  ferry::io::Result<std::optional<ferry::time::Duration>> keepalive() const;
  /// Errors: EINVAL for less than a second.
  FERRY_REPLACE("TCP-11", unsafe, "ferry::compat::set_keepalive($this, $idle)")
  ferry::io::Result<void> set_keepalive(std::optional<ferry::time::Duration> idle) const;

  /// Two halves that borrow the stream, for one task that reads and writes at once. Tokio:
  /// `TcpStream::split`.
  std::pair<StreamReadHalf<TcpStream>, StreamWriteHalf<TcpStream>> split() noexcept;
  /// Two halves that own the stream together, for two tasks. Destroying the second one shuts the output down.
  /// Tokio: `TcpStream::into_split`.
  std::pair<OwnedStreamReadHalf<TcpStream>, OwnedStreamWriteHalf<TcpStream>> into_split() &&;
};

}  // namespace ferry::v0_2::net
