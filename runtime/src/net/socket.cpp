#include "net/socket.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <stdexcept>
#include <string>

#include <ferry/io/error.hpp>
#include <ferry/net/nonblocking.hpp>

#include "net/options.hpp"
#include "net/transfer.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::IoSource;

int nonblocking(int fd) noexcept {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) == 0) ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  return fd;
}

namespace detail {

io::Result<OwnedFd> open_socket(int domain, int type) noexcept {
  OwnedFd fd(::socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return io::last_os_error();
  return fd;
}

io::Result<OwnedFd> open_for(const SocketAddr& addr, int type) noexcept {
  return open_socket(addr.is_v6() ? AF_INET6 : AF_INET, type);
}

io::Result<void> bind_to(int fd, const NativeAddr& addr) noexcept {
  if (::bind(fd, addr.get(), addr.size) != 0) return io::last_os_error();
  return {};
}

io::Result<void> connect_to(int fd, const NativeAddr& addr) noexcept {
  const io::Result<std::size_t> connected =
      ferry::detail::retry([&] { return ::connect(fd, addr.get(), addr.size); });
  if (!connected) return connected.error();
  return {};
}

io::Result<void> listen_at(int fd, std::uint32_t backlog) noexcept {
  if (::listen(fd, static_cast<int>(std::min<std::uint32_t>(backlog, INT_MAX))) != 0)
    return io::last_os_error();
  return {};
}

io::Result<NativeAddr> local_addr_of(int fd) noexcept {
  NativeAddr native;
  if (::getsockname(fd, native.get(), &native.size) != 0) return io::last_os_error();
  return native;
}

io::Result<NativeAddr> peer_addr_of(int fd) noexcept {
  NativeAddr native;
  if (::getpeername(fd, native.get(), &native.size) != 0) return io::last_os_error();
  return native;
}

io::Result<IoSource> adopt(OwnedFd fd) {
  io::Result<IoSource> source = IoSource::adopt(fd.get());
  fd.release();  // the source's now, or closed; what is thrown before leaves it here
  return source;
}

io::Result<std::pair<IoSource, IoSource>> adopt_pair(int type) {
  int fds[2];
  if (::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0) return io::last_os_error();
  OwnedFd first_fd(fds[0]);
  OwnedFd second_fd(fds[1]);
  io::Result<IoSource> first = adopt(std::move(first_fd));
  if (!first) return first.error();
  io::Result<IoSource> second = adopt(std::move(second_fd));
  if (!second) return second.error();
  return std::pair(*std::move(first), *std::move(second));
}

io::Result<void> require_nonblocking(int fd, const char* call) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return io::last_os_error();
  if ((flags & O_NONBLOCK) == 0)
    throw std::logic_error(
        std::string(call) +
        ": the descriptor is in blocking mode and would block a thread of the runtime; pass it "
        "through ferry::net::nonblocking first");
  return {};
}

io::Result<IoSource> adopt_foreign(int fd, const char* call) {
  if (io::Result<void> checked = require_nonblocking(fd, call); !checked) return checked.error();
  return IoSource::adopt(fd);
}

// The socket enters the reactor after `connect`: before it, epoll would take it for one that was hung up.
io::Result<IoSource> begin_connect(OwnedFd fd, const NativeAddr& addr) {
  if (::connect(fd.get(), addr.get(), addr.size) != 0 && errno != EINPROGRESS && errno != EINTR)
    return io::last_os_error();
  return adopt(std::move(fd));
}

Poll<io::Result<void>> poll_connected(const IoSource& source, Context& cx) {
  return source.poll_io(Direction::Write, cx, [fd = source.fd()]() -> io::Result<void> {
    const io::Result<std::optional<io::Error>> failed = take_error_of(fd);
    if (!failed) return failed.error();
    if (*failed) return **failed;
    const io::Result<NativeAddr> peer = peer_addr_of(fd);
    if (peer) return {};
    // Not connected and no error: the attempt goes on, and another event will come.
    if (peer.error() == boost::system::errc::not_connected)
      return io::Error(EAGAIN, boost::system::system_category());
    return peer.error();
  });
}

io::Result<std::pair<IoSource, NativeAddr>> accept_from(int fd) {
  NativeAddr peer;
  const io::Result<std::size_t> accepted = ferry::detail::retry([&] {
    peer.size = sizeof(peer.storage);
    return ::accept4(fd, peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  });
  if (!accepted) return accepted.error();
  io::Result<IoSource> source = adopt(OwnedFd(static_cast<int>(*accepted)));
  if (!source) return source.error();
  return std::pair(*std::move(source), peer);
}

}  // namespace detail
}  // namespace ferry::net
