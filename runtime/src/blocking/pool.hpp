// The blocking pool: threads for what must not run on a worker.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <ferry/detail/scheduler.hpp>

namespace ferry::detail {

struct RuntimeConfig;

/// Gives waiting jobs to idle threads, or to new ones while fewer than the limit exist; idle ones end after
/// keep-alive. One thread is woken or started at a time, and sees to the next one when it has arrived: short
/// jobs that come in a row are done by those that are awake, at the cost of one wake-up and not of one each.
///
/// Thread safety: every member may be called from any thread; `shut_down` once.
class BlockingPool {
 public:
  BlockingPool(const RuntimeConfig& config, Scheduler& scheduler);
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;
  ~BlockingPool();

  /// Runs `job` as soon as a thread is free; cancels it after shutdown, be it mandatory or not.
  void spawn(std::unique_ptr<BlockingJob> job);

  struct Sizes {
    std::size_t threads = 0;  ///< idle ones included
    std::size_t idle = 0;
    std::size_t queued = 0;  ///< jobs that wait for a thread
  };
  Sizes sizes() const noexcept;

  /// Whether a job is queued or runs.
  bool has_jobs() const noexcept { return jobs_.load(std::memory_order_acquire) != 0; }

  /// Cancels queued jobs that are not mandatory, and waits for the others, but for one that calls this, until
  /// `deadline` if there is one; what runs on then is left to itself.
  void shut_down(std::optional<std::chrono::steady_clock::time_point> deadline);

 private:
  struct State;  // shared with threads that are left to themselves

  std::shared_ptr<State> state_;
  Scheduler& scheduler_;
  std::atomic<std::size_t>& jobs_;
};

}  // namespace ferry::detail
