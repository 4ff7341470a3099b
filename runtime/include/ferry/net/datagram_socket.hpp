// DatagramSocket: what UdpSocket and UnixDatagram have in common.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/socket_calls.hpp>
#include <ferry/future.hpp>
#include <ferry/io/async_io.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/socket.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// Sends and receives datagrams, each as a whole: what does not fit into the buffer of the call that receives
/// it is lost. `Addr` is the address of the socket's family.
///
/// `send` and `recv` are for a socket that is connected: it then receives from that peer alone.
///
/// Thread safety: every const member may be called from any thread at any time, and every future awaited by
/// any number of tasks; a datagram goes to one of them. The `poll_` functions keep one waker a direction, the
/// latest.
/// Cost: a call that does not have to wait is one system call; one that has to is none.
template <class Addr>
class DatagramSocket : public Socket {
 public:
  /// How many bytes came, and from whom.
  using Received = std::pair<std::size_t, Addr>;

  io::Result<Addr> local_addr() const;
  /// Errors: ENOTCONN.
  io::Result<Addr> peer_addr() const;

  /// Ready when a receive may be tried. Only the latest waker counts. Tokio: `poll_recv_ready`.
  Poll<io::Result<void>> poll_recv_ready(Context& cx) const;
  /// Ready when a send may be tried. Only the latest waker counts. Tokio: `poll_send_ready`.
  Poll<io::Result<void>> poll_send_ready(Context& cx) const;

  /// Sends to the peer.
  ///
  /// Result: how many bytes: all of them.
  /// Errors: EDESTADDRREQ or ENOTCONN when it is not connected; EMSGSIZE; ECONNREFUSED when an earlier
  /// datagram found nobody.
  /// Cancelling: safe; nothing has been sent unless it has completed.
  /// Tokio: `send`.
  [[nodiscard]] io::AsyncIo<detail::SendCall> send(io::ConstBytes data) const noexcept;
  /// Tokio: `poll_send`.
  Poll<io::Result<std::size_t>> poll_send(Context& cx, std::span<const std::byte> data) const;
  /// Errors: EAGAIN when `writable` has to be awaited. Tokio: `try_send`.
  io::Result<std::size_t> try_send(io::ConstBytes data) const;

  /// Sends to `target`.
  ///
  /// Result: how many bytes: all of them.
  /// Cancelling: safe; nothing has been sent unless it has completed.
  /// Tokio: `send_to`.
  [[nodiscard]] io::AsyncIo<detail::SendToCall<Addr>> send_to(io::ConstBytes data,
                                                              const Addr& target) const noexcept;
  /// Tokio: `poll_send_to`.
  Poll<io::Result<std::size_t>> poll_send_to(Context& cx, std::span<const std::byte> data,
                                             const Addr& target) const;
  /// Errors: EAGAIN when `writable` has to be awaited. Tokio: `try_send_to`.
  io::Result<std::size_t> try_send_to(io::ConstBytes data, const Addr& target) const;

  /// Receives a datagram from the peer.
  ///
  /// Result: how many bytes; 0 for an empty datagram, too.
  /// Errors: ECONNREFUSED when an earlier datagram found nobody.
  /// Cancelling: safe; no datagram is taken unless it has completed.
  /// Tokio: `recv`.
  [[nodiscard]] io::AsyncIo<detail::RecvCall> recv(io::MutableBytes buffer) const noexcept;
  /// Tokio: `poll_recv`.
  Poll<io::Result<void>> poll_recv(Context& cx, io::ReadBuf& buf) const;
  /// Errors: EAGAIN when `readable` has to be awaited. Tokio: `try_recv`.
  io::Result<std::size_t> try_recv(io::MutableBytes buffer) const;
  /// Receives a datagram behind what `buf` has. A vector or string needs room for it: see io::BufMut.
  ///
  /// Cancelling: safe; no datagram is taken unless it has completed.
  /// Tokio: `recv_buf`.
  template <io::BufMut B>
  [[nodiscard]] io::AsyncIo<detail::RecvBufCall<B>> recv_buf(B& buf) const noexcept {
    return {source(), io::Interest::Readable, detail::RecvBufCall<B>(source(), buf)};
  }
  /// Errors: EAGAIN when `readable` has to be awaited. Tokio: `try_recv_buf`.
  template <io::BufMut B>
  io::Result<std::size_t> try_recv_buf(B& buf) const {
    return source().try_io(io::Interest::Readable, detail::RecvBufCall<B>(source(), buf));
  }

