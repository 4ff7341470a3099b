#include <utility>

#include <ferry/compat/socket_options.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/v0_2/net/unix_listener.hpp>
#include <ferry/v0_2/net/unix_split.hpp>
#include <ferry/v0_2/net/unix_stream.hpp>

#include "legacy_result.hpp"

namespace ferry::v0_2::net {

ferry::io::Result<std::pair<UnixStream, UnixStream>> UnixStream::pair() {
  return legacy_pair<UnixStream>(ferry::net::UnixStream::pair());
}

ferry::io::Result<UnixStream> UnixStream::from_std(int socket) {
  return legacy<UnixStream>(ferry::net::UnixStream::from_std(ferry::net::nonblocking(socket)));
}
ferry::io::Result<UnixStream> UnixStream::try_from(int socket) { return from_std(socket); }

ferry::io::Result<UCred> UnixStream::peer_cred() const {
  return legacy<UCred>(ferry::net::UnixStream::peer_cred());
}

ferry::io::Result<void> UnixStream::shutdown(ferry::net::Shutdown how) const {
  return compat::shutdown(*this, how);
}

std::pair<UnixReadHalf, UnixWriteHalf> UnixStream::split() noexcept {
  const auto halves = Modern::split();
  return {UnixReadHalf(halves.first), UnixWriteHalf(halves.second)};
}
std::pair<OwnedUnixReadHalf, OwnedUnixWriteHalf> UnixStream::into_split() && {
  auto halves = static_cast<Modern&&>(*this).into_split();
  return {OwnedUnixReadHalf(std::move(halves.first)), OwnedUnixWriteHalf(std::move(halves.second))};
}

Poll<UnixStream::Connect::Output> UnixStream::Connect::poll(Context& cx) {
  return connect_.poll(cx).map(legacy<UnixStream, ferry::net::UnixStream>);
}

ferry::io::Result<UnixListener> UnixListener::bind(const std::filesystem::path& path) {
  return legacy<UnixListener>(ferry::net::UnixListener::bind(path));
}
ferry::io::Result<UnixListener> UnixListener::bind_addr(const ferry::net::UnixSocketAddr& addr) {
  return legacy<UnixListener>(ferry::net::UnixListener::bind_addr(addr));
}

ferry::io::Result<UnixListener> UnixListener::from_std(int socket) {
  return legacy<UnixListener>(ferry::net::UnixListener::from_std(ferry::net::nonblocking(socket)));
}
ferry::io::Result<UnixListener> UnixListener::try_from(int socket) { return from_std(socket); }

Poll<ferry::io::Result<UnixListener::Accepted>> UnixListener::poll_accept(Context& cx) {
  return ferry::net::UnixListener::poll_accept(cx).map(
      legacy_accepted<UnixListener, ferry::net::UnixStream, ferry::net::UnixSocketAddr>);
}

Poll<std::optional<UnixListener::Item>> UnixListener::poll_next(Context& cx) {
  auto accepted = ferry::net::UnixListener::poll_accept(cx);
  if (accepted.is_pending()) return pending;
  if (!*accepted) return std::optional<Item>(accepted->error());
  return std::optional<Item>(UnixStream(std::move((*accepted)->first)));
}

Poll<UnixIncoming::Item> UnixIncoming::poll_accept(Context& cx) {
  auto next = poll_next(cx);
  if (next.is_pending()) return pending;
  return **std::move(next);
}

Poll<UnixListener::Accept::Output> UnixListener::Accept::poll(Context& cx) {
  return accept_.poll(cx).map(
      legacy_accepted<UnixListener, ferry::net::UnixStream, ferry::net::UnixSocketAddr>);
}

}  // namespace ferry::v0_2::net
