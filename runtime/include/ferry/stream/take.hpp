// take, take_while, skip, skip_while: the beginning of a stream, and what comes after it.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/stream/adapter.hpp>

namespace ferry::stream {

/// See `take`.
template <Stream S>
class Take {
 public:
  using Item = StreamItem<S>;

  Take(S stream, std::size_t items) : stream_(std::move(stream)), remaining_(items) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (remaining_ == 0) return std::optional<Item>();
    auto polled = stream_.poll_next(cx);
    if (polled.is_ready()) remaining_ = *polled ? remaining_ - 1 : 0;
    return polled;
  }
  SizeHint size_hint() const {
    if (remaining_ == 0) return SizeHint::exactly(0);
    return stream::size_hint(stream_).at_most(remaining_);
  }

 private:
  S stream_;
  std::size_t remaining_;
};

struct MakeTake {
  template <class S>
  Take<S> operator()(S stream, std::size_t items) const {
    return Take<S>(std::move(stream), items);
  }
};

/// The first so many items. The stream is not polled after them, nor after its end.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::take`.
inline constexpr detail::StreamFunction<MakeTake, 1> take{};

/// See `take_while`.
template <Stream S, class P>
  requires std::predicate<P&, const StreamItem<S>&>
class TakeWhile {
 public:
  using Item = StreamItem<S>;

  TakeWhile(S stream, P is_wanted) : stream_(std::move(stream)), is_wanted_(std::move(is_wanted)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (is_over_) return std::optional<Item>();
    auto polled = stream_.poll_next(cx);
    if (polled.is_ready() && *polled && !std::invoke(is_wanted_, std::as_const(**polled))) {
      is_over_ = true;
      return std::optional<Item>();
    }
    return polled;
  }
  SizeHint size_hint() const { return is_over_ ? SizeHint::exactly(0) : stream::size_hint(stream_).some(); }

 private:
  S stream_;
  [[no_unique_address]] P is_wanted_;
  bool is_over_ = false;
};

struct MakeTakeWhile {
  template <class S, class P>
  TakeWhile<S, P> operator()(S stream, P is_wanted) const {
    return TakeWhile<S, P>(std::move(stream), std::move(is_wanted));
  }
};

/// The items before the first one for which `is_wanted(const item&)` is false. That one is destroyed, and the
/// stream is not polled any more.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::take_while`.
inline constexpr detail::StreamFunction<MakeTakeWhile, 1> take_while{};

/// See `skip`.
template <Stream S>
class Skip {
 public:
  using Item = StreamItem<S>;

  Skip(S stream, std::size_t items) : stream_(std::move(stream)), remaining_(items) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled || remaining_ == 0) return polled;
      --remaining_;
      detail::spend_budget(cx);
    }
    return ferry::pending;
  }
  SizeHint size_hint() const { return stream::size_hint(stream_).without(remaining_); }

 private:
  S stream_;
  std::size_t remaining_;
};

struct MakeSkip {
  template <class S>
  Skip<S> operator()(S stream, std::size_t items) const {
    return Skip<S>(std::move(stream), items);
  }
};

/// The items after the first so many, which are destroyed.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::skip`.
inline constexpr detail::StreamFunction<MakeSkip, 1> skip{};

/// See `skip_while`.
template <Stream S, class P>
  requires std::predicate<P&, const StreamItem<S>&>
class SkipWhile {
 public:
  using Item = StreamItem<S>;

  SkipWhile(S stream, P is_unwanted) : stream_(std::move(stream)), is_unwanted_(std::move(is_unwanted)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled || !is_skipping_) return polled;
      is_skipping_ = std::invoke(is_unwanted_, std::as_const(**polled));
      if (!is_skipping_) return polled;
      detail::spend_budget(cx);
    }
    return ferry::pending;
  }
  SizeHint size_hint() const {
    const SizeHint hint = stream::size_hint(stream_);
    return is_skipping_ ? hint.some() : hint;
  }

 private:
  S stream_;
  [[no_unique_address]] P is_unwanted_;
  bool is_skipping_ = true;
};

struct MakeSkipWhile {
  template <class S, class P>
  SkipWhile<S, P> operator()(S stream, P is_unwanted) const {
    return SkipWhile<S, P>(std::move(stream), std::move(is_unwanted));
  }
};

/// The items from the first one on for which `is_unwanted(const item&)` is false.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::skip_while`.
inline constexpr detail::StreamFunction<MakeSkipWhile, 1> skip_while{};

}  // namespace ferry::stream
