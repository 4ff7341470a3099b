// TcpStream: 0.2's, whose `poll_read` gives the number of bytes and whose `from_std` makes the socket
// non-blocking.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/tcp_stream.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::net {

/// A connection. It reads in both ways, into memory with a count as in 0.2 and into a `ReadBuf` as in 1.x, so
/// it can be used wherever either is wanted.
///
/// Thread safety: one task at a time may read, and one may write, on any threads.
/// Tokio: 0.2's `net::TcpStream`.
class TcpStream : public ferry::net::TcpStream {
 public:
  class Connect;

  /// For `connect`, `TcpListener` and `compat::into_legacy`.
  explicit TcpStream(ferry::net::TcpStream stream) noexcept : ferry::net::TcpStream(std::move(stream)) {}

  /// Connects to the first of the addresses that accepts.
  ///
  /// Result: the stream, or the error of the last address.
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `TcpStream::connect`.
  static Connect connect(ferry::net::ToSocketAddrs addr);

  /// Adopts a connected socket and makes it non-blocking. On an error it is closed.
  ///
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: 0.2's `TcpStream::from_std`.
  FERRY_REPLACE("NET-01", unsafe, "ferry::net::TcpStream::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<TcpStream> from_std(int socket);

  using ferry::net::TcpStream::poll_read;
  /// Reads what there is into `memory`, and says how much: 0 at the end. Tokio: 0.2's `AsyncRead::poll_read`.
  FERRY_NATIVE("IOT-01", unsafe, "poll_read with a ferry::io::ReadBuf, or ferry::io::poll_read_bytes")
  Poll<ferry::io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> memory);
};

/// Completes once a connection stands.
///
/// Cancelling: safe; gives the attempt up.
class [[nodiscard]] TcpStream::Connect {
 public:
  using Output = ferry::io::Result<TcpStream>;
  explicit Connect(ferry::net::ToSocketAddrs addr) : connect_(std::move(addr)) {}
  Poll<Output> poll(Context& cx);

 private:
  ferry::net::TcpStream::Connect connect_;
};

inline TcpStream::Connect TcpStream::connect(ferry::net::ToSocketAddrs addr) {
  return Connect(std::move(addr));
}

}  // namespace ferry::v0_2::net
