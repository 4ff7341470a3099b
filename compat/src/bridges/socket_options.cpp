#include <algorithm>
#include <chrono>
#include <climits>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <ferry/compat/socket_options.hpp>
#include <ferry/io/error.hpp>

namespace ferry::compat {
namespace {

io::Result<int> option(const net::Socket& socket, int level, int name) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (::getsockopt(socket.as_raw_fd(), level, name, &value, &size) != 0)
    return {boost::system::in_place_error, io::last_os_error()};
  return {boost::system::in_place_value, value};
}

io::Result<void> set_option(const net::Socket& socket, int level, int name, int value) {
  if (::setsockopt(socket.as_raw_fd(), level, name, &value, sizeof(value)) != 0) return io::last_os_error();
  return {};
}

io::Result<std::size_t> size_of(const net::Socket& socket, int name) {
  const io::Result<int> bytes = option(socket, SOL_SOCKET, name);
  if (!bytes) return {boost::system::in_place_error, bytes.error()};
  return {boost::system::in_place_value, static_cast<std::size_t>(*bytes)};
}

io::Result<void> set_size_of(const net::Socket& socket, int name, std::size_t bytes) {
  return set_option(socket, SOL_SOCKET, name, static_cast<int>(std::min<std::size_t>(bytes, INT_MAX)));
}

}  // namespace

io::Result<void> shutdown(const net::StreamSocket& stream, net::Shutdown how) {
  using enum net::Shutdown;
  const int direction = how == Read ? SHUT_RD : how == Write ? SHUT_WR : SHUT_RDWR;
  if (::shutdown(stream.as_raw_fd(), direction) != 0) return io::last_os_error();
  return {};
}

io::Result<std::size_t> recv_buffer_size(const net::Socket& socket) { return size_of(socket, SO_RCVBUF); }
io::Result<void> set_recv_buffer_size(const net::Socket& socket, std::size_t bytes) {
  return set_size_of(socket, SO_RCVBUF, bytes);
}
io::Result<std::size_t> send_buffer_size(const net::Socket& socket) { return size_of(socket, SO_SNDBUF); }
io::Result<void> set_send_buffer_size(const net::Socket& socket, std::size_t bytes) {
  return set_size_of(socket, SO_SNDBUF, bytes);
}

io::Result<std::optional<time::Duration>> keepalive(const net::Socket& socket) {
  const io::Result<int> is_on = option(socket, SOL_SOCKET, SO_KEEPALIVE);
  if (!is_on) return is_on.error();
  if (*is_on == 0) return std::optional<time::Duration>();
  const io::Result<int> idle = option(socket, IPPROTO_TCP, TCP_KEEPIDLE);
  if (!idle) return idle.error();
  return std::optional<time::Duration>(std::chrono::seconds(*idle));
}

io::Result<void> set_keepalive(const net::Socket& socket, std::optional<time::Duration> idle) {
  if (auto set = set_option(socket, SOL_SOCKET, SO_KEEPALIVE, idle.has_value()); !set || !idle) return set;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*idle).count();
  return set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE,
                    static_cast<int>(std::clamp<decltype(seconds)>(seconds, 0, INT_MAX)));
}

}  // namespace ferry::compat
