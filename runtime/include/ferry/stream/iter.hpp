// iter, once, empty, pending: streams of what is there already, or never comes.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/detail/coop.hpp>
#include <ferry/stream/stream.hpp>

namespace ferry::stream {

/// What two iterators have between them; `kMoves` says whether it is moved out. See `iter`.
template <std::input_iterator I, std::sentinel_for<I> E, bool kMoves = false>
class Iter {
 public:
  using Item = std::iter_value_t<I>;

  Iter(I at, E end) : at_(std::move(at)), end_(std::move(end)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (detail::must_yield(cx)) return ferry::pending;
    if (at_ == end_) return std::optional<Item>();
    detail::spend_budget(cx);
    auto polled = Poll<std::optional<Item>>::ready(std::in_place, read());
    ++at_;
    return polled;
  }
  SizeHint size_hint() const {
    if constexpr (std::sized_sentinel_for<E, I>)
      return SizeHint::exactly(static_cast<std::size_t>(end_ - at_));
    else
      return SizeHint();
  }

 private:
  decltype(auto) read() {
    if constexpr (kMoves)
      return std::ranges::iter_move(at_);
    else
      return *at_;
  }

  I at_;
  E end_;
};

/// What is in a range that it owns. See `iter`.
template <std::ranges::input_range R>
class IterOwned {
  // What is in a view belongs to somebody else.
  using Items = Iter<std::ranges::iterator_t<R>, std::ranges::sentinel_t<R>,
                     !std::ranges::view<std::remove_const_t<R>>>;

 public:
  using Item = typename Items::Item;

  explicit IterOwned(R range) : state_(std::make_unique<State>(std::move(range))) {}

  Poll<std::optional<Item>> poll_next(Context& cx) { return state_->items.poll_next(cx); }
  SizeHint size_hint() const { return state_->items.size_hint(); }

 private:
  // Iterators of a range that is moved may be good for nothing.
  struct State {
    explicit State(R&& from)
        : range(std::move(from)), items(std::ranges::begin(range), std::ranges::end(range)) {}
    R range;
    Items items;
  };
  std::unique_ptr<State> state_;
};

/// The values between two iterators, copied. What they point into is borrowed.
template <std::input_iterator I, std::sentinel_for<I> E>
[[nodiscard]] Iter<I, E> iter(I begin, E end) {
  return {std::move(begin), std::move(end)};
}

/// The values of a range: copies of those of one that has a name, which is borrowed; those of a temporary are
/// moved out, unless it is a view.
///
/// Cost: one allocation for a temporary whose iterators do not outlive it.
/// Tokio: `tokio_stream::iter`.
template <std::ranges::input_range R>
[[nodiscard]] auto iter(R&& range) {
  if constexpr (std::ranges::borrowed_range<R>)
    return Iter<std::ranges::iterator_t<R>, std::ranges::sentinel_t<R>>(std::ranges::begin(range),
                                                                        std::ranges::end(range));
  else
    return IterOwned<std::remove_cvref_t<R>>(std::forward<R>(range));
}
/// The same for `{1, 2, 3}`. With g++ 12 not inside the full expression of a `co_await`.
template <class T>
[[nodiscard]] IterOwned<std::vector<T>> iter(std::initializer_list<T> values) {
  return IterOwned<std::vector<T>>(values);
}

/// See `once`.
template <class T>
class Once {
 public:
  using Item = T;

  explicit Once(T value) : value_(std::in_place, std::move(value)) {}

  Poll<std::optional<T>> poll_next(Context&) {
    std::optional<T> value = std::move(value_);
    value_.reset();
    return value;
  }
  SizeHint size_hint() const noexcept { return SizeHint::exactly(value_ ? 1 : 0); }

 private:
  std::optional<T> value_;
};

/// One value. Tokio: `tokio_stream::once`.
template <class T>
[[nodiscard]] Once<std::decay_t<T>> once(T&& value) {
  return Once<std::decay_t<T>>(std::forward<T>(value));
}

/// See `empty`.
template <class T>
class Empty {
 public:
  using Item = T;

  Poll<std::optional<T>> poll_next(Context&) { return std::optional<T>(); }
  SizeHint size_hint() const noexcept { return SizeHint::exactly(0); }
};

/// No value, and the end. Tokio: `tokio_stream::empty`.
template <class T>
[[nodiscard]] Empty<T> empty() noexcept {
  return {};
}

/// See `pending`.
template <class T>
class Pending {
 public:
  using Item = T;

  Poll<std::optional<T>> poll_next(Context&) { return ferry::pending; }
};

/// No value, and no end. Tokio: `tokio_stream::pending`.
template <class T>
[[nodiscard]] Pending<T> pending() noexcept {
  return {};
}

}  // namespace ferry::stream
