#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <ferry/runtime/local_runtime.hpp>

namespace ferry::runtime {

io::Result<LocalRuntime> LocalRuntime::create() {
  return Builder::new_current_thread().enable_all().build_local();
}

LocalRuntime::~LocalRuntime() {
  const detail::SchedulerRef& scheduler = handle().scheduler();
  if (!scheduler || scheduler->is_local_here()) return;
  std::fputs(
      "ferry: a LocalRuntime was destroyed on another thread than the one that made it and its tasks\n",
      stderr);
  std::abort();
}

void LocalRuntime::shutdown_timeout(std::chrono::nanoseconds limit) && {
  require_thread("LocalRuntime::shutdown_timeout");
  std::move(runtime_).shutdown_timeout(limit);
}

void LocalRuntime::shutdown_background() && {
  require_thread("LocalRuntime::shutdown_background");
  std::move(runtime_).shutdown_background();
}

void LocalRuntime::require_thread(const char* call) const {
  if (!handle().scheduler()->is_local_here())
    throw std::logic_error(
        std::string(call) +
        " is called on another thread than the one that made the LocalRuntime: its tasks never "
        "leave that one");
}

}  // namespace ferry::runtime
