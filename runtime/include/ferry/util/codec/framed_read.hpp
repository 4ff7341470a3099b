// FramedRead: a reader's frames.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include <ferry/detail/frames.hpp>
#include <ferry/util/codec/framed_members.hpp>
#include <ferry/util/codec/framed_parts.hpp>

namespace ferry::util::codec {

/// A stream of the frames that `D` decodes of what is read from `T`, which may be a reference. As the reading
/// half of `Framed`.
///
/// Cancelling: a wait for the next frame that is cancelled loses nothing; what was read stays in the buffer.
/// Thread safety: owned by one task at a time.
/// Cost: a buffer of 8 KiB.
/// Tokio: `codec::FramedRead`.
template <class T, Decoder D>
class FramedRead : public FrameStreamMembers<FramedRead<T, D>, D> {
 public:
  FramedRead(T io, D decoder)
      : FramedRead(std::forward<T>(io), std::move(decoder), ferry::detail::kFrameCapacity) {}
  /// With a buffer of `capacity` bytes. Tokio: `FramedRead::with_capacity`.
  static FramedRead with_capacity(T io, D decoder, std::size_t capacity) {
    return FramedRead(std::forward<T>(io), std::move(decoder), capacity);
  }

  /// The reader. Reading from it mixes up the frames.
  const std::remove_reference_t<T>& get_ref() const noexcept { return io_; }
  std::remove_reference_t<T>& get_mut() noexcept { return io_; }
  /// The reader back; bytes in the buffer are lost. Tokio: `FramedRead::into_inner`.
  T into_inner() && { return std::forward<T>(io_); }
  /// Everything back. Tokio: `FramedRead::into_parts`.
  FramedParts<T, D> into_parts() && {
    FramedParts<T, D> parts(std::forward<T>(io_), std::move(codec_));
    parts.read_buf = std::move(reader_.buffer);
    return parts;
  }

  const D& decoder() const noexcept { return codec_; }
  D& decoder_mut() noexcept { return codec_; }
  /// The same with the decoder `map(decoder)`, which goes on with the bytes that are in the buffer. Tokio:
  /// `FramedRead::map_decoder`.
  template <class F>
  FramedRead<T, std::invoke_result_t<F, D>> map_decoder(F&& map) && {
    return {std::forward<T>(io_), std::invoke(std::forward<F>(map), std::move(codec_)),
            ferry::detail::FrameReader(std::move(reader_.buffer))};
  }

 private:
  friend FrameStreamMembers<FramedRead, D>;
  template <class, Decoder>
  friend class FramedRead;
  FramedRead(T io, D decoder, std::size_t capacity)
      : FramedRead(std::forward<T>(io), std::move(decoder),
                   ferry::detail::FrameReader(BytesMut::with_capacity(capacity))) {}
  FramedRead(T io, D decoder, ferry::detail::FrameReader reader)
      : io_(std::forward<T>(io)), codec_(std::move(decoder)), reader_(std::move(reader)) {}

  T io_;
  D codec_;
  ferry::detail::FrameReader reader_;
};

}  // namespace ferry::util::codec
