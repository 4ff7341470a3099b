#include <algorithm>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/uio.h>
#include <utility>

#include <ferry/net/tcp_split.hpp>
#include <ferry/net/tcp_stream.hpp>

#include "net/sockaddr.hpp"
#include "net/socket.hpp"

namespace ferry::net {

using detail::retry;
using ferry::detail::Direction;
using ferry::detail::IoSource;
using ferry::detail::ReadyEvent;

namespace {

// Tries `call` (a system call that gives a size) when the direction may be used. A size less than `wanted`
// says that the socket has no more for now, so that the next call waits for an event instead of asking the
// system in vain. Events come when something changes; one that came meanwhile is not forgotten, because
// clearing names the event that was seen.
template <class Call>
Poll<io::Result<std::size_t>> poll_transfer(const IoSource& source, Direction direction, Context& cx,
                                            std::size_t wanted, Call&& call) {
  for (;;) {
    const Poll<io::Result<ReadyEvent>> ready = source.poll_ready(direction, cx);
    if (ready.is_pending()) return pending;
    if (!*ready) return io::Result<std::size_t>(ready->error());
    io::Result<std::size_t> size = retry(call);
    if (size) {
      if (*size != 0 && *size < wanted) source.clear_ready(direction, **ready);
      return size;
    }
    if (!ferry::detail::is_would_block(size.error())) return size;
    source.clear_ready(direction, **ready);
  }
}

// The same without waiting: EAGAIN when it would have to.
template <class Call>
io::Result<std::size_t> try_transfer(const IoSource& source, Direction direction, std::size_t wanted,
                                     Call&& call) {
  const io::Error would_block(EAGAIN, boost::system::system_category());
  if (!source.is_ready(direction)) return would_block;
  Context cx(Waker::noop());
  IoSource::Ready ready(source, direction);  // not the poll slot, which a task may be waiting in
  const Poll<io::Result<ReadyEvent>> seen = ready.poll(cx);
  if (seen.is_pending()) return would_block;
  if (!*seen) return seen->error();
  const io::Result<std::size_t> size = retry(call);
  const bool is_exhausted = size ? *size != 0 && *size < wanted : ferry::detail::is_would_block(size.error());
  if (is_exhausted) source.clear_ready(direction, **seen);
  return size;
}

auto receive(int fd, std::span<std::byte> memory, int flags = 0) noexcept {
  return [=] { return ::recv(fd, memory.data(), memory.size(), flags); };
}
auto send(int fd, std::span<const std::byte> data) noexcept {
  return [=] { return ::send(fd, data.data(), data.size(), MSG_NOSIGNAL); };
}

Poll<io::Result<void>> discard_event(const Poll<io::Result<ReadyEvent>>& ready) {
  if (ready.is_pending()) return pending;
  if (!*ready) return io::Result<void>(ready->error());
  return io::Result<void>();
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
