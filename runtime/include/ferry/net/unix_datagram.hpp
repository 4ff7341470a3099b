// UnixDatagram: datagrams between processes of one machine.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/socket_calls.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/net/async_io.hpp>
#include <ferry/net/datagram_socket.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// Which directions of a socket end. Tokio: `std::net::Shutdown`.
enum class Shutdown { Read, Write, Both };

/// A Unix domain socket for datagrams, which neither get lost nor come in another order: who sends too many
/// waits. A path that it was bound to stays when it is destroyed. See DatagramSocket for all that is common
/// to datagram sockets.
///
/// Tokio: `net::UnixDatagram`.
class UnixDatagram : public DatagramSocket<UnixSocketAddr> {
 public:
  /// Receives what is sent to `path`.
  ///
  /// Errors: EADDRINUSE when the path exists; InvalidInput when it is too long.
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: `UnixDatagram::bind`.
  static io::Result<UnixDatagram> bind(const std::filesystem::path& path);
  /// Two sockets that are connected to each other. Tokio: `UnixDatagram::pair`.
  static io::Result<std::pair<UnixDatagram, UnixDatagram>> pair();
  /// A socket without a name, which can send. Tokio: `UnixDatagram::unbound`.
  static io::Result<UnixDatagram> unbound();
  /// Adopts a socket, which must be non-blocking: see net::nonblocking. On an error it is closed.
  ///
  /// Throws: std::logic_error, for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `UnixDatagram::from_std`.
  static io::Result<UnixDatagram> from_std(int fd);

  /// Chooses the peer that `send` sends to and `recv` receives from. Tokio: `UnixDatagram::connect`.
  io::Result<void> connect(const std::filesystem::path& path) const;

  using DatagramSocket::poll_send_to;
  using DatagramSocket::send_to;
  using DatagramSocket::try_send_to;
  /// Sends to the socket at `path`.
  ///
  /// Errors: ENOENT; ECONNREFUSED when the socket is gone; InvalidInput when the path is too long.
  /// Cancelling: safe; nothing has been sent unless it has completed.
  /// Tokio: `UnixDatagram::send_to`.
  [[nodiscard]] AsyncIo<detail::SendToCall<io::Result<UnixSocketAddr>>> send_to(
      io::ConstBytes data, const std::filesystem::path& path) const;
  /// Tokio: `UnixDatagram::poll_send_to`.
  Poll<io::Result<std::size_t>> poll_send_to(Context& cx, std::span<const std::byte> data,
                                             const std::filesystem::path& path) const;
  /// Errors: EAGAIN when `writable` has to be awaited. Tokio: `UnixDatagram::try_send_to`.
  io::Result<std::size_t> try_send_to(io::ConstBytes data, const std::filesystem::path& path) const;

  /// Ends a direction: what is received then has size 0, what is sent is EPIPE, here and at the peer. Tokio:
  /// `UnixDatagram::shutdown`.
  io::Result<void> shutdown(Shutdown how) const;

 private:
  friend class UnixSocket;
  explicit UnixDatagram(detail::IoSource source) noexcept : DatagramSocket(std::move(source)) {}
};

extern template class DatagramSocket<UnixSocketAddr>;

}  // namespace ferry::net
