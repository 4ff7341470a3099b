// Handle: a runtime seen from outside; Enter guards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/detail/blocking_cell.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/detail/thread_park.hpp>
#include <ferry/result.hpp>
#include <ferry/runtime/dump.hpp>
#include <ferry/runtime/metrics.hpp>
#include <ferry/task/join_handle.hpp>

namespace ferry::detail {

/// Marks the calling thread as one that waits inside async code; throws std::logic_error when it drives tasks
/// already.
class BlockOnScope {
 public:
  BlockOnScope(const SchedulerRef& scheduler, const char* call);
  BlockOnScope(const BlockOnScope&) = delete;
  BlockOnScope& operator=(const BlockOnScope&) = delete;
  ~BlockOnScope();

 private:
  Scheduler* previous_;
};
}  // namespace ferry::detail

namespace ferry::asio {
class Executor;
}

namespace ferry::runtime {

/// Which scheduler a runtime has. Tokio: `runtime::RuntimeFlavor`.
enum class RuntimeFlavor : std::uint8_t { CurrentThread, MultiThread };

/// While it lives, its thread is in the runtime's context: `spawn`, timers and sockets work. Nothing is
/// driven.
///
/// Guards of one thread are destroyed in reverse order; anything else aborts.
/// Tokio: `runtime::EnterGuard`.
class [[nodiscard]] EnterGuard {
 public:
  explicit EnterGuard(detail::SchedulerRef scheduler) noexcept;
  EnterGuard(const EnterGuard&) = delete;
  EnterGuard& operator=(const EnterGuard&) = delete;
  ~EnterGuard();

 private:
  detail::SchedulerRef scheduler_;
  detail::Scheduler* previous_;
  unsigned depth_;
};

/// Why a thread has no current runtime: it is in no runtime's context. Tokio: `runtime::TryCurrentError`.
class TryCurrentError {
 public:
  TryCurrentError() noexcept {}
  /// Always. Tokio: `TryCurrentError::is_missing_context`.
  bool is_missing_context() const noexcept { return true; }
  /// Never: the context is there as long as its thread. Tokio: `TryCurrentError::is_thread_local_destroyed`.
  bool is_thread_local_destroyed() const noexcept { return false; }
};

/// `.value()` of what `Handle::try_current` gives outside of a runtime throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const TryCurrentError& error,
                                             const boost::source_location& location);

/// Refers to a runtime. Copies refer to the same one and do not keep its threads running.
///
/// Thread safety: every member may be called from any thread.
/// Tokio: `runtime::Handle`.
class Handle {
 public:
  explicit Handle(detail::SchedulerRef scheduler) noexcept : scheduler_(std::move(scheduler)) {}

  /// The runtime whose context this thread is in. Throws std::logic_error outside of any. Tokio:
  /// `Handle::current`.
  static Handle current();
  /// The same, or an error. Tokio: `Handle::try_current`.
  static Result<Handle, TryCurrentError> try_current() noexcept;

  /// Starts a task. After shutdown it is cancelled at once. Tokio: `Handle::spawn`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  task::JoinHandle<FutureOutput<F>> spawn(
      F&& future, std::source_location spawned_at = std::source_location::current()) const {
    return detail::spawn_on(*scheduler_, std::move(future), spawned_at);
  }

  /// Runs `f` on the blocking pool, inside this runtime's context. Tokio: `Handle::spawn_blocking`.
  ///
  /// Cancelling: `abort` works only while it is queued; after shutdown it is cancelled at once.
  template <class F>
    requires std::is_invocable_v<std::decay_t<F>&>
  task::JoinHandle<std::invoke_result_t<std::decay_t<F>&>> spawn_blocking(F&& f) const {
    return detail::spawn_blocking_on(*scheduler_, std::forward<F>(f));
  }

  /// Blocks this thread until `future` is ready. Never drives the scheduler, I/O or timers: on a
  /// current_thread runtime somebody else has to be inside `Runtime::block_on`.
  ///
  /// Throws: std::logic_error on a thread that drives tasks; whatever the future throws.
  /// Tokio: `Handle::block_on`.
  template <class F>
    requires Future<std::remove_reference_t<F>>
  FutureOutput<F> block_on(F&& future) const {
    const detail::BlockOnScope scope(scheduler_, "Handle::block_on");
    return detail::park_on(future);
  }

  /// Puts this thread into the runtime's context for the guard's life. Tokio: `Handle::enter`.
  EnterGuard enter() const noexcept { return EnterGuard(scheduler_); }

  RuntimeFlavor runtime_flavor() const noexcept {
    return scheduler_->is_multi_thread() ? RuntimeFlavor::MultiThread : RuntimeFlavor::CurrentThread;
  }
  /// What `Builder::name` said; empty without. Valid while the handle lives. Tokio: `Handle::name`.
  std::string_view name() const noexcept;
  /// The runtime's numbers. Tokio: `Handle::metrics`.
  RuntimeMetrics metrics() const noexcept { return RuntimeMetrics(scheduler_); }
  /// What every task of this runtime is doing, those of the LocalSets that it runs among them: for people who
  /// look for what hangs. A task that runs on another thread at the moment is shown without its trace. Tasks
  /// go on meanwhile, so the dump is of no single moment; one that is wanted while it is looked at runs a few
  /// microseconds later. Jobs of the blocking pool are no tasks.
  ///
  /// Thread safety: may be called from any thread, also outside the runtime, and while no thread runs it.
  /// Cost: some microseconds and a few allocations per task.
  /// Tokio: `Handle::dump`, which is a future and waits until every task has been polled.
  Dump dump() const;

  /// An executor for Asio's objects and operations: sockets, timers, strands, resolvers, `co_spawn` of Asio's
  /// own coroutines. What they execute runs as tasks here. Needs <ferry/asio.hpp>.
  ///
  /// Throws: std::logic_error, for a runtime that was built without I/O.
  asio::Executor executor() const;

  /// Unique in the process.
  std::uint64_t id() const noexcept { return scheduler_->id(); }

  /// For other parts of ferry.
  const detail::SchedulerRef& scheduler() const noexcept { return scheduler_; }

 private:
  detail::SchedulerRef scheduler_;
};

/// The number of the worker that this thread is, from 0; none on other threads. A current_thread runtime has
/// number 0, inside of `block_on`. Tokio: `runtime::worker_index`.
std::optional<std::size_t> worker_index() noexcept;

/// Whether an I/O operation failed because its runtime has been shut down. Such an error also equals
/// `boost::system::errc::operation_canceled`. Tokio: `runtime::is_rt_shutdown_err`.
bool is_rt_shutdown_err(const io::Error& error) noexcept;

}  // namespace ferry::runtime
