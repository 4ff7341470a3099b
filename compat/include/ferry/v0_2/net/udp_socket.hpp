// UdpSocket: 0.2's, which is split to be shared, and tries what it is not known to be ready for.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/net/udp_socket.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::net {

class UdpRecvHalf;
class UdpSendHalf;

/// A UDP socket. Who sends or receives needs it for itself; in 1.x it may be const.
///
/// Thread safety: owned by one task at a time; `split` makes two owners of it.
/// Tokio: 0.2's `net::UdpSocket`.
class UdpSocket : public ferry::net::UdpSocket {
 public:
  using Bind = v0_2::detail::Becoming<ferry::io::Result<UdpSocket>, ferry::net::UdpSocket::Bind>;
  using SocketAddr = ferry::net::SocketAddr;

  /// For `bind` and `compat::into_legacy`.
  explicit UdpSocket(ferry::net::UdpSocket socket) noexcept : ferry::net::UdpSocket(std::move(socket)) {}

  /// Takes the first of the addresses that is free; port 0 lets the system choose.
  ///
  /// Cancelling: safe.
  /// Tokio: `UdpSocket::bind`.
  static Bind bind(ferry::net::ToSocketAddrs addr) {
    return Bind([&] { return ferry::net::UdpSocket::bind(std::move(addr)); });
  }

  /// Adopts a socket and makes it non-blocking. On an error it is closed.
  ///
  /// Throws: std::logic_error outside a runtime or in one built without I/O.
  /// Tokio: 0.2's `UdpSocket::from_std`.
  FERRY_REPLACE("NET-01", unsafe, "ferry::net::UdpSocket::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<UdpSocket> from_std(int socket);
  /// The same. Tokio: 0.2's `TryFrom<std::net::UdpSocket> for UdpSocket`.
  FERRY_REPLACE("NET-03", unsafe, "ferry::net::UdpSocket::from_std(ferry::net::nonblocking($socket))")
  static ferry::io::Result<UdpSocket> try_from(int socket);

  /// Two halves that own the socket together, for two tasks. Tokio: 0.2's `UdpSocket::split`.
  FERRY_NATIVE("UDP-02", safe, "a std::shared_ptr<ferry::net::UdpSocket> for each of the halves")
  std::pair<UdpRecvHalf, UdpSendHalf> split() &&;

  /// Cancelling: safe; nothing has been sent unless it has completed. Tokio: `UdpSocket::send`.
  [[nodiscard]] auto send(ferry::io::ConstBytes data) noexcept { return ferry::net::UdpSocket::send(data); }
  /// Cancelling: safe; nothing has been sent unless it has completed. Tokio: `UdpSocket::send_to`.
  [[nodiscard]] auto send_to(ferry::io::ConstBytes data, const SocketAddr& target) noexcept {
    return ferry::net::UdpSocket::send_to(data, target);
  }
  /// Cancelling: safe; nothing has been sent unless it has completed. Tokio: `UdpSocket::send_to`.
  [[nodiscard]] auto send_to(ferry::io::ConstBytes data, ferry::net::ToSocketAddrs target) {
    return ferry::net::UdpSocket::send_to(data, std::move(target));
  }
  /// Cancelling: safe; no datagram is taken unless it has completed. Tokio: `UdpSocket::recv`.
  [[nodiscard]] auto recv(ferry::io::MutableBytes buffer) noexcept {
    return ferry::net::UdpSocket::recv(buffer);
  }
  /// Cancelling: safe; no datagram is taken unless it has completed. Tokio: `UdpSocket::recv_from`.
  [[nodiscard]] auto recv_from(ferry::io::MutableBytes buffer) noexcept {
    return ferry::net::UdpSocket::recv_from(buffer);
  }

  /// Only the latest waker counts. Tokio: `UdpSocket::poll_send`.
  Poll<ferry::io::Result<std::size_t>> poll_send(Context& cx, std::span<const std::byte> data) {
    return ferry::net::UdpSocket::poll_send(cx, data);
  }
  /// Only the latest waker counts. Tokio: `UdpSocket::poll_send_to`.
  Poll<ferry::io::Result<std::size_t>> poll_send_to(Context& cx, std::span<const std::byte> data,
                                                    const SocketAddr& target) {
    return ferry::net::UdpSocket::poll_send_to(cx, data, target);
  }
  /// Receives into `memory`: how many bytes. Only the latest waker counts. Tokio: 0.2's
  /// `UdpSocket::poll_recv`.
  FERRY_NATIVE("UDP-04", unsafe, "poll_recv with a ferry::io::ReadBuf")
  Poll<ferry::io::Result<std::size_t>> poll_recv(Context& cx, std::span<std::byte> memory);
  /// Tokio: `UdpSocket::poll_recv`.
  Poll<ferry::io::Result<void>> poll_recv(Context& cx, ferry::io::ReadBuf& buf) {
    return ferry::net::UdpSocket::poll_recv(cx, buf);
  }
  /// Receives into `memory`: how many bytes, and from whom. Only the latest waker counts. Tokio: 0.2's
  /// `UdpSocket::poll_recv_from`.
  FERRY_NATIVE("UDP-04", unsafe, "poll_recv_from with a ferry::io::ReadBuf")
  Poll<ferry::io::Result<Received>> poll_recv_from(Context& cx, std::span<std::byte> memory);
  /// Tokio: `UdpSocket::poll_recv_from`.
  Poll<ferry::io::Result<SocketAddr>> poll_recv_from(Context& cx, ferry::io::ReadBuf& buf) {
    return ferry::net::UdpSocket::poll_recv_from(cx, buf);
  }

  /// Sends to the peer, also when the socket is not known to be ready since a send found no room.
  ///
  /// Errors: EAGAIN when there is no room.
  /// Tokio: 0.2's `UdpSocket::try_send`.
  FERRY_REPLACE("UDP-05", manual,
                "writable() before it: EAGAIN also says that nobody has looked since the last one")
  ferry::io::Result<std::size_t> try_send(ferry::io::ConstBytes data) const;
  /// Sends to `target`, also when the socket is not known to be ready.
  ///
  /// Errors: EAGAIN when there is no room.
  /// Tokio: 0.2's `UdpSocket::try_send_to`.
  FERRY_REPLACE("UDP-05", manual,
                "writable() before it: EAGAIN also says that nobody has looked since the last one")
  ferry::io::Result<std::size_t> try_send_to(ferry::io::ConstBytes data, const SocketAddr& target) const;
};

}  // namespace ferry::v0_2::net