  /// Receives a datagram from anybody.
  ///
  /// Cancelling: safe; no datagram is taken unless it has completed.
  /// Tokio: `recv_from`.
  [[nodiscard]] io::AsyncIo<detail::RecvFromCall<Addr>> recv_from(io::MutableBytes buffer) const noexcept;
  /// Tokio: `poll_recv_from`.
  Poll<io::Result<Addr>> poll_recv_from(Context& cx, io::ReadBuf& buf) const;
  /// Errors: EAGAIN when `readable` has to be awaited. Tokio: `try_recv_from`.
  io::Result<Received> try_recv_from(io::MutableBytes buffer) const;
  /// Receives a datagram from anybody behind what `buf` has. A vector or string needs room for it: see
  /// io::BufMut.
  ///
  /// Cancelling: safe; no datagram is taken unless it has completed.
  /// Tokio: `recv_buf_from`.
  template <io::BufMut B>
  [[nodiscard]] io::AsyncIo<detail::RecvBufFromCall<Addr, B>> recv_buf_from(B& buf) const noexcept {
    return {source(), io::Interest::Readable, detail::RecvBufFromCall<Addr, B>(source(), buf)};
  }
  /// Errors: EAGAIN when `readable` has to be awaited. Tokio: `try_recv_buf_from`.
  template <io::BufMut B>
  io::Result<Received> try_recv_buf_from(B& buf) const {
    return source().try_io(io::Interest::Readable, detail::RecvBufFromCall<Addr, B>(source(), buf));
  }

  /// Copies the next datagram without taking it away.
  ///
  /// Cancelling: safe.
  /// Tokio: `peek`.
  [[nodiscard]] io::AsyncIo<detail::RecvCall> peek(io::MutableBytes buffer) const noexcept;
  /// Tokio: `poll_peek`.
  Poll<io::Result<void>> poll_peek(Context& cx, io::ReadBuf& buf) const;
  /// Errors: EAGAIN when `readable` has to be awaited. Tokio: `try_peek`.
  io::Result<std::size_t> try_peek(io::MutableBytes buffer) const;
  /// Copies the next datagram without taking it away, and says from whom it is.
  ///
  /// Cancelling: safe.
  /// Tokio: `peek_from`.
  [[nodiscard]] io::AsyncIo<detail::RecvFromCall<Addr>> peek_from(io::MutableBytes buffer) const noexcept;
  /// Tokio: `poll_peek_from`.
  Poll<io::Result<Addr>> poll_peek_from(Context& cx, io::ReadBuf& buf) const;
  /// Errors: EAGAIN when `readable` has to be awaited. Tokio: `try_peek_from`.
  io::Result<Received> try_peek_from(io::MutableBytes buffer) const;
  /// From whom the next datagram is.
  ///
  /// Cancelling: safe.
  /// Tokio: `peek_sender`.
  [[nodiscard]] io::AsyncIo<detail::PeekSenderCall<Addr>> peek_sender() const noexcept;
  /// Tokio: `poll_peek_sender`.
  Poll<io::Result<Addr>> poll_peek_sender(Context& cx) const;
  /// Errors: EAGAIN when `readable` has to be awaited. Tokio: `try_peek_sender`.
  io::Result<Addr> try_peek_sender() const;

 protected:
  explicit DatagramSocket(detail::IoSource source) noexcept : Socket(std::move(source)) {}
  DatagramSocket(DatagramSocket&&) noexcept = default;
  DatagramSocket& operator=(DatagramSocket&&) noexcept = default;
  ~DatagramSocket() = default;
};

}  // namespace ferry::net
