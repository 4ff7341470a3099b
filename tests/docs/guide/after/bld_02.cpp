#include <ferry/runtime.hpp>

namespace rt = ferry;

// [guide]
auto one_thread() { return rt::runtime::Builder::new_current_thread().enable_all().build(); }

auto several_threads() {
  return rt::runtime::Builder::new_multi_thread()
      .worker_threads(4)
      .max_blocking_threads(16)
      .enable_all()
      .build();
}
// [guide]
