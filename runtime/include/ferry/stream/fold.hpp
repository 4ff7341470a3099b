// fold, all, any: one value from all items.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/stream/adapter.hpp>

namespace ferry::stream {

/// Completes with what all items come to. See `fold`.
///
/// Cancelling: loses what the items have come to so far.
template <Stream S, std::move_constructible T, class F>
  requires std::is_invocable_r_v<T, F&, T, StreamItem<S>>
class [[nodiscard]] Fold {
 public:
  using Output = T;

  Fold(S stream, T start, F f)
      : stream_(std::move(stream)), value_(std::in_place, std::move(start)), f_(std::move(f)) {}

  Poll<Output> poll(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled) return *std::move(value_);
      T next = std::invoke(f_, *std::move(value_), **std::move(polled));
      value_.emplace(std::move(next));
      detail::spend_budget(cx);
    }
    return ferry::pending;
  }

 private:
  S stream_;
  std::optional<T> value_;
  [[no_unique_address]] F f_;
};

struct MakeFold {
  template <class S, class T, class F>
  Fold<S, T, F> operator()(S stream, T start, F f) const {
    return Fold<S, T, F>(std::move(stream), std::move(start), std::move(f));
  }
};

/// A future of the last value of `value = f(value, item)`, which begins with `start`: `fold(stream, start,
/// f)`, `stream | fold(start, f)`.
///
/// Cancelling: loses what the items have come to so far.
/// Tokio: `StreamExt::fold`.
inline constexpr detail::StreamFunction<MakeFold, 2> fold{};

/// Completes with `kFound` when an item says `kFound` to the predicate, otherwise at the end. See `all` and
/// `any`.
///
/// Cancelling: the items seen are gone; what they said is forgotten.
template <bool kFound, Stream S, class P>
  requires std::predicate<P&, StreamItem<S>>
class [[nodiscard]] Find {
 public:
  using Output = bool;

  Find(S stream, P p) : stream_(std::move(stream)), p_(std::move(p)) {}

  Poll<bool> poll(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled) return !kFound;
      if (static_cast<bool>(std::invoke(p_, **std::move(polled))) == kFound) return kFound;
      detail::spend_budget(cx);
    }
    return ferry::pending;
  }

 private:
  S stream_;
  [[no_unique_address]] P p_;
};

template <bool kFound>
struct MakeFind {
  template <class S, class P>
  Find<kFound, S, P> operator()(S stream, P p) const {
    return Find<kFound, S, P>(std::move(stream), std::move(p));
  }
};

/// A future that says whether `p(item)` is true for all items. Takes no item after the first for which it is
/// not; true without any.
///
/// Cancelling: the items seen are gone; what they said is forgotten.
/// Tokio: `StreamExt::all`.
inline constexpr detail::StreamFunction<MakeFind<false>, 1> all{};

/// A future that says whether `p(item)` is true for any item. Takes no item after the first for which it is;
/// false without any.
///
/// Cancelling: the items seen are gone; what they said is forgotten.
/// Tokio: `StreamExt::any`.
inline constexpr detail::StreamFunction<MakeFind<true>, 1> any{};

}  // namespace ferry::stream
