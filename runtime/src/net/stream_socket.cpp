#include <cerrno>
#include <sys/socket.h>

#include <ferry/net/stream_socket.hpp>

#include "net/byte_transfer.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::discard_event;
using ferry::detail::IoSource;
using ferry::detail::IoVectors;
using ferry::detail::try_transfer;

namespace {

struct Calls {
  static auto receive(int fd, std::span<std::byte> memory) noexcept {
    return [=] { return ::recv(fd, memory.data(), memory.size(), 0); };
  }
  static auto send(int fd, std::span<const std::byte> data) noexcept {
    return [=] { return ::send(fd, data.data(), data.size(), MSG_NOSIGNAL); };
  }
  static auto receive_all(int fd, IoVectors& vectors) noexcept {
    return [fd, &vectors] {
      msghdr message{};
      message.msg_iov = vectors.data();
      message.msg_iovlen = vectors.count();
      return ::recvmsg(fd, &message, 0);
    };
  }
  static auto send_all(int fd, IoVectors& vectors) noexcept {
    return [fd, &vectors] {
      msghdr message{};
      message.msg_iov = vectors.data();
      message.msg_iovlen = vectors.count();
      return ::sendmsg(fd, &message, MSG_NOSIGNAL);
    };
  }
};
using Transfer = ferry::detail::ByteTransfer<Calls>;

}  // namespace

Poll<io::Result<void>> StreamSocket::poll_read(Context& cx, io::ReadBuf& buf) const {
  return Transfer::read(source(), Direction::Read, cx, buf);
}
Poll<io::Result<void>> StreamSocket::poll_read(Context& cx, io::ReadBuf& buf, ReadWaiter& waiter) const {
  return Transfer::read(source(), waiter, cx, buf);
}

Poll<io::Result<std::size_t>> StreamSocket::poll_write(Context& cx, std::span<const std::byte> data) const {
  return Transfer::write(source(), Direction::Write, cx, data);
}
Poll<io::Result<std::size_t>> StreamSocket::poll_write(Context& cx, std::span<const std::byte> data,
                                                       WriteWaiter& waiter) const {
  return Transfer::write(source(), waiter, cx, data);
}

Poll<io::Result<std::size_t>> StreamSocket::poll_write_vectored(
    Context& cx, std::span<const std::span<const std::byte>> pieces) const {
  return Transfer::write_vectored(source(), Direction::Write, cx, pieces);
}
Poll<io::Result<std::size_t>> StreamSocket::poll_write_vectored(
    Context& cx, std::span<const std::span<const std::byte>> pieces, WriteWaiter& waiter) const {
  return Transfer::write_vectored(source(), waiter, cx, pieces);
}

Poll<io::Result<void>> StreamSocket::poll_flush(Context&) const { return io::Result<void>(); }

Poll<io::Result<void>> StreamSocket::poll_shutdown(Context&) const {
  // What the peer has reset is shut down already.
  if (::shutdown(source().fd(), SHUT_WR) != 0 && errno != ENOTCONN)
    return io::Result<void>(io::last_os_error());
  return io::Result<void>();
}

Poll<io::Result<void>> StreamSocket::poll_read_ready(Context& cx) const {
  return discard_event(source().poll_ready(Direction::Read, cx));
}
Poll<io::Result<void>> StreamSocket::poll_write_ready(Context& cx) const {
  return discard_event(source().poll_ready(Direction::Write, cx));
}

io::Result<std::size_t> StreamSocket::try_read(io::MutableBytes buffer) const {
  const std::span<std::byte> memory = buffer.span();
  return try_transfer(source(), Direction::Read, memory.size(), Calls::receive(source().fd(), memory));
}
io::Result<std::size_t> StreamSocket::try_read_vectored(std::span<const std::span<std::byte>> buffers) const {
  IoVectors vectors(buffers);
  return try_transfer(source(), Direction::Read, vectors.size_bytes(),
                      Calls::receive_all(source().fd(), vectors));
}
io::Result<std::size_t> StreamSocket::try_write(io::ConstBytes data) const {
  return try_transfer(source(), Direction::Write, data.span().size(),
                      Calls::send(source().fd(), data.span()));
}
io::Result<std::size_t> StreamSocket::try_write_vectored(
    std::span<const std::span<const std::byte>> pieces) const {
  IoVectors vectors(pieces);
  return try_transfer(source(), Direction::Write, vectors.size_bytes(),
                      Calls::send_all(source().fd(), vectors));
}

io::AsyncIo<ferry::detail::RecvCall> StreamSocket::peek(io::MutableBytes buffer) const noexcept {
  return {source(), io::Interest::Readable, ferry::detail::RecvCall(source(), buffer.span(), MSG_PEEK)};
}
Poll<io::Result<std::size_t>> StreamSocket::poll_peek(Context& cx, std::span<std::byte> buffer) const {
  return source().poll_io(Direction::Read, cx, ferry::detail::RecvCall(source(), buffer, MSG_PEEK));
}
Poll<io::Result<std::size_t>> StreamSocket::poll_peek(Context& cx, io::ReadBuf& buf) const {
  const Poll<io::Result<std::size_t>> size = poll_peek(cx, buf.unfilled_mut());
  if (size.is_ready() && *size) {
    buf.assume_init(**size);
    buf.advance(**size);
  }
  return size;
}

}  // namespace ferry::net
