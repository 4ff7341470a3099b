// DelayQueue: values that come back when their time has come.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <ferry/detail/deadline_heap.hpp>
#include <ferry/future.hpp>
#include <ferry/time/sleep.hpp>

namespace ferry::time {

template <class T>
class DelayQueue;

namespace delay_queue {

/// Names a value in a DelayQueue, until it has expired or was removed. Tokio-util: `delay_queue::Key`.
class Key {
 public:
  friend bool operator==(const Key&, const Key&) = default;

 private:
  template <class T>
  friend class ferry::time::DelayQueue;
  Key(detail::DeadlineHeap::Slot slot, std::uint32_t generation) noexcept
      : slot_(slot), generation_(generation) {}

  detail::DeadlineHeap::Slot slot_;
  std::uint32_t generation_;
};

/// A value that has come out of a DelayQueue. Tokio-util: `delay_queue::Expired`.
template <class T>
class Expired {
 public:
  Expired(T value, Instant deadline, Key key) : value_(std::move(value)), deadline_(deadline), key_(key) {}

  const T& get_ref() const noexcept { return value_; }
  T& get_mut() noexcept { return value_; }
  T into_inner() && { return std::move(value_); }
  Instant deadline() const noexcept { return deadline_; }
  Key key() const noexcept { return key_; }

 private:
  T value_;
  Instant deadline_;
  Key key_;
};

}  // namespace delay_queue

/// Values with deadlines. It is a stream of them in the order of the deadlines, each when its deadline has
/// come; of equal ones in the order of their insertion. As a stream it ends whenever it is empty, and goes on
/// after an insertion.
///
/// A key that is no longer in the queue throws std::out_of_range, except for try_remove.
///
/// Cancelling: waiting for an item is safe; none is taken before the poll that gives it.
/// Thread safety: owned by one task at a time.
/// Cost: insert, remove and reset are O(log n); one timer serves the whole queue.
/// Tokio-util: `time::DelayQueue`.
template <class T>
class DelayQueue {
 public:
  using Key = delay_queue::Key;
  using Expired = delay_queue::Expired<T>;
  using Item = Expired;

  DelayQueue() = default;
  DelayQueue(DelayQueue&&) = default;
  DelayQueue& operator=(DelayQueue&&) = default;

  static DelayQueue with_capacity(std::size_t capacity) {
    DelayQueue queue;
    queue.reserve(capacity);
    return queue;
  }

  /// Comes back `timeout` from now. Wakes the task that waits when this value is the first one due.
  Key insert(T value, Duration timeout) { return insert_at(std::move(value), Instant::now() + timeout); }
  /// Comes back at `deadline`.
  Key insert_at(T value, Instant deadline) {
    reserve(len() + 1);
    const detail::DeadlineHeap::Slot slot = heap_.add(deadline);
    try {
      if (slot == values_.size()) values_.emplace_back();
      values_[slot].emplace(std::move(value));
    } catch (...) {
      heap_.remove(slot);
      throw;
    }
    if (heap_.first() == slot) waiter_.wake();
    return key_of(slot);
  }

  /// The value that is due first, once it is; nothing while the queue is empty.
  ///
  /// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
  Poll<std::optional<Expired>> poll_expired(Context& cx) {
    if (heap_.size() == 0) return std::optional<Expired>();
    const Instant first = heap_.deadline(heap_.first());
    if (first > Instant::now() && poll_timer(cx, first).is_pending()) return pending;
    return std::optional<Expired>(take(heap_.first()));
  }
  /// The queue as a Stream: `co_await stream::next(queue)`.
  Poll<std::optional<Expired>> poll_next(Context& cx) { return poll_expired(cx); }

  /// Takes a value out, whether its deadline has come or not. With the last one the queue ends for the task
  /// that waits.
  Expired remove(const Key& key) {
    Expired removed = take(slot_of(key));
    if (is_empty()) waiter_.wake();
    return removed;
  }
  std::optional<Expired> try_remove(const Key& key) {
    if (!heap_.holds(key.slot_, key.generation_)) return std::nullopt;
    return remove(key);
  }

  /// Comes back `timeout` from now instead.
  void reset(const Key& key, Duration timeout) { reset_at(key, Instant::now() + timeout); }
  void reset_at(const Key& key, Instant deadline) {
    const detail::DeadlineHeap::Slot slot = slot_of(key);
    heap_.move(slot, deadline);
    if (heap_.first() == slot) waiter_.wake();
  }

  Instant deadline(const Key& key) const { return heap_.deadline(slot_of(key)); }
  /// The key of the value that is due first.
  std::optional<Key> peek() const noexcept {
    if (heap_.size() == 0) return std::nullopt;
    return key_of(heap_.first());
  }

  /// Destroys all values. Keys of theirs stay stale.
  void clear() noexcept {
    heap_.clear();
    for (std::optional<T>& value : values_) value.reset();
    waiter_.wake();
  }

  std::size_t len() const noexcept { return heap_.size(); }
  bool is_empty() const noexcept { return heap_.size() == 0; }
  std::size_t capacity() const noexcept { return heap_.capacity(); }
  /// Makes room for `values` in all.
  void reserve(std::size_t values) {
    heap_.reserve(values);
    values_.reserve(heap_.capacity());
  }
  /// Gives room back that no value needs. A value keeps its place, and with it the places before, as its key
  /// is where it is. Tokio-util: `DelayQueue::shrink_to_fit`, `DelayQueue::compact`.
  void shrink_to_fit() {
    heap_.shrink_to_fit();
    values_.resize(heap_.slots());
    values_.shrink_to_fit();
    reserve(heap_.slots());
  }
  void compact() { shrink_to_fit(); }

 private:
  // Whoever waits for the first value, to be told that another one is now first.
  class Waiter {
   public:
    void set(const Waker& waker) {
      if (!waker_ || !waker_->will_wake(waker)) waker_ = waker;
    }
    void wake() {
      if (std::optional<Waker> waker = std::exchange(waker_, std::nullopt)) std::move(*waker).wake();
    }

   private:
    std::optional<Waker> waker_;
  };

  Poll<void> poll_timer(Context& cx, Instant deadline) {
    if (timer_ == nullptr)
      timer_.reset(new Sleep(sleep_until(deadline)));
    else if (timer_->deadline() != deadline)
      timer_->reset(deadline);
    waiter_.set(cx.waker());
    return timer_->poll(cx);
  }

  Key key_of(detail::DeadlineHeap::Slot slot) const noexcept { return Key(slot, heap_.generation(slot)); }
  detail::DeadlineHeap::Slot slot_of(const Key& key) const {
    if (heap_.holds(key.slot_, key.generation_)) return key.slot_;
    throw std::out_of_range("this key's value is no longer in the DelayQueue: it has expired or was removed");
  }
  Expired take(detail::DeadlineHeap::Slot slot) {
    const Key key = key_of(slot);
    const Instant deadline = heap_.deadline(slot);
    heap_.remove(slot);
    T value = std::move(*values_[slot]);
    values_[slot].reset();
    return Expired(std::move(value), deadline, key);
  }

  detail::DeadlineHeap heap_;
  std::vector<std::optional<T>> values_;  // by slot
  std::unique_ptr<Sleep> timer_;
  Waiter waiter_;
};

namespace delay_queue {
using time::DelayQueue;
}  // namespace delay_queue

}  // namespace ferry::time
