#include <utility>

#include <ferry/compat/socket_options.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/net/tcp_listener.hpp>
#include <ferry/v0_2/net/tcp_split.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>

namespace ferry::v0_2::net {

using v0_2::detail::become;

TcpStream::Connect TcpStream::connect_std(int socket, const ferry::net::SocketAddr& addr) {
  return Connect([&] { return Modern::Connect(ferry::net::nonblocking(socket), addr); });
}

ferry::io::Result<TcpStream> TcpStream::from_std(int socket) {
  return become<ferry::io::Result<TcpStream>>(
      ferry::net::TcpStream::from_std(ferry::net::nonblocking(socket)));
}
ferry::io::Result<TcpStream> TcpStream::try_from(int socket) { return from_std(socket); }

ferry::io::Result<void> TcpStream::shutdown(ferry::net::Shutdown how) const {
  return compat::shutdown(*this, how);
}

ferry::io::Result<std::size_t> TcpStream::recv_buffer_size() const { return compat::recv_buffer_size(*this); }
ferry::io::Result<void> TcpStream::set_recv_buffer_size(std::size_t bytes) const {
  return compat::set_recv_buffer_size(*this, bytes);
}
ferry::io::Result<std::size_t> TcpStream::send_buffer_size() const { return compat::send_buffer_size(*this); }
ferry::io::Result<void> TcpStream::set_send_buffer_size(std::size_t bytes) const {
  return compat::set_send_buffer_size(*this, bytes);
}

ferry::io::Result<std::optional<ferry::time::Duration>> TcpStream::keepalive() const {
  return compat::keepalive(*this);
}
ferry::io::Result<void> TcpStream::set_keepalive(std::optional<ferry::time::Duration> idle) const {
  return compat::set_keepalive(*this, idle);
}

std::pair<ReadHalf, WriteHalf> TcpStream::split() noexcept {
  const auto halves = Modern::split();
  return {ReadHalf(halves.first), WriteHalf(halves.second)};
}
std::pair<OwnedReadHalf, OwnedWriteHalf> TcpStream::into_split() && {
  auto halves = static_cast<Modern&&>(*this).into_split();
  return {OwnedReadHalf(std::move(halves.first)), OwnedWriteHalf(std::move(halves.second))};
}

ferry::io::Result<TcpListener> TcpListener::from_std(int socket) {
  return become<ferry::io::Result<TcpListener>>(
      ferry::net::TcpListener::from_std(ferry::net::nonblocking(socket)));
}
ferry::io::Result<TcpListener> TcpListener::try_from(int socket) { return from_std(socket); }

Poll<ferry::io::Result<TcpListener::Accepted>> TcpListener::poll_accept(Context& cx) {
  using Modern = ferry::io::Result<std::pair<ferry::net::TcpStream, ferry::net::SocketAddr>>;
  return Base::poll_accept(cx).map(become<ferry::io::Result<Accepted>, Modern>);
}

Poll<std::optional<TcpListener::Item>> TcpListener::poll_next(Context& cx) {
  auto accepted = ferry::net::TcpListener::poll_accept(cx);
  if (accepted.is_pending()) return pending;
  if (!*accepted) return std::optional<Item>(accepted->error());
  return std::optional<Item>(TcpStream(std::move((*accepted)->first)));
}

Poll<Incoming::Item> Incoming::poll_accept(Context& cx) {
  auto next = poll_next(cx);
  if (next.is_pending()) return pending;
  return **std::move(next);
}

}  // namespace ferry::v0_2::net
