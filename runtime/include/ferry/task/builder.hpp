// Builder: spawns tasks that have a name.
#pragma once

#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <ferry/detail/blocking_cell.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/local_set.hpp>

namespace ferry::task {

/// Spawns tasks with a name, which their JoinError says:
/// `task::Builder().name("reader").spawn(read(socket))`.
///
/// Cost: the name is kept beside the task, one more allocation per builder; tasks without a name pay nothing.
/// Tokio: `task::Builder`, whose functions give an `io::Result` that is never an error.
class Builder {
 public:
  Builder() noexcept {}

  /// What the tasks are called. Tokio: `Builder::name`.
  Builder& name(std::string_view name) & {
    name_ = std::make_shared<const std::string>(name);
    return *this;
  }
  Builder&& name(std::string_view name) && { return std::move(this->name(name)); }

  /// Starts a task of the current runtime. Throws: std::logic_error outside a runtime. Tokio:
  /// `Builder::spawn`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn(F&& future,
                                    std::source_location spawned_at = std::source_location::current()) const {
    return spawn_in(detail::require_scheduler("task::Builder::spawn"), std::move(future), spawned_at);
  }
  /// Starts a task of another runtime. Tokio: `Builder::spawn_on`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn_on(
      F&& future, const runtime::Handle& runtime,
      std::source_location spawned_at = std::source_location::current()) const {
    return spawn_in(*runtime.scheduler(), std::move(future), spawned_at);
  }
  /// Starts a task of the current LocalSet. Throws: std::logic_error outside of any. Tokio:
  /// `Builder::spawn_local`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn_local(
      F&& future, std::source_location spawned_at = std::source_location::current()) const {
    return spawn_in(detail::require_local("task::Builder::spawn_local"), std::move(future), spawned_at);
  }
  /// Starts a task of a LocalSet. Tokio: `Builder::spawn_local_on`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn_local_on(
      F&& future, const LocalSet& local,
      std::source_location spawned_at = std::source_location::current()) const {
    local.scheduler().require_thread("task::Builder::spawn_local_on");
    return spawn_in(local.scheduler(), std::move(future), spawned_at);
  }
  /// Runs `f` on the current runtime's blocking pool. Tokio: `Builder::spawn_blocking`.
  template <class F>
    requires std::is_invocable_v<std::decay_t<F>&>
  JoinHandle<std::invoke_result_t<std::decay_t<F>&>> spawn_blocking(F&& f) const {
    return spawn_blocking_in(detail::require_scheduler("task::Builder::spawn_blocking"), std::forward<F>(f));
  }
  /// Runs `f` on another runtime's blocking pool. Tokio: `Builder::spawn_blocking_on`.
  template <class F>
    requires std::is_invocable_v<std::decay_t<F>&>
  JoinHandle<std::invoke_result_t<std::decay_t<F>&>> spawn_blocking_on(F&& f,
                                                                       const runtime::Handle& runtime) const {
    return spawn_blocking_in(*runtime.scheduler(), std::forward<F>(f));
  }

 private:
  template <class S, class F>
  JoinHandle<FutureOutput<F>> spawn_in(S& scheduler, F&& future, std::source_location spawned_at) const {
    if (name_ == nullptr) return detail::spawn_on(scheduler, std::move(future), spawned_at);
    return detail::spawn_on(scheduler, std::move(future), spawned_at, detail::NamedExtras(name_));
  }
  template <class F>
  JoinHandle<std::invoke_result_t<std::decay_t<F>&>> spawn_blocking_in(detail::Scheduler& scheduler,
                                                                       F&& f) const {
    if (name_ == nullptr) return detail::spawn_blocking_on(scheduler, std::forward<F>(f));
    return detail::spawn_blocking_on(scheduler, std::forward<F>(f), detail::NamedExtras(name_));
  }

  detail::TaskName name_;
};

}  // namespace ferry::task
