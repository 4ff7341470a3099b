#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>

#include <ferry/runtime/builder.hpp>
#include <ferry/runtime/local_runtime.hpp>
#include <ferry/runtime/runtime.hpp>

#include "runtime/config.hpp"
#include "scheduler/current_thread.hpp"
#include "scheduler/multi_thread.hpp"

namespace ferry::runtime {
namespace {

constexpr const char* kWorkersVariable = "FERRY_WORKER_THREADS";

std::size_t default_workers() {
  const char* text = std::getenv(kWorkersVariable);
  if (text == nullptr || *text == '\0') return std::max(1u, std::thread::hardware_concurrency());
  const std::string_view view(text);
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(view.begin(), view.end(), count);
  if (error != std::errc() || end != view.end() || count == 0)
    throw std::logic_error(std::string(kWorkersVariable) + " must be a number greater than zero, not \"" +
                           text + "\"");
  return count;
}

template <class T>
T at_least_one(T value, const char* option) {
  if (value == 0)
    throw std::logic_error(std::string("runtime::Builder::") + option + " must be greater than zero");
  return value;
}

}  // namespace

Builder Builder::new_current_thread() { return Builder(false); }
Builder Builder::new_multi_thread() { return Builder(true); }

Builder::Builder(bool is_multi_thread) : config_(std::make_unique<detail::RuntimeConfig>()) {
  config_->is_multi_thread = is_multi_thread;
  config_->worker_threads = 0;
}
Builder::Builder(const Builder& other) : config_(std::make_unique<detail::RuntimeConfig>(*other.config_)) {}
Builder& Builder::operator=(const Builder& other) {
  *config_ = *other.config_;
  return *this;
}
Builder::Builder(Builder&&) noexcept = default;
Builder& Builder::operator=(Builder&&) noexcept = default;
Builder::~Builder() = default;

Builder& Builder::enable_all() { return enable_io().enable_time().enable_io_uring(); }
Builder& Builder::enable_io() {
  config_->enable_io = true;
  return *this;
}
Builder& Builder::enable_time() {
  config_->enable_time = true;
  return *this;
}
Builder& Builder::enable_io_uring(bool is_on) {
  config_->enable_io_uring = is_on;
  return is_on ? enable_io() : *this;
}
Builder& Builder::worker_threads(std::size_t count) {
  config_->worker_threads = at_least_one(count, "worker_threads");
  return *this;
}
Builder& Builder::max_blocking_threads(std::size_t count) {
  config_->max_blocking_threads = at_least_one(count, "max_blocking_threads");
  return *this;
}
Builder& Builder::name(std::string name) {
  config_->name = std::move(name);
  return *this;
}
Builder& Builder::thread_name(std::string name) {
  return thread_name_fn([name = std::move(name)] { return name; });
}
Builder& Builder::thread_name_fn(std::function<std::string()> name) {
  config_->thread_name = std::move(name);
  return *this;
}
Builder& Builder::thread_stack_size(std::size_t bytes) {
  config_->thread_stack_size = bytes;
  return *this;
}
Builder& Builder::thread_keep_alive(std::chrono::nanoseconds duration) {
  config_->thread_keep_alive = duration;
  return *this;
}
Builder& Builder::on_thread_start(std::function<void()> f) {
  config_->on_thread_start = std::move(f);
  return *this;
}
Builder& Builder::on_thread_stop(std::function<void()> f) {
  config_->on_thread_stop = std::move(f);
  return *this;
}
Builder& Builder::on_thread_park(std::function<void()> f) {
  config_->on_thread_park = std::move(f);
  return *this;
}
Builder& Builder::on_thread_unpark(std::function<void()> f) {
  config_->on_thread_unpark = std::move(f);
  return *this;
}
Builder& Builder::on_task_spawn(std::function<void(const TaskMeta&)> f) {
  config_->on_task_spawn = std::move(f);
  return *this;
}
Builder& Builder::on_task_terminate(std::function<void(const TaskMeta&)> f) {
  config_->on_task_terminate = std::move(f);
  return *this;
}
Builder& Builder::on_before_task_poll(std::function<void(const TaskMeta&)> f) {
  config_->on_before_task_poll = std::move(f);
  return *this;
}
Builder& Builder::on_after_task_poll(std::function<void(const TaskMeta&)> f) {
  config_->on_after_task_poll = std::move(f);
  return *this;
}
Builder& Builder::event_interval(unsigned ticks) {
  config_->event_interval = at_least_one(ticks, "event_interval");
  return *this;
}
Builder& Builder::global_queue_interval(unsigned ticks) {
  config_->global_queue_interval = at_least_one(ticks, "global_queue_interval");
  return *this;
}
Builder& Builder::disable_lifo_slot() {
  config_->uses_lifo_slot = false;
  return *this;
}
Builder& Builder::unhandled_panic(UnhandledPanic behavior) {
  config_->unhandled_panic = behavior;
  return *this;
}
Builder& Builder::metrics_poll_time_histogram_configuration(HistogramConfiguration buckets) {
  config_->poll_times = buckets;
  return *this;
}
Builder& Builder::enable_metrics_poll_time_histogram() {
  if (!config_->poll_times) config_->poll_times = HistogramConfiguration::log();
  return *this;
}
Builder& Builder::rng_seed(std::uint64_t seed) {
  config_->rng_seed = seed;
  return *this;
}
Builder& Builder::shuffle_tasks(std::uint64_t seed) {
  config_->shuffle_tasks = true;
  return rng_seed(seed);
}
Builder& Builder::stall_warning(std::chrono::nanoseconds limit,
                                std::function<void(const StalledTask&)> report) {
  if (limit <= std::chrono::nanoseconds::zero())
    throw std::logic_error("runtime::Builder::stall_warning must be given a limit greater than zero");
  config_->stall_limit = limit;
  config_->on_stall = std::move(report);
  return *this;
}
Builder& Builder::report_alive_tasks(std::function<void(const Dump&)> report) {
  if (!report)
    report = [](const Dump& dump) {
      std::fputs(("ferry: these tasks end with their runtime:\n" + dump.to_string()).c_str(), stderr);
    };
  config_->on_tasks_left = std::move(report);
  return *this;
}
Builder& Builder::start_paused(bool is_paused) {
  config_->start_paused = is_paused;
  return *this;
}

io::Result<Runtime> Builder::build() {
  detail::RuntimeConfig config = *config_;
  if (config.is_multi_thread) {
    const auto forbid = [](bool is_wanted, const char* option) {
      if (is_wanted)
        throw std::logic_error(std::string("runtime::Builder::") + option +
                               " needs a current_thread runtime");
    };
    forbid(config.start_paused, "start_paused");
    forbid(config.shuffle_tasks, "shuffle_tasks");
    forbid(config.unhandled_panic == UnhandledPanic::ShutdownRuntime, "unhandled_panic");
    forbid(config.is_local, "build_local");
    if (config.worker_threads == 0) config.worker_threads = default_workers();
  } else {
    config.worker_threads = 1;
  }
  try {
    if (!config.is_multi_thread) {
      Runtime runtime(detail::SchedulerRef::adopt(new detail::CurrentThread(config)));
      runtime.start_monitor();
      return runtime;
    }
    auto* workers = new detail::MultiThread(config);
    auto scheduler = detail::SchedulerRef::adopt(workers);
    workers->start_workers();
    Runtime runtime(std::move(scheduler));
    runtime.start_monitor();
    return runtime;
  } catch (const std::system_error& error) {
    return io::Error(error.code().value(), boost::system::system_category());
  }
}

io::Result<LocalRuntime> Builder::build_local() {
  Builder local = *this;
  local.config_->is_local = true;
  io::Result<Runtime> runtime = local.build();
  if (!runtime) return runtime.error();
  return LocalRuntime(*std::move(runtime));
}

}  // namespace ferry::runtime
