// Builder: 0.2's, which chooses its scheduler last and counts all threads together.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include <ferry/annotate.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/runtime/runtime.hpp>

namespace ferry::v0_2::runtime {

/// Collects options, then makes a runtime. Without a scheduler it makes a shell, which runs what is given to
/// `block_on`: whatever spawns a task there, in code of 1.x, too, throws std::logic_error, but for the tasks
/// of a LocalSet. Neither I/O nor timers are on unless enabled.
///
/// Tokio: 0.2's `runtime::Builder`.
class FERRY_NATIVE("BLD-01", unsafe,
                   "ferry::runtime::Builder::new_multi_thread or new_current_thread") Builder {
 public:
  /// Tasks run on the thread that is inside `Runtime::block_on`. Tokio: 0.2's `Builder::basic_scheduler`.
  FERRY_NATIVE("BLD-02", safe, "ferry::runtime::Builder::new_current_thread")
  Builder& basic_scheduler();
  /// Tasks run on worker threads that share their work. Tokio: 0.2's `Builder::threaded_scheduler`.
  FERRY_NATIVE("BLD-03", safe, "ferry::runtime::Builder::new_multi_thread")
  Builder& threaded_scheduler();

  /// How many workers: 1 or more, by default as many as there are processors, but not more than
  /// `max_threads`. Means nothing to a basic scheduler. Throws std::logic_error for 0. Tokio: 0.2's
  /// `Builder::core_threads`.
  FERRY_NATIVE("BLD-05", unsafe, "worker_threads")
  Builder& core_threads(std::size_t count);
  /// As `core_threads`; 0 is only found out by `build`. Tokio: 0.2's `Builder::num_threads`.
  FERRY_NATIVE("BLD-04", safe, "worker_threads")
  Builder& num_threads(std::size_t count);
  /// How many threads in all, workers included: 1 or more, by default 512. Throws std::logic_error for 0.
  /// Tokio: 0.2's `Builder::max_threads`.
  FERRY_NATIVE("BLD-06", unsafe, "max_blocking_threads, which does not count the workers")
  Builder& max_threads(std::size_t count);

  /// Sockets, signals and timers.
  Builder& enable_all();
  Builder& enable_io();
  Builder& enable_time();
  /// The name of workers and blocking threads.
  Builder& thread_name(std::string name);
  /// Bytes of stack of workers and blocking threads; by default the system's.
  Builder& thread_stack_size(std::size_t bytes);
  /// Called on every worker and blocking thread when it starts, and when it ends.
  Builder& on_thread_start(std::function<void()> f);
  Builder& on_thread_stop(std::function<void()> f);

  /// Makes the runtime. An error says which resource could not be had.
  ///
  /// Throws: std::logic_error when there are more `core_threads` than `max_threads`.
  ferry::io::Result<Runtime> build();

 private:
  enum class Kind : unsigned char { Shell, Basic, Threaded };

  std::size_t workers() const;

  Kind kind_ = Kind::Shell;
  bool has_io_ = false;
  bool has_time_ = false;
  std::optional<std::size_t> core_threads_;
  std::size_t max_threads_ = 512;
  std::optional<std::string> thread_name_;
  std::optional<std::size_t> thread_stack_size_;
  std::function<void()> on_thread_start_;
  std::function<void()> on_thread_stop_;
};

}  // namespace ferry::v0_2::runtime
