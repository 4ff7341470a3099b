#include <cstdio>
#include <cstdlib>
#include <thread>

#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/scope_core.hpp>

// A child is in the list until the very end of TaskHeader::complete: its future is destroyed then, and its
// output where it belongs. It enters the list before whoever spawned it, the scope's body or another child,
// goes on. So whoever sees an empty list when the body has ended may let go what the children borrow.
//
// Destroying a scope cannot wait for a worker to take an aborted child from a queue: that worker may be this
// one. A child that is not running is therefore destroyed here, as at shutdown: taking kRunning keeps
// everybody else off. One that is running on another thread is destroyed there when its poll ends; that poll
// needs nothing of this thread, and tasks form a tree, so the wait ends.

namespace ferry::detail {

// It runs already, and may even have ended. Its scope cannot have: whoever spawns it is the scope's body or a
// child.
void ScopeCore::add(Child& child, TaskHeader* task) noexcept {
  {
    std::lock_guard lock(mutex_);
    if (child.has_ended_) return;
    child.task_ = task;
    count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (!is_cancelled_.load(std::memory_order_relaxed)) return live_.push_back(child);
    told_.push_back(child);
    task->state.retain();
  }
  task->shutdown();
}

void ScopeCore::remove(Child& child) noexcept {
  Waker waker = Waker::noop();
  {
    std::lock_guard lock(mutex_);
    child.has_ended_ = true;
    if (!child.is_linked()) return;
    live_.remove(child);  // from whichever list it is in
    const std::size_t left = count_.load(std::memory_order_relaxed) - 1;
    // release: what the children did happens before the scope ends.
    count_.store(left, std::memory_order_release);
    if (left != 0) return;
    if (is_joining_) std::swap(waker, waker_);
  }
  count_.notify_all();
  std::move(waker).wake();
}

void ScopeCore::fail(std::exception_ptr exception) noexcept {
  Waker waker = Waker::noop();
  {
    std::lock_guard lock(mutex_);
    if (exception_ != nullptr) return;
    exception_ = std::move(exception);
    std::swap(waker, waker_);
  }
  std::move(waker).wake();
}

void ScopeCore::register_waker(Context& cx, std::unique_lock<SpinLock>& lock) {
  if (waker_.will_wake(cx.waker())) return;
  lock.unlock();
  Waker waker = cx.waker();  // what it replaces is dropped without the lock
  lock.lock();
  std::swap(waker_, waker);
  lock.unlock();
  waker = Waker::noop();
  lock.lock();
}

bool ScopeCore::poll_failed(Context& cx) {
  std::unique_lock lock(mutex_);
  register_waker(cx, lock);
  return exception_ != nullptr;
}

bool ScopeCore::poll_joined(Context& cx) {
  std::unique_lock lock(mutex_);
  is_joining_ = true;
  register_waker(cx, lock);
  return count_.load(std::memory_order_acquire) == 0;
}

std::exception_ptr ScopeCore::exception() noexcept {
  std::lock_guard lock(mutex_);
  return exception_;
}

// Not under the lock: what is cancelled may end at once.
template <class Cancel>
void ScopeCore::cancel_all(std::unique_lock<SpinLock>& lock, Cancel cancel) noexcept {
  while (Child* const child = live_.pop_front()) {
    told_.push_back(*child);
    TaskHeader* const task = child->task_;
    task->state.retain();  // in the list, so it has not been freed
    lock.unlock();
    cancel(task);
    lock.lock();
  }
}

void ScopeCore::abort_all(bool is_final) noexcept {
  std::unique_lock lock(mutex_);
  if (is_final) is_cancelled_.store(true, std::memory_order_relaxed);
  cancel_all(lock, [](TaskHeader* task) noexcept {
    task->abort();
    task->release();
  });
}

void ScopeCore::destroy_all() noexcept {
  {
    std::unique_lock lock(mutex_);
    is_cancelled_.store(true, std::memory_order_relaxed);
    if (count_.load(std::memory_order_acquire) == 0) return;
    check_not_inside();
    live_.splice_back(told_);
    cancel_all(lock, [](TaskHeader* task) noexcept { task->shutdown(); });
  }
  const auto left = [this] { return count_.load(std::memory_order_acquire); };
  // Polls are short: most have ended before this thread could have gone to sleep.
  for (int i = 0; i < 100 && left() != 0; ++i) std::this_thread::yield();
  if (left() == 0) return;
  // What the child waits for may be on this worker.
  const CoreHandOver hand_over(CoreHandOver::Driver::Leave);
  while (const std::size_t now = left()) count_.wait(now, std::memory_order_acquire);
}

// Waiting for oneself has no end.
void ScopeCore::check_not_inside() noexcept {
  IntrusiveList<Child> seen;
  bool is_inside = false;
  live_.splice_back(told_);
  while (Child* const child = live_.pop_front()) {
    is_inside = is_inside || is_inside_task(child->task_);
    seen.push_back(*child);
  }
  live_.splice_back(seen);
  if (!is_inside) return;
  std::fputs(
      "ferry: a task::scope was destroyed from inside of one of its own children, which cannot end before "
      "it\n",
      stderr);
  std::abort();
}

}  // namespace ferry::detail
