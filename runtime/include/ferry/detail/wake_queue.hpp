// WakeQueue: which of the futures that one task drives are to be polled.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/waker.hpp>

namespace ferry::detail {

/// Numbers with a waker each. Waking one puts its number at the end of a queue, where it is once at most, and
/// wakes the task that has found the queue empty.
///
/// Thread safety: owned by one thread at a time; its wakers may be called from any, and may outlive it.
/// Cost: one lock for each wake and each `poll_pop`.
class WakeQueue {
 public:
  WakeQueue() noexcept : shared_(nullptr) {}
  WakeQueue(WakeQueue&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  WakeQueue& operator=(WakeQueue&& other) noexcept {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~WakeQueue();

  /// Adds the next number, from 0 on. It is not in the queue yet.
  void add();
  /// Puts a number into the queue and wakes nobody: the owner takes it out before it waits.
  void push(std::size_t number) noexcept;
  /// Takes the first number out. Without one, `cx` is woken by the next that comes in.
  std::optional<std::size_t> poll_pop(Context& cx);
  Waker waker(std::size_t number) const noexcept;

 private:
  class Shared;
  struct Entry;

  Shared* shared_;  // made with the first number
};

}  // namespace ferry::detail
