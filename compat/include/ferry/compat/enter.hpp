// enter: code of 0.2 that called a function inside a runtime's context.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <ferry/runtime/handle.hpp>

namespace ferry::compat {

/// Calls `f` in the context of `runtime`, a Runtime, a Handle or a SharedRuntime. Nothing is driven
/// meanwhile. For code that keeps its closures; what is written anew has a guard, `auto guard =
/// handle.enter()`.
///
/// Result: what `f` gives; what it throws leaves this, too, after the context was left.
/// Thread safety: as `enter` of the runtime, which any thread may call.
template <std::invocable F>
std::invoke_result_t<F> enter(const runtime::Handle& handle, F&& f) {
  const auto guard = handle.enter();
  return std::invoke(std::forward<F>(f));
}
template <class Runtime, std::invocable F>
  requires requires(const Runtime& runtime) {
    { runtime.handle() } -> std::convertible_to<const runtime::Handle&>;
  }
std::invoke_result_t<F> enter(const Runtime& runtime, F&& f) {
  return compat::enter(runtime.handle(), std::forward<F>(f));
}

}  // namespace ferry::compat
