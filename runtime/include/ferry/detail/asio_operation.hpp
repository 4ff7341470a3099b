// What waits for one of Asio's operations: the part that knows no types.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/execution_context.hpp>
#include <ferry/detail/asio_steps.hpp>
#include <ferry/detail/atomic_waker.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/future.hpp>

namespace ferry::detail {

class AsioOperationRef;

/// The state of an operation that was started. Whatever the operation has executed runs in the task that
/// awaits it, when that is polled: one thing at a time, as on a strand. Shared by the future and the
/// operation's executors, which may outlive it: what they are given then runs as tasks of their own.
///
/// Thread safety: `push` and `finish` may be called from any thread, the rest belongs to the awaiting task.
class AsioOperation {
 public:
  static AsioOperationRef make();
  AsioOperation(const AsioOperation&) = delete;
  AsioOperation& operator=(const AsioOperation&) = delete;

  /// Calls `start`, which starts the operation, in the first poll. Throws what it throws.
  template <class Start>
  void begin(Context& cx, Start&& start) {
    scheduler_ = SchedulerRef(current_scheduler());
    waker_.register_waker(cx.waker());
    in_context(start);
  }
  /// Runs what is queued, within the task's budget. True once the operation has finished. Throws what the
  /// operation throws.
  bool poll(Context& cx);
  /// An operation that has not finished is cancelled and waited for. It has finished then.
  void cancel() noexcept;
  /// The future goes: as `cancel`.
  void close() noexcept;

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
  friend class AsioOperationRef;

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

  AsioOperation() = default;
  ~AsioOperation() = default;

  /// Calls `use(argument)` as one who polls, on a thread that may not keep the runtime from being shut down.
  void in_context(void (*use)(void*), void* argument);
  template <class Use>
  void in_context(Use&& use) {
    in_context([](void* use) { (*static_cast<std::remove_reference_t<Use>*>(use))(); }, std::addressof(use));
  }
  bool is_finished() const noexcept { return is_finished_.load(std::memory_order_seq_cst); }
  void cancel_and_wait() noexcept;
  void run_steps() noexcept;
  void emit_cancellation() noexcept;
  void run_elsewhere(AsioStep* step) noexcept;

  std::atomic<std::size_t> owners_{1};
  std::atomic<bool> is_finished_{false};
  std::atomic<std::thread::id> polled_by_{};
  AsioSteps steps_;
  AtomicWaker waker_;
  SchedulerRef scheduler_;  // what may have to be helped to get the operation to its end
  boost::asio::cancellation_signal signal_;
};

/// One owner.
class AsioOperationRef {
 public:
  AsioOperationRef() noexcept {}
  /// Takes one owner over.
  explicit AsioOperationRef(AsioOperation* operation) noexcept : operation_(operation) {}
  // relaxed: made from an owner, which already keeps it alive.
  AsioOperationRef(const AsioOperationRef& other) noexcept : operation_(other.operation_) {
    if (operation_ != nullptr) operation_->owners_.fetch_add(1, std::memory_order_relaxed);
  }
  AsioOperationRef(AsioOperationRef&& other) noexcept
      : operation_(std::exchange(other.operation_, nullptr)) {}
  AsioOperationRef& operator=(AsioOperationRef other) noexcept {
    std::swap(operation_, other.operation_);
    return *this;
  }
  ~AsioOperationRef();

  AsioOperation* get() const noexcept { return operation_; }
  AsioOperation* operator->() const noexcept { return operation_; }
  explicit operator bool() const noexcept { return operation_ != nullptr; }

 private:
  AsioOperation* operation_ = nullptr;
};

}  // namespace ferry::detail
