// LocalPoolHandle: threads for tasks that never leave theirs.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/future.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/task.hpp>

namespace ferry::task {

/// Threads on which tasks run that may use what must not be shared between threads. Copies refer to the same
/// threads.
///
/// Every thread has a LocalRuntime with everything enabled: a pinned task may call `task::spawn_local`. When
/// the last handle has gone and a thread's pinned tasks have finished, the thread ends, and with it what they
/// have spawned there. Nobody waits for that: a pinned task that never finishes is to be aborted and joined
/// before the program ends.
///
/// Thread safety: every const member may be called from any thread at any time, also outside a runtime.
/// Tokio: `tokio_util::task::LocalPoolHandle`.
class LocalPoolHandle {
 public:
  /// Starts `pool_size` threads.
  ///
  /// Throws: std::logic_error for 0; std::system_error when a thread or its runtime cannot be had.
  /// Tokio: `LocalPoolHandle::new`.
  explicit LocalPoolHandle(std::size_t pool_size);

  /// Calls `create` on the thread that has the fewest pinned tasks, and runs the future that it gives there.
  /// Only `create` and what the future gives go from one thread to another. `create` lives as long as the
  /// future: it may be a coroutine with captures. Name a closure before passing it, as g++ 12 destroys
  /// closures twice that are made inside the full expression of a `co_await`.
  ///
  /// Result: the task's handle. An exception that leaves `create` is as one that leaves the future.
  /// Cancelling: `abort` destroys the future on its thread.
  /// Tokio: `LocalPoolHandle::spawn_pinned`.
  template <class F>
    requires Future<std::invoke_result_t<std::decay_t<F>&>>
  auto spawn_pinned(F&& create, std::source_location spawned_at = std::source_location::current()) const {
    return spawn_on(Load(least_loaded()), std::decay_t<F>(std::forward<F>(create)), spawned_at);
  }
  /// The same on thread `idx`, from 0, however many tasks it has. Throws: std::logic_error when there is no
  /// such thread. Tokio: `LocalPoolHandle::spawn_pinned_by_idx`.
  template <class F>
    requires Future<std::invoke_result_t<std::decay_t<F>&>>
  auto spawn_pinned_by_idx(F&& create, std::size_t idx,
                           std::source_location spawned_at = std::source_location::current()) const {
    return spawn_on(Load(by_idx(idx)), std::decay_t<F>(std::forward<F>(create)), spawned_at);
  }

  std::size_t num_threads() const noexcept { return workers_->size(); }
  /// How many pinned tasks each thread has, those that wait for their first turn among them; not what they
  /// have spawned themselves. Tokio: `LocalPoolHandle::get_task_loads_for_each_worker`.
  std::vector<std::size_t> get_task_loads_for_each_worker() const;

 private:
  class Worker;

  // A pinned task's place in the count, and its share of the worker. Comes from a worker that has counted it.
  class Load {
   public:
    explicit Load(std::shared_ptr<Worker> worker) noexcept : worker_(std::move(worker)) {}
    Load(Load&& other) noexcept = default;
    Load& operator=(Load&& other) = delete;
    ~Load();
    const runtime::Handle& runtime() const noexcept;

   private:
    std::shared_ptr<Worker> worker_;
  };

  template <class F>
  static Task<FutureOutput<std::invoke_result_t<F&>>> run(F create, Load) {
    co_return co_await create();
  }
  template <class F>
  static auto spawn_on(Load load, F&& create, std::source_location spawned_at) {
    const runtime::Handle runtime = load.runtime();
    return runtime.spawn(run<F>(std::move(create), std::move(load)), spawned_at);
  }

  // Both count one task more.
  std::shared_ptr<Worker> least_loaded() const noexcept;
  std::shared_ptr<Worker> by_idx(std::size_t idx) const;

  std::shared_ptr<const std::vector<std::shared_ptr<Worker>>> workers_;
};

}  // namespace ferry::task
