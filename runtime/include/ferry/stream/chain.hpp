// chain: one stream after the other.
#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include <ferry/stream/adapter.hpp>
#include <ferry/stream/fuse.hpp>

namespace ferry::stream {

/// See `chain`.
template <Stream A, Stream B>
  requires std::same_as<StreamItem<A>, StreamItem<B>>
class Chain {
 public:
  using Item = StreamItem<A>;

  Chain(A first, B second) : first_(std::move(first)), second_(std::move(second)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    auto polled = first_.poll_next(cx);
    if (polled.is_pending() || *polled) return polled;
    return second_.poll_next(cx);
  }
  SizeHint size_hint() const { return first_.size_hint() + stream::size_hint(second_); }

 private:
  Fuse<A> first_;
  B second_;
};

struct MakeChain {
  template <class A, class B>
  Chain<A, B> operator()(A first, B second) const {
    return Chain<A, B>(std::move(first), std::move(second));
  }
};

/// The items of the stream, then those of a second one: `chain(first, second)`, `first | chain(second)`.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::chain`.
inline constexpr detail::StreamFunction<MakeChain, 1> chain{};

}  // namespace ferry::stream
