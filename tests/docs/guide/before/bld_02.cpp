#include <ferry/v0_2/runtime.hpp>

namespace rt = ferry::v0_2;

// [guide]
auto one_thread() { return rt::runtime::Builder().basic_scheduler().enable_all().build(); }

auto several_threads() {
  return rt::runtime::Builder().threaded_scheduler().core_threads(4).max_threads(20).enable_all().build();
}
// [guide]
