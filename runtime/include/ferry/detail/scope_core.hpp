// What a task::Scope shares with its children.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include <ferry/detail/spin_lock.hpp>
#include <ferry/detail/task_header.hpp>
#include <ferry/detail/wait_list.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// Knows the children of one scope that have not ended. Outlives the scope while a child is just ending.
///
/// Thread safety: every member may be called from any thread.
class ScopeCore {
 public:
  /// One child's place in the list: part of its task.
  class Child : public ListNode<Child> {
   public:
    explicit Child(std::shared_ptr<ScopeCore> core) noexcept : core_(std::move(core)) {}
    Child(Child&& other) noexcept : core_(std::move(other.core_)) {}  // before it is in the list

    // As extras of the task's cell.
    static constexpr bool kIsDestroyedEarly = true;  // with the scope
    void threw(std::exception_ptr exception) noexcept { core_->fail(std::move(exception)); }
    void completed() noexcept { std::exchange(core_, nullptr)->remove(*this); }

   private:
    friend class ScopeCore;
    std::shared_ptr<ScopeCore> core_;
    TaskHeader* task_ = nullptr;
    bool has_ended_ = false;  // before it was entered
  };

  ScopeCore() noexcept {}
  ScopeCore(const ScopeCore&) = delete;
  ScopeCore& operator=(const ScopeCore&) = delete;

  /// Enters a new task, which `start` starts; cancels it at once when the scope is being cancelled. The
  /// caller keeps the task. Throws what `start` throws.
  template <class Start>
  void start(Child& child, TaskHeader* task, Start start) {
    if (is_cancelled_.load(std::memory_order_relaxed)) {
      task->shutdown();  // with the reference of the list that it will not be in
      task->release();   // the queue's
    } else {
      start(task);
      add(child, task);
    }
  }
  /// Keeps the first exception, and wakes the scope.
  void fail(std::exception_ptr exception) noexcept;
  /// Makes `cx` the one to wake. True when an exception was kept.
  bool poll_failed(Context& cx);
  /// True when no child is left; else `cx` is woken by the last one.
  bool poll_joined(Context& cx);
  /// Aborts every child. `is_final`: those to come, too.
  void abort_all(bool is_final) noexcept;
  /// Destroys every child, at once where it is not running, and waits for those that are.
  void destroy_all() noexcept;
  /// The exception that was kept.
  std::exception_ptr exception() noexcept;

 private:
  void add(Child& child, TaskHeader* task) noexcept;
  void remove(Child& child) noexcept;
  void register_waker(Context& cx, std::unique_lock<SpinLock>& lock);
  template <class Cancel>
  void cancel_all(std::unique_lock<SpinLock>& lock, Cancel cancel) noexcept;
  void check_not_inside() noexcept;

  SpinLock mutex_;
  IntrusiveList<Child> live_;
  IntrusiveList<Child> told_;           // have been aborted
  std::atomic<std::size_t> count_ = 0;  // in both; changes under the lock
  std::atomic<bool> is_cancelled_ = false;
  bool is_joining_ = false;
  std::exception_ptr exception_;
  Waker waker_ = Waker::noop();
};

}  // namespace ferry::detail
