#include <stdexcept>
#include <utility>

#include <ferry/v0_2/runtime/runtime.hpp>

namespace ferry::v0_2::runtime {

ferry::io::Result<Runtime> Runtime::create() {
  auto runtime = ferry::runtime::Runtime::create();
  if (!runtime) return runtime.error();
  return Runtime(*std::move(runtime));
}

void Runtime::throw_no_scheduler() {
  throw std::logic_error(
      "Runtime::spawn: spawning is not enabled; call threaded_scheduler or basic_scheduler on its Builder");
}

}  // namespace ferry::v0_2::runtime
