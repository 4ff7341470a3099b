// TaskTracker: waits until a changing number of tasks has ended.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/detail/blocking_cell.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/detail/wait_list.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/local_set.hpp>

namespace ferry::detail {

/// What a TaskTracker, its tokens and those who wait share.
class TrackerCore {
 public:
  class Waiter;

  TrackerCore() noexcept {}

  // relaxed: only the way to nothing publishes anything.
  void add() noexcept { state_.fetch_add(kOne, std::memory_order_relaxed); }
  void remove() noexcept {
    // acq_rel: what every task did happens before the end of the wait.
    if (state_.fetch_sub(kOne, std::memory_order_acq_rel) == (kOne | kClosed)) drained();
  }
  bool close() noexcept {
    const std::size_t before = state_.fetch_or(kClosed, std::memory_order_acq_rel);
    if (before == 0) drained();
    return (before & kClosed) == 0;
  }
  bool reopen() noexcept { return (state_.fetch_and(~kClosed, std::memory_order_acq_rel) & kClosed) != 0; }
  bool is_closed() const noexcept { return (state_.load(std::memory_order_acquire) & kClosed) != 0; }
  std::size_t len() const noexcept { return state_.load(std::memory_order_acquire) / kOne; }

 private:
  static constexpr std::size_t kClosed = 1;
  static constexpr std::size_t kOne = 2;

  void drained() noexcept;

  std::atomic<std::size_t> state_{0};
  std::atomic<std::uint64_t> drains_{0};  // how often it was closed and empty
  std::mutex mutex_;
  IntrusiveList<Waiter> waiters_;
};

/// Completes when the tracker was closed and empty at any time since this was made.
class TrackerCore::Waiter : public ListNode<Waiter> {
 public:
  explicit Waiter(TrackerCore& core) noexcept
      : core_(core), drains_(core.drains_.load(std::memory_order_acquire)) {}
  ~Waiter();

  bool poll(Context& cx);

 private:
  friend class TrackerCore;
  bool is_drained() const noexcept;

  TrackerCore& core_;
  const std::uint64_t drains_;
  bool is_ready_ = false;
  Waker waker_ = Waker::noop();  // under the lock
};

}  // namespace ferry::detail

namespace ferry::task {

class TaskTracker;

/// Counts as a task of a TaskTracker while it lives. Copies count one each. Tokio: `TaskTrackerToken`.
class TaskTrackerToken {
 public:
  explicit TaskTrackerToken(std::shared_ptr<detail::TrackerCore> core) noexcept : core_(std::move(core)) {
    core_->add();
  }
  TaskTrackerToken(const TaskTrackerToken& other) noexcept : core_(other.core_) {
    if (core_ != nullptr) core_->add();
  }
  TaskTrackerToken(TaskTrackerToken&& other) noexcept = default;
  TaskTrackerToken& operator=(TaskTrackerToken other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~TaskTrackerToken() {
    if (core_ != nullptr) core_->remove();
  }

  /// The tracker that it belongs to. Tokio: `TaskTrackerToken::task_tracker`.
  TaskTracker task_tracker() const noexcept;

 private:
  std::shared_ptr<detail::TrackerCore> core_;
};

/// A future that counts as a task of a TaskTracker. See `TaskTracker::track_future`.
template <class F>
class [[nodiscard]] TrackedFuture {
 public:
  using Output = FutureOutput<F>;
  TrackedFuture(F&& future, TaskTrackerToken token) : token_(std::move(token)), future_(std::move(future)) {}
  Poll<Output> poll(Context& cx) { return future_.poll(cx); }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(future_, notes); }

 private:
  TaskTrackerToken token_;  // goes after the future
  F future_;
};

/// Waits for a TaskTracker's tasks. See `TaskTracker::wait`. Cannot be moved.
class [[nodiscard]] TaskTrackerWait {
 public:
  using Output = void;
  explicit TaskTrackerWait(std::shared_ptr<detail::TrackerCore> core) noexcept
      : core_(std::move(core)), waiter_(*core_) {}
  Poll<void> poll(Context& cx) { return waiter_.poll(cx) ? Poll<void>::ready() : Poll<void>(pending); }

 private:
  std::shared_ptr<detail::TrackerCore> core_;
  detail::TrackerCore::Waiter waiter_;
};

/// Counts tasks, so that one can wait until all have ended: for a graceful shutdown, with whatever tells the
/// tasks to end. Keeps no output, aborts nothing. Copies are the same tracker.
///
/// Thread safety: every member may be called from any thread at any time.
/// Cost: spawning through it adds two atomic operations to a task, no allocation.
/// Tokio: `tokio_util::task::TaskTracker`.
class TaskTracker {
 public:
  TaskTracker() : core_(std::make_shared<detail::TrackerCore>()) {}

