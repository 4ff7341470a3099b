// What sockets do with descriptors.
#pragma once

#include <cstdint>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/result.hpp>

#include "net/sockaddr.hpp"
#include "support/owned_fd.hpp"

namespace ferry::net::detail {

using ferry::detail::OwnedFd;

/// How many connections wait to be accepted where nobody says.
inline constexpr std::uint32_t kBacklog = 1024;

/// A new socket that does not block and is not inherited by other programs.
io::Result<OwnedFd> open_socket(int domain, int type) noexcept;
/// A new TCP or UDP socket of the address' family.
io::Result<OwnedFd> open_for(const SocketAddr& addr, int type) noexcept;

/// An address that is in use is EADDRINUSE, ...
io::Result<void> bind_to(int fd, const NativeAddr& addr) noexcept;
/// For datagram sockets, which need not wait for that.
io::Result<void> connect_to(int fd, const NativeAddr& addr) noexcept;
io::Result<void> listen_at(int fd, std::uint32_t backlog) noexcept;

io::Result<NativeAddr> local_addr_of(int fd) noexcept;
io::Result<NativeAddr> peer_addr_of(int fd) noexcept;
/// The same as the address of a family.
template <class Addr>
io::Result<Addr> local_addr_of(int fd) noexcept {
  const io::Result<NativeAddr> native = local_addr_of(fd);
  if (!native) return native.error();
  return from_native<Addr>(*native);
}
template <class Addr>
io::Result<Addr> peer_addr_of(int fd) noexcept {
  const io::Result<NativeAddr> native = peer_addr_of(fd);
  if (!native) return native.error();
  return from_native<Addr>(*native);
}

/// Registers a descriptor with the current runtime; it is closed when that fails or throws.
io::Result<ferry::detail::IoSource> adopt(OwnedFd fd);
/// Two Unix domain sockets of that kind that are connected to each other, registered with the current
/// runtime.
io::Result<std::pair<ferry::detail::IoSource, ferry::detail::IoSource>> adopt_pair(int type);
/// Throws std::logic_error that names `call` when the descriptor is in blocking mode. Errors: EBADF.
io::Result<void> require_nonblocking(int fd, const char* call);
/// Registers a descriptor that came from outside; `call` is named when it blocks.
io::Result<ferry::detail::IoSource> adopt_foreign(int fd, const char* call);

/// Begins to connect, and registers the socket with the current runtime.
io::Result<ferry::detail::IoSource> begin_connect(OwnedFd fd, const NativeAddr& addr);
/// Ready once it is connected, or with the error why not.
Poll<io::Result<void>> poll_connected(const ferry::detail::IoSource& source, Context& cx);

/// Takes a connection from a socket that listens, and registers it with the current runtime. EAGAIN when
/// there is none.
io::Result<std::pair<ferry::detail::IoSource, NativeAddr>> accept_from(int fd);

}  // namespace ferry::net::detail
