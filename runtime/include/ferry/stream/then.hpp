// then: a stream that changes items by an asynchronous function.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <ferry/detail/future_slot.hpp>
#include <ferry/stream/adapter.hpp>

namespace ferry::stream {

/// See `then`.
template <Stream S, class F>
  requires std::invocable<F&, StreamItem<S>> && Future<std::invoke_result_t<F&, StreamItem<S>>>
class Then {
  using Made = std::invoke_result_t<F&, StreamItem<S>>;

 public:
  using Item = detail::VoidToMonostate<FutureOutput<Made>>;

  Then(S stream, F f) : stream_(std::move(stream)), f_(std::move(f)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (future_.is_empty()) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) return ferry::pending;
      if (!*polled) return std::optional<Item>();
      future_.emplace([&] { return std::invoke(f_, **std::move(polled)); });
    }
    auto polled = future_.poll(cx);
    if (polled.is_pending()) return ferry::pending;
    if constexpr (std::is_void_v<FutureOutput<Made>>)
      return Poll<std::optional<Item>>::ready(std::in_place);
    else
      return Poll<std::optional<Item>>::ready(std::in_place, *std::move(polled));
  }
  SizeHint size_hint() const {
    return stream::size_hint(stream_) + SizeHint::exactly(future_.is_empty() ? 0 : 1);
  }

 private:
  S stream_;
  [[no_unique_address]] F f_;
  detail::FutureSlot<Made> future_;
};

struct MakeThen {
  template <class S, class F>
  Then<S, F> operator()(S stream, F f) const {
    return Then<S, F>(std::move(stream), std::move(f));
  }
};

/// What the future `f(item)` gives, for each item; one future after the other. `f` may be a coroutine, which
/// takes its item by value; `void` becomes `std::monostate`. For several at once: `map(f) |
/// buffer_unordered(n)`.
///
/// Cancelling: of `next`: safe; the future stays in the stream, which may be moved meanwhile, and the next
/// poll goes on with it.
/// Cost: no allocation, but one in all where the futures cannot be moved.
/// Tokio: `StreamExt::then`.
inline constexpr detail::StreamFunction<MakeThen, 1> then{};

}  // namespace ferry::stream
