#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <ferry/v0_2/run.hpp>

namespace ferry::v0_2 {

MainOptions& MainOptions::basic_scheduler() noexcept {
  is_threaded_ = false;
  return *this;
}

MainOptions& MainOptions::threaded_scheduler() noexcept {
  is_threaded_ = true;
  return *this;
}

MainOptions& MainOptions::core_threads(std::size_t count) {
  if (count == 0) throw std::logic_error("MainOptions::core_threads: cannot be 0");
  core_threads_ = count;
  return *this;
}

MainOptions& MainOptions::max_threads(std::size_t count) {
  if (count == 0) throw std::logic_error("MainOptions::max_threads: cannot be 0");
  max_threads_ = count;
  return *this;
}

runtime::Builder MainOptions::builder() const {
  runtime::Builder builder;
  if (core_threads_ ? *core_threads_ > 1 : is_threaded_)
    builder.threaded_scheduler();
  else
    builder.basic_scheduler();
  if (core_threads_) builder.core_threads(*core_threads_);
  if (max_threads_) builder.max_threads(*max_threads_);
  builder.enable_all();
  return builder;
}

MainOptions test_options() noexcept { return MainOptions().basic_scheduler(); }

int run(ferry::Task<int> main, const MainOptions& options) {
  auto runtime = options.builder().build().value();
  return runtime.block_on(ferry::Task<int>(std::move(main)));  // gone before the runtime, whatever happens
}

int run(ferry::Task<void> main, const MainOptions& options) {
  auto runtime = options.builder().build().value();
  runtime.block_on(ferry::Task<void>(std::move(main)));
  return EXIT_SUCCESS;
}

}  // namespace ferry::v0_2
