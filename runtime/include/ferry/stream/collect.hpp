// collect: a container of all items.
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <ferry/detail/coop.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/adapter.hpp>

namespace ferry::detail {

/// How items come into a `C`.
template <class C>
class Collector {
 public:
  template <class Item>
  static constexpr bool kTakes =
      requires(C& values, Item&& item) { values.push_back(std::move(item)); } ||
      requires(C& values, Item&& item) { values.append(std::move(item)); } ||
      requires(C& values, Item&& item) { values.insert(values.end(), std::move(item)); };

  void reserve(std::size_t items) {
    if constexpr (requires { values_.reserve(items); }) values_.reserve(items);
  }
  /// False: no more.
  template <class Item>
  bool add(Item&& item) {
    if constexpr (requires { values_.push_back(std::move(item)); })
      values_.push_back(std::move(item));
    else if constexpr (requires { values_.append(std::move(item)); })
      values_.append(std::move(item));
    else
      values_.insert(values_.end(), std::move(item));
    return true;
  }
  C take() { return std::move(values_); }

 private:
  C values_{};
};

/// Items that say nothing but that they have come.
template <>
class Collector<std::monostate> {
 public:
  template <class Item>
  static constexpr bool kTakes = std::is_same_v<Item, std::monostate>;

  void reserve(std::size_t) noexcept {}
  bool add(std::monostate) noexcept { return true; }
  std::monostate take() noexcept { return {}; }
};

/// The values of results, up to the first error.
template <class C, class E>
class Collector<Result<C, E>> {
 public:
  template <class Item>
  static constexpr bool kTakes = requires {
    typename Item::value_type;
    requires std::is_constructible_v<E, typename Item::error_type>;
    requires Collector<VoidToMonostate<C>>::template kTakes<VoidToMonostate<typename Item::value_type>>;
  };

  void reserve(std::size_t items) { values_.reserve(items); }
  template <class T, class F>
  bool add(Result<T, F>&& item) {
    if (item.has_error()) {
      error_.emplace(std::move(item).error());
      return false;
    }
    if constexpr (std::is_void_v<T>)
      return values_.add(std::monostate());
    else
      return values_.add(*std::move(item));
  }
  Result<C, E> take() {
    if (error_) return Result<C, E>(boost::system::in_place_error, *std::move(error_));
    if constexpr (std::is_void_v<C>)
      return Result<C, E>();
    else
      return Result<C, E>(boost::system::in_place_value, values_.take());
  }

 private:
  Collector<VoidToMonostate<C>> values_;
  std::optional<E> error_;
};

}  // namespace ferry::detail

namespace ferry::stream {

/// `C` is what `collect` can make of items of type `Item`. Tokio: `tokio_stream::FromStream`.
template <class C, class Item>
concept FromStream = detail::Collector<C>::template kTakes<Item>;

/// Completes with a `C` of all items. See `collect`.
///
/// Cancelling: loses the items collected so far.
template <class C, Stream S>
  requires FromStream<C, StreamItem<S>>
class [[nodiscard]] Collect {
 public:
  using Output = C;

  explicit Collect(S stream) : stream_(std::move(stream)) {
    collector_.reserve(stream::size_hint(stream_).lower());
  }

  Poll<Output> poll(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled || !collector_.add(**std::move(polled))) return collector_.take();
      detail::spend_budget(cx);
    }
    return ferry::pending;
  }

 private:
  S stream_;
  detail::Collector<C> collector_;
};

template <class C>
struct MakeCollect {
  template <class S>
  Collect<C, S> operator()(S stream) const {
    return Collect<C, S>(std::move(stream));
  }
};

/// A future of a `C` with all items: `collect<std::vector<int>>(stream)`, `stream |
/// collect<std::set<int>>()`. `C` is a container with `push_back` or `insert`, or a string, to which
/// characters and strings are appended. `Result<C, E>` takes results and stops at the first error. Where
/// items are `std::monostate`, `C` is, and that of results of `void` is `Result<void, E>`.
///
/// Cancelling: loses the items collected so far.
/// Tokio: `StreamExt::collect`.
template <class C>
inline constexpr detail::StreamFunction<MakeCollect<C>, 0> collect{};

}  // namespace ferry::stream
