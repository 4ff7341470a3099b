// LocalRuntime: a runtime that never leaves its thread.
#pragma once

#include <chrono>
#include <source_location>
#include <thread>
#include <type_traits>
#include <utility>

#include <ferry/detail/local_scheduler.hpp>
#include <ferry/runtime/runtime.hpp>

namespace ferry::runtime {

/// A current_thread runtime that belongs to the thread that made it: its tasks may use what must not be
/// shared between threads, without a LocalSet. `task::spawn_local` spawns here, too. Made by
/// `Builder::build_local`.
///
/// Destroying it destroys every task; on another thread than its own that ends the process with a message.
/// Thread safety: belongs to its thread; the handle, and wakers and handles of tasks, may be used anywhere.
/// Tokio: `runtime::LocalRuntime`.
class LocalRuntime {
 public:
  /// A runtime with everything enabled. Tokio: `LocalRuntime::new`.
  static io::Result<LocalRuntime> create();

  LocalRuntime(LocalRuntime&& other) noexcept = default;
  LocalRuntime& operator=(LocalRuntime&& other) noexcept = default;
  ~LocalRuntime();

  /// Runs `future`, the tasks, sockets and timers until `future` is ready.
  ///
  /// Throws: std::logic_error on another thread, and on one that drives tasks; whatever the future throws.
  /// Tokio: `LocalRuntime::block_on`.
  template <class F>
    requires Future<std::remove_reference_t<F>>
  FutureOutput<F> block_on(F&& future) const {
    require_thread("LocalRuntime::block_on");
    return runtime_.block_on(std::forward<F>(future));
  }

  /// Starts a task that stays on this thread. Throws: std::logic_error on another one. Tokio:
  /// `LocalRuntime::spawn_local`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  task::JoinHandle<FutureOutput<F>> spawn_local(
      F&& future, std::source_location spawned_at = std::source_location::current()) const {
    require_thread("LocalRuntime::spawn_local");
    return runtime_.spawn(std::move(future), spawned_at);
  }

  /// Runs `f` on the blocking pool. Tokio: `LocalRuntime::spawn_blocking`.
  template <class F>
    requires std::is_invocable_v<std::decay_t<F>&>
  auto spawn_blocking(F&& f) const {
    return runtime_.spawn_blocking(std::forward<F>(f));
  }

  const Handle& handle() const noexcept { return runtime_.handle(); }
  /// The runtime's numbers. Tokio: `LocalRuntime::metrics`.
  RuntimeMetrics metrics() const noexcept { return runtime_.metrics(); }
  /// Puts this thread into the runtime's context for the guard's life. Tokio: `LocalRuntime::enter`.
  EnterGuard enter() const noexcept { return runtime_.enter(); }

  /// As `Runtime::shutdown_timeout`. Throws: std::logic_error on another thread.
  void shutdown_timeout(std::chrono::nanoseconds limit) &&;
  /// As `Runtime::shutdown_background`. Throws: std::logic_error on another thread.
  void shutdown_background() &&;

 private:
  friend class Builder;
  explicit LocalRuntime(Runtime runtime) noexcept : runtime_(std::move(runtime)) {}

  void require_thread(const char* call) const;

  Runtime runtime_;
};

}  // namespace ferry::runtime
