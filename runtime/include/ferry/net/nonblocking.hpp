// nonblocking: what a descriptor from elsewhere needs before it is adopted.
#pragma once

namespace ferry::net {

/// Sets O_NONBLOCK and gives the descriptor back: `TcpStream::from_std(net::nonblocking(fd))`. A descriptor
/// that is not open is reported by whoever adopts it.
int nonblocking(int fd) noexcept;

}  // namespace ferry::net
