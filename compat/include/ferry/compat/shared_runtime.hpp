// SharedRuntime: a runtime that several threads own and block on.
#pragma once

#include <concepts>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/runtime/runtime.hpp>
#include <ferry/task/join_handle.hpp>

namespace ferry::compat {

/// A runtime with as many owners as there are copies; the last one ends it. Every owner may block on it at
/// the same time, and sockets and timers are driven whoever does: what code did with a mutex around a runtime
/// of 0.2, or with `Handle::block_on`, which drives nothing.
///
/// Thread safety: every member may be called from any thread at any time.
/// Cost: one allocation for the runtime; blocking costs what `Runtime::block_on` does.
class SharedRuntime {
 public:
  /// Takes a runtime over, of 1.x or of 0.2.
  explicit SharedRuntime(ferry::runtime::Runtime runtime)
      : runtime_(std::make_shared<const ferry::runtime::Runtime>(std::move(runtime))) {}

  /// Runs `future` on this thread until it is ready.
  ///
  /// Throws: std::logic_error on a thread that drives tasks; whatever the future throws.
  template <class F>
    requires Future<std::remove_reference_t<F>>
  FutureOutput<F> block_on(F&& future) const {
    return runtime_->block_on(std::forward<F>(future));
  }

  /// Starts a task.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  task::JoinHandle<FutureOutput<F>> spawn(
      F&& future, std::source_location spawned_at = std::source_location::current()) const {
    return runtime_->spawn(std::move(future), spawned_at);
  }

  /// Runs `f` on the blocking pool, where it may block on this runtime, too.
  template <std::invocable F>
  auto spawn_blocking(F&& f) const {
    return runtime_->spawn_blocking(std::forward<F>(f));
  }

  /// Puts this thread into the runtime's context for the guard's life. With a closure: compat::enter.
  runtime::EnterGuard enter() const noexcept { return runtime_->enter(); }

  const runtime::Handle& handle() const noexcept { return runtime_->handle(); }

 private:
  std::shared_ptr<const ferry::runtime::Runtime> runtime_;
};

}  // namespace ferry::compat
