#include <utility>

#include <ferry/io/traits.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/v0_2/net/tcp_listener.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>

namespace ferry::v0_2::net {
namespace {

// What a socket of 1.x is here.
template <class Legacy, class T>
io::Result<Legacy> legacy(ferry::io::Result<T> socket) {
  if (!socket) return socket.error();
  return Legacy(*std::move(socket));
}

io::Result<TcpListener::Accepted> legacy_accepted(
    ferry::io::Result<ferry::net::TcpListener::Accepted> accepted) {
  if (!accepted) return accepted.error();
  return TcpListener::Accepted(TcpStream(std::move(accepted->first)), accepted->second);
}

}  // namespace

io::Result<TcpStream> TcpStream::from_std(int socket) {
  return legacy<TcpStream>(ferry::net::TcpStream::from_std(ferry::net::nonblocking(socket)));
}

Poll<ferry::io::Result<std::size_t>> TcpStream::poll_read(Context& cx, std::span<std::byte> memory) {
  return ferry::io::poll_read_bytes(static_cast<ferry::net::TcpStream&>(*this), cx, memory);
}

Poll<TcpStream::Connect::Output> TcpStream::Connect::poll(Context& cx) {
  return connect_.poll(cx).map(legacy<TcpStream, ferry::net::TcpStream>);
}

io::Result<TcpListener> TcpListener::from_std(int socket) {
  return legacy<TcpListener>(ferry::net::TcpListener::from_std(ferry::net::nonblocking(socket)));
}

Poll<ferry::io::Result<TcpListener::Accepted>> TcpListener::poll_accept(Context& cx) {
  return ferry::net::TcpListener::poll_accept(cx).map(legacy_accepted);
}

Poll<std::optional<TcpListener::Item>> TcpListener::poll_next(Context& cx) {
  auto accepted = ferry::net::TcpListener::poll_accept(cx);
  if (accepted.is_pending()) return pending;
  if (!*accepted) return std::optional<Item>(accepted->error());
  return std::optional<Item>(TcpStream(std::move((*accepted)->first)));
}

Poll<TcpListener::Bind::Output> TcpListener::Bind::poll(Context& cx) {
  return bind_.poll(cx).map(legacy<TcpListener, ferry::net::TcpListener>);
}

Poll<TcpListener::Accept::Output> TcpListener::Accept::poll(Context& cx) {
  return accept_.poll(cx).map(legacy_accepted);
}

}  // namespace ferry::v0_2::net
