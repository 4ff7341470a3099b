// FramedRead: 0.2's, which goes on after an error.
#pragma once

#include <cstddef>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/util/codec/framed_read.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/util/codec/framed_members.hpp>

namespace ferry::v0_2::util::codec {

/// A stream of the frames that `D` decodes of what is read from `T`. As the reading half of `Framed`.
///
/// Cancelling: a wait for the next frame that is cancelled loses nothing; what was read stays in the buffer.
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `tokio_util::codec::FramedRead`.
template <class T, ferry::util::codec::Decoder D>
class FERRY_REVIEW("UTIL-02",
                   "after an error the stream says once that it has ended, and then goes on") FramedRead
    : public detail::LegacyFrames<ferry::util::codec::FramedRead<T, D>> {
  using Modern = ferry::util::codec::FramedRead<T, D>;

 public:
  FramedRead(T io, D decoder) : FramedRead(Modern(std::forward<T>(io), std::move(decoder))) {}
  /// Goes on where it is. For `compat::into_legacy`.
  explicit FramedRead(Modern framed) : detail::LegacyFrames<Modern>(std::move(framed)) {}
  /// With a buffer of `capacity` bytes. Tokio: `FramedRead::with_capacity`.
  static FramedRead with_capacity(T io, D decoder, std::size_t capacity) {
    return FramedRead(Modern::with_capacity(std::forward<T>(io), std::move(decoder), capacity));
  }
};

}  // namespace ferry::v0_2::util::codec
