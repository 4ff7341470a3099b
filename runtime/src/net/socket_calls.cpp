#include <sys/socket.h>
#include <type_traits>

#include <ferry/detail/socket_calls.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/unix_addr.hpp>

#include "net/sockaddr.hpp"
#include "net/transfer.hpp"

namespace ferry::detail {

using net::SocketAddr;
using net::UnixSocketAddr;
using net::detail::from_native;
using net::detail::NativeAddr;
using net::detail::to_native;

namespace {

// A call that receives, again if a signal interrupts it. Where no more comes since the socket was shut down,
// a datagram socket that does not block says EAGAIN; a blocking one would give nothing, and so does this.
template <class Call>
io::Result<std::size_t> receive(const IoSource& source, Call&& call) noexcept {
  const io::Result<std::size_t> size = retry(call);
  if (size || !is_would_block(size.error())) return size;
  const io::Result<ReadyEvent> now = source.ready_now(io::Interest::Readable);
  if (now && now->ready.is_read_closed()) return std::size_t{0};
  return size;
}

// Receives, and says from whom.
io::Result<std::size_t> receive_from(const IoSource& source, std::span<std::byte> memory, int flags,
                                     NativeAddr& from) noexcept {
  const io::Result<std::size_t> size = receive(source, [&] {
    from.size = sizeof(from.storage);
    return ::recvfrom(source.fd(), memory.data(), memory.size(), flags, from.get(), &from.size);
  });
  if (from.storage.ss_family == AF_UNSPEC) from.size = 0;  // a Unix domain socket without a name, or nobody
  return size;
}

}  // namespace

io::Result<std::size_t> RecvCall::operator()() const noexcept {
  return receive(*source_, [this] { return ::recv(source_->fd(), memory_.data(), memory_.size(), flags_); });
}

template <class Addr>
io::Result<std::pair<std::size_t, Addr>> RecvFromCall<Addr>::operator()() const noexcept {
  NativeAddr from;
  const io::Result<std::size_t> size = receive_from(*source_, memory_, flags_, from);
  if (!size) return size.error();
  const io::Result<Addr> addr = from_native<Addr>(from);
  if (!addr) return addr.error();
  return std::pair(*size, *addr);
}

template <class Addr>
io::Result<Addr> PeekSenderCall<Addr>::operator()() const noexcept {
  NativeAddr from;
  const io::Result<std::size_t> size = receive_from(*source_, {}, MSG_PEEK, from);
  if (!size) return size.error();
  return from_native<Addr>(from);
}

io::Result<std::size_t> SendCall::operator()() const noexcept {
  return retry([this] { return ::send(source_->fd(), data_.data(), data_.size(), MSG_NOSIGNAL); });
}

template <class Target>
io::Result<std::size_t> SendToCall<Target>::operator()() const noexcept {
  const auto send = [this](const NativeAddr& to) {
    return retry(
        [&] { return ::sendto(source_->fd(), data_.data(), data_.size(), MSG_NOSIGNAL, to.get(), to.size); });
  };
  if constexpr (std::is_same_v<Target, io::Result<UnixSocketAddr>>) {
    if (!target_) return target_.error();
    return send(to_native(*target_));
  } else {
    return send(to_native(target_));
  }
}

template class RecvFromCall<SocketAddr>;
template class RecvFromCall<UnixSocketAddr>;
template class PeekSenderCall<SocketAddr>;
template class PeekSenderCall<UnixSocketAddr>;
template class SendToCall<SocketAddr>;
template class SendToCall<UnixSocketAddr>;
template class SendToCall<io::Result<UnixSocketAddr>>;

}  // namespace ferry::detail
