// SpawnsInto: the ways to spawn what JoinSet and JoinQueue have in common.
#pragma once

#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/local_set.hpp>
#include <ferry/task/spawn.hpp>

namespace ferry::task {

/// Base of a collection `Self` of tasks that give a `T`, which has `AbortHandle insert(JoinHandle<T>&&)`.
/// What is spawned is inserted.
template <class Self, class T>
class SpawnsInto {
 public:
  /// Starts a task of the current runtime. Throws: std::logic_error outside a runtime.
  /// Tokio: `JoinSet::spawn`, `JoinQueue::spawn`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F> && std::is_same_v<FutureOutput<F>, T>)
  AbortHandle spawn(F&& future, std::source_location spawned_at = std::source_location::current()) {
    return self().insert(task::spawn(std::move(future), spawned_at));
  }
  /// Starts a task of another runtime. Tokio: `JoinSet::spawn_on`, `JoinQueue::spawn_on`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F> && std::is_same_v<FutureOutput<F>, T>)
  AbortHandle spawn_on(F&& future, const runtime::Handle& runtime,
                       std::source_location spawned_at = std::source_location::current()) {
    return self().insert(runtime.spawn(std::move(future), spawned_at));
  }
  /// Starts a task of the current LocalSet. Throws: std::logic_error outside of any.
  /// Tokio: `JoinSet::spawn_local`, `JoinQueue::spawn_local`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F> && std::is_same_v<FutureOutput<F>, T>)
  AbortHandle spawn_local(F&& future, std::source_location spawned_at = std::source_location::current()) {
    return self().insert(task::spawn_local(std::move(future), spawned_at));
  }
  /// Starts a task of a LocalSet. Tokio: `JoinSet::spawn_local_on`, `JoinQueue::spawn_local_on`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F> && std::is_same_v<FutureOutput<F>, T>)
  AbortHandle spawn_local_on(F&& future, const LocalSet& local,
                             std::source_location spawned_at = std::source_location::current()) {
    return self().insert(local.spawn_local(std::move(future), spawned_at));
  }
  /// Runs `f` on the current runtime's blocking pool.
  /// Tokio: `JoinSet::spawn_blocking`, `JoinQueue::spawn_blocking`.
  template <class F>
    requires std::is_same_v<std::invoke_result_t<std::decay_t<F>&>, T>
  AbortHandle spawn_blocking(F&& f) {
    return self().insert(task::spawn_blocking(std::forward<F>(f)));
  }
  /// Runs `f` on another runtime's blocking pool.
  /// Tokio: `JoinSet::spawn_blocking_on`, `JoinQueue::spawn_blocking_on`.
  template <class F>
    requires std::is_same_v<std::invoke_result_t<std::decay_t<F>&>, T>
  AbortHandle spawn_blocking_on(F&& f, const runtime::Handle& runtime) {
    return self().insert(runtime.spawn_blocking(std::forward<F>(f)));
  }

 protected:
  SpawnsInto() noexcept = default;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

}  // namespace ferry::task
