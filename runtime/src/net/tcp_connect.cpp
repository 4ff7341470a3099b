#include <cerrno>
#include <utility>

#include <ferry/net/tcp_stream.hpp>

#include "net/socket.hpp"

namespace ferry::net {

using ferry::detail::IoSource;

TcpStream::Connect::Connect(ToSocketAddrs addr)
    : lookup_(std::move(addr)), last_error_(io::ErrorKind::InvalidInput) {}
TcpStream::Connect::Connect(int fd, SocketAddr addr) : Connect(addr) {
  prepared_fd_ = fd;
  if (fd >= 0) return;
  addrs_.emplace();  // nothing to try
  last_error_ = io::Error(EBADF, boost::system::system_category());
}
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
    const Poll<io::Result<void>> connected = detail::poll_connected(*connecting_, cx);
    if (connected.is_pending()) return pending;
    if (*connected) return Output(TcpStream(*std::exchange(connecting_, std::nullopt)));
    last_error_ = connected->error();
    connecting_.reset();
  }
}

io::Result<void> TcpStream::Connect::begin(const SocketAddr& addr) {
  detail::OwnedFd fd(std::exchange(prepared_fd_, -1));
  if (fd.get() < 0) {
    io::Result<detail::OwnedFd> opened = detail::open_for(addr, SOCK_STREAM);
    if (!opened) return opened.error();
    fd = *std::move(opened);
  }
  io::Result<IoSource> source = detail::begin_connect(std::move(fd), detail::to_native(addr));
  if (!source) return source.error();
  connecting_.emplace(*std::move(source));
  return {};
}

}  // namespace ferry::net
