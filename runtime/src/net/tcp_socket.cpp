#include <netinet/in.h>
#include <netinet/tcp.h>

#include <ferry/net/tcp_socket.hpp>

#include "net/socket.hpp"

namespace ferry::net {
namespace {

io::Result<std::uint32_t> size_option(int fd, int name) {
  const io::Result<int> size = detail::get_option<int>(fd, SOL_SOCKET, name);
  if (!size) return size.error();
  return static_cast<std::uint32_t>(*size);
}

}  // namespace

io::Result<TcpSocket> TcpSocket::new_v4() {
  io::Result<detail::OwnedFd> fd = detail::open_tcp(false);
  if (!fd) return fd.error();
  return TcpSocket(fd->release());
}
io::Result<TcpSocket> TcpSocket::new_v6() {
  io::Result<detail::OwnedFd> fd = detail::open_tcp(true);
  if (!fd) return fd.error();
  return TcpSocket(fd->release());
}

TcpSocket::~TcpSocket() {
  if (fd_ >= 0) ::close(fd_);
}

io::Result<void> TcpSocket::set_reuseaddr(bool is_on) const {
  return detail::set_option(fd_, SOL_SOCKET, SO_REUSEADDR, int{is_on});
}
io::Result<void> TcpSocket::set_reuseport(bool is_on) const {
  return detail::set_option(fd_, SOL_SOCKET, SO_REUSEPORT, int{is_on});
}
io::Result<void> TcpSocket::set_keepalive(bool is_on) const {
  return detail::set_option(fd_, SOL_SOCKET, SO_KEEPALIVE, int{is_on});
}
io::Result<void> TcpSocket::set_nodelay(bool is_on) const {
  return detail::set_option(fd_, IPPROTO_TCP, TCP_NODELAY, int{is_on});
}
io::Result<void> TcpSocket::set_send_buffer_size(std::uint32_t bytes) const {
  return detail::set_option(fd_, SOL_SOCKET, SO_SNDBUF, static_cast<int>(bytes));
}
io::Result<void> TcpSocket::set_recv_buffer_size(std::uint32_t bytes) const {
  return detail::set_option(fd_, SOL_SOCKET, SO_RCVBUF, static_cast<int>(bytes));
}
io::Result<std::uint32_t> TcpSocket::send_buffer_size() const { return size_option(fd_, SO_SNDBUF); }
io::Result<std::uint32_t> TcpSocket::recv_buffer_size() const { return size_option(fd_, SO_RCVBUF); }

io::Result<void> TcpSocket::bind(SocketAddr addr) const { return detail::bind_to(fd_, addr); }
io::Result<SocketAddr> TcpSocket::local_addr() const { return detail::local_addr_of(fd_); }

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
