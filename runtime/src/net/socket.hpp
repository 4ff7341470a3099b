// What TcpStream, TcpListener and TcpSocket do with descriptors.
#pragma once

#include <cstdint>
#include <sys/socket.h>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/io/error.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/result.hpp>

#include "support/owned_fd.hpp"

namespace ferry::net::detail {

using ferry::detail::OwnedFd;

/// A new TCP socket that does not block and is not inherited by other programs.
io::Result<OwnedFd> open_tcp(bool is_v6) noexcept;
/// An address that is in use is EADDRINUSE, ...
io::Result<void> bind_to(int fd, const SocketAddr& addr) noexcept;
io::Result<void> listen_at(int fd, std::uint32_t backlog) noexcept;

io::Result<SocketAddr> local_addr_of(int fd) noexcept;
io::Result<SocketAddr> peer_addr_of(int fd) noexcept;

/// Registers a descriptor with the current runtime; it is closed when that fails or throws.
io::Result<ferry::detail::IoSource> adopt(OwnedFd fd);
/// Registers a descriptor that came from outside; `call` is named when it blocks.
io::Result<ferry::detail::IoSource> adopt_foreign(int fd, const char* call);

io::Result<std::uint32_t> ttl_of(int fd) noexcept;
io::Result<void> set_ttl_of(int fd, std::uint32_t ttl) noexcept;

template <class T>
io::Result<T> get_option(int fd, int level, int name) noexcept {
  T value{};
  socklen_t size = sizeof(value);
  if (::getsockopt(fd, level, name, &value, &size) != 0) return io::last_os_error();
  return value;
}

template <class T>
io::Result<void> set_option(int fd, int level, int name, const T& value) noexcept {
  if (::setsockopt(fd, level, name, &value, sizeof(value)) != 0) return io::last_os_error();
  return {};
}

}  // namespace ferry::net::detail
