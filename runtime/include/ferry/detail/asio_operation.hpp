// What waits for one of Asio's operations: the part that knows no types.
#pragma once

#include <atomic>
#include <thread>
#include <utility>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/execution_context.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/spin_lock.hpp>
#include <ferry/future.hpp>

namespace ferry::detail {

/// A function of an operation that is in progress, queued until the task that awaits it runs.
class AsioStep {
 public:
  virtual void run() = 0;            ///< and frees it
  virtual void drop() noexcept = 0;  ///< frees it
  AsioStep* next = nullptr;

 protected:
  ~AsioStep() = default;
};

/// The state of an operation that was started. Whatever the operation has executed runs in the task that
/// awaits it, when that is polled. It must be `settle`d before it is destroyed.
///
/// Thread safety: `push` and `finish` may be called from any thread, the rest belongs to the awaiting task.
class AsioOperation {
 public:
  AsioOperation() = default;
  AsioOperation(const AsioOperation&) = delete;
  AsioOperation& operator=(const AsioOperation&) = delete;
  ~AsioOperation();

  /// Calls `start`, which starts the operation, in the first poll. Throws what it throws.
  template <class Start>
  void begin(Context& cx, Start&& start) {
    scheduler_ = SchedulerRef(current_scheduler());
    keep_waker(cx.waker());
    const PollScope scope(*this);
    std::forward<Start>(start)();
  }
  /// Runs what is queued. True once the operation has finished.
  bool poll(Context& cx);
  /// Cancels the operation, and waits until it has finished or can never finish.
  void settle() noexcept;

  void push(AsioStep* step) noexcept;
  /// The handler was called, or destroyed.
  void finish() noexcept;
  /// Whether this thread is in `poll`, where steps may run at once.
  bool is_polled_here() const noexcept {
    return polled_by_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }

  boost::asio::cancellation_slot slot() noexcept { return signal_.slot(); }
  /// The runtime's, or the system's outside of any.
  boost::asio::execution_context& context() const noexcept;

 private:
  class PollScope {
   public:
    explicit PollScope(AsioOperation& operation) noexcept : operation_(operation) {
      operation_.polled_by_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    }
    PollScope(const PollScope&) = delete;
    PollScope& operator=(const PollScope&) = delete;
    ~PollScope() { operation_.polled_by_.store({}, std::memory_order_relaxed); }

   private:
    AsioOperation& operation_;
  };

  void run_steps();
  void run_steps_quietly() noexcept;
  bool has_progressed() const noexcept;
  AsioStep* pop() noexcept;
  void keep_waker(Waker waker) noexcept;
  bool is_finished() const noexcept;

  mutable SpinLock lock_;
  AsioStep* first_ = nullptr;
  AsioStep* last_ = nullptr;
  Waker waker_ = Waker::noop();
  bool is_finished_ = false;

  std::atomic<std::thread::id> polled_by_{};
  SchedulerRef scheduler_;  // whose reactor may have to be turned to get the operation to its end
  boost::asio::cancellation_signal signal_;
};

}  // namespace ferry::detail
