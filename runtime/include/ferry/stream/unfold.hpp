// poll_fn, unfold: streams from a callable.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/detail/future_slot.hpp>
#include <ferry/stream/stream.hpp>

namespace ferry::stream {

/// See `poll_fn`.
template <class F>
class PollFn {
  template <class T>
  static T item_of(Poll<std::optional<T>>);

 public:
  using Item = decltype(item_of(std::declval<std::invoke_result_t<F&, Context&>>()));

  explicit PollFn(F f) : f_(std::move(f)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) { return std::invoke(f_, cx); }

 private:
  [[no_unique_address]] F f_;
};

/// A stream from a callable that is polled: `Poll<std::optional<T>> f(Context&)`.
/// Rust: `futures::stream::poll_fn`.
template <class F>
[[nodiscard]] PollFn<std::decay_t<F>> poll_fn(F&& f) {
  return PollFn<std::decay_t<F>>(std::forward<F>(f));
}

/// See `unfold`.
template <class T, class F>
class Unfold {
  using Made = std::invoke_result_t<F&, T>;
  using Step = typename FutureOutput<Made>::value_type;  // an item and the next state

 public:
  using Item = typename Step::first_type;

  Unfold(T state, F f) : state_(std::in_place, std::move(state)), f_(std::move(f)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (detail::must_yield(cx)) return ferry::pending;
    if (future_.is_empty()) {
      if (!state_) return std::optional<Item>();
      T state = *std::move(state_);
      state_.reset();
      future_.emplace([&] { return std::invoke(f_, std::move(state)); });
    }
    auto polled = future_.poll(cx);
    if (polled.is_pending()) return ferry::pending;
    detail::spend_budget(cx);
    std::optional<Step>& step = *polled;
    if (!step) return std::optional<Item>();
    state_.emplace(std::move(step->second));
    return Poll<std::optional<Item>>::ready(std::move(step->first));
  }

 private:
  std::optional<T> state_;  // none while a future has it, and after the end
  [[no_unique_address]] F f_;
  detail::FutureSlot<Made> future_;
};

/// A stream from a state and a function that gives a future: `f(state)` completes with the next item and the
/// next state, or with none at the end, a `std::optional<std::pair<Item, State>>`. `f` may be a coroutine,
/// which takes the state by value.
///
/// Cancelling: of `next`: safe; the future stays in the stream, which may be moved meanwhile.
/// Cost: no allocation, but one in all where the futures cannot be moved.
/// Rust: `futures::stream::unfold`.
template <class T, class F>
  requires std::invocable<std::decay_t<F>&, std::decay_t<T>> &&
           Future<std::invoke_result_t<std::decay_t<F>&, std::decay_t<T>>>
[[nodiscard]] Unfold<std::decay_t<T>, std::decay_t<F>> unfold(T&& state, F&& f) {
  return {std::forward<T>(state), std::forward<F>(f)};
}

}  // namespace ferry::stream
