// Framed: 0.2's, which goes on after an error.
#pragma once

#include <cstddef>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/util/codec/framed.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/util/codec/framed_members.hpp>

namespace ferry::v0_2::util::codec {

/// A stream of frames and a sink of frames. `T` reads in the way of 0.2 or of 1.x, and may be a reference.
///
/// After an error the next item is the next frame; in 1.x the stream says first that it has ended. A decoder
/// that fails without taking anything off the buffer fails again and again. After the end nothing is read.
///
/// Cancelling: a wait for the next frame that is cancelled loses nothing; what was read stays in the buffer.
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `tokio_util::codec::Framed`.
template <class T, ferry::util::codec::Decoder U>
class FERRY_REVIEW("UTIL-02",
                   "after an error the stream says once that it has ended, and then goes on") Framed
    : public detail::LegacyFrames<ferry::util::codec::Framed<T, U>> {
  using Modern = ferry::util::codec::Framed<T, U>;

 public:
  Framed(T io, U codec) : Framed(Modern(std::forward<T>(io), std::move(codec))) {}
  /// Goes on where it is. For `from_parts` and `compat::into_legacy`.
  explicit Framed(Modern framed) : detail::LegacyFrames<Modern>(std::move(framed)) {}
  /// With buffers of `capacity` bytes each. Sends once there are 8 KiB nevertheless. Tokio: 0.2's
  /// `Framed::with_capacity`.
  static Framed with_capacity(T io, U codec, std::size_t capacity) {
    constexpr std::size_t kBackpressureBoundary = 8 * 1024;
    Framed framed(Modern::with_capacity(std::forward<T>(io), std::move(codec), capacity));
    framed.set_backpressure_boundary(kBackpressureBoundary);
    return framed;
  }
  /// Goes on with the bytes that the parts have. Tokio: `Framed::from_parts`.
  static Framed from_parts(ferry::util::codec::FramedParts<T, U> parts) {
    return Framed(Modern::from_parts(std::move(parts)));
  }
};

}  // namespace ferry::v0_2::util::codec
