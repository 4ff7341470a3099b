// The members that Framed shares with FramedRead and with FramedWrite.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/detail/frames.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/util/codec/codec.hpp>

namespace ferry::util::codec {

/// Members that give frames, for a `Self` with `io_`, `codec_`, a `D`, and `reader_`.
template <class Self, Decoder D>
class FrameStreamMembers {
 public:
  using Item = Result<typename D::Item, typename D::Error>;

  /// The next frame; none at the end, and once after an error. Errors: the decoder's, the reader's.
  Poll<std::optional<Item>> poll_next(Context& cx) {
    return poll_next_frame<ferry::detail::AfterError::EndsOnce>(self().io_, cx);
  }
  /// Waits for the next frame; none at the end, and once after an error.
  ///
  /// Cancelling: safe; what was read stays in the buffer.
  [[nodiscard]] auto next() noexcept { return stream::next(self()); }

  /// What was read and not decoded.
  const BytesMut& read_buffer() const noexcept { return self().reader_.buffer; }
  BytesMut& read_buffer_mut() noexcept { return self().reader_.buffer; }

 protected:
  /// As `poll_next`, but an error is an item like any other, and the end is for ever. `reader` is the reader,
  /// or a view of it.
  template <io::AsyncRead R>
  Poll<std::optional<Item>> poll_next_past_errors(R& reader, Context& cx) {
    return poll_next_frame<ferry::detail::AfterError::GoesOn>(reader, cx);
  }

 private:
  friend Self;
  FrameStreamMembers() = default;

  template <ferry::detail::AfterError after, class R>
  Poll<std::optional<Item>> poll_next_frame(R& reader, Context& cx) {
    return self().reader_.template poll_next<after>(reader, self().codec_, cx);
  }
  Self& self() noexcept { return static_cast<Self&>(*this); }
  const Self& self() const noexcept { return static_cast<const Self&>(*this); }
};

/// Members that take frames, for a `Self` with `io_`, `codec_`, an `E`, and `writer_`.
template <class Self, class E>
class FrameSinkMembers {
 public:
  using Error = typename E::Error;

  /// Ready when less is unwritten than the boundary for back-pressure; else flushes.
  Poll<Result<void, Error>> poll_ready(Context& cx) {
    return with_error(self().writer_.poll_ready(self().io_, cx));
  }
  /// Encodes `frame`. Errors: the encoder's.
  template <class Frame>
    requires Encoder<E, Frame>
  [[nodiscard]] Result<void, Error> start_send(Frame&& frame) {
    return self().codec_.encode(std::forward<Frame>(frame), self().writer_.buffer);
  }
  /// Writes all that was encoded, and flushes. Errors: WriteZero; the writer's.
  Poll<Result<void, Error>> poll_flush(Context& cx) {
    return with_error(self().writer_.poll_flush(self().io_, cx));
  }
  /// Flushes, and shuts the writer down.
  Poll<Result<void, Error>> poll_close(Context& cx) {
    return with_error(self().writer_.poll_close(self().io_, cx));
  }

  /// What was encoded and not written.
  const BytesMut& write_buffer() const noexcept { return self().writer_.buffer; }
  BytesMut& write_buffer_mut() noexcept { return self().writer_.buffer; }
  /// How many unwritten bytes make `poll_ready` flush first; 8 KiB, or the capacity that was asked for.
  std::size_t backpressure_boundary() const noexcept { return self().writer_.backpressure_boundary; }
  void set_backpressure_boundary(std::size_t bytes) noexcept { self().writer_.backpressure_boundary = bytes; }

 private:
  friend Self;
  FrameSinkMembers() = default;
  Self& self() noexcept { return static_cast<Self&>(*this); }
  const Self& self() const noexcept { return static_cast<const Self&>(*this); }

  static Poll<Result<void, Error>> with_error(Poll<io::Result<void>> polled) {
    if (polled.is_pending()) return pending;
    if (!*polled) return Result<void, Error>(boost::system::in_place_error, polled->error());
    return Result<void, Error>();
  }
};

}  // namespace ferry::util::codec
