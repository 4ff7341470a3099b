#include <sys/socket.h>

#include <ferry/net/addr.hpp>
#include <ferry/net/datagram_socket.hpp>
#include <ferry/net/unix_addr.hpp>

#include "net/socket.hpp"
#include "net/transfer.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::discard_event;
using ferry::io::Interest;

namespace {

// What a `poll_` function that fills a buffer gives: the address, or nothing.
template <class Addr>
Poll<io::Result<Addr>> sender_of(const Poll<io::Result<std::pair<std::size_t, Addr>>>& received) {
  if (received.is_pending()) return pending;
  if (!*received) return io::Result<Addr>(received->error());
  return io::Result<Addr>((*received)->second);
}
Poll<io::Result<void>> without_size(const Poll<io::Result<std::size_t>>& received) {
  if (received.is_pending()) return pending;
  if (!*received) return io::Result<void>(received->error());
  return io::Result<void>();
}

}  // namespace

template <class Addr>
io::Result<Addr> DatagramSocket<Addr>::local_addr() const {
  return detail::local_addr_of<Addr>(as_raw_fd());
}
template <class Addr>
io::Result<Addr> DatagramSocket<Addr>::peer_addr() const {
  return detail::peer_addr_of<Addr>(as_raw_fd());
}

template <class Addr>
Poll<io::Result<void>> DatagramSocket<Addr>::poll_recv_ready(Context& cx) const {
  return discard_event(source().poll_ready(Direction::Read, cx));
}
template <class Addr>
Poll<io::Result<void>> DatagramSocket<Addr>::poll_send_ready(Context& cx) const {
  return discard_event(source().poll_ready(Direction::Write, cx));
}

template <class Addr>
io::AsyncIo<ferry::detail::SendCall> DatagramSocket<Addr>::send(io::ConstBytes data) const noexcept {
  return {source(), Interest::Writable, ferry::detail::SendCall(source(), data.span())};
}
template <class Addr>
Poll<io::Result<std::size_t>> DatagramSocket<Addr>::poll_send(Context& cx,
                                                              std::span<const std::byte> data) const {
  return source().poll_io(Direction::Write, cx, ferry::detail::SendCall(source(), data));
}
template <class Addr>
io::Result<std::size_t> DatagramSocket<Addr>::try_send(io::ConstBytes data) const {
  return source().try_io(Interest::Writable, ferry::detail::SendCall(source(), data.span()));
}

template <class Addr>
io::AsyncIo<ferry::detail::SendToCall<Addr>> DatagramSocket<Addr>::send_to(
    io::ConstBytes data, const Addr& target) const noexcept {
  return {source(), Interest::Writable, ferry::detail::SendToCall<Addr>(source(), data.span(), target)};
}
template <class Addr>
Poll<io::Result<std::size_t>> DatagramSocket<Addr>::poll_send_to(Context& cx, std::span<const std::byte> data,
                                                                 const Addr& target) const {
  return source().poll_io(Direction::Write, cx, ferry::detail::SendToCall<Addr>(source(), data, target));
}
template <class Addr>
io::Result<std::size_t> DatagramSocket<Addr>::try_send_to(io::ConstBytes data, const Addr& target) const {
  return source().try_io(Interest::Writable, ferry::detail::SendToCall<Addr>(source(), data.span(), target));
}

template <class Addr>
io::AsyncIo<ferry::detail::RecvCall> DatagramSocket<Addr>::recv(io::MutableBytes buffer) const noexcept {
  return {source(), Interest::Readable, ferry::detail::RecvCall(source(), buffer.span())};
}
template <class Addr>
Poll<io::Result<void>> DatagramSocket<Addr>::poll_recv(Context& cx, io::ReadBuf& buf) const {
  return without_size(
      source().poll_io(Direction::Read, cx, ferry::detail::RecvBufCall<io::ReadBuf>(source(), buf)));
}
template <class Addr>
io::Result<std::size_t> DatagramSocket<Addr>::try_recv(io::MutableBytes buffer) const {
  return source().try_io(Interest::Readable, ferry::detail::RecvCall(source(), buffer.span()));
}

