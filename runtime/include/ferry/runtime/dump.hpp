// Dump: what every task of a runtime is doing.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ferry/task/join_handle.hpp>

namespace ferry::detail {
class WaitNotes;
}

namespace ferry::runtime {

/// A coroutine of a Trace, and where it awaits the next one.
class TraceFrame {
 public:
  explicit TraceFrame(std::source_location where) noexcept : where_(where) {}

  /// The coroutine's qualified name, without its parameters.
  std::string function() const;
  const char* file() const noexcept { return where_.file_name(); }
  /// Of the `co_await` that it is at, counted from 1.
  std::uint_least32_t line() const noexcept { return where_.line(); }

 private:
  std::source_location where_;
};

/// The coroutines that await each other, and what the innermost one waits for.
///
/// Tokio: `runtime::dump::Trace`.
class Trace {
 public:
  Trace() noexcept {}

  /// The outermost one first.
  const std::vector<TraceFrame>& frames() const noexcept { return frames_; }
  /// In words: "time::Sleep, 1.500 s left", "JoinHandle of task 7", "sync::mpsc::Recv<int>". Empty for a task
  /// that was running.
  const std::string& waits_for() const noexcept { return waits_for_; }
  /// What it waits for at the same time, when that is a `select`, a `join` or a timeout.
  const std::vector<Trace>& branches() const noexcept { return branches_; }

 private:
  friend class detail::WaitNotes;

  std::vector<TraceFrame> frames_;
  std::string waits_for_;
  std::vector<Trace> branches_;
};

/// One task, as it was when it was looked at.
///
/// Tokio: `runtime::dump::Task`.
class TaskDump {
 public:
  enum class State : unsigned char {
    Running,  ///< a thread was polling it; it has no trace then
    Ready,    ///< it was queued; a new task, or one that yielded, has no frames then
    Waiting,
  };

  TaskDump(task::Id id, detail::TaskName name, std::source_location spawned_at, State state,
           Trace trace) noexcept
      : id_(id), name_(std::move(name)), spawned_at_(spawned_at), state_(state), trace_(std::move(trace)) {}

  task::Id id() const noexcept { return id_; }
  /// What task::Builder called it; empty for most.
  std::string_view name() const noexcept { return name_ != nullptr ? *name_ : std::string_view(); }
  /// Where `spawn` was called.
  const std::source_location& spawned_at() const noexcept { return spawned_at_; }
  State state() const noexcept { return state_; }
  const Trace& trace() const noexcept { return trace_; }

 private:
  task::Id id_;
  detail::TaskName name_;
  std::source_location spawned_at_;
  State state_;
  Trace trace_;
};

/// Every task of a runtime that had not finished, those of the LocalSets that it runs among them. Printing it
/// takes a few lines per task. Made by `Handle::dump`.
///
/// Tokio: `runtime::Dump`.
class Dump {
 public:
  explicit Dump(std::vector<TaskDump> tasks) noexcept : tasks_(std::move(tasks)) {}

  /// In the order of their Ids.
  const std::vector<TaskDump>& tasks() const& noexcept { return tasks_; }
  std::vector<TaskDump> tasks() && noexcept { return std::move(tasks_); }
  std::string to_string() const;

 private:
  std::vector<TaskDump> tasks_;
};

std::ostream& operator<<(std::ostream& out, TaskDump::State state);
std::ostream& operator<<(std::ostream& out, const TaskDump& task);
std::ostream& operator<<(std::ostream& out, const Dump& dump);

}  // namespace ferry::runtime
