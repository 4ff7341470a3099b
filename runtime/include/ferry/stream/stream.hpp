// Stream: a future that gives many values, and waiting for the next one.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>

#include <ferry/future.hpp>

namespace ferry::stream {

/// Gives one item a time, and no value once it has ended. Polled as a future is: pending means that the
/// context's waker will be called. A stream that has ended may be polled again; what it says then is its own
/// affair. Tokio: `tokio_stream::Stream`.
template <class S>
concept Stream = requires { typename std::remove_cvref_t<S>::Item; } &&
                 requires(std::remove_reference_t<S>& stream, Context& cx) {
                   {
                     stream.poll_next(cx)
                   } -> std::same_as<Poll<std::optional<typename std::remove_cvref_t<S>::Item>>>;
                 };

/// What a stream gives.
template <Stream S>
using StreamItem = typename std::remove_cvref_t<S>::Item;

/// Completes with the stream's next item, or with no value at its end.
///
/// Cancelling: safe; no item is taken before the poll that gives it.
template <Stream S>
class [[nodiscard]] Next {
 public:
  using Output = std::optional<StreamItem<S>>;

  explicit Next(S& stream) noexcept : stream_(&stream) {}
  Next(const Next&) = delete;
  Next& operator=(const Next&) = delete;

  Poll<Output> poll(Context& cx) { return stream_->poll_next(cx); }

 private:
  S* stream_;
};

/// Waits for the next item of `stream`, which is borrowed.
///
/// Cancelling: safe.
/// Tokio: `StreamExt::next`.
template <class S>
  requires Stream<S>
Next<std::remove_reference_t<S>> next(S&& stream) noexcept {
  return Next<std::remove_reference_t<S>>(stream);
}

}  // namespace ferry::stream
