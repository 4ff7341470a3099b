// SocketAddr as the system calls want it.
#pragma once

#include <sys/socket.h>

#include <ferry/net/addr.hpp>

namespace ferry::net::detail {

struct NativeAddr {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

NativeAddr to_native(const SocketAddr& addr) noexcept;

/// EAFNOSUPPORT when it is no IP address.
io::Result<SocketAddr> from_native(const NativeAddr& native) noexcept;

}  // namespace ferry::net::detail
