// Future: what can be awaited inside a Task.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include <ferry/poll.hpp>
#include <ferry/waker.hpp>

namespace ferry {

/// A computation that is driven by polling. Polling starts it and continues it; destroying it cancels it.
///
/// `poll` returns pending only after it has arranged for `cx.waker()` to be called when there is progress to
/// make; only the waker of the latest poll counts. A future is not polled again after it was ready, unless
/// its type says that it may be. Tokio: `std::future::Future`.
template <class F>
concept Future = requires { typename std::remove_cvref_t<F>::Output; } &&
                 requires(std::remove_reference_t<F>& future, Context& cx) {
                   { future.poll(cx) } -> std::same_as<Poll<typename std::remove_cvref_t<F>::Output>>;
                 };

/// What a future gives.
template <Future F>
using FutureOutput = typename std::remove_cvref_t<F>::Output;

/// A future from a callable that is polled: `Poll<T> f(Context&)`.
///
/// Cancelling: destroys the callable.
/// Tokio: `std::future::poll_fn`.
template <class F>
class [[nodiscard]] PollFn {
 public:
  using Output = decltype([] {
    using P = std::invoke_result_t<F&, Context&>;
    return
        []<class T>(std::type_identity<Poll<T>>) { return std::type_identity<T>{}; }(std::type_identity<P>{});
  }())::type;

  explicit PollFn(F f) : f_(std::move(f)) {}
  Poll<Output> poll(Context& cx) { return std::invoke(f_, cx); }

 private:
  F f_;
};

/// Makes a future from a callable `Poll<T> f(Context&)`. Name a closure before passing it, as g++ 12 destroys
/// closures twice that are made inside the full expression of a `co_await`.
template <class F>
PollFn<std::decay_t<F>> poll_fn(F&& f) {
  return PollFn<std::decay_t<F>>(std::forward<F>(f));
}

namespace detail {

/// `void` as a value, for variants and tuples of outputs.
template <class T>
using VoidToMonostate = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

}  // namespace detail
}  // namespace ferry
