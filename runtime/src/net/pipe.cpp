#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

#include <ferry/io/error.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/net/pipe.hpp>

#include "driver/transfer.hpp"
#include "net/quiet_write.hpp"
#include "net/socket.hpp"

namespace ferry::net::pipe {

using detail::OwnedFd;
using ferry::detail::Direction;
using ferry::detail::IoSource;
using ferry::detail::poll_transfer;

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

auto receive(int fd, std::span<std::byte> memory) noexcept {
  return [=] { return ::read(fd, memory.data(), memory.size()); };
}
auto send(int fd, std::span<const std::byte> data) noexcept {
  return [=] {
    const iovec piece{.iov_base = const_cast<std::byte*>(data.data()), .iov_len = data.size()};
    return detail::quiet_writev(fd, std::span(&piece, 1));
  };
}

// Pieces of memory as the system takes them: the first ones, if there are many.
class Vectors {
 public:
  template <class Byte>
  explicit Vectors(std::span<const std::span<Byte>> pieces) noexcept
      : count_(std::min(pieces.size(), kMost)) {
    for (std::size_t i = 0; i < count_; ++i) {
      vectors_[i] = {.iov_base = const_cast<std::byte*>(pieces[i].data()), .iov_len = pieces[i].size()};
      size_ += pieces[i].size();
    }
  }
  std::span<const iovec> span() const noexcept { return std::span(vectors_).first(count_); }
  std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t kMost = 64;

  std::array<iovec, kMost> vectors_;
  std::size_t count_;
  std::size_t size_ = 0;
};

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
  OwnedFd fd(source_.release());
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
  return poll_transfer(source(), Direction::Write, cx, data.size(), send(as_raw_fd(), data));
}

Poll<io::Result<std::size_t>> Sender::poll_write_vectored(
    Context& cx, std::span<const std::span<const std::byte>> pieces) const {
  const Vectors vectors(pieces);
  return poll_transfer(source(), Direction::Write, cx, vectors.size(),
                       [&] { return detail::quiet_writev(as_raw_fd(), vectors.span()); });
}

Poll<io::Result<void>> Sender::poll_flush(Context&) const { return io::Result<void>(); }
Poll<io::Result<void>> Sender::poll_shutdown(Context&) const { return io::Result<void>(); }

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
  const std::span<std::byte> memory = buf.unfilled_mut();
  const Poll<io::Result<std::size_t>> size =
      poll_transfer(source(), Direction::Read, cx, memory.size(), receive(as_raw_fd(), memory));
  if (size.is_pending()) return pending;
  if (!*size) return io::Result<void>(size->error());
  buf.assume_init(**size);
  buf.advance(**size);
  return io::Result<void>();
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
