// spawn and spawn_blocking on the current runtime.
#pragma once

#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/detail/blocking_cell.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/task/join_handle.hpp>

namespace ferry::task {

/// Starts `future` as a task of the current runtime: it runs without being awaited.
///
/// Result: a handle to await its output, or to abort it.
/// Throws: std::logic_error outside a runtime.
/// Tokio: `task::spawn`.
template <Future F>
  requires(!std::is_lvalue_reference_v<F>)
JoinHandle<FutureOutput<F>> spawn(F&& future,
                                  std::source_location spawned_at = std::source_location::current()) {
  return detail::spawn_on(detail::require_scheduler("ferry::spawn"), std::move(future), spawned_at);
}

/// Runs `f` on the current runtime's blocking pool, inside its context.
///
/// Throws: std::logic_error outside a runtime.
/// Cancelling: `abort` works only while it is queued.
/// Tokio: `task::spawn_blocking`.
template <class F>
  requires std::is_invocable_v<std::decay_t<F>&>
JoinHandle<std::invoke_result_t<std::decay_t<F>&>> spawn_blocking(F&& f) {
  return detail::spawn_blocking_on(detail::require_scheduler("task::spawn_blocking"), std::forward<F>(f));
}

}  // namespace ferry::task

namespace ferry {
using task::spawn;
}  // namespace ferry