  /// Waits until the tracker is closed and has no task, even if that is over by the time this is polled.
  ///
  /// Cancelling: safe.
  /// Tokio: `TaskTracker::wait`.
  [[nodiscard]] TaskTrackerWait wait() const noexcept { return TaskTrackerWait(core_); }

  /// Lets `wait` complete once there are no tasks. More may be spawned all the same. False when it was closed
  /// already. Tokio: `TaskTracker::close`.
  bool close() const noexcept { return core_->close(); }
  /// False when it was open already. Tokio: `TaskTracker::reopen`.
  bool reopen() const noexcept { return core_->reopen(); }
  bool is_closed() const noexcept { return core_->is_closed(); }
  std::size_t len() const noexcept { return core_->len(); }
  bool is_empty() const noexcept { return core_->len() == 0; }

  /// Starts a tracked task of the current runtime. Throws: std::logic_error outside a runtime.
  /// Tokio: `TaskTracker::spawn`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn(F&& future,
                                    std::source_location spawned_at = std::source_location::current()) const {
    return detail::spawn_on(detail::require_scheduler("TaskTracker::spawn"), std::move(future), spawned_at,
                            Extras(token()));
  }
  /// Starts a tracked task of another runtime. Tokio: `TaskTracker::spawn_on`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn_on(
      F&& future, const runtime::Handle& runtime,
      std::source_location spawned_at = std::source_location::current()) const {
    return detail::spawn_on(*runtime.scheduler(), std::move(future), spawned_at, Extras(token()));
  }
  /// Starts a tracked task of the current LocalSet. Throws: std::logic_error outside of any.
  /// Tokio: `TaskTracker::spawn_local`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn_local(
      F&& future, std::source_location spawned_at = std::source_location::current()) const {
    return detail::spawn_on(detail::require_local("TaskTracker::spawn_local"), std::move(future), spawned_at,
                            Extras(token()));
  }
  /// Starts a tracked task of a LocalSet. Tokio: `TaskTracker::spawn_local_on`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  JoinHandle<FutureOutput<F>> spawn_local_on(
      F&& future, const LocalSet& local,
      std::source_location spawned_at = std::source_location::current()) const {
    local.scheduler().require_thread("TaskTracker::spawn_local_on");
    return detail::spawn_on(local.scheduler(), std::move(future), spawned_at, Extras(token()));
  }
  /// Runs `f` on the current runtime's blocking pool, tracked. Tokio: `TaskTracker::spawn_blocking`.
  template <class F>
    requires std::is_invocable_v<std::decay_t<F>&>
  JoinHandle<std::invoke_result_t<std::decay_t<F>&>> spawn_blocking(F&& f) const {
    return detail::spawn_blocking_on(detail::require_scheduler("TaskTracker::spawn_blocking"),
                                     std::forward<F>(f), Extras(token()));
  }
  /// Runs `f` on another runtime's blocking pool, tracked. Tokio: `TaskTracker::spawn_blocking_on`.
  template <class F>
    requires std::is_invocable_v<std::decay_t<F>&>
  JoinHandle<std::invoke_result_t<std::decay_t<F>&>> spawn_blocking_on(F&& f,
                                                                       const runtime::Handle& runtime) const {
    return detail::spawn_blocking_on(*runtime.scheduler(), std::forward<F>(f), Extras(token()));
  }

  /// `future`, counted from now until it is destroyed.
  ///
  /// Cancelling: as `future`.
  /// Tokio: `TaskTracker::track_future`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F>)
  TrackedFuture<F> track_future(F&& future) const {
    return TrackedFuture<F>(std::move(future), token());
  }
  /// Something that counts as a task while it lives. Tokio: `TaskTracker::token`.
  [[nodiscard]] TaskTrackerToken token() const noexcept { return TaskTrackerToken(core_); }

  /// Whether both are the same tracker. Tokio: `TaskTracker::ptr_eq`.
  static bool ptr_eq(const TaskTracker& a, const TaskTracker& b) noexcept { return a.core_ == b.core_; }

 private:
  friend class TaskTrackerToken;
  explicit TaskTracker(std::shared_ptr<detail::TrackerCore> core) noexcept : core_(std::move(core)) {}

  /// Holds the token until the task's output is where it belongs.
  class Extras {
   public:
    explicit Extras(TaskTrackerToken token) noexcept : token_(std::move(token)) {}
    void completed() noexcept { const TaskTrackerToken gone = std::move(token_); }

   private:
    TaskTrackerToken token_;
  };

  std::shared_ptr<detail::TrackerCore> core_;
};

inline TaskTracker TaskTrackerToken::task_tracker() const noexcept { return TaskTracker(core_); }

}  // namespace ferry::task