template <class Addr>
io::AsyncIo<ferry::detail::RecvFromCall<Addr>> DatagramSocket<Addr>::recv_from(
    io::MutableBytes buffer) const noexcept {
  return {source(), Interest::Readable, ferry::detail::RecvFromCall<Addr>(source(), buffer.span())};
}
template <class Addr>
Poll<io::Result<Addr>> DatagramSocket<Addr>::poll_recv_from(Context& cx, io::ReadBuf& buf) const {
  return sender_of<Addr>(source().poll_io(Direction::Read, cx,
                                          ferry::detail::RecvBufFromCall<Addr, io::ReadBuf>(source(), buf)));
}
template <class Addr>
auto DatagramSocket<Addr>::try_recv_from(io::MutableBytes buffer) const -> io::Result<Received> {
  return source().try_io(Interest::Readable, ferry::detail::RecvFromCall<Addr>(source(), buffer.span()));
}

template <class Addr>
io::AsyncIo<ferry::detail::RecvCall> DatagramSocket<Addr>::peek(io::MutableBytes buffer) const noexcept {
  return {source(), Interest::Readable, ferry::detail::RecvCall(source(), buffer.span(), MSG_PEEK)};
}
template <class Addr>
Poll<io::Result<void>> DatagramSocket<Addr>::poll_peek(Context& cx, io::ReadBuf& buf) const {
  return without_size(source().poll_io(Direction::Read, cx,
                                       ferry::detail::RecvBufCall<io::ReadBuf>(source(), buf, MSG_PEEK)));
}
template <class Addr>
io::Result<std::size_t> DatagramSocket<Addr>::try_peek(io::MutableBytes buffer) const {
  return source().try_io(Interest::Readable, ferry::detail::RecvCall(source(), buffer.span(), MSG_PEEK));
}

template <class Addr>
io::AsyncIo<ferry::detail::RecvFromCall<Addr>> DatagramSocket<Addr>::peek_from(
    io::MutableBytes buffer) const noexcept {
  return {source(), Interest::Readable, ferry::detail::RecvFromCall<Addr>(source(), buffer.span(), MSG_PEEK)};
}
template <class Addr>
Poll<io::Result<Addr>> DatagramSocket<Addr>::poll_peek_from(Context& cx, io::ReadBuf& buf) const {
  return sender_of<Addr>(source().poll_io(
      Direction::Read, cx, ferry::detail::RecvBufFromCall<Addr, io::ReadBuf>(source(), buf, MSG_PEEK)));
}
template <class Addr>
auto DatagramSocket<Addr>::try_peek_from(io::MutableBytes buffer) const -> io::Result<Received> {
  return source().try_io(Interest::Readable,
                         ferry::detail::RecvFromCall<Addr>(source(), buffer.span(), MSG_PEEK));
}

template <class Addr>
io::AsyncIo<ferry::detail::PeekSenderCall<Addr>> DatagramSocket<Addr>::peek_sender() const noexcept {
  return {source(), Interest::Readable, ferry::detail::PeekSenderCall<Addr>(source())};
}
template <class Addr>
Poll<io::Result<Addr>> DatagramSocket<Addr>::poll_peek_sender(Context& cx) const {
  return source().poll_io(Direction::Read, cx, ferry::detail::PeekSenderCall<Addr>(source()));
}
template <class Addr>
io::Result<Addr> DatagramSocket<Addr>::try_peek_sender() const {
  return source().try_io(Interest::Readable, ferry::detail::PeekSenderCall<Addr>(source()));
}

template class DatagramSocket<SocketAddr>;
template class DatagramSocket<UnixSocketAddr>;

}  // namespace ferry::net
