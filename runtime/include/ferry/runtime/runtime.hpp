// Runtime: a scheduler, a driver and a blocking pool.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/result.hpp>
#include <ferry/runtime/builder.hpp>
#include <ferry/runtime/handle.hpp>

namespace ferry::runtime {

/// Runs tasks. Destroying it destroys every task and waits for blocking jobs that have started, but for one
/// that destroys it itself.
///
/// Thread safety: the const members may be called from any thread at any time.
/// Tokio: `runtime::Runtime`.
class Runtime {
 public:
  /// A multi_thread runtime with everything enabled. Tokio: `Runtime::new`.
  static io::Result<Runtime> create();

  Runtime(Runtime&& other) noexcept = default;
  Runtime& operator=(Runtime&& other) noexcept;
  /// Ends the process with a message on a thread that drives tasks: use `shutdown_background` there.
  ~Runtime();

  /// Runs `future` on this thread until it is ready. On a current_thread runtime this also runs its tasks,
  /// sockets and timers; of several threads that call it at once the first does, the others wait and take
  /// over.
  ///
  /// Throws: std::logic_error on a thread that drives tasks; whatever the future throws.
  /// Tokio: `Runtime::block_on`.
  template <class F>
    requires Future<std::remove_reference_t<F>>
  FutureOutput<F> block_on(F&& future) const;

  /// Starts a task; on a current_thread runtime it runs once somebody is inside `block_on`. Tokio:
  /// `Runtime::spawn`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  task::JoinHandle<FutureOutput<F>> spawn(
      F&& future, std::source_location spawned_at = std::source_location::current()) const {
    return handle_.spawn(std::move(future), spawned_at);
  }

  /// Runs `f` on the blocking pool. Tokio: `Runtime::spawn_blocking`.
  template <class F>
    requires std::is_invocable_v<std::decay_t<F>&>
  auto spawn_blocking(F&& f) const {
    return handle_.spawn_blocking(std::forward<F>(f));
  }

  const Handle& handle() const noexcept { return handle_; }
  /// The runtime's numbers. Tokio: `Runtime::metrics`.
  RuntimeMetrics metrics() const noexcept { return handle_.metrics(); }

  /// Puts this thread into the runtime's context for the guard's life. Tokio: `Runtime::enter`.
  EnterGuard enter() const noexcept { return handle_.enter(); }

  /// Ends the runtime: destroys every task, and waits for that and for running blocking jobs at most `limit`.
  /// Throws: std::logic_error on a thread that drives tasks, unless `limit` is zero. Tokio:
  /// `Runtime::shutdown_timeout`.
  void shutdown_timeout(std::chrono::nanoseconds limit) &&;
  /// Ends the runtime without waiting; may be called on a thread that drives tasks. Tokio:
  /// `Runtime::shutdown_background`.
  void shutdown_background() &&;

 private:
  friend class Builder;
  explicit Runtime(detail::SchedulerRef scheduler) noexcept : handle_(std::move(scheduler)) {}

  void block_on_current_thread(bool (*poll)(void* future, Context& cx), void* future) const;
  void start_monitor() const;
  void shut_down(std::optional<std::chrono::nanoseconds> limit) noexcept;

  Handle handle_;
};

template <class F>
  requires Future<std::remove_reference_t<F>>
FutureOutput<F> Runtime::block_on(F&& future) const {
  if (handle_.runtime_flavor() == RuntimeFlavor::MultiThread) {
    const detail::BlockOnScope scope(handle_.scheduler(), "Runtime::block_on");
    return detail::park_on(future);
  }
  struct Root {
    std::remove_reference_t<F>* future;
    Poll<FutureOutput<F>> polled{ferry::pending};
  } root{&future};
  block_on_current_thread(
      [](void* data, Context& cx) {
        auto* root = static_cast<Root*>(data);
        std::destroy_at(&root->polled);
        std::construct_at(&root->polled, ferry::pending);
        if constexpr (std::is_void_v<FutureOutput<F>>) {
          return root->future->poll(cx).is_ready();
        } else {
          auto polled = root->future->poll(cx);
          if (polled.is_pending()) return false;
          std::destroy_at(&root->polled);
          std::construct_at(&root->polled, std::move(polled));
          return true;
        }
      },
      &root);
  return *std::move(root.polled);
}

}  // namespace ferry::runtime
