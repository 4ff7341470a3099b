#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <ferry/net/tcp_socket.hpp>

#include "net/options.hpp"
#include "net/socket.hpp"

namespace ferry::net {

io::Result<TcpSocket> TcpSocket::new_v4() {
  io::Result<detail::OwnedFd> fd = detail::open_socket(AF_INET, SOCK_STREAM);
  if (!fd) return fd.error();
  return TcpSocket(fd->release());
}
io::Result<TcpSocket> TcpSocket::new_v6() {
  io::Result<detail::OwnedFd> fd = detail::open_socket(AF_INET6, SOCK_STREAM);
  if (!fd) return fd.error();
  return TcpSocket(fd->release());
}
io::Result<TcpSocket> TcpSocket::from_std_stream(int fd) {
  if (auto checked = detail::require_nonblocking(fd, "TcpSocket::from_std_stream"); !checked)
    return checked.error();
  return TcpSocket(fd);
}

TcpSocket::~TcpSocket() {
  if (fd_ >= 0) ::close(fd_);
}

io::Result<bool> TcpSocket::reuseaddr() const { return detail::flag(fd_, SOL_SOCKET, SO_REUSEADDR); }
io::Result<void> TcpSocket::set_reuseaddr(bool is_on) const {
  return detail::set_flag(fd_, SOL_SOCKET, SO_REUSEADDR, is_on);
}
io::Result<bool> TcpSocket::reuseport() const { return detail::flag(fd_, SOL_SOCKET, SO_REUSEPORT); }
io::Result<void> TcpSocket::set_reuseport(bool is_on) const {
  return detail::set_flag(fd_, SOL_SOCKET, SO_REUSEPORT, is_on);
}
io::Result<bool> TcpSocket::keepalive() const { return detail::flag(fd_, SOL_SOCKET, SO_KEEPALIVE); }
io::Result<void> TcpSocket::set_keepalive(bool is_on) const {
  return detail::set_flag(fd_, SOL_SOCKET, SO_KEEPALIVE, is_on);
}
io::Result<bool> TcpSocket::nodelay() const { return detail::flag(fd_, IPPROTO_TCP, TCP_NODELAY); }
io::Result<void> TcpSocket::set_nodelay(bool is_on) const {
  return detail::set_flag(fd_, IPPROTO_TCP, TCP_NODELAY, is_on);
}
io::Result<std::optional<std::chrono::seconds>> TcpSocket::linger() const { return detail::linger_of(fd_); }
io::Result<void> TcpSocket::set_linger(std::optional<std::chrono::seconds> duration) const {
  return detail::set_linger_of(fd_, duration);
}
io::Result<void> TcpSocket::set_zero_linger() const { return set_linger(std::chrono::seconds(0)); }
io::Result<std::uint32_t> TcpSocket::send_buffer_size() const {
  return detail::number(fd_, SOL_SOCKET, SO_SNDBUF);
}
io::Result<void> TcpSocket::set_send_buffer_size(std::uint32_t bytes) const {
  return detail::set_number(fd_, SOL_SOCKET, SO_SNDBUF, bytes);
}
io::Result<std::uint32_t> TcpSocket::recv_buffer_size() const {
  return detail::number(fd_, SOL_SOCKET, SO_RCVBUF);
}
io::Result<void> TcpSocket::set_recv_buffer_size(std::uint32_t bytes) const {
  return detail::set_number(fd_, SOL_SOCKET, SO_RCVBUF, bytes);
}
io::Result<std::uint32_t> TcpSocket::tos_v4() const { return detail::number(fd_, IPPROTO_IP, IP_TOS); }
io::Result<void> TcpSocket::set_tos_v4(std::uint32_t tos) const {
  return detail::set_number(fd_, IPPROTO_IP, IP_TOS, tos);
}
io::Result<std::uint32_t> TcpSocket::tclass_v6() const {
  return detail::number(fd_, IPPROTO_IPV6, IPV6_TCLASS);
}
io::Result<void> TcpSocket::set_tclass_v6(std::uint32_t tclass) const {
  return detail::set_number(fd_, IPPROTO_IPV6, IPV6_TCLASS, tclass);
}
io::Result<bool> TcpSocket::only_v6() const { return detail::flag(fd_, IPPROTO_IPV6, IPV6_V6ONLY); }
io::Result<void> TcpSocket::set_only_v6(bool is_on) const {
  return detail::set_flag(fd_, IPPROTO_IPV6, IPV6_V6ONLY, is_on);
}
io::Result<std::optional<std::string>> TcpSocket::device() const { return detail::device_of(fd_); }
io::Result<void> TcpSocket::bind_device(std::optional<std::string_view> interface) const {
  return detail::bind_device_of(fd_, interface);
}
io::Result<std::optional<io::Error>> TcpSocket::take_error() const { return detail::take_error_of(fd_); }

io::Result<void> TcpSocket::bind(SocketAddr addr) const {
  return detail::bind_to(fd_, detail::to_native(addr));
}
io::Result<SocketAddr> TcpSocket::local_addr() const { return detail::local_addr_of<SocketAddr>(fd_); }

TcpStream::Connect TcpSocket::connect(SocketAddr addr) && {
  return TcpStream::Connect(std::exchange(fd_, -1), addr);
}

io::Result<TcpListener> TcpSocket::listen(std::uint32_t backlog) && {
  if (auto listening = detail::listen_at(fd_, backlog); !listening) return listening.error();
  io::Result<ferry::detail::IoSource> source = detail::adopt(detail::OwnedFd(std::exchange(fd_, -1)));
  if (!source) return source.error();
  return TcpListener(*std::move(source));
}

}  // namespace ferry::net
