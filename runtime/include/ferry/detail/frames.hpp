// FrameReader and FrameWriter: what Framed, FramedRead and FramedWrite are made of.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/io/error.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/util/codec/codec.hpp>
#include <ferry/util/read_buf.hpp>

namespace ferry::detail {

inline constexpr std::size_t kFrameCapacity = 8 * 1024;

/// `buffer` with at least the usual capacity.
inline util::BytesMut with_frame_capacity(util::BytesMut buffer) {
  if (buffer.capacity() < kFrameCapacity) buffer.reserve(kFrameCapacity - buffer.size());
  return buffer;
}

/// What a stream of frames says behind an error of the decoder or the reader.
enum class AfterError {
  /// None, once; a decoder that has taken nothing off is not asked again before there is more.
  EndsOnce,
  /// What comes next, even if that is the same error again. The end is for ever then.
  GoesOn,
};

/// Reads bytes and decodes them.
class FrameReader {
 public:
  /// May have bytes already.
  explicit FrameReader(util::BytesMut buffer) noexcept
      : buffer(std::move(buffer)), is_readable_(!this->buffer.empty()) {}

  template <AfterError after, io::AsyncRead R, util::codec::Decoder D>
  Poll<std::optional<Result<typename D::Item, typename D::Error>>> poll_next(R& reader, D& decoder,
                                                                             Context& cx) {
    using Frame = Result<typename D::Item, typename D::Error>;
    using Next = std::optional<Frame>;
    constexpr bool ends_once = after == AfterError::EndsOnce;
    for (;;) {
      if (std::exchange(has_failed_, false) && ends_once) return Next();
      if (is_readable_) {
        const std::size_t size_before = buffer.size();
        auto decoded = is_at_end_ ? util::codec::decode_eof(decoder, buffer) : decoder.decode(buffer);
        if (!decoded) {
          has_failed_ = ends_once;
          // One that has taken nothing off would say the same again, for ever.
          if (ends_once) is_readable_ = buffer.size() != size_before;
          return Next(std::in_place, boost::system::in_place_error, std::move(decoded).error());
        }
        if (*decoded) return Next(std::in_place, boost::system::in_place_value, std::move(**decoded));
        is_readable_ = is_at_end_ && !ends_once;
        if (is_at_end_) return Next();
      }
      buffer.reserve(1);  // a read into nothing would look like the end
      Poll<io::Result<std::size_t>> read = util::poll_read_buf(reader, cx, buffer);
      if (read.is_pending()) return pending;
      if (!*read) {
        has_failed_ = ends_once;
        return Next(std::in_place, boost::system::in_place_error, read->error());
      }
      // A reader that has ended may go on; decode_eof is not called again before it does.
      const bool was_at_end = std::exchange(is_at_end_, **read == 0);
      if (was_at_end && is_at_end_ && ends_once) return Next();
      is_readable_ = true;
    }
  }

  util::BytesMut buffer;

 private:
  bool is_readable_;  // there may be a frame in the buffer
  bool is_at_end_ = false;
  bool has_failed_ = false;  // the next answer is none
};

/// Writes bytes that were encoded.
class FrameWriter {
 public:
  explicit FrameWriter(util::BytesMut buffer, std::size_t boundary = kFrameCapacity) noexcept
      : buffer(std::move(buffer)), backpressure_boundary(boundary) {}

  template <io::AsyncWrite W>
  Poll<io::Result<void>> poll_ready(W& writer, Context& cx) {
    if (buffer.size() < backpressure_boundary) return io::Result<void>();
    return poll_flush(writer, cx);
  }
  template <io::AsyncWrite W>
  Poll<io::Result<void>> poll_flush(W& writer, Context& cx) {
    while (!buffer.empty()) {
      Poll<io::Result<std::size_t>> written = util::poll_write_buf(writer, cx, buffer);
      if (written.is_pending()) return pending;
      if (!*written) return io::Result<void>(written->error());
      if (**written == 0) return io::Result<void>(io::ErrorKind::WriteZero);
    }
    return writer.poll_flush(cx);
  }
  template <io::AsyncWrite W>
  Poll<io::Result<void>> poll_close(W& writer, Context& cx) {
    Poll<io::Result<void>> flushed = poll_flush(writer, cx);
    if (flushed.is_pending() || !*flushed) return flushed;
    return writer.poll_shutdown(cx);
  }

  util::BytesMut buffer;
  std::size_t backpressure_boundary;
};

}  // namespace ferry::detail
