// merge: the items of two streams as they come.
#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include <ferry/stream/adapter.hpp>
#include <ferry/stream/fuse.hpp>

namespace ferry::stream {

/// See `merge`.
template <Stream A, Stream B>
  requires std::same_as<StreamItem<A>, StreamItem<B>>
class Merge {
 public:
  using Item = StreamItem<A>;

  Merge(A a, B b) : a_(std::move(a)), b_(std::move(b)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    is_first_a_ = !is_first_a_;
    return is_first_a_ ? poll_both(a_, b_, cx) : poll_both(b_, a_, cx);
  }
  SizeHint size_hint() const { return a_.size_hint() + b_.size_hint(); }

 private:
  template <class First, class Second>
  static Poll<std::optional<Item>> poll_both(First& first, Second& second, Context& cx) {
    auto polled = first.poll_next(cx);
    if (polled.is_ready() && *polled) return polled;
    auto other = second.poll_next(cx);
    if (other.is_ready() && !*other) return polled;
    return other;
  }

  Fuse<A> a_;
  Fuse<B> b_;
  bool is_first_a_ = false;
};

struct MakeMerge {
  template <class A, class B>
  Merge<A, B> operator()(A a, B b) const {
    return Merge<A, B>(std::move(a), std::move(b));
  }
};

/// The items of two streams as they come; where both have one, in turn. Ends when both have ended.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::merge`.
inline constexpr detail::StreamFunction<MakeMerge, 1> merge{};

}  // namespace ferry::stream
