// Framed: frames instead of bytes, in both directions.
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

/// A stream of the frames that `U` decodes of what is read from `T`, and a sink of the frames that it encodes
/// and that are written to it: `Framed(std::move(socket), LinesCodec())`. `T` may be a reference.
///
/// Reads up to 8 KiB at once, more where a frame is larger. What is sent is written once it is flushed, or
/// once there are 8 KiB of it.
///
/// After an error of the decoder or the reader the stream gives none once, and then goes on: with what else
/// is in the buffer when the decoder has taken off what was wrong, otherwise once more has been read.
///
/// Cancelling: a wait for the next frame that is cancelled loses nothing; what was read stays in the buffer.
/// Thread safety: owned by one task at a time; `util::split` makes halves for two.
/// Cost: a buffer of 8 KiB in each direction.
/// Tokio: `codec::Framed`.
template <class T, Decoder U>
class Framed : public FrameStreamMembers<Framed<T, U>, U>,
               public FrameSinkMembers<Framed<T, U>, U>,
               public SinkMembers<Framed<T, U>> {
 public:
  Framed(T io, U codec) : Framed(std::forward<T>(io), std::move(codec), ferry::detail::kFrameCapacity) {}
  /// With buffers of `capacity` bytes each, which is also the boundary for back-pressure. Tokio:
  /// `Framed::with_capacity`.
  static Framed with_capacity(T io, U codec, std::size_t capacity) {
    return Framed(std::forward<T>(io), std::move(codec), capacity);
  }
  /// Goes on with the bytes that the parts have. Tokio: `Framed::from_parts`.
  static Framed from_parts(FramedParts<T, U> parts) {
    using ferry::detail::with_frame_capacity;
    return Framed(std::forward<T>(parts.io), std::move(parts.codec),
                  ferry::detail::FrameReader(with_frame_capacity(std::move(parts.read_buf))),
                  ferry::detail::FrameWriter(with_frame_capacity(std::move(parts.write_buf))));
  }

  /// The I/O. Reading from it or writing to it mixes up the frames.
  const std::remove_reference_t<T>& get_ref() const noexcept { return io_; }
  std::remove_reference_t<T>& get_mut() noexcept { return io_; }
  /// The I/O back; bytes in the buffers are lost. Tokio: `Framed::into_inner`.
  T into_inner() && { return std::forward<T>(io_); }
  /// Everything back. Tokio: `Framed::into_parts`.
  FramedParts<T, U> into_parts() && {
    FramedParts<T, U> parts(std::forward<T>(io_), std::move(codec_));
    parts.read_buf = std::move(reader_.buffer);
    parts.write_buf = std::move(writer_.buffer);
    return parts;
  }

  const U& codec() const noexcept { return codec_; }
  U& codec_mut() noexcept { return codec_; }
  /// The same with the codec `map(codec)`, which goes on with the bytes that are in the buffers. Tokio:
  /// `Framed::map_codec`.
  template <class F>
  Framed<T, std::invoke_result_t<F, U>> map_codec(F&& map) && {
    return {std::forward<T>(io_), std::invoke(std::forward<F>(map), std::move(codec_)),
            ferry::detail::FrameReader(std::move(reader_.buffer)), std::move(writer_)};
  }

 private:
  friend FrameStreamMembers<Framed, U>;
  friend FrameSinkMembers<Framed, U>;
  template <class, Decoder>
  friend class Framed;
  Framed(T io, U codec, std::size_t capacity)
      : Framed(std::forward<T>(io), std::move(codec),
               ferry::detail::FrameReader(BytesMut::with_capacity(capacity)),
               ferry::detail::FrameWriter(BytesMut::with_capacity(capacity), capacity)) {}
  Framed(T io, U codec, ferry::detail::FrameReader reader, ferry::detail::FrameWriter writer)
      : io_(std::forward<T>(io)),
        codec_(std::move(codec)),
        reader_(std::move(reader)),
        writer_(std::move(writer)) {}

  T io_;
  U codec_;
  ferry::detail::FrameReader reader_;
  ferry::detail::FrameWriter writer_;
};

}  // namespace ferry::util::codec
