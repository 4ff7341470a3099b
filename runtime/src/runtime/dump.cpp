#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ostream>
#include <sstream>

#include <ferry/detail/local_scheduler.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/runtime/dump.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/time/instant.hpp>

#include "driver/driver.hpp"
#include "runtime/function_name.hpp"
#include "scheduler/owned_tasks.hpp"

namespace ferry::detail {
namespace {

using runtime::Trace;
using Inspect = TaskState::OnInspect;

// The lock on the frames of a task, for a scope.
class Inspection {
 public:
  explicit Inspection(TaskHeader& task) noexcept : task_(task), was_(task.state.transition_to_inspected()) {}
  Inspection(const Inspection&) = delete;
  Inspection& operator=(const Inspection&) = delete;
  ~Inspection() {
    if (!holds_frames()) return;
    if (task_.state.transition_from_inspected(was_)) task_.scheduler->schedule(&task_);
  }

  Inspect was() const noexcept { return was_; }
  bool holds_frames() const noexcept { return was_ == Inspect::Ready || was_ == Inspect::Waiting; }

 private:
  TaskHeader& task_;
  const Inspect was_;
};

void dump_task(TaskHeader& task, const time::Instant& now, std::vector<runtime::TaskDump>& into) {
  using State = runtime::TaskDump::State;
  State state = State::Running;
  Trace trace;
  {
    const Inspection inspection(task);
    if (inspection.was() == Inspect::Complete) return;
    if (inspection.holds_frames()) {
      state = inspection.was() == Inspect::Ready ? State::Ready : State::Waiting;
      WaitNotes notes(trace, now);
      task.vtable->describe(&task, notes);
    } else if (const auto entry = task.entry.load(std::memory_order_relaxed);
               entry != TaskHeader::Entry::Plain) {
      // Queued, and may be taken up at any moment: its frames are not looked at.
      state = State::Ready;
      WaitNotes(trace, now).leaf(entry == TaskHeader::Entry::First ? "its first poll" : "its turn");
    }
  }
  TaskName name = task.vtable->name != nullptr ? task.vtable->name(&task) : nullptr;
  into.emplace_back(task::Id(task.id), std::move(name), task.spawned_at, state, std::move(trace));
}

std::string in_seconds(time::Duration duration) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", std::chrono::duration<double>(duration).count());
  return text;
}

void print(std::ostream& out, const Trace& trace, const std::string& indent) {
  for (const runtime::TraceFrame& frame : trace.frames())
    out << indent << frame.function() << " at " << frame.file() << ':' << frame.line() << '\n';
  if (!trace.waits_for().empty()) out << indent << "waits for " << trace.waits_for() << '\n';
  for (std::size_t i = 0; i < trace.branches().size(); ++i) {
    out << indent << "  branch " << i << ":\n";
    print(out, trace.branches()[i], indent + "    ");
  }
}

}  // namespace

void WaitNotes::frame(const std::source_location& where) { trace_->frames_.emplace_back(where); }

void WaitNotes::leaf(std::string_view what) { trace_->waits_for_ = what; }

void WaitNotes::leaf(std::string_view what, std::uint64_t number) {
  trace_->waits_for_ = what;
  trace_->waits_for_ += ' ' + std::to_string(number);
}

void WaitNotes::leaf_until(std::string_view what, const time::Instant& deadline) {
  trace_->waits_for_ = what;
  if (deadline.into_std() == time::Instant::Clock::time_point::max())
    trace_->waits_for_ += ", for ever";
  else
    trace_->waits_for_ += ", " + in_seconds(deadline.duration_since(*now_)) + " left";
}

void WaitNotes::leaf_type(const char* source) { trace_->waits_for_ = type_name(source); }

WaitNotes WaitNotes::branch() { return WaitNotes(trace_->branches_.emplace_back(), *now_); }

}  // namespace ferry::detail

namespace ferry::runtime {

std::string TraceFrame::function() const {
  return std::string(detail::function_name(where_.function_name()));
}

Dump Handle::dump() const {
  std::vector<detail::HeldTask> held;
  scheduler_->owned().hold_all(held);
  detail::LocalScheduler::hold_all_of(*scheduler_, held);
  const time::Instant now = scheduler_->driver().clock().now();
  std::vector<TaskDump> tasks;
  tasks.reserve(held.size());
  for (const detail::HeldTask& task : held) detail::dump_task(*task, now, tasks);
  std::sort(tasks.begin(), tasks.end(), [](const TaskDump& a, const TaskDump& b) { return a.id() < b.id(); });
  return Dump(std::move(tasks));
}

std::string Dump::to_string() const {
  std::ostringstream out;
  out << *this;
  return std::move(out).str();
}

std::ostream& operator<<(std::ostream& out, TaskDump::State state) {
  switch (state) {
    case TaskDump::State::Running:
      return out << "running";
    case TaskDump::State::Ready:
      return out << "ready";
    case TaskDump::State::Waiting:
      return out << "waiting";
  }
  return out;
}

std::ostream& operator<<(std::ostream& out, const TaskDump& task) {
  out << "task " << task.id().value();
  if (!task.name().empty()) out << " (" << task.name() << ')';
  out << ": " << task.state() << ", spawned by " << detail::function_name(task.spawned_at().function_name())
      << " at " << task.spawned_at().file_name() << ':' << task.spawned_at().line() << '\n';
  detail::print(out, task.trace(), "  ");
  return out;
}

std::ostream& operator<<(std::ostream& out, const Dump& dump) {
  for (const TaskDump& task : dump.tasks()) out << task;
  return out;
}

}  // namespace ferry::runtime
