#include <sys/socket.h>
#include <utility>

#include <ferry/net/unix_listener.hpp>

#include "net/options.hpp"
#include "net/socket.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::IoSource;

io::Result<UnixListener> UnixListener::bind(const std::filesystem::path& path) {
  const io::Result<UnixSocketAddr> addr = detail::to_unix_addr(path);
  if (!addr) return addr.error();
  return bind_addr(*addr);
}

io::Result<UnixListener> UnixListener::bind_addr(const UnixSocketAddr& addr) {
  io::Result<detail::OwnedFd> fd = detail::open_socket(AF_UNIX, SOCK_STREAM);
  if (!fd) return fd.error();
  if (auto bound = detail::bind_to(fd->get(), detail::to_native(addr)); !bound) return bound.error();
  if (auto listening = detail::listen_at(fd->get(), detail::kBacklog); !listening) return listening.error();
  io::Result<IoSource> source = detail::adopt(*std::move(fd));
  if (!source) return source.error();
  return UnixListener(*std::move(source));
}

io::Result<UnixListener> UnixListener::from_std(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "UnixListener::from_std");
  if (!source) return source.error();
  return UnixListener(*std::move(source));
}

io::Result<UnixListener::Accepted> UnixListener::try_accept() const {
  auto accepted = detail::accept_from(source_.fd());
  if (!accepted) return accepted.error();
  const io::Result<UnixSocketAddr> peer = detail::from_native<UnixSocketAddr>(accepted->second);
  if (!peer) return peer.error();
  return Accepted(UnixStream(std::move(accepted->first)), *peer);
}

Poll<io::Result<UnixListener::Accepted>> UnixListener::poll_accept(Context& cx) const {
  return source_.poll_io(Direction::Read, cx, [this] { return try_accept(); });
}

Poll<UnixListener::Accept::Output> UnixListener::Accept::poll(Context& cx) {
  return listener_->source_.poll_io(waiter_, cx, [this] { return listener_->try_accept(); });
}

io::Result<UnixSocketAddr> UnixListener::local_addr() const {
  return detail::local_addr_of<UnixSocketAddr>(source_.fd());
}
io::Result<std::optional<io::Error>> UnixListener::take_error() const {
  return detail::take_error_of(source_.fd());
}

}  // namespace ferry::net
