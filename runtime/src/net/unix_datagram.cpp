#include <sys/socket.h>
#include <utility>

#include <ferry/net/unix_datagram.hpp>

#include "net/socket.hpp"
#include "net/transfer.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::IoSource;
using ferry::io::Interest;
using SendToPath = ferry::detail::SendToCall<io::Result<UnixSocketAddr>>;

io::Result<UnixDatagram> UnixDatagram::bind(const std::filesystem::path& path) {
  const io::Result<UnixSocketAddr> addr = detail::to_unix_addr(path);
  if (!addr) return addr.error();
  io::Result<detail::OwnedFd> fd = detail::open_socket(AF_UNIX, SOCK_DGRAM);
  if (!fd) return fd.error();
  if (auto bound = detail::bind_to(fd->get(), detail::to_native(*addr)); !bound) return bound.error();
  io::Result<IoSource> source = detail::adopt(*std::move(fd));
  if (!source) return source.error();
  return UnixDatagram(*std::move(source));
}

io::Result<std::pair<UnixDatagram, UnixDatagram>> UnixDatagram::pair() {
  auto sources = detail::adopt_pair(SOCK_DGRAM);
  if (!sources) return sources.error();
  return std::pair(UnixDatagram(std::move(sources->first)), UnixDatagram(std::move(sources->second)));
}

io::Result<UnixDatagram> UnixDatagram::unbound() {
  io::Result<detail::OwnedFd> fd = detail::open_socket(AF_UNIX, SOCK_DGRAM);
  if (!fd) return fd.error();
  io::Result<IoSource> source = detail::adopt(*std::move(fd));
  if (!source) return source.error();
  return UnixDatagram(*std::move(source));
}

io::Result<UnixDatagram> UnixDatagram::from_std(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "UnixDatagram::from_std");
  if (!source) return source.error();
  return UnixDatagram(*std::move(source));
}

io::Result<void> UnixDatagram::connect(const std::filesystem::path& path) const {
  const io::Result<UnixSocketAddr> addr = detail::to_unix_addr(path);
  if (!addr) return addr.error();
  return detail::connect_to(as_raw_fd(), detail::to_native(*addr));
}

io::AsyncIo<SendToPath> UnixDatagram::send_to(io::ConstBytes data, const std::filesystem::path& path) const {
  return {source(), Interest::Writable, SendToPath(source(), data.span(), detail::to_unix_addr(path))};
}
Poll<io::Result<std::size_t>> UnixDatagram::poll_send_to(Context& cx, std::span<const std::byte> data,
                                                         const std::filesystem::path& path) const {
  return source().poll_io(Direction::Write, cx, SendToPath(source(), data, detail::to_unix_addr(path)));
}
io::Result<std::size_t> UnixDatagram::try_send_to(io::ConstBytes data,
                                                  const std::filesystem::path& path) const {
  return source().try_io(Interest::Writable, SendToPath(source(), data.span(), detail::to_unix_addr(path)));
}

io::Result<void> UnixDatagram::shutdown(Shutdown how) const {
  const int direction = how == Shutdown::Read ? SHUT_RD : how == Shutdown::Write ? SHUT_WR : SHUT_RDWR;
  if (::shutdown(as_raw_fd(), direction) != 0) return io::last_os_error();
  return {};
}

}  // namespace ferry::net
