// The two halves of a datagram socket, which 1.x does without.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/udp_socket.hpp>
#include <ferry/v0_2/net/unix_datagram.hpp>

namespace ferry::v0_2::net {

/// What all halves that receive do, for a `Half` with `as_ref()`. They have no other owner.
template <class Half>
class RecvHalfMembers {
 public:
  /// Cancelling: safe; no datagram is taken unless it has completed. See DatagramSocket::recv.
  [[nodiscard]] auto recv(ferry::io::MutableBytes buffer) noexcept { return socket().recv(buffer); }
  /// Cancelling: safe; no datagram is taken unless it has completed. See DatagramSocket::recv_from.
  [[nodiscard]] auto recv_from(ferry::io::MutableBytes buffer) noexcept { return socket().recv_from(buffer); }

 private:
  friend Half;
  RecvHalfMembers() = default;
  const auto& socket() const noexcept { return static_cast<const Half&>(*this).modern(); }
};

/// What all halves that send do, for a `Half` with `as_ref()`. They have no other owner.
template <class Half>
class SendHalfMembers {
 public:
  /// Cancelling: safe; nothing has been sent unless it has completed. See DatagramSocket::send.
  [[nodiscard]] auto send(ferry::io::ConstBytes data) noexcept { return socket().send(data); }
  /// Cancelling: safe; nothing has been sent unless it has completed. See DatagramSocket::send_to.
  template <class Target>
  [[nodiscard]] auto send_to(ferry::io::ConstBytes data, const Target& target) {
    return socket().send_to(data, target);
  }

 private:
  friend Half;
  SendHalfMembers() = default;
  const auto& socket() const noexcept { return static_cast<const Half&>(*this).modern(); }
};

/// Two halves that do not belong together; copies share them. Tokio: 0.2's `net::udp::ReuniteError`,
/// `net::unix::datagram::ReuniteError`.
template <class Send, class Recv>
class DatagramReuniteError {
 public:
  using Halves = std::pair<Send, Recv>;

  DatagramReuniteError() = default;
  DatagramReuniteError(Send send, Recv recv)
      : halves_(std::make_shared<Halves>(std::move(send), std::move(recv))) {}

  /// The halves; once.
  Halves into_halves() && { return std::move(*halves_); }

 private:
  std::shared_ptr<Halves> halves_;
};

/// `.value()` of a failed `reunite`.
template <class Send, class Recv>
[[noreturn]] void throw_exception_from_error(const DatagramReuniteError<Send, Recv>&,
                                             const boost::source_location&) {
  throw std::logic_error("reunite: the halves come from different sockets");
}

using UdpReuniteError = DatagramReuniteError<UdpSendHalf, UdpRecvHalf>;
using UnixDatagramReuniteError = DatagramReuniteError<OwnedUnixDatagramSendHalf, OwnedUnixDatagramRecvHalf>;

/// Receives from a socket that it owns together with a UdpSendHalf. Tokio: 0.2's `net::udp::RecvHalf`.
class UdpRecvHalf : public RecvHalfMembers<UdpRecvHalf> {
 public:
  UdpRecvHalf(UdpRecvHalf&&) noexcept = default;
  UdpRecvHalf& operator=(UdpRecvHalf&&) noexcept = default;

  /// Receives into `memory`: how many bytes.
  Poll<ferry::io::Result<std::size_t>> poll_recv(Context& cx, std::span<std::byte> memory);
  /// Receives into `memory`: how many bytes, and from whom.
  Poll<ferry::io::Result<UdpSocket::Received>> poll_recv_from(Context& cx, std::span<std::byte> memory);

  /// Puts the halves of one socket together again; halves of different sockets are given back in the error.
  /// Tokio: 0.2's `RecvHalf::reunite`.
  Result<UdpSocket, UdpReuniteError> reunite(UdpSendHalf other) &&;

  /// The whole socket.
  const UdpSocket& as_ref() const noexcept { return *socket_; }

 private:
  friend RecvHalfMembers;
  friend UdpSocket;
  explicit UdpRecvHalf(std::shared_ptr<UdpSocket> socket) noexcept : socket_(std::move(socket)) {}
  const ferry::net::UdpSocket& modern() const noexcept { return *socket_; }

  std::shared_ptr<UdpSocket> socket_;
};

/// Sends from a socket that it owns together with a UdpRecvHalf. Tokio: 0.2's `net::udp::SendHalf`.
class UdpSendHalf : public SendHalfMembers<UdpSendHalf> {
 public:
  UdpSendHalf(UdpSendHalf&&) noexcept = default;
  UdpSendHalf& operator=(UdpSendHalf&&) noexcept = default;

  Poll<ferry::io::Result<std::size_t>> poll_send(Context& cx, std::span<const std::byte> data) {
    return socket_->poll_send(cx, data);
  }
  Poll<ferry::io::Result<std::size_t>> poll_send_to(Context& cx, std::span<const std::byte> data,
                                                    const ferry::net::SocketAddr& target) {
    return socket_->poll_send_to(cx, data, target);
  }

