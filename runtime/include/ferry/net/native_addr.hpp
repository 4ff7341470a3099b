// NativeAddr: an address as system calls take and give it.
#pragma once

#include <sys/socket.h>

#include <ferry/net/addr.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// A socket's address of any family, for system calls that have no function here. Made by `to_native`, or
/// with room for what a call gives. Tokio: the address types of `std`, which its own are converted to and
/// from.
class NativeAddr {
 public:
  NativeAddr() noexcept = default;

  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }

  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);  ///< in bytes: of the address, or of the room for one
};

NativeAddr to_native(const SocketAddr& addr) noexcept;
NativeAddr to_native(const UnixSocketAddr& addr) noexcept;

/// The address as a `SocketAddr` or a `UnixSocketAddr`.
///
/// Errors: EAFNOSUPPORT when it is one of another family.
template <class Addr>
io::Result<Addr> from_native(const NativeAddr& native) noexcept;
template <>
io::Result<SocketAddr> from_native(const NativeAddr& native) noexcept;
template <>
io::Result<UnixSocketAddr> from_native(const NativeAddr& native) noexcept;

}  // namespace ferry::net
