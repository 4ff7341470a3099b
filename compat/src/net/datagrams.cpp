#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include <ferry/io/traits.hpp>
#include <ferry/net/native_addr.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/net/datagram_split.hpp>
#include <ferry/v0_2/net/udp_socket.hpp>
#include <ferry/v0_2/net/unix_datagram.hpp>

#include "at_once.hpp"

namespace ferry::v0_2::net {

using ferry::io::Interest;
using ferry::net::NativeAddr;
using ferry::net::UnixSocketAddr;
using v0_2::detail::become;

namespace {

ferry::io::Result<std::size_t> send_at_once(const ferry::net::Socket& socket, ferry::io::ConstBytes data) {
  return at_once(socket, Interest::Writable, [fd = socket.as_raw_fd(), data = data.span()] {
    return sized([&] { return ::send(fd, data.data(), data.size(), MSG_NOSIGNAL); });
  });
}

ferry::io::Result<std::size_t> send_at_once_to(const ferry::net::Socket& socket, ferry::io::ConstBytes data,
                                               const NativeAddr& to) {
  return at_once(socket, Interest::Writable, [fd = socket.as_raw_fd(), data = data.span(), &to] {
    return sized([&] { return ::sendto(fd, data.data(), data.size(), MSG_NOSIGNAL, to.get(), to.size); });
  });
}

// The address that a path means: an abstract name when it begins with a zero byte.
ferry::io::Result<UnixSocketAddr> unix_addr(const std::filesystem::path& path) {
  const std::string_view bytes = path.native();
  if (bytes.starts_with('\0')) return UnixSocketAddr::from_abstract_name(bytes.substr(1));
  return UnixSocketAddr::from_pathname(path);
}

}  // namespace

ferry::io::Result<UdpSocket> UdpSocket::from_std(int socket) {
  return become<ferry::io::Result<UdpSocket>>(
      ferry::net::UdpSocket::from_std(ferry::net::nonblocking(socket)));
}
ferry::io::Result<UdpSocket> UdpSocket::try_from(int socket) { return from_std(socket); }

Poll<ferry::io::Result<std::size_t>> UdpSocket::poll_recv(Context& cx, std::span<std::byte> memory) {
  ferry::io::ReadBuf buf(memory);
  const Poll<ferry::io::Result<void>> polled = poll_recv(cx, buf);
  return ferry::io::detail::size_read(polled, buf);
}

Poll<ferry::io::Result<UdpSocket::Received>> UdpSocket::poll_recv_from(Context& cx,
                                                                       std::span<std::byte> memory) {
  ferry::io::ReadBuf buf(memory);
  const Poll<ferry::io::Result<SocketAddr>> from = poll_recv_from(cx, buf);
  if (from.is_pending()) return pending;
  if (!*from) return ferry::io::Result<Received>(from->error());
  return ferry::io::Result<Received>(Received(buf.filled().size(), **from));
}

ferry::io::Result<std::size_t> UdpSocket::try_send(ferry::io::ConstBytes data) const {
  return send_at_once(*this, data);
}
ferry::io::Result<std::size_t> UdpSocket::try_send_to(ferry::io::ConstBytes data,
                                                      const SocketAddr& target) const {
  return send_at_once_to(*this, data, ferry::net::to_native(target));
}

std::pair<UdpRecvHalf, UdpSendHalf> UdpSocket::split() && {
  const auto socket = std::make_shared<UdpSocket>(std::move(*this));
  return {UdpRecvHalf(socket), UdpSendHalf(socket)};
}

Poll<ferry::io::Result<std::size_t>> UdpRecvHalf::poll_recv(Context& cx, std::span<std::byte> memory) {
  return socket_->poll_recv(cx, memory);
}
Poll<ferry::io::Result<UdpSocket::Received>> UdpRecvHalf::poll_recv_from(Context& cx,
                                                                         std::span<std::byte> memory) {
  return socket_->poll_recv_from(cx, memory);
}

Result<UdpSocket, UdpReuniteError> UdpRecvHalf::reunite(UdpSendHalf other) && {
  if (socket_ != other.socket_) return UdpReuniteError(std::move(other), std::move(*this));
  other.socket_.reset();
  const std::shared_ptr<UdpSocket> socket = std::move(socket_);
  return std::move(*socket);
}

ferry::io::Result<UnixDatagram> UnixDatagram::bind(const std::filesystem::path& path) {
  return become<ferry::io::Result<UnixDatagram>>(ferry::net::UnixDatagram::bind(path));
}
ferry::io::Result<std::pair<UnixDatagram, UnixDatagram>> UnixDatagram::pair() {
  return become<ferry::io::Result<std::pair<UnixDatagram, UnixDatagram>>>(ferry::net::UnixDatagram::pair());
}
ferry::io::Result<UnixDatagram> UnixDatagram::unbound() {
  return become<ferry::io::Result<UnixDatagram>>(ferry::net::UnixDatagram::unbound());
}

ferry::io::Result<UnixDatagram> UnixDatagram::from_std(int socket) {
  return become<ferry::io::Result<UnixDatagram>>(
      ferry::net::UnixDatagram::from_std(ferry::net::nonblocking(socket)));
}
ferry::io::Result<UnixDatagram> UnixDatagram::try_from(int socket) { return from_std(socket); }

ferry::io::Result<std::size_t> UnixDatagram::try_send(ferry::io::ConstBytes data) {
  return send_at_once(*this, data);
}
ferry::io::Result<std::size_t> UnixDatagram::try_send_to(ferry::io::ConstBytes data,
                                                         const std::filesystem::path& path) {
  const ferry::io::Result<UnixSocketAddr> target = unix_addr(path);
  if (!target) return target.error();
  return send_at_once_to(*this, data, ferry::net::to_native(*target));
}

ferry::io::Result<std::size_t> UnixDatagram::try_recv(ferry::io::MutableBytes buffer) {
  return at_once(*this, Interest::Readable, [fd = as_raw_fd(), memory = buffer.span()] {
    return sized([&] { return ::recv(fd, memory.data(), memory.size(), 0); });
  });
}
ferry::io::Result<UnixDatagram::Received> UnixDatagram::try_recv_from(ferry::io::MutableBytes buffer) {
  const auto receive = [fd = as_raw_fd(), memory = buffer.span()]() -> ferry::io::Result<Received> {
    NativeAddr from;
    const ferry::io::Result<std::size_t> size = sized([&] {
      from.size = sizeof(from.storage);
      return ::recvfrom(fd, memory.data(), memory.size(), 0, from.get(), &from.size);
    });
    if (!size) return size.error();
    const ferry::io::Result<SocketAddr> addr = ferry::net::from_native<SocketAddr>(from);
    if (!addr) return addr.error();
    return Received(*size, *addr);
  };
  return at_once(*this, Interest::Readable, receive);
}

std::pair<UnixDatagramRecvHalf, UnixDatagramSendHalf> UnixDatagram::split() noexcept {
  return {UnixDatagramRecvHalf(*this), UnixDatagramSendHalf(*this)};
}

std::pair<OwnedUnixDatagramRecvHalf, OwnedUnixDatagramSendHalf> UnixDatagram::into_split() && {
  const auto socket = std::make_shared<UnixDatagram>(std::move(*this));
  return {OwnedUnixDatagramRecvHalf(socket), OwnedUnixDatagramSendHalf(socket)};
}

Result<UnixDatagram, UnixDatagramReuniteError> OwnedUnixDatagramRecvHalf::reunite(
    OwnedUnixDatagramSendHalf other) && {
  if (socket_ != other.socket_) return UnixDatagramReuniteError(std::move(other), std::move(*this));
  other.socket_.reset();
  const std::shared_ptr<UnixDatagram> socket = std::move(socket_);
  return std::move(*socket);
}

OwnedUnixDatagramSendHalf::~OwnedUnixDatagramSendHalf() {
  // A socket that never had a peer has nothing to shut down.
  if (socket_ != nullptr) static_cast<void>(socket_->shutdown(ferry::net::Shutdown::Write));
}

}  // namespace ferry::v0_2::net
