// Runtimes for tests.
#pragma once

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>

namespace ferry::test {

inline runtime::Runtime current_thread() {
  return runtime::Builder::new_current_thread().enable_all().build().value();
}
inline runtime::Runtime multi_thread(std::size_t workers = 2) {
  return runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build().value();
}
/// A current_thread runtime whose clock stands still: time passes only when every task waits.
inline runtime::Runtime paused() {
  return runtime::Builder::new_current_thread().enable_all().start_paused(true).build().value();
}

/// Runs a test body with a builder of each flavour.
template <class F>
void for_each_flavor_built(F&& body) {
  SUBCASE("current_thread") { body(std::move(runtime::Builder::new_current_thread().enable_all())); }
  SUBCASE("multi_thread with one worker") {
    body(std::move(runtime::Builder::new_multi_thread().worker_threads(1).enable_all()));
  }
  SUBCASE("multi_thread") {
    body(std::move(runtime::Builder::new_multi_thread().worker_threads(4).enable_all()));
  }
}

/// Runs a test body in a runtime of each flavour.
template <class F>
void for_each_flavor(F&& body) {
  for_each_flavor_built([&](runtime::Builder builder) {
    const runtime::Runtime rt = builder.build().value();
    body(rt);
  });
}

}  // namespace ferry::test
