#include <sys/socket.h>
#include <type_traits>

#include <ferry/detail/socket_calls.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/unix_addr.hpp>

#include "net/transfer.hpp"
#include "net/sockaddr.hpp"

namespace ferry::detail {

using net::SocketAddr;
using net::UnixSocketAddr;
using net::detail::from_native;
using net::detail::NativeAddr;
using net::detail::to_native;

namespace {

// Receives, and says from whom.
io::Result<std::size_t> recv_native(int fd, std::span<std::byte> memory, int flags,
                                    NativeAddr& from) noexcept {
  return retry([&] {
    from.size = sizeof(from.storage);
    return ::recvfrom(fd, memory.data(), memory.size(), flags, from.get(), &from.size);
  });
}

void take_in(io::ReadBuf& buf, std::size_t size) {
  buf.assume_init(size);
  buf.advance(size);
}

}  // namespace

io::Result<std::size_t> RecvCall::operator()() const noexcept {
  return retry([this] { return ::recv(fd_, memory_.data(), memory_.size(), flags_); });
}

io::Result<std::size_t> RecvBufCall::operator()() const {
  const io::Result<std::size_t> size = RecvCall(fd_, buf_->unfilled_mut(), flags_)();
  if (size) take_in(*buf_, *size);
  return size;
}

template <class Addr>
io::Result<std::pair<std::size_t, Addr>> RecvFromCall<Addr>::operator()() const noexcept {
  NativeAddr from;
  const io::Result<std::size_t> size = recv_native(fd_, memory_, flags_, from);
  if (!size) return size.error();
  const io::Result<Addr> addr = from_native<Addr>(from);
  if (!addr) return addr.error();
  return std::pair(*size, *addr);
}

template <class Addr>
io::Result<std::pair<std::size_t, Addr>> RecvBufFromCall<Addr>::operator()() const {
  const auto received = RecvFromCall<Addr>(fd_, buf_->unfilled_mut(), flags_)();
  if (received) take_in(*buf_, received->first);
  return received;
}

template <class Addr>
io::Result<Addr> PeekSenderCall<Addr>::operator()() const noexcept {
  NativeAddr from;
  const io::Result<std::size_t> size = recv_native(fd_, {}, MSG_PEEK, from);
  if (!size) return size.error();
  return from_native<Addr>(from);
}

io::Result<std::size_t> SendCall::operator()() const noexcept {
  return retry([this] { return ::send(fd_, data_.data(), data_.size(), MSG_NOSIGNAL); });
}

template <class Target>
io::Result<std::size_t> SendToCall<Target>::operator()() const noexcept {
  const auto send = [this](const NativeAddr& to) {
    return retry([&] { return ::sendto(fd_, data_.data(), data_.size(), MSG_NOSIGNAL, to.get(), to.size); });
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
template class RecvBufFromCall<SocketAddr>;
template class RecvBufFromCall<UnixSocketAddr>;
template class PeekSenderCall<SocketAddr>;
template class PeekSenderCall<UnixSocketAddr>;
template class SendToCall<SocketAddr>;
template class SendToCall<UnixSocketAddr>;
template class SendToCall<io::Result<UnixSocketAddr>>;

}  // namespace ferry::detail
