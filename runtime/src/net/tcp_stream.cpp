#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <utility>

#include <ferry/net/split.hpp>
#include <ferry/net/tcp_stream.hpp>

#include "net/options.hpp"
#include "net/socket.hpp"

namespace ferry::net {

io::Result<TcpStream> TcpStream::from_std(int fd) {
  io::Result<ferry::detail::IoSource> source = detail::adopt_foreign(fd, "TcpStream::from_std");
  if (!source) return source.error();
  return TcpStream(*std::move(source));
}

io::Result<SocketAddr> TcpStream::local_addr() const {
  return detail::local_addr_of<SocketAddr>(as_raw_fd());
}
io::Result<SocketAddr> TcpStream::peer_addr() const { return detail::peer_addr_of<SocketAddr>(as_raw_fd()); }

io::Result<bool> TcpStream::nodelay() const { return detail::flag(as_raw_fd(), IPPROTO_TCP, TCP_NODELAY); }
io::Result<void> TcpStream::set_nodelay(bool is_on) const {
  return detail::set_flag(as_raw_fd(), IPPROTO_TCP, TCP_NODELAY, is_on);
}
io::Result<std::optional<std::chrono::seconds>> TcpStream::linger() const {
  return detail::linger_of(as_raw_fd());
}
io::Result<void> TcpStream::set_linger(std::optional<std::chrono::seconds> duration) const {
  return detail::set_linger_of(as_raw_fd(), duration);
}
io::Result<void> TcpStream::set_zero_linger() const { return set_linger(std::chrono::seconds(0)); }
io::Result<bool> TcpStream::quickack() const { return detail::flag(as_raw_fd(), IPPROTO_TCP, TCP_QUICKACK); }
io::Result<void> TcpStream::set_quickack(bool is_on) const {
  return detail::set_flag(as_raw_fd(), IPPROTO_TCP, TCP_QUICKACK, is_on);
}
io::Result<std::uint32_t> TcpStream::ttl() const { return detail::ttl_of(as_raw_fd()); }
io::Result<void> TcpStream::set_ttl(std::uint32_t ttl) const { return detail::set_ttl_of(as_raw_fd(), ttl); }

std::pair<StreamReadHalf<TcpStream>, StreamWriteHalf<TcpStream>> TcpStream::split() const noexcept {
  return {StreamReadHalf<TcpStream>(*this), StreamWriteHalf<TcpStream>(*this)};
}

std::pair<OwnedStreamReadHalf<TcpStream>, OwnedStreamWriteHalf<TcpStream>> TcpStream::into_split() && {
  auto stream = std::make_shared<TcpStream>(std::move(*this));
  return {OwnedStreamReadHalf<TcpStream>(stream), OwnedStreamWriteHalf<TcpStream>(stream)};
}

}  // namespace ferry::net
