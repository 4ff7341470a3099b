// LocalSet and spawn_local: tasks that never leave their thread.
#pragma once

#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/detail/kept_future.hpp>
#include <ferry/detail/local_scheduler.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/future.hpp>
#include <ferry/runtime/runtime.hpp>
#include <ferry/task/join_handle.hpp>

namespace ferry::task {

class LocalSet;

/// While it lives, `spawn_local` on this thread spawns to a LocalSet. Nothing is run.
///
/// Tokio: `task::LocalEnterGuard`.
class [[nodiscard]] LocalEnterGuard {
 public:
  explicit LocalEnterGuard(detail::LocalScheduler& local) noexcept : scope_(local, false) {}

 private:
  detail::LocalScope scope_;
};

/// Runs a future together with a LocalSet's tasks. Made by `LocalSet::run_until`; cannot be moved.
template <class F>
class [[nodiscard]] RunUntil {
 public:
  using Output = FutureOutput<F>;
  RunUntil(detail::LocalScheduler& local, F&& future) : local_(local), future_(std::forward<F>(future)) {}
  RunUntil(const RunUntil&) = delete;
  RunUntil& operator=(const RunUntil&) = delete;

  Poll<Output> poll(Context& cx) {
    local_.require_thread("LocalSet::run_until");
    local_.register_waker(cx.waker());
    const detail::LocalScope scope(local_, true);
    auto polled = future_.poll(cx);
    if (polled.is_pending() && local_.tick()) cx.waker().wake_by_ref();
    return polled;
  }

 private:
  detail::LocalScheduler& local_;
  F future_;
};

/// Tasks that stay on the thread that made the set: they may use what must not be shared between threads.
///
/// They run while the set or one of its `run_until` futures is polled, which has to be on that thread: inside
/// `block_on`, not inside a task that workers pass around. Awaiting the set runs it until all its tasks have
/// finished. They may be woken and aborted from any thread. Destroying the set destroys its tasks.
///
/// Cancelling: stops running the tasks; awaiting the set again goes on.
/// Thread safety: belongs to the thread that made it; handles and wakers of its tasks may be used anywhere.
/// Cost: a wake-up on the set's own thread, from one of its tasks, takes no lock.
/// Tokio: `task::LocalSet`.
class LocalSet {
 public:
  using Output = void;

  LocalSet()
      : local_(detail::CountedScheduler<detail::LocalScheduler>::adopt(new detail::LocalScheduler())) {}
  LocalSet(const LocalSet&) = delete;
  LocalSet& operator=(const LocalSet&) = delete;
  /// Ends the process with a message on another thread than its own.
  ~LocalSet();

  /// Adds a task. Throws: std::logic_error on another thread. Tokio: `LocalSet::spawn_local`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn_local(
      F&& future, std::source_location spawned_at = std::source_location::current()) const {
    local_->require_thread("LocalSet::spawn_local");
    return detail::spawn_on(*local_, std::move(future), spawned_at);
  }

  /// Runs the tasks until `future` is ready, which may call `task::spawn_local`. A future that has a name, or
  /// cannot be moved, is borrowed.
  ///
  /// Cancelling: as `future`; the tasks stay in the set.
  /// Tokio: `LocalSet::run_until`.
  template <Future F>
  RunUntil<detail::KeptFuture<F>> run_until(F&& future) const {
    return RunUntil<detail::KeptFuture<F>>(*local_, std::forward<F>(future));
  }

  /// `runtime.block_on(set.run_until(future))`. Tokio: `LocalSet::block_on`.
  template <Future F>
  FutureOutput<F> block_on(const runtime::Runtime& runtime, F&& future) const {
    return runtime.block_on(run_until(std::forward<F>(future)));
  }

  /// Makes `task::spawn_local` spawn here while the guard lives. Tokio: `LocalSet::enter`.
  LocalEnterGuard enter() const {
    local_->require_thread("LocalSet::enter");
    return LocalEnterGuard(*local_);
  }

  /// What happens when an exception leaves one of the tasks: with ShutdownRuntime all of them are destroyed,
  /// and whoever runs the set gets a std::runtime_error. Throws: std::logic_error on another thread. Tokio:
  /// `LocalSet::unhandled_panic`.
  void unhandled_panic(runtime::UnhandledPanic behavior) const {
    local_->require_thread("LocalSet::unhandled_panic");
    local_->unhandled_panic(behavior);
  }

  /// Ready when every task has finished.
  Poll<void> poll(Context& cx);

  /// For other parts of ferry.
  detail::LocalScheduler& scheduler() const noexcept { return *local_; }

 private:
  detail::CountedScheduler<detail::LocalScheduler> local_;
};

/// Adds a task to the LocalSet that runs on this thread, or was entered; or else to the LocalRuntime.
///
/// Throws: std::logic_error outside of any.
/// Tokio: `task::spawn_local`.
template <Future F>
  requires(!std::is_lvalue_reference_v<F>)
JoinHandle<FutureOutput<F>> spawn_local(F&& future,
                                        std::source_location spawned_at = std::source_location::current()) {
  return detail::spawn_on(detail::require_local("task::spawn_local"), std::move(future), spawned_at);
}

}  // namespace ferry::task
