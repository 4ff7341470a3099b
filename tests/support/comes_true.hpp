// comes_true: for what other threads are about to do.
#pragma once

#include <chrono>
#include <thread>

namespace ferry::test {

/// Looks until `condition` holds; false when it does not within some seconds.
template <class F>
bool comes_true(F&& condition) {
  for (int i = 0; i < 5000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace ferry::test
