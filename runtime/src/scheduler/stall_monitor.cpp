#include "scheduler/stall_monitor.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <ostream>
#include <pthread.h>
#include <sstream>

#include <ferry/detail/local_scheduler.hpp>

#include "runtime/function_name.hpp"
#include "scheduler/owned_tasks.hpp"

namespace ferry::detail {
namespace {

void print(const runtime::StalledTask& task) {
  std::fputs(("ferry: " + task.to_string() + '\n').c_str(), stderr);
}

// The task with this id that a thread runs, among those of a runtime.
std::optional<HeldTask> find_running(Scheduler& scheduler, std::uint64_t id) {
  std::vector<HeldTask> all;
  scheduler.owned().hold_all(all);
  LocalScheduler::hold_all_of(scheduler, all);
  for (HeldTask& task : all) {
    const std::uint64_t state = task->state.load();
    if (task->id == id && (state & TaskState::kRunning) != 0 && (state & TaskState::kInspected) == 0)
      return std::move(task);
  }
  return std::nullopt;
}

}  // namespace

StallMonitor::StallMonitor(std::size_t watches, std::chrono::nanoseconds limit, Report report)
    : limit_(limit), report_(report ? std::move(report) : &print), watched_(watches) {}

StallMonitor::~StallMonitor() { FERRY_ASSERT(!thread_.joinable(), "a runtime is shut down before it goes"); }

void StallMonitor::start(Scheduler& scheduler) {
  thread_ = std::thread([this, keep = SchedulerRef(&scheduler)] {
    ::pthread_setname_np(::pthread_self(), "ferry-monitor");
    run(*keep);
  });
}

void StallMonitor::stop(bool wait) noexcept {
  {
    std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  if (wait && thread_.get_id() != std::this_thread::get_id())
    thread_.join();
  else
    thread_.detach();
}

void StallMonitor::run(Scheduler& scheduler) {
  using namespace std::chrono_literals;
  const std::chrono::nanoseconds period = std::max<std::chrono::nanoseconds>(limit_ / 4, 1ms);
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, period, [&] { return is_stopped_; })) {
    lock.unlock();
    bool is_stalled = false;
    for (Watched& watched : watched_) is_stalled = look(watched, scheduler) || is_stalled;
    if (is_stalled) scheduler.relieve();
    lock.lock();
  }
}

bool StallMonitor::look(Watched& watched, Scheduler& scheduler) {
  const auto now = std::chrono::steady_clock::now();
  const PollWatch::Seen seen = watched.watch.look();
  if (!seen.is_same_as(watched.seen)) {
    watched.seen = seen;
    watched.since = now;
    watched.is_reported = false;
    return false;
  }
  if (seen.poll == 0 || now - watched.since < limit_) return false;
  if (watched.is_reported) return true;
  if (seen.id == 0) {
    watched.is_reported = true;
    report_({std::nullopt, nullptr, {}, {}, now - watched.since});
    return true;
  }
  const std::optional<HeldTask> found = find_running(scheduler, seen.id);
  if (!found) return false;  // the thread does something else since
  watched.is_reported = true;
  const TaskHeader& task = **found;
  report_({task::Id(task.id), task.vtable->name != nullptr ? task.vtable->name(&task) : nullptr,
           task.spawned_at, seen.resumes_at, now - watched.since});
  return true;
}

}  // namespace ferry::detail

namespace ferry::runtime {

std::string StalledTask::to_string() const {
  std::ostringstream out;
  out << *this;
  return std::move(out).str();
}

std::ostream& operator<<(std::ostream& out, const StalledTask& task) {
  const auto print_location = [&](const std::source_location& at) {
    out << detail::function_name(at.function_name()) << " at " << at.file_name() << ':' << at.line();
  };
  if (task.id()) {
    out << "task " << task.id()->value();
    if (!task.name().empty()) out << " (" << task.name() << ')';
    out << ", spawned by ";
    print_location(task.spawned_at());
    out << ',';
  } else {
    out << "the future of block_on";
  }
  out << " has kept its thread for "
      << std::chrono::duration_cast<std::chrono::milliseconds>(task.held_for()).count()
      << " ms without waiting";
  if (task.resumed_at().line() != 0) {
    out << "; it went on in ";
    print_location(task.resumed_at());
  }
  return out;
}

}  // namespace ferry::runtime
