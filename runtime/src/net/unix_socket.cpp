#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <ferry/io/error.hpp>
#include <ferry/net/unix_socket.hpp>

#include "net/socket.hpp"

namespace ferry::net {
namespace {

io::Error not_supported() noexcept { return io::Error(EOPNOTSUPP, boost::system::system_category()); }

}  // namespace

io::Result<UnixSocket> UnixSocket::new_stream() {
  io::Result<detail::OwnedFd> fd = detail::open_socket(AF_UNIX, SOCK_STREAM);
  if (!fd) return fd.error();
  return UnixSocket(fd->release(), false);
}
io::Result<UnixSocket> UnixSocket::new_datagram() {
  io::Result<detail::OwnedFd> fd = detail::open_socket(AF_UNIX, SOCK_DGRAM);
  if (!fd) return fd.error();
  return UnixSocket(fd->release(), true);
}

UnixSocket::~UnixSocket() {
  if (fd_ >= 0) ::close(fd_);
}

io::Result<void> UnixSocket::bind(const std::filesystem::path& path) const {
  const io::Result<UnixSocketAddr> addr = detail::to_unix_addr(path);
  if (!addr) return addr.error();
  return detail::bind_to(fd_, detail::to_native(*addr));
}

io::Result<UnixListener> UnixSocket::listen(std::uint32_t backlog) && {
  if (is_datagram_) return not_supported();
  if (auto listening = detail::listen_at(fd_, backlog); !listening) return listening.error();
  io::Result<ferry::detail::IoSource> source = detail::adopt(detail::OwnedFd(std::exchange(fd_, -1)));
  if (!source) return source.error();
  return UnixListener(*std::move(source));
}

UnixStream::Connect UnixSocket::connect(const std::filesystem::path& path) && {
  const int fd = std::exchange(fd_, -1);
  if (is_datagram_) return UnixStream::Connect(fd, not_supported());
  return UnixStream::Connect(fd, detail::to_unix_addr(path));
}

io::Result<UnixDatagram> UnixSocket::datagram() && {
  if (!is_datagram_) return not_supported();
  io::Result<ferry::detail::IoSource> source = detail::adopt(detail::OwnedFd(std::exchange(fd_, -1)));
  if (!source) return source.error();
  return UnixDatagram(*std::move(source));
}

}  // namespace ferry::net
