// Handle: 0.2's, whose `enter` takes a function.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/result.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::runtime {

using ferry::runtime::TryCurrentError;

/// Refers to a runtime. Can be used wherever a handle of 1.x is wanted.
///
/// Thread safety: every member may be called from any thread.
/// Tokio: 0.2's `runtime::Handle`.
class Handle : public ferry::runtime::Handle {
 public:
  /// For `current`, `Runtime::handle` and `compat::into_legacy`.
  explicit Handle(ferry::runtime::Handle handle) noexcept : ferry::runtime::Handle(std::move(handle)) {}

  /// The runtime whose context this thread is in. Throws std::logic_error outside of any. Tokio:
  /// `Handle::current`.
  static Handle current() { return Handle(ferry::runtime::Handle::current()); }
  /// The same, or an error. Tokio: `Handle::try_current`.
  static ferry::Result<Handle, TryCurrentError> try_current() noexcept {
    auto handle = ferry::runtime::Handle::try_current();
    if (!handle) return handle.error();
    return Handle(*std::move(handle));
  }

  using ferry::runtime::Handle::enter;
  /// Calls `f` in the runtime's context. Nothing is driven. Tokio: 0.2's `Handle::enter`.
  template <std::invocable F>
  FERRY_REPLACE("HDL-06", unsafe,
                "[&]() -> decltype(auto) { auto entered = $this.enter(); return ($f)(); }()")
  std::invoke_result_t<F> enter(F&& f) const {
    const auto guard = enter();
    return std::invoke(std::forward<F>(f));
  }
};

}  // namespace ferry::v0_2::runtime
