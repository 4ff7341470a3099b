// run: an asynchronous main, with the options that 0.2's attributes took.
#pragma once

#include <cstddef>
#include <optional>

#include <ferry/annotate.hpp>
#include <ferry/run.hpp>
#include <ferry/task/task.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/runtime/builder.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2 {

/// What `#[tokio::main]` and `#[tokio::test]` took in 0.2:
/// `int main() { return rt::run(async_main(), rt::MainOptions().core_threads(4)); }`
///
/// Tokio: the arguments of 0.2's `#[tokio::main]`.
class FERRY_NATIVE("MAC-01", unsafe, "a ferry::runtime::Builder") MainOptions {
 public:
  /// A threaded runtime, as in a 0.2 that was built with its threaded scheduler; one without took
  /// `basic_scheduler`.
  MainOptions() noexcept = default;

  /// Tasks run on the main thread, unless `core_threads` says otherwise.
  FERRY_NATIVE("MAC-04", safe, "ferry::runtime::Builder::new_current_thread")
  MainOptions& basic_scheduler() noexcept;
  /// Tasks run on worker threads, unless `core_threads` says otherwise.
  FERRY_NATIVE("MAC-05", safe, "ferry::runtime::Builder::new_multi_thread")
  MainOptions& threaded_scheduler() noexcept;
  /// How many workers: 1 or more. It chooses the scheduler, too, whatever else was said: 1 means a basic one,
  /// more a threaded one. Throws std::logic_error for 0.
  FERRY_NATIVE("MAC-02", unsafe, "worker_threads, or ferry::runtime::Builder::new_current_thread for one")
  MainOptions& core_threads(std::size_t count);
  /// How many threads in all, workers included: 1 or more. Throws std::logic_error for 0.
  FERRY_NATIVE("MAC-03", unsafe, "max_blocking_threads, which does not count the workers")
  MainOptions& max_threads(std::size_t count);

  /// What makes such a runtime, with everything enabled.
  runtime::Builder builder() const;

 private:
  bool is_threaded_ = true;
  std::optional<std::size_t> core_threads_;
  std::optional<std::size_t> max_threads_;
};

/// A basic runtime, unless more is said: what `#[tokio::test]` began with.
FERRY_NATIVE("MAC-06", safe, "ferry::runtime::Builder::new_current_thread")
MainOptions test_options() noexcept;

using ferry::run;

/// Runs `main` on a runtime of its own, with everything enabled.
///
/// Result: what `main` gives, or EXIT_SUCCESS.
/// Throws: std::system_error when there can be no runtime, std::logic_error when there are more
/// `core_threads` than `max_threads`, and whatever leaves `main`.
/// Tokio: 0.2's `#[tokio::main]` and `#[tokio::test]`.
int run(ferry::Task<int> main, const MainOptions& options);
int run(ferry::Task<void> main, const MainOptions& options);

}  // namespace ferry::v0_2

#pragma GCC diagnostic pop
