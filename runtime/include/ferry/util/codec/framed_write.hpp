// FramedWrite: a writer that takes frames.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include <ferry/detail/frames.hpp>
#include <ferry/util/codec/framed_members.hpp>
#include <ferry/util/codec/framed_parts.hpp>
#include <ferry/util/sink.hpp>

namespace ferry::util::codec {

/// A sink of the frames that `E` encodes and that are written to `T`, which may be a reference. As the
/// writing half of `Framed`.
///
/// Thread safety: owned by one task at a time.
/// Cost: a buffer of 8 KiB.
/// Tokio: `codec::FramedWrite`.
template <class T, class E>
class FramedWrite : public FrameSinkMembers<FramedWrite<T, E>, E>, public SinkMembers<FramedWrite<T, E>> {
 public:
  FramedWrite(T io, E encoder)
      : FramedWrite(std::forward<T>(io), std::move(encoder), ferry::detail::kFrameCapacity) {}
  /// With a buffer of `capacity` bytes, which is also the boundary for back-pressure. Tokio:
  /// `FramedWrite::with_capacity`.
  static FramedWrite with_capacity(T io, E encoder, std::size_t capacity) {
    return FramedWrite(std::forward<T>(io), std::move(encoder), capacity);
  }

  /// The writer. Writing to it mixes up the frames.
  const std::remove_reference_t<T>& get_ref() const noexcept { return io_; }
  std::remove_reference_t<T>& get_mut() noexcept { return io_; }
  /// The writer back; bytes in the buffer are lost. Tokio: `FramedWrite::into_inner`.
  T into_inner() && { return std::forward<T>(io_); }
  /// Everything back. Tokio: `FramedWrite::into_parts`.
  FramedParts<T, E> into_parts() && {
    FramedParts<T, E> parts(std::forward<T>(io_), std::move(codec_));
    parts.write_buf = std::move(writer_.buffer);
    return parts;
  }

  const E& encoder() const noexcept { return codec_; }
  E& encoder_mut() noexcept { return codec_; }
  /// The same with the encoder `map(encoder)`; what was encoded stays. Tokio: `FramedWrite::map_encoder`.
  template <class F>
  FramedWrite<T, std::invoke_result_t<F, E>> map_encoder(F&& map) && {
    return {std::forward<T>(io_), std::invoke(std::forward<F>(map), std::move(codec_)), std::move(writer_)};
  }

 private:
  friend FrameSinkMembers<FramedWrite, E>;
  template <class, class>
  friend class FramedWrite;
  FramedWrite(T io, E encoder, std::size_t capacity)
      : FramedWrite(std::forward<T>(io), std::move(encoder),
                    ferry::detail::FrameWriter(BytesMut::with_capacity(capacity), capacity)) {}
  FramedWrite(T io, E encoder, ferry::detail::FrameWriter writer)
      : io_(std::forward<T>(io)), codec_(std::move(encoder)), writer_(std::move(writer)) {}

  T io_;
  E codec_;
  ferry::detail::FrameWriter writer_;
};

}  // namespace ferry::util::codec
