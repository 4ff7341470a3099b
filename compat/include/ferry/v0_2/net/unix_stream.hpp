// UnixStream: 0.2's, whose `poll_read` gives the number of bytes and whose `from_std` makes the socket
// non-blocking.
#pragma once

#include <filesystem>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/net/unix_datagram.hpp>
#include <ferry/net/unix_stream.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>
#include <ferry/v0_2/net/ucred.hpp>

namespace ferry::v0_2::net {

/// A connection between processes of one machine, which reads and writes in both ways, that of 0.2 and that
/// of 1.x.
///
/// Thread safety: one task at a time may read, and one may write, on any threads.
/// Tokio: 0.2's `net::UnixStream`.
class UnixStream : public io::detail::Legacy<UnixStream, ferry::net::UnixStream> {
  using Base = io::detail::Legacy<UnixStream, ferry::net::UnixStream>;

 public:
  /// What it is in 1.x.
  using Modern = ferry::net::UnixStream;
  using Connect = v0_2::detail::Becoming<ferry::io::Result<UnixStream>, Modern::Connect>;

  /// For `connect`, `UnixListener` and `compat::into_legacy`.
  explicit UnixStream(ferry::net::UnixStream stream) noexcept : Base(std::move(stream)) {}

  /// Connects to the socket that listens at `path`.
  ///
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `UnixStream::connect`.
  static Connect connect(const std::filesystem::path& path) {
    return Connect([&] { return Modern::connect(path); });
  }
  /// Connects to the socket that listens at `addr`.
  ///
  /// Cancelling: safe; gives the attempt up.
  /// Tokio: `UnixStream::connect_addr`.
  static Connect connect_addr(const ferry::net::UnixSocketAddr& addr) {
    return Connect([&] { return Modern::connect_addr(addr); });
  }
  /// Two streams that are connected to each other. Tokio: `UnixStream::pair`.
  static ferry::io::Result<std::pair<UnixStream, UnixStream>> pair();

  /// Adopts a connected socket and makes it non-blocking. On an error it is closed.
  ///
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: 0.2's `UnixStream::from_std`.
  FERRY_REPLACE("NET-01", unsafe, "ferry::net::UnixStream::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<UnixStream> from_std(int socket);
  /// The same. Tokio: 0.2's `TryFrom<std::os::unix::net::UnixStream> for UnixStream`.
  FERRY_REPLACE("NET-03", unsafe, "ferry::net::UnixStream::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<UnixStream> try_from(int socket);

  /// Who connected, or listens. Tokio: `UnixStream::peer_cred`.
  ferry::io::Result<UCred> peer_cred() const;

  /// The function of 1.x: ends what this side sends. Cancelling: safe.
  using Base::shutdown;
  /// Ends directions of the connection, on the spot.
  ///
  /// Errors: ENOTCONN.
  /// Tokio: 0.2's `UnixStream::shutdown`.
  FERRY_NATIVE("UNIX-05", unsafe,
               "co_await of shutdown() for Shutdown::Write, else ferry::compat::shutdown of the stream")
  ferry::io::Result<void> shutdown(ferry::net::Shutdown how) const;

  /// Two halves that borrow the stream, for one task that reads and writes at once. Tokio:
  /// `UnixStream::split`.
  std::pair<StreamReadHalf<UnixStream>, StreamWriteHalf<UnixStream>> split() noexcept;
  /// Two halves that own the stream together, for two tasks. Destroying the second one shuts the output down.
  /// Tokio: `UnixStream::into_split`.
  std::pair<OwnedStreamReadHalf<UnixStream>, OwnedStreamWriteHalf<UnixStream>> into_split() &&;
};

}  // namespace ferry::v0_2::net
