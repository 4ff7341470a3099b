// UnixDatagram: 0.2's, which is split to be shared, and tries what it is not known to be ready for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/net/unix_datagram.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::net {

class UnixDatagramRecvHalf;
class UnixDatagramSendHalf;
class OwnedUnixDatagramRecvHalf;
class OwnedUnixDatagramSendHalf;

/// A Unix domain socket for datagrams. Who sends or receives needs it for itself; in 1.x it may be const.
///
/// `try_send`, `try_send_to`, `try_recv` and `try_recv_from` ask the system even if the socket is not yet
/// known to be ready. Those of 1.x give EAGAIN then; see UDP-05.
///
/// Thread safety: owned by one task at a time; `into_split` makes two owners of it.
/// Tokio: 0.2's `net::UnixDatagram`.
class UnixDatagram : public ferry::net::UnixDatagram {
 public:
  using SocketAddr = ferry::net::UnixSocketAddr;

  /// For `bind` and `compat::into_legacy`.
  explicit UnixDatagram(ferry::net::UnixDatagram socket) noexcept
      : ferry::net::UnixDatagram(std::move(socket)) {}

  /// Receives what is sent to `path`.
  ///
  /// Errors: EADDRINUSE when the path exists; InvalidInput when it is too long.
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: `UnixDatagram::bind`.
  static ferry::io::Result<UnixDatagram> bind(const std::filesystem::path& path);
  /// Two sockets that are connected to each other. Tokio: `UnixDatagram::pair`.
  static ferry::io::Result<std::pair<UnixDatagram, UnixDatagram>> pair();
  /// A socket without a name, which can send. Tokio: `UnixDatagram::unbound`.
  static ferry::io::Result<UnixDatagram> unbound();

  /// Adopts a socket and makes it non-blocking. On an error it is closed.
  ///
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: 0.2's `UnixDatagram::from_std`.
  FERRY_REPLACE("NET-01", unsafe, "ferry::net::UnixDatagram::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<UnixDatagram> from_std(int socket);
  /// The same. Tokio: 0.2's `TryFrom<std::os::unix::net::UnixDatagram> for UnixDatagram`.
  FERRY_REPLACE("NET-03", unsafe, "ferry::net::UnixDatagram::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<UnixDatagram> try_from(int socket);

  /// Two halves that borrow the socket. Tokio: 0.2's `UnixDatagram::split`.
  FERRY_NATIVE("DGRAM-02", safe, "a reference to the ferry::net::UnixDatagram for each of the halves")
  std::pair<UnixDatagramRecvHalf, UnixDatagramSendHalf> split() noexcept;
  /// Two halves that own the socket together. Destroying the second one shuts it down for sending. Tokio:
  /// 0.2's `UnixDatagram::into_split`.
  FERRY_NATIVE("DGRAM-03", unsafe,
               "a std::shared_ptr<ferry::net::UnixDatagram> for each of the halves, and shutdown where the "
               "sending one ended")
  std::pair<OwnedUnixDatagramRecvHalf, OwnedUnixDatagramSendHalf> into_split() &&;

  /// Cancelling: safe; nothing has been sent unless it has completed. Tokio: `UnixDatagram::send`.
  [[nodiscard]] auto send(ferry::io::ConstBytes data) noexcept {
    return ferry::net::UnixDatagram::send(data);
  }
  /// Cancelling: safe; nothing has been sent unless it has completed. Tokio: `UnixDatagram::send_to`.
  [[nodiscard]] auto send_to(ferry::io::ConstBytes data, const std::filesystem::path& path) {
    return ferry::net::UnixDatagram::send_to(data, path);
  }
  /// Cancelling: safe; nothing has been sent unless it has completed. Tokio: `UnixDatagram::send_to_addr`.
  [[nodiscard]] auto send_to(ferry::io::ConstBytes data, const SocketAddr& target) noexcept {
    return ferry::net::UnixDatagram::send_to(data, target);
  }
  /// Cancelling: safe; no datagram is taken unless it has completed. Tokio: `UnixDatagram::recv`.
  [[nodiscard]] auto recv(ferry::io::MutableBytes buffer) noexcept {
    return ferry::net::UnixDatagram::recv(buffer);
  }
  /// Cancelling: safe; no datagram is taken unless it has completed. Tokio: `UnixDatagram::recv_from`.
  [[nodiscard]] auto recv_from(ferry::io::MutableBytes buffer) noexcept {
    return ferry::net::UnixDatagram::recv_from(buffer);
  }

  /// Errors: EAGAIN when the peer has no room. Tokio: 0.2's `UnixDatagram::try_send`.
  FERRY_REPLACE("UDP-05", manual,
                "writable() before it: EAGAIN also says that nobody has looked since the last one")
  ferry::io::Result<std::size_t> try_send(ferry::io::ConstBytes data);
  /// Errors: EAGAIN when the receiver has no room. Tokio: 0.2's `UnixDatagram::try_send_to`.
  FERRY_REPLACE("UDP-05", manual,
                "writable() before it: EAGAIN also says that nobody has looked since the last one")
  ferry::io::Result<std::size_t> try_send_to(ferry::io::ConstBytes data, const std::filesystem::path& path);
  /// Errors: EAGAIN when there is no datagram. Tokio: 0.2's `UnixDatagram::try_recv`.
  FERRY_REPLACE("UDP-05", manual,
                "readable() before it: EAGAIN also says that nobody has looked since the last one")
  ferry::io::Result<std::size_t> try_recv(ferry::io::MutableBytes buffer);
  /// Errors: EAGAIN when there is no datagram. Tokio: 0.2's `UnixDatagram::try_recv_from`.
  FERRY_REPLACE("UDP-05", manual,
                "readable() before it: EAGAIN also says that nobody has looked since the last one")
  ferry::io::Result<Received> try_recv_from(ferry::io::MutableBytes buffer);
};

}  // namespace ferry::v0_2::net
