// AsyncSeek: readers and writers that have a position, and changing it.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <ferry/future.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// A position, as bytes from the start, from the end or from where one is.
/// Tokio: `std::io::SeekFrom`.
class SeekFrom {
 public:
  enum class Origin : unsigned char { Start, Current, End };

  static constexpr SeekFrom start(std::uint64_t position) noexcept {
    return {Origin::Start, static_cast<std::int64_t>(position)};
  }
  static constexpr SeekFrom current(std::int64_t offset) noexcept { return {Origin::Current, offset}; }
  static constexpr SeekFrom end(std::int64_t offset) noexcept { return {Origin::End, offset}; }

  constexpr Origin origin() const noexcept { return origin_; }
  /// A start beyond the range of files is negative here, as offsets before the start are: InvalidInput.
  constexpr std::int64_t offset() const noexcept { return offset_; }
  constexpr bool operator==(const SeekFrom&) const = default;

 private:
  constexpr SeekFrom(Origin origin, std::int64_t offset) noexcept : origin_(origin), offset_(offset) {}

  Origin origin_;
  std::int64_t offset_;
};

/// `start_seek` begins to move the position, or fails with EBUSY while another operation is not complete;
/// `poll_complete` completes with the new position once that is done, and with the present one when nothing
/// was begun. Tokio: `io::AsyncSeek`.
template <class S>
concept AsyncSeek = requires(std::remove_reference_t<S>& stream, Context& cx, SeekFrom position) {
  { stream.start_seek(position) } -> std::same_as<Result<void>>;
  { stream.poll_complete(cx) } -> std::same_as<Poll<Result<std::uint64_t>>>;
};

/// Completes with the new position, in bytes from the start.
///
/// Cancelling: the position may have moved or not.
template <AsyncSeek S>
class [[nodiscard]] Seek {
 public:
  using Output = Result<std::uint64_t>;

  Seek(S& stream, SeekFrom position) noexcept : stream_(&stream), position_(position) {}
  Seek(const Seek&) = delete;
  Seek& operator=(const Seek&) = delete;

  Poll<Output> poll(Context& cx) {
    if (position_) {
      // What was begun before, by a seek that was cancelled or a write, comes to its end first.
      Poll<Output> earlier = stream_->poll_complete(cx);
      if (earlier.is_pending() || !*earlier) return earlier;
      const Result<void> started = stream_->start_seek(*position_);
      position_.reset();
      if (!started) return Output(started.error());
    }
    return stream_->poll_complete(cx);
  }

 private:
  S* stream_;
  std::optional<SeekFrom> position_;
};

/// Completes once the position is at the start.
///
/// Cancelling: the position may have moved or not.
template <AsyncSeek S>
class [[nodiscard]] Rewind {
 public:
  using Output = Result<void>;

  explicit Rewind(S& stream) noexcept : seek_(stream, SeekFrom::start(0)) {}

  Poll<Output> poll(Context& cx) {
    const Poll<Result<std::uint64_t>> polled = seek_.poll(cx);
    if (polled.is_pending()) return pending;
    return *polled ? Output() : Output(polled->error());
  }

 private:
  Seek<S> seek_;
};

/// Moves the position of `stream`, which is borrowed. What a buffered reader has read ahead is dropped, and
/// what a buffered writer holds is written first.
///
/// Result: the new position, in bytes from the start. It may lie beyond the end.
/// Errors: InvalidInput for a position before the start.
/// Cancelling: the position may have moved or not.
/// Tokio: `AsyncSeekExt::seek`.
template <class S>
  requires AsyncSeek<S>
Seek<std::remove_reference_t<S>> seek(S&& stream, SeekFrom position) noexcept {
  return {stream, position};
}

/// Moves the position of `stream`, which is borrowed, to the start.
///
/// Cancelling: the position may have moved or not.
/// Tokio: `AsyncSeekExt::rewind`.
template <class S>
  requires AsyncSeek<S>
Rewind<std::remove_reference_t<S>> rewind(S&& stream) noexcept {
  return Rewind<std::remove_reference_t<S>>(stream);
}

/// The position of `stream`, which is borrowed, in bytes from the start.
///
/// Cancelling: safe.
/// Tokio: `AsyncSeekExt::stream_position`.
template <class S>
  requires AsyncSeek<S>
Seek<std::remove_reference_t<S>> stream_position(S&& stream) noexcept {
  return {stream, SeekFrom::current(0)};
}

}  // namespace ferry::io
