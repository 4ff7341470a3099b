#include <algorithm>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/uio.h>
#include <utility>

#include <ferry/net/tcp_split.hpp>
#include <ferry/net/tcp_stream.hpp>

#include "driver/transfer.hpp"
#include "net/sockaddr.hpp"
#include "net/socket.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::discard_event;
using ferry::detail::IoSource;
using ferry::detail::poll_transfer;
using ferry::detail::try_transfer;

namespace {

auto receive(int fd, std::span<std::byte> memory, int flags = 0) noexcept {
  return [=] { return ::recv(fd, memory.data(), memory.size(), flags); };
}
auto send(int fd, std::span<const std::byte> data) noexcept {
  return [=] { return ::send(fd, data.data(), data.size(), MSG_NOSIGNAL); };
}

}  // namespace

Poll<io::Result<void>> Readiness::poll(Context& cx) { return discard_event(ready_.poll(cx)); }

io::Result<TcpStream> TcpStream::from_std(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "TcpStream::from_std");
  if (!source) return source.error();
  return TcpStream(*std::move(source));
}

io::Result<int> TcpStream::into_std() && { return source_.release(); }

io::Result<SocketAddr> TcpStream::local_addr() const { return detail::local_addr_of(source_.fd()); }
io::Result<SocketAddr> TcpStream::peer_addr() const { return detail::peer_addr_of(source_.fd()); }

Poll<io::Result<void>> TcpStream::poll_read(Context& cx, io::ReadBuf& buf) const {
  const std::span<std::byte> memory = buf.unfilled_mut();
  const Poll<io::Result<std::size_t>> size =
      poll_transfer(source_, Direction::Read, cx, memory.size(), receive(source_.fd(), memory));
  if (size.is_pending()) return pending;
  if (!*size) return io::Result<void>(size->error());
  buf.assume_init(**size);
  buf.advance(**size);
  return io::Result<void>();
}

Poll<io::Result<std::size_t>> TcpStream::poll_write(Context& cx, std::span<const std::byte> data) const {
  return poll_transfer(source_, Direction::Write, cx, data.size(), send(source_.fd(), data));
}

Poll<io::Result<std::size_t>> TcpStream::poll_write_vectored(
    Context& cx, std::span<const std::span<const std::byte>> pieces) const {
  std::array<iovec, 64> vectors;
  const std::size_t count = std::min(pieces.size(), vectors.size());
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < count; ++i) {
    vectors[i].iov_base = const_cast<std::byte*>(pieces[i].data());
    vectors[i].iov_len = pieces[i].size();
    wanted += pieces[i].size();
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = count;
  const int fd = source_.fd();
  return poll_transfer(source_, Direction::Write, cx, wanted,
                       [&] { return ::sendmsg(fd, &message, MSG_NOSIGNAL); });
}

Poll<io::Result<void>> TcpStream::poll_flush(Context&) const { return io::Result<void>(); }

Poll<io::Result<void>> TcpStream::poll_shutdown(Context&) const {
  if (::shutdown(source_.fd(), SHUT_WR) != 0) return io::Result<void>(io::last_os_error());
  return io::Result<void>();
}

Poll<io::Result<std::size_t>> TcpStream::poll_peek(Context& cx, std::span<std::byte> buffer) const {
  // Peeking takes nothing away, so a short one leaves the socket readable.
  return poll_transfer(source_, Direction::Read, cx, 0, receive(source_.fd(), buffer, MSG_PEEK));
}

Poll<io::Result<void>> TcpStream::poll_read_ready(Context& cx) const {
  return discard_event(source_.poll_ready(Direction::Read, cx));
}
Poll<io::Result<void>> TcpStream::poll_write_ready(Context& cx) const {
  return discard_event(source_.poll_ready(Direction::Write, cx));
}

io::Result<std::size_t> TcpStream::try_read(io::MutableBytes buffer) const {
  const std::span<std::byte> memory = buffer.span();
  return try_transfer(source_, Direction::Read, memory.size(), receive(source_.fd(), memory));
}
io::Result<std::size_t> TcpStream::try_write(io::ConstBytes data) const {
  return try_transfer(source_, Direction::Write, data.span().size(), send(source_.fd(), data.span()));
}

io::Result<bool> TcpStream::nodelay() const {
  const io::Result<int> value = detail::get_option<int>(source_.fd(), IPPROTO_TCP, TCP_NODELAY);
  if (!value) return {boost::system::in_place_error, value.error()};
  return *value != 0;
}
io::Result<void> TcpStream::set_nodelay(bool is_on) const {
  return detail::set_option(source_.fd(), IPPROTO_TCP, TCP_NODELAY, int{is_on});
}

io::Result<std::optional<std::chrono::seconds>> TcpStream::linger() const {
  const io::Result<::linger> value = detail::get_option<::linger>(source_.fd(), SOL_SOCKET, SO_LINGER);
  if (!value) return value.error();
  std::optional<std::chrono::seconds> duration;
  if (value->l_onoff != 0) duration = std::chrono::seconds(value->l_linger);
  return duration;
}
io::Result<void> TcpStream::set_linger(std::optional<std::chrono::seconds> duration) const {
  ::linger value{};
  value.l_onoff = duration.has_value();
  value.l_linger = static_cast<int>(duration.value_or(std::chrono::seconds(0)).count());
  return detail::set_option(source_.fd(), SOL_SOCKET, SO_LINGER, value);
}

io::Result<std::uint32_t> TcpStream::ttl() const { return detail::ttl_of(source_.fd()); }
io::Result<void> TcpStream::set_ttl(std::uint32_t ttl) const { return detail::set_ttl_of(source_.fd(), ttl); }

io::Result<std::optional<io::Error>> TcpStream::take_error() const {
  const io::Result<int> code = detail::get_option<int>(source_.fd(), SOL_SOCKET, SO_ERROR);
  if (!code) return {boost::system::in_place_error, code.error()};
  std::optional<io::Error> error;
  if (*code != 0) error = io::Error(*code, boost::system::system_category());
  return error;
}

std::pair<ReadHalf, WriteHalf> TcpStream::split() const noexcept {
  return {ReadHalf(*this), WriteHalf(*this)};
}

std::pair<OwnedReadHalf, OwnedWriteHalf> TcpStream::into_split() && {
  auto stream = std::make_shared<TcpStream>(std::move(*this));
  return {OwnedReadHalf(stream), OwnedWriteHalf(stream)};
}

}  // namespace ferry::net
