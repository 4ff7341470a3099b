#include <utility>

#include <ferry/net/tcp_stream.hpp>

#include "net/sockaddr.hpp"
#include "net/socket.hpp"

namespace ferry::net {

using ferry::detail::Direction;
using ferry::detail::IoSource;

TcpStream::Connect::Connect(ToSocketAddrs addr)
    : lookup_(std::move(addr)), last_error_(io::ErrorKind::InvalidInput) {}
TcpStream::Connect::Connect(int fd, SocketAddr addr) : Connect(addr) { prepared_fd_ = fd; }
TcpStream::Connect::~Connect() {
  if (prepared_fd_ >= 0) ::close(prepared_fd_);
}

Poll<TcpStream::Connect::Output> TcpStream::Connect::poll(Context& cx) {
  if (!addrs_) {
    Poll<LookupHost::Output> found = lookup_.poll(cx);
    if (found.is_pending()) return pending;
    if (!*found) return Output(found->error());
    addrs_ = **std::move(found);
  }
  for (;;) {
    if (!connecting_) {
      if (next_ == addrs_->size()) return Output(last_error_);
      if (io::Result<void> begun = begin((*addrs_)[next_++]); !begun) {
        last_error_ = begun.error();
        continue;
      }
    }
    const Poll<io::Result<void>> connected = poll_connected(cx);
    if (connected.is_pending()) return pending;
    if (*connected) return Output(TcpStream(*std::exchange(connecting_, std::nullopt)));
    last_error_ = connected->error();
    connecting_.reset();
  }
}

// The socket enters the reactor after `connect`: before it, epoll would take it for one that was hung up.
io::Result<void> TcpStream::Connect::begin(const SocketAddr& addr) {
  detail::OwnedFd fd(std::exchange(prepared_fd_, -1));
  if (fd.get() < 0) {
    io::Result<detail::OwnedFd> opened = detail::open_tcp(addr.is_v6());
    if (!opened) return opened.error();
    fd = *std::move(opened);
  }
  const detail::NativeAddr native = detail::to_native(addr);
  if (::connect(fd.get(), native.get(), native.size) != 0 && errno != EINPROGRESS && errno != EINTR)
    return io::last_os_error();
  io::Result<IoSource> source = detail::adopt(std::move(fd));
  if (!source) return source.error();
  connecting_.emplace(*std::move(source));
  return {};
}

Poll<io::Result<void>> TcpStream::Connect::poll_connected(Context& cx) const {
  const int fd = connecting_->fd();
  return connecting_->poll_io(Direction::Write, cx, [fd]() -> io::Result<void> {
    const io::Result<int> code = detail::get_option<int>(fd, SOL_SOCKET, SO_ERROR);
    if (!code) return code.error();
    if (*code != 0) return io::Error(*code, boost::system::system_category());
    const io::Result<SocketAddr> peer = detail::peer_addr_of(fd);
    if (peer) return {};
    // Not connected and no error: the attempt goes on, and another event will come.
    if (peer.error() == boost::system::errc::not_connected)
      return io::Error(EAGAIN, boost::system::system_category());
    return peer.error();
  });
}

}  // namespace ferry::net
