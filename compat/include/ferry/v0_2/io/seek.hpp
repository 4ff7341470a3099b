// seek: through `start_seek`s of 0.2 and of 1.x.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::io {

using ferry::io::SeekFrom;

/// Completes with the new position, in bytes from the start. May be moved at any time.
///
/// Cancelling: the position may have moved or not.
/// Tokio: 0.2's `io::Seek`.
template <detail::Seeker S>
class [[nodiscard]] Seek {
 public:
  using Output = ferry::io::Result<std::uint64_t>;

  Seek(S& stream, SeekFrom position) noexcept : stream_(&stream), position_(position) {}

  Poll<Output> poll(Context& cx) {
    if (position_) {
      const Poll<ferry::io::Result<void>> started = poll_start(cx);
      if (started.is_pending()) return pending;
      position_.reset();
      if (!*started) return Output(started->error());
    }
    return stream_->poll_complete(cx);
  }

 private:
  Poll<ferry::io::Result<void>> poll_start(Context& cx) {
    if constexpr (ferry::io::AsyncSeek<S>) {
      const Poll<Output> earlier = stream_->poll_complete(cx);
      if (earlier.is_pending()) return pending;
      if (!*earlier) return ferry::io::Result<void>(earlier->error());
      return stream_->start_seek(*position_);
    } else {
      return stream_->start_seek(cx, *position_);
    }
  }

  S* stream_;
  std::optional<SeekFrom> position_;
};

/// Moves the position of `stream`, of 0.2 or of 1.x, which is borrowed.
///
/// Result: the new position, in bytes from the start. It may lie beyond the end.
/// Errors: InvalidInput for a position before the start.
/// Cancelling: the position may have moved or not.
/// Tokio: `AsyncSeekExt::seek`.
template <class S>
  requires detail::Seeker<S>
Seek<std::remove_reference_t<S>> seek(S&& stream, SeekFrom position) noexcept {
  return {stream, position};
}

}  // namespace ferry::v0_2::io

#pragma GCC diagnostic pop
