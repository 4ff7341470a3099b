#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <ferry/runtime/runtime.hpp>
#include <ferry/time/instant.hpp>

#include "blocking/pool.hpp"
#include "runtime/config.hpp"
#include "runtime/context.hpp"
#include "scheduler/current_thread.hpp"
#include "scheduler/multi_thread.hpp"
#include "scheduler/stall_monitor.hpp"

namespace ferry::detail {

BlockOnScope::BlockOnScope(const SchedulerRef& scheduler, const char* call) {
  ThreadContext& context = thread_context();
  if (context.is_async)
    throw std::logic_error(
        std::string(call) +
        " called on a thread that drives tasks: await the future there, or use spawn_blocking");
  context.is_async = true;
  previous_ = std::exchange(context.scheduler, scheduler.get());
}

BlockOnScope::~BlockOnScope() {
  thread_context().is_async = false;
  thread_context().scheduler = previous_;
}

}  // namespace ferry::detail

namespace ferry::runtime {

EnterGuard::EnterGuard(detail::SchedulerRef scheduler) noexcept : scheduler_(std::move(scheduler)) {
  detail::ThreadContext& context = detail::thread_context();
  previous_ = std::exchange(context.scheduler, scheduler_.get());
  depth_ = ++context.enter_depth;
}

EnterGuard::~EnterGuard() {
  detail::ThreadContext& context = detail::thread_context();
  if (context.enter_depth != depth_ || context.scheduler != scheduler_.get()) {
    std::fputs("ferry: EnterGuards of a thread are destroyed in the reverse order of their creation\n",
               stderr);
    std::abort();
  }
  --context.enter_depth;
  context.scheduler = previous_;
}

Handle Handle::current() {
  return Handle(detail::SchedulerRef(&detail::require_scheduler("Handle::current")));
}

Result<Handle, TryCurrentError> Handle::try_current() noexcept {
  if (detail::Scheduler* scheduler = detail::current_scheduler())
    return Handle(detail::SchedulerRef(scheduler));
  return TryCurrentError();
}

void throw_exception_from_error(const TryCurrentError&, const boost::source_location&) {
  throw std::logic_error("Handle::try_current has found no runtime: this thread is in no runtime's context");
}

std::string_view Handle::name() const noexcept { return scheduler_->config().name; }

std::optional<std::size_t> worker_index() noexcept {
  const detail::ThreadContext& context = detail::thread_context();
  if (context.core_owner == nullptr) return std::nullopt;
  return context.core_owner->worker_of(context.core);
}

io::Result<Runtime> Runtime::create() { return Builder::new_multi_thread().enable_all().build(); }

Runtime& Runtime::operator=(Runtime&& other) noexcept {
  if (this != &other) {
    Runtime ended(std::move(*this));
    handle_ = std::move(other.handle_);
  }
  return *this;
}

Runtime::~Runtime() {
  if (!handle_.scheduler()) return;
  if (detail::thread_context().is_async) {
    std::fputs(
        "ferry: a Runtime was destroyed on a thread that drives tasks, where it cannot wait for its threads; "
        "use shutdown_background(), or move it to spawn_blocking\n",
        stderr);
    std::abort();
  }
  shut_down(std::nullopt);
}

void Runtime::shutdown_timeout(std::chrono::nanoseconds limit) && {
  if (limit > std::chrono::nanoseconds::zero()) detail::forbid_blocking("Runtime::shutdown_timeout");
  shut_down(limit);
}

void Runtime::shutdown_background() && { shut_down(std::chrono::nanoseconds::zero()); }

void Runtime::block_on_current_thread(bool (*poll)(void*, Context&), void* future) const {
  class Root final : public detail::BlockOnFuture {
   public:
    Root(bool (*poll)(void*, Context&), void* future) : poll_(poll), future_(future) {}
    bool poll(Context& cx) override { return poll_(future_, cx); }

   private:
    bool (*poll_)(void*, Context&);
    void* future_;
  } root(poll, future);
  static_cast<detail::CurrentThread&>(*handle_.scheduler()).block_on(root);
}

void Runtime::start_monitor() const {
  if (detail::StallMonitor* const monitor = handle_.scheduler()->stall_monitor())
    monitor->start(*handle_.scheduler());
}

void Runtime::shut_down(std::optional<std::chrono::nanoseconds> limit) noexcept {
  const detail::SchedulerRef scheduler = handle_.scheduler();
  if (const auto& report = scheduler->config().on_tasks_left)
    if (const Dump dump = handle_.dump(); !dump.tasks().empty()) report(dump);
  handle_ = Handle(detail::SchedulerRef());
  std::optional<std::chrono::steady_clock::time_point> deadline;
  if (limit) deadline = (time::Instant(std::chrono::steady_clock::now()) + *limit).into_std();
  if (scheduler->is_multi_thread()) {
    auto& workers = static_cast<detail::MultiThread&>(*scheduler);
    workers.begin_shut_down();
    workers.join_workers(deadline);
  } else {
    static_cast<detail::CurrentThread&>(*scheduler).shut_down();
  }
  scheduler->blocking_pool().shut_down(deadline);
  scheduler->driver().drain(deadline);
  if (detail::StallMonitor* const monitor = scheduler->stall_monitor()) monitor->stop(!limit);
}

}  // namespace ferry::runtime
