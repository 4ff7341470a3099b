// Framed: 0.2's, which goes on after an error.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/util/codec/framed.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/stream/next.hpp>
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
    : public ferry::util::codec::Framed<T, U> {
  using Base = ferry::util::codec::Framed<T, U>;

 public:
  using Item = typename Base::Item;

  Framed(T io, U codec) : Framed(Base(std::forward<T>(io), std::move(codec))) {}
  /// Goes on with the bytes that are in the buffers. For `from_parts` and `compat::into_legacy`.
  explicit Framed(ferry::util::codec::Framed<T, U> framed)
      : Base(std::move(framed)), reader_(this->read_buffer()) {}
  /// With buffers of `capacity` bytes each. Sends once there are 8 KiB nevertheless. Tokio: 0.2's
  /// `Framed::with_capacity`.
  static Framed with_capacity(T io, U codec, std::size_t capacity) {
    Framed framed(Base::with_capacity(std::forward<T>(io), std::move(codec), capacity));
    framed.set_backpressure_boundary(detail::kBackpressureBoundary);
    return framed;
  }
  /// Goes on with the bytes that the parts have. Tokio: `Framed::from_parts`.
  static Framed from_parts(ferry::util::codec::FramedParts<T, U> parts) {
    return Framed(Base::from_parts(std::move(parts)));
  }

  /// The next frame, or an error; none at the end. Errors: the decoder's, the reader's.
  Poll<std::optional<Item>> poll_next(Context& cx) {
    return reader_.poll_next(this->get_mut(), this->codec_mut(), this->read_buffer_mut(), cx);
  }
  /// Waits for the next frame; none at the end.
  ///
  /// Cancelling: safe; what was read stays in the buffer.
  [[nodiscard]] auto next() noexcept { return v0_2::stream::next(*this); }

 private:
  detail::FrameReader reader_;
};

}  // namespace ferry::v0_2::util::codec
