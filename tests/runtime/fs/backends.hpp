// Runtimes whose files go through the blocking pool, or through io_uring.
#pragma once

#include <utility>

#include <doctest/doctest.h>
#include <ferry/fs.hpp>
#include <ferry/runtime.hpp>

#include "support/temp_tree.hpp"

namespace ferry::test {

using ::test::TempTree;

/// The errno of a result that is no value.
int error_of(const auto& result) { return result.has_error() ? result.error().value() : 0; }

inline runtime::Runtime with_pool() {
  return runtime::Builder::new_current_thread().enable_all().enable_io_uring(false).build().value();
}
inline runtime::Runtime with_ring() {
  return runtime::Builder::new_current_thread().enable_all().build().value();
}

inline bool uses_io_uring(const runtime::Runtime& rt) {
  const runtime::EnterGuard guard = rt.enter();
  return fs::uses_io_uring();
}

/// Whether tests of io_uring can run: ferry was built with it, and the kernel lets us.
inline bool has_io_uring() {
  static const bool has = uses_io_uring(with_ring());
  return has;
}

/// Runs a test body with a builder for either, and for a runtime with several workers.
template <class F>
void for_each_backend_built(F&& body) {
  SUBCASE("blocking pool") {
    body(std::move(runtime::Builder::new_current_thread().enable_all().enable_io_uring(false)));
  }
  SUBCASE("blocking pool, multi_thread") {
    body(std::move(
        runtime::Builder::new_multi_thread().worker_threads(2).enable_all().enable_io_uring(false)));
  }
  SUBCASE("io_uring") {
    if (has_io_uring()) body(std::move(runtime::Builder::new_current_thread().enable_all()));
  }
  SUBCASE("io_uring, multi_thread") {
    if (has_io_uring()) body(std::move(runtime::Builder::new_multi_thread().worker_threads(2).enable_all()));
  }
}

/// Runs a test body in each.
template <class F>
void for_each_backend(F&& body) {
  for_each_backend_built([&](runtime::Builder builder) {
    const runtime::Runtime rt = builder.build().value();
    body(rt);
  });
}

}  // namespace ferry::test
