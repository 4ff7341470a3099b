// yield_now: let others run first.
#pragma once

#include <utility>

#include <ferry/future.hpp>

namespace ferry::task {

/// Pending once, having woken its task.
class [[nodiscard]] YieldNow {
 public:
  using Output = void;
  YieldNow() noexcept {}
  Poll<void> poll(Context& cx) {
    if (std::exchange(has_yielded_, true)) return Poll<void>::ready();
    cx.yield_now();
    return pending;
  }

 private:
  bool has_yielded_ = false;
};

/// Puts the task at the back of its queue.
///
/// Cancelling: safe.
/// Tokio: `task::yield_now`.
inline YieldNow yield_now() noexcept { return {}; }

}  // namespace ferry::task
