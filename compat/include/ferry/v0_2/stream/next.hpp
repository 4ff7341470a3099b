// next, try_next: 0.2's, whose futures can be moved.
#pragma once

#include <type_traits>

#include <ferry/future.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::stream {
namespace detail {

// Ask for more than the functions of 1.x do: where both are found, those of 0.2 are called.
template <class S>
concept LegacyStream = ferry::stream::Stream<S> && true;
template <class S>
concept LegacyTryStream = ferry::stream::TryStream<S> && true;

/// A future of 1.x that refers to a stream and remembers nothing, so that it can be moved.
///
/// Cancelling: as the future inside.
template <class Future, class S>
class [[nodiscard]] Movable {
 public:
  using Output = FutureOutput<Future>;

  explicit Movable(S& stream) noexcept : stream_(&stream) {}
  Movable(Movable&&) = default;
  Movable& operator=(Movable&&) = default;

  Poll<Output> poll(Context& cx) { return Future(*stream_).poll(cx); }

 private:
  S* stream_;
};

}  // namespace detail

/// Completes with the stream's next item, or with no value at its end. Can be moved, unlike that of 1.x.
///
/// Cancelling: safe; no item is taken before the poll that gives it.
template <ferry::stream::Stream S>
using Next = detail::Movable<ferry::stream::Next<S>, S>;

/// Completes with the value of the stream's next result, with no value at its end, or with the error. Can be
/// moved, unlike that of 1.x.
///
/// Cancelling: safe; no item is taken before the poll that gives it.
template <ferry::stream::TryStream S>
using TryNext = detail::Movable<ferry::stream::TryNext<S>, S>;

/// Waits for the next item of `stream`, which is borrowed. Awaited where it is made it is that of 1.x.
///
/// Cancelling: safe.
/// Tokio: 0.2's `StreamExt::next`.
template <class S>
  requires detail::LegacyStream<S>
Next<std::remove_reference_t<S>> next(S&& stream) noexcept {
  return Next<std::remove_reference_t<S>>(stream);
}

/// Waits for the next result of `stream`, which is borrowed. The stream goes on after an error.
///
/// Cancelling: safe.
/// Tokio: 0.2's `StreamExt::try_next`.
template <class S>
  requires detail::LegacyTryStream<S>
TryNext<std::remove_reference_t<S>> try_next(S&& stream) noexcept {
  return TryNext<std::remove_reference_t<S>>(stream);
}

}  // namespace ferry::v0_2::stream
