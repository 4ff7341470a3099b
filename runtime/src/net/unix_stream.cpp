#include <memory>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <ferry/net/split.hpp>
#include <ferry/net/unix_stream.hpp>

#include "net/options.hpp"
#include "net/socket.hpp"

namespace ferry::net {

using ferry::detail::IoSource;

UnixStream::Connect UnixStream::connect(const std::filesystem::path& path) {
  return Connect(detail::to_unix_addr(path));
}

io::Result<std::pair<UnixStream, UnixStream>> UnixStream::pair() {
  auto sources = detail::adopt_pair(SOCK_STREAM);
  if (!sources) return sources.error();
  return std::pair(UnixStream(std::move(sources->first)), UnixStream(std::move(sources->second)));
}

io::Result<UnixStream> UnixStream::from_std(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "UnixStream::from_std");
  if (!source) return source.error();
  return UnixStream(*std::move(source));
}

io::Result<UnixSocketAddr> UnixStream::local_addr() const {
  return detail::local_addr_of<UnixSocketAddr>(as_raw_fd());
}
io::Result<UnixSocketAddr> UnixStream::peer_addr() const {
  return detail::peer_addr_of<UnixSocketAddr>(as_raw_fd());
}

io::Result<UCred> UnixStream::peer_cred() const {
  const io::Result<::ucred> peer = detail::get_option<::ucred>(as_raw_fd(), SOL_SOCKET, SO_PEERCRED);
  if (!peer) return peer.error();
  std::optional<pid_t> pid;
  if (peer->pid > 0) pid = peer->pid;
  return UCred(peer->uid, peer->gid, pid);
}

std::pair<StreamReadHalf<UnixStream>, StreamWriteHalf<UnixStream>> UnixStream::split() const noexcept {
  return {StreamReadHalf<UnixStream>(*this), StreamWriteHalf<UnixStream>(*this)};
}

std::pair<OwnedStreamReadHalf<UnixStream>, OwnedStreamWriteHalf<UnixStream>> UnixStream::into_split() && {
  auto stream = std::make_shared<UnixStream>(std::move(*this));
  return {OwnedStreamReadHalf<UnixStream>(stream), OwnedStreamWriteHalf<UnixStream>(stream)};
}

UnixStream::Connect::~Connect() {
  if (prepared_fd_ >= 0) ::close(prepared_fd_);
}

Poll<UnixStream::Connect::Output> UnixStream::Connect::poll(Context& cx) {
  if (!connecting_) {
    if (!addr_) return Output(addr_.error());
    detail::OwnedFd fd(std::exchange(prepared_fd_, -1));
    if (fd.get() < 0) {
      io::Result<detail::OwnedFd> opened = detail::open_socket(AF_UNIX, SOCK_STREAM);
      if (!opened) return Output(opened.error());
      fd = *std::move(opened);
    }
    io::Result<IoSource> begun = detail::begin_connect(std::move(fd), detail::to_native(*addr_));
    if (!begun) return Output(begun.error());
    connecting_.emplace(*std::move(begun));
  }
  const Poll<io::Result<void>> connected = detail::poll_connected(*connecting_, cx);
  if (connected.is_pending()) return pending;
  if (!*connected) return Output(connected->error());
  return Output(UnixStream(*std::exchange(connecting_, std::nullopt)));
}

}  // namespace ferry::net
