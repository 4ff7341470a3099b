// Small tasks for tests of what joins tasks.
#pragma once

#include <chrono>
#include <stdexcept>

#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"

namespace ferry::test {

inline Task<int> after(time::Duration delay, int value) {
  co_await time::sleep(delay);
  co_return value;
}
inline Task<int> now(int value) { co_return value; }
inline Task<int> throwing() {
  co_await task::yield_now();
  throw std::runtime_error("broken");
}
/// Holds what it is given until it is cancelled.
inline Task<int> forever(Counted) {
  co_await time::sleep(std::chrono::hours(1));
  co_return 0;
}
inline Task<void> nothing() { co_return; }
inline Task<int> yielding(int yields, int value) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return value;
}

}  // namespace ferry::test
