// What Framed and FramedRead of 0.2 have in common: how they read.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/compat/byte_count.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/codec/codec.hpp>
#include <ferry/util/read_buf.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::util::codec::detail {

/// How many bytes that are not written yet made a sink of 0.2 flush, whatever its capacity.
inline constexpr std::size_t kBackpressureBoundary = 8 * 1024;

/// Reads as 0.2 did. An error is an item like any other: no end follows it, and the decoder is asked again,
/// even if it has taken nothing off the buffer and will say the same. The end is for ever: nothing is read
/// after it.
class FrameReader {
 public:
  explicit FrameReader(const ferry::util::BytesMut& buffer) noexcept : is_readable_(!buffer.empty()) {}

  template <class R, ferry::util::codec::Decoder D>
  Poll<std::optional<Result<typename D::Item, typename D::Error>>> poll_next(R& reader, D& decoder,
                                                                             ferry::util::BytesMut& buffer,
                                                                             Context& cx) {
    using boost::system::in_place_error;
    using Next = std::optional<Result<typename D::Item, typename D::Error>>;
    for (;;) {
      if (is_readable_) {
        auto decoded = is_at_end_ ? ferry::util::codec::decode_eof(decoder, buffer) : decoder.decode(buffer);
        if (!decoded) return Next(std::in_place, in_place_error, std::move(decoded).error());
        if (*decoded) return Next(std::in_place, boost::system::in_place_value, std::move(**decoded));
        if (is_at_end_) return Next();
        is_readable_ = false;
      }
      buffer.reserve(1);  // a read into nothing would look like the end
      const Poll<ferry::io::Result<std::size_t>> read = poll_read(reader, cx, buffer);
      if (read.is_pending()) return pending;
      if (!*read) return Next(std::in_place, in_place_error, read->error());
      is_at_end_ = **read == 0;
      is_readable_ = true;
    }
  }

 private:
  template <class R>
  static Poll<ferry::io::Result<std::size_t>> poll_read(R& reader, Context& cx,
                                                        ferry::util::BytesMut& buffer) {
    if constexpr (ferry::io::AsyncRead<R>) {
      return ferry::util::poll_read_buf(reader, cx, buffer);
    } else {
      static_assert(ferry::compat::ByteCountRead<R>, "frames are read from a reader of 0.2 or of 1.x");
      auto read = reader.poll_read(cx, buffer.spare_capacity_mut());
      if (read.is_ready() && *read) buffer.advance_mut(**read);
      return read;
    }
  }

  bool is_readable_;  // there may be a frame in the buffer
  bool is_at_end_ = false;
};

}  // namespace ferry::v0_2::util::codec::detail
