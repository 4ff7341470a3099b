#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

#include <ferry/runtime/builder.hpp>
#include <ferry/runtime/task_meta.hpp>
#include <ferry/v0_2/runtime/builder.hpp>

namespace ferry::v0_2::runtime {
namespace {

void refuse(const ferry::runtime::TaskMeta&) {
  throw std::logic_error(
      "spawning is not enabled for this runtime: call threaded_scheduler or basic_scheduler on its Builder");
}

}  // namespace

Builder& Builder::basic_scheduler() {
  kind_ = Kind::Basic;
  return *this;
}

Builder& Builder::threaded_scheduler() {
  kind_ = Kind::Threaded;
  return *this;
}

Builder& Builder::core_threads(std::size_t count) {
  if (count == 0) throw std::logic_error("Builder::core_threads: cannot be 0");
  core_threads_ = count;
  return *this;
}

Builder& Builder::num_threads(std::size_t count) {
  core_threads_ = count;
  return *this;
}

Builder& Builder::max_threads(std::size_t count) {
  if (count == 0) throw std::logic_error("Builder::max_threads: cannot be 0");
  max_threads_ = count;
  return *this;
}

Builder& Builder::enable_all() { return enable_io().enable_time(); }

Builder& Builder::enable_io() {
  has_io_ = true;
  return *this;
}

Builder& Builder::enable_time() {
  has_time_ = true;
  return *this;
}

Builder& Builder::thread_name(std::string name) {
  thread_name_ = std::move(name);
  return *this;
}

Builder& Builder::thread_stack_size(std::size_t bytes) {
  thread_stack_size_ = bytes;
  return *this;
}

Builder& Builder::on_thread_start(std::function<void()> f) {
  on_thread_start_ = std::move(f);
  return *this;
}

Builder& Builder::on_thread_stop(std::function<void()> f) {
  on_thread_stop_ = std::move(f);
  return *this;
}

std::size_t Builder::workers() const {
  const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
  return core_threads_.value_or(std::min(max_threads_, processors));
}

ferry::io::Result<Runtime> Builder::build() {
  const bool is_threaded = kind_ == Kind::Threaded;
  if (is_threaded && workers() > max_threads_) {
    throw std::logic_error("Builder::build: more core_threads than max_threads");
  }
  auto builder = is_threaded ? ferry::runtime::Builder::new_multi_thread()
                             : ferry::runtime::Builder::new_current_thread();
  if (is_threaded) builder.worker_threads(workers());
  // The workers of 0.2 were threads of the blocking pool. One blocking thread remains when they were all of
  // it: then 0.2 never ran a blocking job, which nobody can have wanted.
  builder.max_blocking_threads(is_threaded ? std::max<std::size_t>(1, max_threads_ - workers())
                                           : max_threads_);
  if (has_io_) builder.enable_io();
  if (has_time_) builder.enable_time();
  if (thread_name_) builder.thread_name(*thread_name_);
  if (thread_stack_size_) builder.thread_stack_size(*thread_stack_size_);
  if (on_thread_start_) builder.on_thread_start(on_thread_start_);
  if (on_thread_stop_) builder.on_thread_stop(on_thread_stop_);
  if (kind_ == Kind::Shell) builder.on_task_spawn(&refuse);
  auto runtime = builder.build();
  if (!runtime) return runtime.error();
  return Runtime(*std::move(runtime));
}

}  // namespace ferry::v0_2::runtime
