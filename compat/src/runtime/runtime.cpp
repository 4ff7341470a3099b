#include <utility>

#include <ferry/v0_2/runtime/runtime.hpp>

namespace ferry::v0_2::runtime {

ferry::io::Result<Runtime> Runtime::create() {
  auto runtime = ferry::runtime::Runtime::create();
  if (!runtime) return runtime.error();
  return Runtime(*std::move(runtime));
}

}  // namespace ferry::v0_2::runtime
