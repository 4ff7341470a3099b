// UdpSocket: sends and receives UDP datagrams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/socket_calls.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/async_io.hpp>
#include <ferry/net/datagram_socket.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A UDP socket.
///
/// Thread safety: every const member may be called from any thread at any time, and every future awaited by
/// any number of tasks: one socket may serve many peers without being split. Tokio: `net::UdpSocket`.
class UdpSocket : public DatagramSocket<SocketAddr> {
 public:
  class Bind;
  class Connect;
  class SendToName;

  /// Takes the first of the addresses that is free; port 0 lets the system choose.
  ///
  /// Result: the socket, or the error of the last address.
  /// Throws: std::logic_error, when polled outside a runtime or in one built without I/O.
  /// Cancelling: safe.
  /// Tokio: `UdpSocket::bind`.
  static Bind bind(ToSocketAddrs addr);
  /// Adopts a socket, which must be non-blocking: see net::nonblocking. On an error it is closed.
  ///
  /// Throws: std::logic_error, for a blocking descriptor, which stays the caller's, or outside a runtime.
  /// Tokio: `UdpSocket::from_std`.
  static io::Result<UdpSocket> from_std(int fd);

  /// Chooses the peer that `send` sends to and `recv` receives from: the first of the addresses that the
  /// system knows a way to. It may be chosen again. What has come from others before stays to be received.
  ///
  /// Cancelling: safe.
  /// Tokio: `UdpSocket::connect`.
  [[nodiscard]] Connect connect(ToSocketAddrs addr) const;

  using DatagramSocket::send_to;
  /// Sends to the first of the addresses.
  ///
  /// Errors: InvalidInput when there is no address; those of the lookup.
  /// Cancelling: safe; nothing has been sent unless it has completed.
  /// Tokio: `UdpSocket::send_to`.
  [[nodiscard]] SendToName send_to(io::ConstBytes data, ToSocketAddrs target) const;

  /// Whether it may send to broadcast addresses (SO_BROADCAST).
  io::Result<bool> broadcast() const;
  io::Result<void> set_broadcast(bool is_on) const;

  /// Whether multicast datagrams that this machine sends come back to it (IP_MULTICAST_LOOP).
  io::Result<bool> multicast_loop_v4() const;
  io::Result<void> set_multicast_loop_v4(bool is_on) const;
  io::Result<bool> multicast_loop_v6() const;
  io::Result<void> set_multicast_loop_v6(bool is_on) const;
  /// How many routers a multicast datagram may pass (IP_MULTICAST_TTL).
  io::Result<std::uint32_t> multicast_ttl_v4() const;
  io::Result<void> set_multicast_ttl_v4(std::uint32_t ttl) const;
  /// Receives what is sent to the group, on the interface that has the address; the unspecified address lets
  /// the system choose. Errors: InvalidInput when an address is not of version 4.
  io::Result<void> join_multicast_v4(IpAddr group, IpAddr interface) const;
  io::Result<void> leave_multicast_v4(IpAddr group, IpAddr interface) const;
  /// Receives what is sent to the group on the interface with this index; 0 lets the system choose. Errors:
  /// InvalidInput when the address is not of version 6.
  io::Result<void> join_multicast_v6(IpAddr group, std::uint32_t interface) const;
  io::Result<void> leave_multicast_v6(IpAddr group, std::uint32_t interface) const;

  /// How many routers a datagram may pass: IP_TTL or IPV6_UNICAST_HOPS.
  io::Result<std::uint32_t> ttl() const;
  io::Result<void> set_ttl(std::uint32_t ttl) const;
  /// The type of service (IP_TOS) of what is sent.
  io::Result<std::uint32_t> tos_v4() const;
  io::Result<void> set_tos_v4(std::uint32_t tos) const;
  /// The traffic class (IPV6_TCLASS) of what is sent.
  io::Result<std::uint32_t> tclass_v6() const;
  io::Result<void> set_tclass_v6(std::uint32_t tclass) const;

  /// The interface that it is bound to (SO_BINDTODEVICE), if any.
  io::Result<std::optional<std::string>> device() const;
  /// Sends and receives through this interface alone; none lifts that. May need a privilege.
  io::Result<void> bind_device(std::optional<std::string_view> interface) const;

 private:
  explicit UdpSocket(detail::IoSource source) noexcept : DatagramSocket(std::move(source)) {}
};

extern template class DatagramSocket<SocketAddr>;

/// Completes once the socket has its address; without waiting when no name has to be looked up.
///
/// Cancelling: safe.
class [[nodiscard]] UdpSocket::Bind {
 public:
  using Output = io::Result<UdpSocket>;

  explicit Bind(ToSocketAddrs addr) : lookup_(std::move(addr)) {}
  Bind(const Bind&) = delete;
  Bind& operator=(const Bind&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  LookupHost lookup_;
};

/// Completes once the peer is chosen; without waiting when no name has to be looked up.
///
/// Cancelling: safe.
class [[nodiscard]] UdpSocket::Connect {
 public:
  using Output = io::Result<void>;

  Connect(const UdpSocket& socket, ToSocketAddrs addr) : socket_(&socket), lookup_(std::move(addr)) {}
  Connect(const Connect&) = delete;
  Connect& operator=(const Connect&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  const UdpSocket* socket_;
  LookupHost lookup_;
};

/// Looks an address up and sends to it.
///
/// Cancelling: safe; nothing has been sent unless it has completed.
class [[nodiscard]] UdpSocket::SendToName {
 public:
  using Output = io::Result<std::size_t>;

  SendToName(const UdpSocket& socket, io::ConstBytes data, ToSocketAddrs target)
      : socket_(&socket), data_(data), lookup_(std::move(target)) {}
  SendToName(const SendToName&) = delete;
  SendToName& operator=(const SendToName&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  const UdpSocket* socket_;
  io::ConstBytes data_;
  LookupHost lookup_;
  std::optional<AsyncIo<detail::SendToCall<SocketAddr>>> sending_;
};

inline UdpSocket::Bind UdpSocket::bind(ToSocketAddrs addr) { return Bind(std::move(addr)); }
inline UdpSocket::Connect UdpSocket::connect(ToSocketAddrs addr) const {
  return Connect(*this, std::move(addr));
}
inline UdpSocket::SendToName UdpSocket::send_to(io::ConstBytes data, ToSocketAddrs target) const {
  return SendToName(*this, data, std::move(target));
}

}  // namespace ferry::net
