// map, map_while, filter, filter_map: streams that change or choose items by a plain function.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/stream/adapter.hpp>

namespace ferry::stream {

/// See `map`.
template <Stream S, class F>
  requires std::invocable<F&, StreamItem<S>>
class Map {
 public:
  using Item = std::remove_cvref_t<std::invoke_result_t<F&, StreamItem<S>>>;

  Map(S stream, F f) : stream_(std::move(stream)), f_(std::move(f)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    auto polled = stream_.poll_next(cx);
    if (polled.is_pending()) return ferry::pending;
    if (!*polled) return std::optional<Item>();
    return Poll<std::optional<Item>>::ready(std::in_place, std::invoke(f_, **std::move(polled)));
  }
  SizeHint size_hint() const { return stream::size_hint(stream_); }

 private:
  S stream_;
  [[no_unique_address]] F f_;
};

struct MakeMap {
  template <class S, class F>
  Map<S, F> operator()(S stream, F f) const {
    return Map<S, F>(std::move(stream), std::move(f));
  }
};

/// Each item as `f(item)` makes it.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::map`.
inline constexpr detail::StreamFunction<MakeMap, 1> map{};

/// See `map_while`.
template <Stream S, class F>
  requires std::invocable<F&, StreamItem<S>>
class MapWhile {
 public:
  using Item = typename std::invoke_result_t<F&, StreamItem<S>>::value_type;

  MapWhile(S stream, F f) : stream_(std::move(stream)), f_(std::move(f)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    auto polled = stream_.poll_next(cx);
    if (polled.is_pending()) return ferry::pending;
    if (!*polled) return std::optional<Item>();
    return Poll<std::optional<Item>>::ready(std::invoke(f_, **std::move(polled)));
  }
  SizeHint size_hint() const { return stream::size_hint(stream_).some(); }

 private:
  S stream_;
  [[no_unique_address]] F f_;
};

struct MakeMapWhile {
  template <class S, class F>
  MapWhile<S, F> operator()(S stream, F f) const {
    return MapWhile<S, F>(std::move(stream), std::move(f));
  }
};

/// Each item as `f(item)` makes it, a `std::optional`, until that is none. One that is polled after its end
/// goes on with the item after that: see `fuse`.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::map_while`.
inline constexpr detail::StreamFunction<MakeMapWhile, 1> map_while{};

/// See `filter`.
template <Stream S, class P>
  requires std::predicate<P&, const StreamItem<S>&>
class Filter {
 public:
  using Item = StreamItem<S>;

  Filter(S stream, P is_wanted) : stream_(std::move(stream)), is_wanted_(std::move(is_wanted)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled || std::invoke(is_wanted_, std::as_const(**polled))) return polled;
      detail::spend_budget(cx);
    }
    return ferry::pending;
  }
  SizeHint size_hint() const { return stream::size_hint(stream_).some(); }

 private:
  S stream_;
  [[no_unique_address]] P is_wanted_;
};

struct MakeFilter {
  template <class S, class P>
  Filter<S, P> operator()(S stream, P is_wanted) const {
    return Filter<S, P>(std::move(stream), std::move(is_wanted));
  }
};

/// The items for which `is_wanted(const item&)` is true; the others are destroyed.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::filter`.
inline constexpr detail::StreamFunction<MakeFilter, 1> filter{};

/// See `filter_map`.
template <Stream S, class F>
  requires std::invocable<F&, StreamItem<S>>
class FilterMap {
 public:
  using Item = typename std::invoke_result_t<F&, StreamItem<S>>::value_type;

  FilterMap(S stream, F f) : stream_(std::move(stream)), f_(std::move(f)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled) return std::optional<Item>();
      std::optional<Item> item = std::invoke(f_, **std::move(polled));
      if (item) return item;
      detail::spend_budget(cx);
    }
    return ferry::pending;
  }
  SizeHint size_hint() const { return stream::size_hint(stream_).some(); }

 private:
  S stream_;
  [[no_unique_address]] F f_;
};

struct MakeFilterMap {
  template <class S, class F>
  FilterMap<S, F> operator()(S stream, F f) const {
    return FilterMap<S, F>(std::move(stream), std::move(f));
  }
};

/// What is in `f(item)`, a `std::optional`, for each item; nothing where that is none.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::filter_map`.
inline constexpr detail::StreamFunction<MakeFilterMap, 1> filter_map{};

}  // namespace ferry::stream
