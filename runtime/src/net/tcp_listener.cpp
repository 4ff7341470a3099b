#include <ferry/net/tcp_listener.hpp>

#include "driver/transfer.hpp"
#include "net/sockaddr.hpp"
#include "net/socket.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::IoSource;
using ferry::detail::ReadyEvent;

namespace {

constexpr std::uint32_t kBacklog = 1024;

io::Result<IoSource> listen_on(const SocketAddr& addr) {
  io::Result<detail::OwnedFd> fd = detail::open_tcp(addr.is_v6());
  if (!fd) return fd.error();
  if (auto set = detail::set_option(fd->get(), SOL_SOCKET, SO_REUSEADDR, 1); !set) return set.error();
  if (auto bound = detail::bind_to(fd->get(), addr); !bound) return bound.error();
  if (auto listening = detail::listen_at(fd->get(), kBacklog); !listening) return listening.error();
  return detail::adopt(*std::move(fd));
}

}  // namespace

Poll<TcpListener::Bind::Output> TcpListener::Bind::poll(Context& cx) {
  const Poll<LookupHost::Output> found = lookup_.poll(cx);
  if (found.is_pending()) return pending;
  if (!*found) return Output(found->error());
  io::Error last_error = io::ErrorKind::InvalidInput;
  for (const SocketAddr& addr : **found) {
    io::Result<IoSource> source = listen_on(addr);
    if (source) return Output(TcpListener(*std::move(source)));
    last_error = source.error();
  }
  return Output(last_error);
}

io::Result<TcpListener> TcpListener::from_std(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "TcpListener::from_std");
  if (!source) return source.error();
  return TcpListener(*std::move(source));
}

io::Result<int> TcpListener::into_std() && { return source_.release(); }

io::Result<TcpListener::Accepted> TcpListener::try_accept() const {
  detail::NativeAddr native;
  const io::Result<std::size_t> fd = ferry::detail::retry([&] {
    native.size = sizeof(native.storage);
    return ::accept4(source_.fd(), native.get(), &native.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  });
  if (!fd) return fd.error();
  io::Result<IoSource> source = detail::adopt(detail::OwnedFd(static_cast<int>(*fd)));
  if (!source) return source.error();
  const io::Result<SocketAddr> peer = detail::from_native(native);
  if (!peer) return peer.error();
  return Accepted(TcpStream(*std::move(source)), *peer);
}

Poll<io::Result<TcpListener::Accepted>> TcpListener::poll_accept(Context& cx) const {
  return source_.poll_io(Direction::Read, cx, [this] { return try_accept(); });
}

Poll<TcpListener::Accept::Output> TcpListener::Accept::poll(Context& cx) {
  for (;;) {
    const Poll<io::Result<ReadyEvent>> ready = ready_.poll(cx);
    if (ready.is_pending()) return pending;
    if (!*ready) return Output(ready->error());
    Output accepted = listener_->try_accept();
    if (accepted || !ferry::detail::is_would_block(accepted.error())) return accepted;
    listener_->source_.clear_ready(Direction::Read, **ready);
  }
}

io::Result<SocketAddr> TcpListener::local_addr() const { return detail::local_addr_of(source_.fd()); }
io::Result<std::uint32_t> TcpListener::ttl() const { return detail::ttl_of(source_.fd()); }
io::Result<void> TcpListener::set_ttl(std::uint32_t ttl) const {
  return detail::set_ttl_of(source_.fd(), ttl);
}

}  // namespace ferry::net
