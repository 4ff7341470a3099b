#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

#include <ferry/io/error.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/net/pipe.hpp>

#include "net/byte_transfer.hpp"
#include "net/quiet_write.hpp"
#include "net/socket.hpp"

namespace ferry::net::pipe {

using detail::OwnedFd;
using ferry::detail::Direction;
using ferry::detail::discard_event;
using ferry::detail::IoSource;
using ferry::detail::IoVectors;
using ferry::detail::try_transfer;

namespace {

// `access`: O_RDONLY or O_WRONLY, what the descriptor has to allow.
io::Result<void> check(int fd, int access) noexcept {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return io::last_os_error();
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return io::last_os_error();
  const int mode = flags & O_ACCMODE;
  if (!S_ISFIFO(info.st_mode) || (mode != access && mode != O_RDWR))
    return io::Error(io::ErrorKind::InvalidInput);
  return {};
}

io::Result<IoSource> adopt_checked(int raw, int access) {
  OwnedFd fd(raw);
  if (const io::Result<void> fits = check(fd.get(), access); !fits) return fits.error();
  nonblocking(fd.get());
  return detail::adopt(std::move(fd));
}

struct Calls {
  static auto receive(int fd, std::span<std::byte> memory) noexcept {
    return [=] { return ::read(fd, memory.data(), memory.size()); };
  }
  static auto send(int fd, std::span<const std::byte> data) noexcept {
    return [=] {
      const iovec piece{.iov_base = const_cast<std::byte*>(data.data()), .iov_len = data.size()};
      return detail::quiet_writev(fd, std::span(&piece, 1));
    };
  }
  static auto send_all(int fd, IoVectors& vectors) noexcept {
    return [fd, &vectors] { return detail::quiet_writev(fd, std::span(vectors.data(), vectors.count())); };
  }
};
using Transfer = ferry::detail::ByteTransfer<Calls>;

// An end of what was just made or opened, and does not block.
template <class E>
io::Result<E> end_of(OwnedFd fd) {
  io::Result<E> end = E::from_owned_fd_unchecked(fd.get());
  fd.release();  // the end's now, or closed; what is thrown before leaves it here
  return end;
}

template <class E>
io::Result<E> open(const std::filesystem::path& path, int access, bool is_unchecked) {
  OwnedFd fd(::open(path.c_str(), access | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) return io::last_os_error();
  return is_unchecked ? end_of<E>(std::move(fd)) : E::from_owned_fd(fd.release());
}

}  // namespace

io::Result<int> End::into_blocking_fd() && {
  const io::Result<int> released = source_.release();
  if (!released) return released;
  OwnedFd fd(*released);
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) != 0) return io::last_os_error();
  return fd.release();
}

io::Result<Sender> Sender::from_owned_fd(int fd) {
  io::Result<IoSource> source = adopt_checked(fd, O_WRONLY);
  if (!source) return source.error();
  return Sender(*std::move(source));
}

io::Result<Sender> Sender::from_owned_fd_unchecked(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "pipe::Sender::from_owned_fd_unchecked");
  if (!source) return source.error();
  return Sender(*std::move(source));
}

Poll<io::Result<std::size_t>> Sender::poll_write(Context& cx, std::span<const std::byte> data) const {
  return Transfer::write(source(), Direction::Write, cx, data);
}
Poll<io::Result<std::size_t>> Sender::poll_write(Context& cx, std::span<const std::byte> data,
                                                 WriteWaiter& waiter) const {
  return Transfer::write(source(), waiter, cx, data);
}

Poll<io::Result<std::size_t>> Sender::poll_write_vectored(
    Context& cx, std::span<const std::span<const std::byte>> pieces) const {
  return Transfer::write_vectored(source(), Direction::Write, cx, pieces);
}
Poll<io::Result<std::size_t>> Sender::poll_write_vectored(Context& cx,
                                                          std::span<const std::span<const std::byte>> pieces,
                                                          WriteWaiter& waiter) const {
  return Transfer::write_vectored(source(), waiter, cx, pieces);
}

Poll<io::Result<void>> Sender::poll_flush(Context&) const { return io::Result<void>(); }
Poll<io::Result<void>> Sender::poll_shutdown(Context&) const { return io::Result<void>(); }

Poll<io::Result<void>> Sender::poll_write_ready(Context& cx) const {
  return discard_event(source().poll_ready(Direction::Write, cx));
}
io::Result<std::size_t> Sender::try_write(io::ConstBytes data) const {
  return try_transfer(source(), Direction::Write, data.span().size(), Calls::send(as_raw_fd(), data.span()));
}
io::Result<std::size_t> Sender::try_write_vectored(std::span<const std::span<const std::byte>> pieces) const {
  IoVectors vectors(pieces);
  return try_transfer(source(), Direction::Write, vectors.size_bytes(),
                      Calls::send_all(as_raw_fd(), vectors));
}

io::Result<Receiver> Receiver::from_owned_fd(int fd) {
  io::Result<IoSource> source = adopt_checked(fd, O_RDONLY);
  if (!source) return source.error();
  return Receiver(*std::move(source));
}

io::Result<Receiver> Receiver::from_owned_fd_unchecked(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "pipe::Receiver::from_owned_fd_unchecked");
  if (!source) return source.error();
  return Receiver(*std::move(source));
}

Poll<io::Result<void>> Receiver::poll_read(Context& cx, io::ReadBuf& buf) const {
  return Transfer::read(source(), Direction::Read, cx, buf);
}
Poll<io::Result<void>> Receiver::poll_read(Context& cx, io::ReadBuf& buf, ReadWaiter& waiter) const {
  return Transfer::read(source(), waiter, cx, buf);
}

Poll<io::Result<void>> Receiver::poll_read_ready(Context& cx) const {
  return discard_event(source().poll_ready(Direction::Read, cx));
}
io::Result<std::size_t> Receiver::try_read(io::MutableBytes buffer) const {
  const std::span<std::byte> memory = buffer.span();
  return try_transfer(source(), Direction::Read, memory.size(), Calls::receive(as_raw_fd(), memory));
}
io::Result<std::size_t> Receiver::try_read_vectored(std::span<const std::span<std::byte>> buffers) const {
  IoVectors vectors(buffers);
  return try_transfer(source(), Direction::Read, vectors.size_bytes(), [&] {
    return ::readv(as_raw_fd(), vectors.data(), static_cast<int>(vectors.count()));
  });
}

io::Result<std::pair<Sender, Receiver>> pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_NONBLOCK | O_CLOEXEC) != 0) return io::last_os_error();
  OwnedFd read_end(fds[0]);
  OwnedFd write_end(fds[1]);
  io::Result<Sender> sender = end_of<Sender>(std::move(write_end));
  if (!sender) return sender.error();
  io::Result<Receiver> receiver = end_of<Receiver>(std::move(read_end));
  if (!receiver) return receiver.error();
  return std::pair(*std::move(sender), *std::move(receiver));
}

io::Result<Receiver> OpenOptions::open_receiver(const std::filesystem::path& path) const {
  return open<Receiver>(path, is_read_write_ ? O_RDWR : O_RDONLY, is_unchecked_);
}

io::Result<Sender> OpenOptions::open_sender(const std::filesystem::path& path) const {
  return open<Sender>(path, is_read_write_ ? O_RDWR : O_WRONLY, is_unchecked_);
}

}  // namespace ferry::net::pipe
