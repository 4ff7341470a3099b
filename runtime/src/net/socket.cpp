#include "net/socket.hpp"

#include <algorithm>
#include <climits>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdexcept>
#include <string>

#include <ferry/net/nonblocking.hpp>

#include "net/sockaddr.hpp"

namespace ferry::net {

int nonblocking(int fd) noexcept {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) == 0) ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  return fd;
}

namespace detail {

io::Result<OwnedFd> open_tcp(bool is_v6) noexcept {
  OwnedFd fd(::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (fd.get() < 0) return io::last_os_error();
  return fd;
}

io::Result<void> bind_to(int fd, const SocketAddr& addr) noexcept {
  const NativeAddr native = to_native(addr);
  if (::bind(fd, native.get(), native.size) != 0) return io::last_os_error();
  return {};
}

io::Result<void> listen_at(int fd, std::uint32_t backlog) noexcept {
  if (::listen(fd, static_cast<int>(std::min<std::uint32_t>(backlog, INT_MAX))) != 0)
    return io::last_os_error();
  return {};
}

io::Result<SocketAddr> local_addr_of(int fd) noexcept {
  NativeAddr native;
  if (::getsockname(fd, native.get(), &native.size) != 0) return io::last_os_error();
  return from_native(native);
}

io::Result<SocketAddr> peer_addr_of(int fd) noexcept {
  NativeAddr native;
  if (::getpeername(fd, native.get(), &native.size) != 0) return io::last_os_error();
  return from_native(native);
}

io::Result<ferry::detail::IoSource> adopt(OwnedFd fd) {
  io::Result<ferry::detail::IoSource> source = ferry::detail::IoSource::adopt(fd.get());
  fd.release();  // the source's now, or closed; what is thrown before leaves it here
  return source;
}

io::Result<ferry::detail::IoSource> adopt_foreign(int fd, const char* call) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return io::last_os_error();
  if ((flags & O_NONBLOCK) == 0)
    throw std::logic_error(
        std::string(call) +
        ": the descriptor is in blocking mode and would block a thread of the runtime; pass it "
        "through ferry::net::nonblocking first");
  return ferry::detail::IoSource::adopt(fd);
}

namespace {

// The option of the socket's own family: IP_TTL or IPV6_UNICAST_HOPS.
std::pair<int, int> ttl_option(int fd) noexcept {
  const io::Result<int> family = get_option<int>(fd, SOL_SOCKET, SO_DOMAIN);
  if (family && *family == AF_INET6) return {IPPROTO_IPV6, IPV6_UNICAST_HOPS};
  return {IPPROTO_IP, IP_TTL};
}

}  // namespace

io::Result<std::uint32_t> ttl_of(int fd) noexcept {
  const auto [level, name] = ttl_option(fd);
  const io::Result<int> ttl = get_option<int>(fd, level, name);
  if (!ttl) return ttl.error();
  return static_cast<std::uint32_t>(*ttl);
}

io::Result<void> set_ttl_of(int fd, std::uint32_t ttl) noexcept {
  const auto [level, name] = ttl_option(fd);
  return set_option(fd, level, name, static_cast<int>(ttl));
}

}  // namespace detail
}  // namespace ferry::net
