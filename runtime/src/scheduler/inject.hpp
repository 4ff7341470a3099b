// The injection queue: tasks that were woken from outside of the workers.
#pragma once

#include <atomic>
#include <mutex>

#include <ferry/detail/spin_lock.hpp>
#include <ferry/detail/task_header.hpp>

namespace ferry::detail {

/// An unbounded FIFO of run queue entries, linked through the tasks.
///
/// Thread safety: every member may be called from any thread.
class InjectQueue {
 public:
  /// Takes the entry's reference over. False after `close`: the entry is then dropped.
  bool push(TaskHeader* task) noexcept {
    {
      std::lock_guard lock(mutex_);
      if (!is_closed_) {
        append(task, task, 1);
        return true;
      }
    }
    task->drop_entry();
    return false;
  }
  /// Appends `count` entries that are linked by `queue_next`.
  void push_batch(TaskHeader* first, TaskHeader* last, std::size_t count) noexcept {
    std::lock_guard lock(mutex_);
    append(first, last, count);
  }

  TaskHeader* pop() noexcept {
    if (is_empty()) return nullptr;
    std::lock_guard lock(mutex_);
    TaskHeader* task = head_;
    if (task == nullptr) return nullptr;
    head_ = task->queue_next;
    if (head_ == nullptr) tail_ = nullptr;
    size_.store(size_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
    return task;
  }

  /// May be out of date by the time the caller looks at it.
  bool is_empty() const noexcept { return size() == 0; }
  std::size_t size() const noexcept { return size_.load(std::memory_order_seq_cst); }

  /// Drops what is queued and refuses more.
  void close() noexcept {
    {
      std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    while (TaskHeader* task = pop()) task->drop_entry();
  }

 private:
  void append(TaskHeader* first, TaskHeader* last, std::size_t count) noexcept {
    last->queue_next = nullptr;
    (tail_ == nullptr ? head_ : tail_->queue_next) = first;
    tail_ = last;
    // seq_cst: either who is about to sleep sees the size, or who has queued something sees that it sleeps.
    size_.store(size_.load(std::memory_order_relaxed) + count, std::memory_order_seq_cst);
  }

  SpinLock mutex_;
  TaskHeader* head_ = nullptr;
  TaskHeader* tail_ = nullptr;
  std::atomic<std::size_t> size_{0};
  bool is_closed_ = false;
};

}  // namespace ferry::detail