  /// Puts the halves of one socket together again; halves of different sockets are given back in the error.
  /// Tokio: 0.2's `SendHalf::reunite`.
  Result<UdpSocket, UdpReuniteError> reunite(UdpRecvHalf other) && {
    return std::move(other).reunite(std::move(*this));
  }

  /// The whole socket.
  const UdpSocket& as_ref() const noexcept { return *socket_; }

 private:
  friend SendHalfMembers;
  friend UdpSocket;
  friend UdpRecvHalf;
  explicit UdpSendHalf(std::shared_ptr<UdpSocket> socket) noexcept : socket_(std::move(socket)) {}
  const ferry::net::UdpSocket& modern() const noexcept { return *socket_; }

  std::shared_ptr<UdpSocket> socket_;
};

/// Receives from a socket that is borrowed. Tokio: 0.2's `net::unix::datagram::RecvHalf`.
class UnixDatagramRecvHalf : public RecvHalfMembers<UnixDatagramRecvHalf> {
 public:
  explicit UnixDatagramRecvHalf(UnixDatagram& socket) noexcept : socket_(&socket) {}

  /// The whole socket.
  const UnixDatagram& as_ref() const noexcept { return *socket_; }

 private:
  friend RecvHalfMembers;
  const ferry::net::UnixDatagram& modern() const noexcept { return *socket_; }

  const UnixDatagram* socket_;
};

/// Sends from a socket that is borrowed. Destroying it shuts nothing down. Tokio: 0.2's
/// `net::unix::datagram::SendHalf`.
class UnixDatagramSendHalf : public SendHalfMembers<UnixDatagramSendHalf> {
 public:
  explicit UnixDatagramSendHalf(UnixDatagram& socket) noexcept : socket_(&socket) {}

  /// The whole socket.
  const UnixDatagram& as_ref() const noexcept { return *socket_; }

 private:
  friend SendHalfMembers;
  const ferry::net::UnixDatagram& modern() const noexcept { return *socket_; }

  const UnixDatagram* socket_;
};

/// Receives from a socket that it owns together with an OwnedUnixDatagramSendHalf. Tokio: 0.2's
/// `net::unix::datagram::OwnedRecvHalf`.
class OwnedUnixDatagramRecvHalf : public RecvHalfMembers<OwnedUnixDatagramRecvHalf> {
 public:
  OwnedUnixDatagramRecvHalf(OwnedUnixDatagramRecvHalf&&) noexcept = default;
  OwnedUnixDatagramRecvHalf& operator=(OwnedUnixDatagramRecvHalf&&) noexcept = default;

  /// Puts the halves of one socket together again; halves of different sockets are given back in the error.
  /// Tokio: 0.2's `OwnedRecvHalf::reunite`.
  Result<UnixDatagram, UnixDatagramReuniteError> reunite(OwnedUnixDatagramSendHalf other) &&;

  /// The whole socket.
  const UnixDatagram& as_ref() const noexcept { return *socket_; }

 private:
  friend RecvHalfMembers;
  friend UnixDatagram;
  explicit OwnedUnixDatagramRecvHalf(std::shared_ptr<UnixDatagram> socket) noexcept
      : socket_(std::move(socket)) {}
  const ferry::net::UnixDatagram& modern() const noexcept { return *socket_; }

  std::shared_ptr<UnixDatagram> socket_;
};

/// Sends from a socket that it owns together with an OwnedUnixDatagramRecvHalf. Destroying it shuts the
/// socket down for sending: what is sent from it then is EPIPE. Tokio: 0.2's
/// `net::unix::datagram::OwnedSendHalf`.
class OwnedUnixDatagramSendHalf : public SendHalfMembers<OwnedUnixDatagramSendHalf> {
 public:
  OwnedUnixDatagramSendHalf(OwnedUnixDatagramSendHalf&&) noexcept = default;
  OwnedUnixDatagramSendHalf& operator=(OwnedUnixDatagramSendHalf&& other) noexcept {
    std::swap(socket_, other.socket_);
    return *this;
  }
  ~OwnedUnixDatagramSendHalf();

  /// Puts the halves of one socket together again; halves of different sockets are given back in the error.
  /// Tokio: 0.2's `OwnedSendHalf::reunite`.
  Result<UnixDatagram, UnixDatagramReuniteError> reunite(OwnedUnixDatagramRecvHalf other) && {
    return std::move(other).reunite(std::move(*this));
  }

  /// Gives this half up without shutting anything down. Tokio: 0.2's `OwnedSendHalf::forget`.
  void forget() && noexcept { socket_.reset(); }

  /// The whole socket.
  const UnixDatagram& as_ref() const noexcept { return *socket_; }

 private:
  friend SendHalfMembers;
  friend UnixDatagram;
  friend OwnedUnixDatagramRecvHalf;
  explicit OwnedUnixDatagramSendHalf(std::shared_ptr<UnixDatagram> socket) noexcept
      : socket_(std::move(socket)) {}
  const ferry::net::UnixDatagram& modern() const noexcept { return *socket_; }

  std::shared_ptr<UnixDatagram> socket_;
};

}  // namespace ferry::v0_2::net
