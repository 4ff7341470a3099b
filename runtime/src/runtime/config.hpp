// What a runtime::Builder has collected.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <ferry/runtime/builder.hpp>
#include <ferry/runtime/dump.hpp>
#include <ferry/runtime/histogram.hpp>
#include <ferry/runtime/stall.hpp>
#include <ferry/runtime/task_meta.hpp>

namespace ferry::detail {

struct RuntimeConfig {
  bool is_multi_thread = false;
  bool enable_io = false;
  bool enable_time = false;
  bool enable_io_uring = false;
  bool start_paused = false;
  bool shuffle_tasks = false;
  bool is_local = false;  ///< a LocalRuntime's
  bool uses_lifo_slot = true;
  std::optional<std::uint64_t> rng_seed;
  std::size_t worker_threads = 1;
  std::size_t max_blocking_threads = 512;
  std::size_t thread_stack_size = 0;  ///< bytes; 0: the system's default
  std::chrono::nanoseconds thread_keep_alive = std::chrono::seconds(10);
  unsigned event_interval = 61;
  unsigned global_queue_interval = 31;
  runtime::UnhandledPanic unhandled_panic = runtime::UnhandledPanic::Ignore;
  std::string name;
  std::optional<runtime::HistogramConfiguration> poll_times;  ///< none: they are not measured
  std::optional<std::chrono::nanoseconds> stall_limit;
  std::function<void(const runtime::StalledTask&)> on_stall;  ///< null: prints it
  std::function<void(const runtime::Dump&)> on_tasks_left;    ///< at shutdown; null: nobody asks
  std::function<std::string()> thread_name;
  std::function<void()> on_thread_start;
  std::function<void()> on_thread_stop;
  std::function<void()> on_thread_park;
  std::function<void()> on_thread_unpark;
  std::function<void(const runtime::TaskMeta&)> on_task_spawn;
  std::function<void(const runtime::TaskMeta&)> on_task_terminate;
  std::function<void(const runtime::TaskMeta&)> on_before_task_poll;
  std::function<void(const runtime::TaskMeta&)> on_after_task_poll;

  /// Whether somebody wants to know of every poll.
  bool watches_polls() const noexcept { return on_before_task_poll || on_after_task_poll || poll_times; }
};

}  // namespace ferry::detail
