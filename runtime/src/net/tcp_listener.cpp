#include <sys/socket.h>
#include <utility>

#include <ferry/net/tcp_listener.hpp>

#include "net/first_that_works.hpp"
#include "net/options.hpp"
#include "net/socket.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::IoSource;

namespace {

io::Result<IoSource> listen_on(const SocketAddr& addr) {
  io::Result<detail::OwnedFd> fd = detail::open_for(addr, SOCK_STREAM);
  if (!fd) return fd.error();
  if (auto set = detail::set_flag(fd->get(), SOL_SOCKET, SO_REUSEADDR, true); !set) return set.error();
  if (auto bound = detail::bind_to(fd->get(), detail::to_native(addr)); !bound) return bound.error();
  if (auto listening = detail::listen_at(fd->get(), detail::kBacklog); !listening) return listening.error();
  return detail::adopt(*std::move(fd));
}

}  // namespace

Poll<TcpListener::Bind::Output> TcpListener::Bind::poll(Context& cx) {
  return detail::first_that_works(lookup_, cx, [](const SocketAddr& addr) -> Output {
    io::Result<IoSource> source = listen_on(addr);
    if (!source) return source.error();
    return TcpListener(*std::move(source));
  });
}

io::Result<TcpListener> TcpListener::from_std(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "TcpListener::from_std");
  if (!source) return source.error();
  return TcpListener(*std::move(source));
}

io::Result<TcpListener::Accepted> TcpListener::try_accept() const {
  auto accepted = detail::accept_from(source_.fd());
  if (!accepted) return accepted.error();
  const io::Result<SocketAddr> peer = detail::from_native<SocketAddr>(accepted->second);
  if (!peer) return peer.error();
  return Accepted(TcpStream(std::move(accepted->first)), *peer);
}

Poll<io::Result<TcpListener::Accepted>> TcpListener::poll_accept(Context& cx) const {
  return source_.poll_io(Direction::Read, cx, [this] { return try_accept(); });
}

Poll<TcpListener::Accept::Output> TcpListener::Accept::poll(Context& cx) {
  return listener_->source_.poll_io(waiter_, cx, [this] { return listener_->try_accept(); });
}

io::Result<SocketAddr> TcpListener::local_addr() const {
  return detail::local_addr_of<SocketAddr>(source_.fd());
}
io::Result<std::uint32_t> TcpListener::ttl() const { return detail::ttl_of(source_.fd()); }
io::Result<void> TcpListener::set_ttl(std::uint32_t ttl) const {
  return detail::set_ttl_of(source_.fd(), ttl);
}

}  // namespace ferry::net
