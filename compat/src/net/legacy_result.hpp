// What a call of 1.x gives, as one of 0.2 gave it.
#pragma once

#include <utility>

#include <ferry/result.hpp>

namespace ferry::v0_2::net {

/// A socket of 1.x as one of 0.2.
template <class Legacy, class T>
ferry::io::Result<Legacy> legacy(ferry::io::Result<T> socket) {
  if (!socket) return socket.error();
  return Legacy(*std::move(socket));
}

/// Two of them.
template <class Legacy, class T>
ferry::io::Result<std::pair<Legacy, Legacy>> legacy_pair(ferry::io::Result<std::pair<T, T>> sockets) {
  if (!sockets) return sockets.error();
  return std::pair(Legacy(std::move(sockets->first)), Legacy(std::move(sockets->second)));
}

/// What a listener of 1.x accepted, as that of a `Listener` of 0.2.
template <class Listener, class T, class Addr>
ferry::io::Result<typename Listener::Accepted> legacy_accepted(
    ferry::io::Result<std::pair<T, Addr>> accepted) {
  if (!accepted) return accepted.error();
  using Stream = typename Listener::Accepted::first_type;
  return typename Listener::Accepted(Stream(std::move(accepted->first)), accepted->second);
}

}  // namespace ferry::v0_2::net
