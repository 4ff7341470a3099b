// The current_thread scheduler: whoever is in block_on runs the tasks and the driver.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/thread_park.hpp>

#include "runtime/config.hpp"
#include "scheduler/inject.hpp"

namespace ferry::detail {

/// A future that block_on polls: type-erased.
class BlockOnFuture {
 public:
  virtual bool poll(Context& cx) = 0;  ///< true when it is ready

 protected:
  ~BlockOnFuture() = default;
};

class CurrentThread final : public Scheduler {
 public:
  explicit CurrentThread(const RuntimeConfig& config);

  void schedule(TaskHeader* task, bool is_yield) noexcept override;
  bool is_multi_thread() const noexcept override { return false; }
  void relieve() noexcept override {}  // there is nobody else

  /// Runs tasks on this thread until `future` is ready. While another thread does, it only polls `future`,
  /// and takes over when that one leaves.
  void block_on(BlockOnFuture& future);

  /// Destroys every task. Called once, by the Runtime, on any thread that is not inside block_on.
  void shut_down() noexcept;

 private:
  class Core;
  class RootWaker;

  void run(Core& core, BlockOnFuture& future, RootWaker& root);
  TaskHeader* take_any(Core& core) noexcept;
  [[noreturn]] void throw_stuck();

  const unsigned event_interval_;
  const unsigned global_queue_interval_;
  const bool shuffles_;
  InjectQueue inject_;
  std::atomic<bool> is_parked_{false};

  std::mutex core_mutex_;
  std::condition_variable core_free_;
  std::unique_ptr<Core> core_;  // null while a thread runs it
};

}  // namespace ferry::detail
