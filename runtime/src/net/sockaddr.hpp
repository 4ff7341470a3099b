// Addresses as the system calls want them.
#pragma once

#include <sys/socket.h>

#include <ferry/net/addr.hpp>
#include <ferry/net/unix_addr.hpp>

namespace ferry::net::detail {

struct NativeAddr {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

NativeAddr to_native(const SocketAddr& addr) noexcept;
NativeAddr to_native(const UnixSocketAddr& addr) noexcept;

/// EAFNOSUPPORT when it is an address of another family.
template <class Addr>
io::Result<Addr> from_native(const NativeAddr& native) noexcept;
template <>
io::Result<SocketAddr> from_native(const NativeAddr& native) noexcept;
template <>
io::Result<UnixSocketAddr> from_native(const NativeAddr& native) noexcept;

/// The address that a path means: an abstract name when it begins with a zero byte.
io::Result<UnixSocketAddr> to_unix_addr(const std::filesystem::path& path);

}  // namespace ferry::net::detail
