// UdpFramed: frames instead of datagrams.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/io/error.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/net/udp_socket.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/codec/codec.hpp>
#include <ferry/util/sink.hpp>

namespace ferry::util {

/// A stream of the frames that `C` decodes of the datagrams that come, with who has sent them, and a sink of
/// frames with whom to send them to: `framed.send(std::pair(frame, addr))`, one datagram each. `T` is the
/// socket, or a reference to one that several share.
///
/// Each datagram is decoded by itself, to its end: it may have many frames, but no frame goes on in the next
/// one. After an error of the decoder the stream goes on with what else is in the datagram when the decoder
/// has taken off what was wrong, otherwise with the next one. It never ends.
///
/// Cancelling: a wait for the next frame that is cancelled loses nothing.
/// Thread safety: owned by one task at a time; `util::split` makes halves for two.
/// Cost: 64 KiB to receive into; they are allocated anew while a frame that was given keeps them alive.
/// Tokio: `tokio_util::udp::UdpFramed`.
template <codec::Decoder C, class T = net::UdpSocket>
  requires std::derived_from<std::remove_cvref_t<T>, net::UdpSocket>
class UdpFramed : public SinkMembers<UdpFramed<C, T>> {
 public:
  using Item = Result<std::pair<typename C::Item, net::SocketAddr>, typename C::Error>;
  using Error = typename C::Error;

  UdpFramed(T socket, C codec) : socket_(std::forward<T>(socket)), codec_(std::move(codec)) {}

  /// The next frame, and from whom it is. Errors: the decoder's, the socket's.
  Poll<std::optional<Item>> poll_next(Context& cx) {
    using boost::system::in_place_error;
    using boost::system::in_place_value;
    for (;;) {
      if (sender_) {
        const std::size_t size_before = received_.size();
        codec::Decoded<C> decoded = codec::decode_eof(codec_, received_);
        if (!decoded) {
          if (received_.size() == size_before) sender_.reset();
          return std::optional<Item>(std::in_place, in_place_error, std::move(decoded).error());
        }
        if (*decoded)
          return std::optional<Item>(std::in_place, in_place_value,
                                     std::pair(std::move(**decoded), *sender_));
        sender_.reset();
      }
      received_.clear();
      received_.reserve(kMaxDatagram);
      io::ReadBuf room(received_.spare_capacity_mut());
      Poll<io::Result<net::SocketAddr>> from = get_ref().poll_recv_from(cx, room);
      if (from.is_pending()) return pending;
      if (!*from) return std::optional<Item>(std::in_place, in_place_error, from->error());
      received_.advance_mut(room.filled().size());
      sender_ = **from;
    }
  }
  /// Waits for the next frame.
  ///
  /// Cancelling: safe.
  [[nodiscard]] auto next() noexcept { return stream::next(*this); }

  /// Ready when the last frame has been sent.
  Poll<Result<void, Error>> poll_ready(Context& cx) { return poll_flush(cx); }
  /// Encodes a frame, to be sent to `item.second`. Errors: the encoder's.
  template <class Frame>
    requires codec::Encoder<C, Frame>
  [[nodiscard]] Result<void, Error> start_send(std::pair<Frame, net::SocketAddr> item) {
    Result<void, Error> encoded = codec_.encode(std::forward<Frame>(item.first), to_send_);
    if (encoded)
      target_ = item.second;
    else
      to_send_.clear();
    return encoded;
  }
  /// Sends what was encoded; once, whether that works or not. Errors: the socket's.
  Poll<Result<void, Error>> poll_flush(Context& cx) {
    using Output = Result<void, Error>;
    if (!target_) return Output();
    Poll<io::Result<std::size_t>> sent = get_ref().poll_send_to(cx, to_send_, *target_);
    if (sent.is_pending()) return pending;
    const bool is_cut_off = *sent && **sent != to_send_.size();
    to_send_.clear();
    target_.reset();
    if (!*sent) return Output(boost::system::in_place_error, sent->error());
    if (is_cut_off) return Output(boost::system::in_place_error, io::Error(io::ErrorKind::WriteZero));
    return Output();
  }
  /// `poll_flush`: the socket stays open.
  Poll<Result<void, Error>> poll_close(Context& cx) { return poll_flush(cx); }

  const net::UdpSocket& get_ref() const noexcept { return socket_; }
  std::remove_reference_t<T>& get_mut() noexcept { return socket_; }
  /// The socket back; what is left of a datagram is lost. Tokio: `UdpFramed::into_inner`.
  T into_inner() && { return std::forward<T>(socket_); }
  const C& codec() const noexcept { return codec_; }
  C& codec_mut() noexcept { return codec_; }
  /// What is left of the last datagram.
  const BytesMut& read_buffer() const noexcept { return received_; }
  BytesMut& read_buffer_mut() noexcept { return received_; }

 private:
  static constexpr std::size_t kMaxDatagram = 64 * 1024;

  T socket_;
  C codec_;
  BytesMut received_;
  std::optional<net::SocketAddr> sender_;  // of `received_`, while there may be frames in it
  BytesMut to_send_;
  std::optional<net::SocketAddr> target_;  // of `to_send_`, until that is sent
};

}  // namespace ferry::util
