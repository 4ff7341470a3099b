// FramedRead: 0.2's, which goes on after an error.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/util/codec/framed_read.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/stream/next.hpp>
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
    : public ferry::util::codec::FramedRead<T, D> {
  using Base = ferry::util::codec::FramedRead<T, D>;

 public:
  using Item = typename Base::Item;

  FramedRead(T io, D decoder) : FramedRead(Base(std::forward<T>(io), std::move(decoder))) {}
  /// Goes on with the bytes that are in the buffer. For `compat::into_legacy`.
  explicit FramedRead(ferry::util::codec::FramedRead<T, D> framed)
      : Base(std::move(framed)), reader_(this->read_buffer()) {}
  /// With a buffer of `capacity` bytes. Tokio: `FramedRead::with_capacity`.
  static FramedRead with_capacity(T io, D decoder, std::size_t capacity) {
    return FramedRead(Base::with_capacity(std::forward<T>(io), std::move(decoder), capacity));
  }

  /// The next frame, or an error; none at the end. Errors: the decoder's, the reader's.
  Poll<std::optional<Item>> poll_next(Context& cx) {
    return reader_.poll_next(this->get_mut(), this->decoder_mut(), this->read_buffer_mut(), cx);
  }
  /// Waits for the next frame; none at the end.
  ///
  /// Cancelling: safe; what was read stays in the buffer.
  [[nodiscard]] auto next() noexcept { return v0_2::stream::next(*this); }

 private:
  detail::FrameReader reader_;
};

}  // namespace ferry::v0_2::util::codec
