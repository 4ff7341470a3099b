// Stream: a future that gives many values, and waiting for the next one.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/size_hint.hpp>

namespace ferry::stream {

/// Gives one item a time, and no value once it has ended. Polled as a future is: pending means that the
/// context's waker will be called. A stream that has ended may be polled again; what it says then is its own
/// affair. A member `SizeHint size_hint() const` is welcome. Tokio: `tokio_stream::Stream`.
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

/// How many items are left, as far as `stream` says. Tokio: `Stream::size_hint`.
template <class S>
  requires Stream<S>
constexpr SizeHint size_hint(const S& stream) {
  if constexpr (requires { stream.size_hint(); })
    return stream.size_hint();
  else
    return SizeHint();
}

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
/// Cancelling: safe, for the adapters of ferry::stream, too: what has left a source and was not given yet is
/// kept by the adapter.
/// Tokio: `StreamExt::next`.
template <class S>
  requires Stream<S>
Next<std::remove_reference_t<S>> next(S&& stream) noexcept {
  return Next<std::remove_reference_t<S>>(stream);
}

/// A stream of results.
template <class S>
concept TryStream =
    Stream<S> &&
    requires {
      typename StreamItem<S>::value_type;
      typename StreamItem<S>::error_type;
    } &&
    std::same_as<StreamItem<S>,
                 Result<typename StreamItem<S>::value_type, typename StreamItem<S>::error_type>>;

/// Completes with the value of the stream's next result, with no value at its end, or with the error.
///
/// Cancelling: safe; no item is taken before the poll that gives it.
template <TryStream S>
class [[nodiscard]] TryNext {
  using Value = typename StreamItem<S>::value_type;

 public:
  /// A `void` value is `std::monostate`.
  using Output = Result<std::optional<detail::VoidToMonostate<Value>>, typename StreamItem<S>::error_type>;

  explicit TryNext(S& stream) noexcept : stream_(&stream) {}
  TryNext(const TryNext&) = delete;
  TryNext& operator=(const TryNext&) = delete;

  Poll<Output> poll(Context& cx) {
    using boost::system::in_place_error;
    using boost::system::in_place_value;
    auto polled = stream_->poll_next(cx);
    if (polled.is_pending()) return ferry::pending;
    std::optional<StreamItem<S>>& item = *polled;
    if (!item) return Poll<Output>::ready(in_place_value, std::nullopt);
    if (item->has_error()) return Poll<Output>::ready(in_place_error, std::move(*item).error());
    if constexpr (std::is_void_v<Value>)
      return Poll<Output>::ready(in_place_value, std::monostate());
    else
      return Poll<Output>::ready(in_place_value, **std::move(item));
  }

 private:
  S* stream_;
};

/// Waits for the next result of `stream`, which is borrowed, with the error where a `co_await` can test it
/// before the item. The stream goes on after an error.
///
/// Cancelling: safe.
/// Tokio: `StreamExt::try_next`.
template <class S>
  requires TryStream<S>
TryNext<std::remove_reference_t<S>> try_next(S&& stream) noexcept {
  return TryNext<std::remove_reference_t<S>>(stream);
}

}  // namespace ferry::stream
