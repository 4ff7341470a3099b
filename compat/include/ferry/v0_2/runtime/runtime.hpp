// Runtime: 0.2's, which one caller at a time blocks on.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/runtime/runtime.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/runtime/handle.hpp>

namespace ferry::v0_2::runtime {

/// Runs tasks. `block_on` wants the runtime for itself, as in 0.2; to block on one from several threads see
/// compat::SharedRuntime, or go to 1.x.
///
/// Thread safety: the const members may be called from any thread at any time.
/// Tokio: 0.2's `runtime::Runtime`.
class Runtime : public ferry::runtime::Runtime {
 public:
  /// A multi_thread runtime with everything enabled, as in a 0.2 that was built with its threaded scheduler;
  /// one without made a basic runtime. Tokio: 0.2's `Runtime::new`.
  static ferry::io::Result<Runtime> create();

  /// For `create` and `compat::into_legacy`.
  explicit Runtime(ferry::runtime::Runtime runtime)
      : ferry::runtime::Runtime(std::move(runtime)), handle_(ferry::runtime::Runtime::handle()) {}

  /// Runs `future` on this thread until it is ready. On a basic runtime this also runs its tasks, sockets and
  /// timers.
  ///
  /// Throws: std::logic_error on a thread that drives tasks; whatever the future throws.
  /// Tokio: 0.2's `Runtime::block_on`.
  template <class F>
    requires Future<std::remove_reference_t<F>>
  FutureOutput<F> block_on(F&& future) {
    return ferry::runtime::Runtime::block_on(std::forward<F>(future));
  }

  /// Ends the runtime: destroys every task, and waits for that and for running blocking jobs at most `limit`.
  /// One of zero returns at once, as in 1.x; 0.2.25 then waited for running jobs, however long.
  ///
  /// Throws: std::logic_error on a thread that drives tasks, unless `limit` is zero.
  /// Tokio: 0.2's `Runtime::shutdown_timeout`.
  FERRY_REVIEW("RT-07", "with a limit of 0 blocking jobs may go on; 0.2.25 waited for them")
  void shutdown_timeout(std::chrono::nanoseconds limit) && {
    static_cast<ferry::runtime::Runtime&&>(*this).shutdown_timeout(limit);
  }
  /// Ends the runtime without waiting, as in 1.x; 0.2.25 waited for running blocking jobs. May be called on a
  /// thread that drives tasks. Tokio: 0.2's `Runtime::shutdown_background`.
  FERRY_REVIEW("RT-08", "blocking jobs may go on; 0.2.25 waited for them")
  void shutdown_background() && { static_cast<ferry::runtime::Runtime&&>(*this).shutdown_background(); }

  const Handle& handle() const noexcept { return handle_; }

  using ferry::runtime::Runtime::enter;
  /// Calls `f` in the runtime's context. Nothing is driven. Tokio: 0.2's `Runtime::enter`.
  template <std::invocable F>
  FERRY_REPLACE("RT-05", unsafe, "[&]() -> decltype(auto) { auto entered = $this.enter(); return ($f)(); }()")
  std::invoke_result_t<F> enter(F&& f) const {
    const auto guard = enter();
    return std::invoke(std::forward<F>(f));
  }

 private:
  Handle handle_;
};

}  // namespace ferry::v0_2::runtime
