#include <utility>

#include <ferry/compat/socket_options.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/v0_2/detail/becoming.hpp>
#include <ferry/v0_2/net/unix_listener.hpp>
#include <ferry/v0_2/net/unix_split.hpp>
#include <ferry/v0_2/net/unix_stream.hpp>

namespace ferry::v0_2::net {

using v0_2::detail::become;

ferry::io::Result<std::pair<UnixStream, UnixStream>> UnixStream::pair() {
  return become<ferry::io::Result<std::pair<UnixStream, UnixStream>>>(ferry::net::UnixStream::pair());
}

ferry::io::Result<UnixStream> UnixStream::from_std(int socket) {
  return become<ferry::io::Result<UnixStream>>(
      ferry::net::UnixStream::from_std(ferry::net::nonblocking(socket)));
}
ferry::io::Result<UnixStream> UnixStream::try_from(int socket) { return from_std(socket); }

ferry::io::Result<UCred> UnixStream::peer_cred() const {
  return become<ferry::io::Result<UCred>>(ferry::net::UnixStream::peer_cred());
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

ferry::io::Result<UnixListener> UnixListener::bind(const std::filesystem::path& path) {
  return become<ferry::io::Result<UnixListener>>(ferry::net::UnixListener::bind(path));
}
ferry::io::Result<UnixListener> UnixListener::bind_addr(const ferry::net::UnixSocketAddr& addr) {
  return become<ferry::io::Result<UnixListener>>(ferry::net::UnixListener::bind_addr(addr));
}

ferry::io::Result<UnixListener> UnixListener::from_std(int socket) {
  return become<ferry::io::Result<UnixListener>>(
      ferry::net::UnixListener::from_std(ferry::net::nonblocking(socket)));
}
ferry::io::Result<UnixListener> UnixListener::try_from(int socket) { return from_std(socket); }

Poll<ferry::io::Result<UnixListener::Accepted>> UnixListener::poll_accept(Context& cx) {
  using Modern = ferry::io::Result<std::pair<ferry::net::UnixStream, ferry::net::UnixSocketAddr>>;
  return Base::poll_accept(cx).map(become<ferry::io::Result<Accepted>, Modern>);
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

}  // namespace ferry::v0_2::net
