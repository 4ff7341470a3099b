// What a runtime::Builder has collected.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <ferry/runtime/dump.hpp>
#include <ferry/runtime/stall.hpp>

namespace ferry::detail {

struct RuntimeConfig {
  bool is_multi_thread = false;
  bool enable_io = false;
  bool enable_time = false;
  bool start_paused = false;
  bool shuffle_tasks = false;
  std::optional<std::uint64_t> rng_seed;
  std::size_t worker_threads = 1;
  std::size_t max_blocking_threads = 512;
  std::size_t thread_stack_size = 0;  ///< bytes; 0: the system's default
  std::chrono::nanoseconds thread_keep_alive = std::chrono::seconds(10);
  unsigned event_interval = 61;
  unsigned global_queue_interval = 31;
  std::optional<std::chrono::nanoseconds> stall_limit;
  std::function<void(const runtime::StalledTask&)> on_stall;  ///< null: prints it
  std::function<void(const runtime::Dump&)> on_tasks_left;    ///< at shutdown; null: nobody asks
  std::function<std::string()> thread_name;
  std::function<void()> on_thread_start;
  std::function<void()> on_thread_stop;
};

}  // namespace ferry::detail
