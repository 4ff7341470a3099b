// What streams of 0.2 could do at once, and those of 1.x leave to the operating system.
#pragma once

#include <cstddef>
#include <optional>

#include <ferry/net/socket.hpp>
#include <ferry/net/stream_socket.hpp>
#include <ferry/net/unix_datagram.hpp>
#include <ferry/result.hpp>
#include <ferry/time/instant.hpp>

namespace ferry::compat {

/// Ends directions of a connection, on the spot: shutdown(2). `co_await stream.shutdown()` of 1.x is the same
/// for `Shutdown::Write` alone.
///
/// Errors: ENOTCONN.
io::Result<void> shutdown(const net::StreamSocket& stream, net::Shutdown how);

/// SO_RCVBUF, in bytes. The system doubles what is set, for its own use.
io::Result<std::size_t> recv_buffer_size(const net::Socket& socket);
io::Result<void> set_recv_buffer_size(const net::Socket& socket, std::size_t bytes);
/// SO_SNDBUF, in bytes. The system doubles what is set, for its own use.
io::Result<std::size_t> send_buffer_size(const net::Socket& socket);
io::Result<void> set_send_buffer_size(const net::Socket& socket, std::size_t bytes);

/// For how long a connection is idle before it is looked after, in whole seconds; none when it never is:
/// SO_KEEPALIVE and TCP_KEEPIDLE.
io::Result<std::optional<time::Duration>> keepalive(const net::Socket& socket);
/// Errors: EINVAL for less than a second.
io::Result<void> set_keepalive(const net::Socket& socket, std::optional<time::Duration> idle);

}  // namespace ferry::compat
