// JoinHandle, AbortHandle, JoinError: what the one who spawned a task holds.
#pragma once

#include <cstdint>
#include <exception>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/assert.hpp>
#include <ferry/detail/task_header.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/task/id.hpp>

namespace ferry::task {

/// Why a task gave no value: it was cancelled, or an exception left it. Tokio: `task::JoinError`.
class JoinError {
 public:
  /// No task's error: what `error()` of a successful join gives.
  JoinError() noexcept : id_(0) {}

  static JoinError cancelled(Id id, detail::TaskName name = nullptr) noexcept {
    return JoinError(id, nullptr, std::move(name));
  }
  static JoinError panic(Id id, std::exception_ptr exception, detail::TaskName name = nullptr) noexcept {
    return JoinError(id, std::move(exception), std::move(name));
  }

  bool is_cancelled() const noexcept { return exception_ == nullptr; }
  /// Whether an exception left the task. Tokio: `JoinError::is_panic`.
  bool is_panic() const noexcept { return exception_ != nullptr; }
  /// Rethrows the exception that left the task. Throws std::logic_error when it was cancelled.
  /// Tokio: `JoinError::into_panic`.
  [[noreturn]] void into_panic() const;
  /// The exception that left the task. Errors: this, when the task was cancelled.
  /// Tokio: `JoinError::try_into_panic`.
  Result<std::exception_ptr, JoinError> try_into_panic() const;
  Id id() const noexcept { return id_; }
  /// "task 7 was cancelled", or "task 7 threw: " and the exception's text; "task 7 (name) ..." if it has a
  /// name.
  std::string to_string() const;
  /// Writes what `to_string` gives.
  friend std::ostream& operator<<(std::ostream& out, const JoinError& error);

 private:
  JoinError(Id id, std::exception_ptr exception, detail::TaskName name) noexcept
      : id_(id), exception_(std::move(exception)), name_(std::move(name)) {}

  Id id_;
  std::exception_ptr exception_;
  detail::TaskName name_;
};

inline Result<std::exception_ptr, JoinError> JoinError::try_into_panic() const {
  if (exception_ == nullptr) return *this;
  return exception_;
}

}  // namespace ferry::task

namespace ferry::detail {

/// The error of a task that was cancelled, and of one that the exception being handled has left.
task::JoinError cancelled_of(const TaskHeader& task) noexcept;
task::JoinError panic_of(const TaskHeader& task) noexcept;

}  // namespace ferry::detail

namespace ferry::task {

/// What `.value()` of a join result throws when the task was cancelled.
class Cancelled : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// `.value()` of a failed join: rethrows the task's own exception, or throws Cancelled.
[[noreturn]] void throw_exception_from_error(const JoinError& error, const boost::source_location& location);

/// Cancels a task from anywhere; does not keep its output. Copies cancel the same task.
///
/// Thread safety: every member may be called from any thread.
/// Tokio: `task::AbortHandle`.
class AbortHandle {
 public:
  explicit AbortHandle(detail::TaskHeader* task) noexcept : task_(task) { task_->state.retain(); }
  AbortHandle(const AbortHandle& other) noexcept : AbortHandle(other.task_) {}
  AbortHandle& operator=(const AbortHandle& other) noexcept {
    AbortHandle copy(other);
    std::swap(task_, copy.task_);
    return *this;
  }
  ~AbortHandle() { task_->release(); }

  /// Cancels the task at its next suspension point; nothing happens to one that has finished.
  void abort() const noexcept { task_->abort(); }
  bool is_finished() const noexcept { return (task_->state.load() & detail::TaskState::kComplete) != 0; }
  Id id() const noexcept { return Id(task_->id); }

 private:
  detail::TaskHeader* task_;
};

/// Owns the right to a task's output: awaiting it gives `Result<T, JoinError>`. Destroying it detaches the
/// task, which goes on.
///
/// Cancelling: safe; awaiting it again goes on waiting. Awaiting it after it was ready is a mistake.
/// Thread safety: owned by one thread at a time; `abort` and `is_finished` may be called from any thread.
/// Tokio: `task::JoinHandle`.
template <class T>
class JoinHandle {
 public:
  using Output = Result<T, JoinError>;

  /// Takes the JoinHandle's reference of a new task over.
  explicit JoinHandle(detail::TaskHeader* task) noexcept : task_(task) {}
  JoinHandle(JoinHandle&& other) noexcept : task_(std::exchange(other.task_, nullptr)) {}
  JoinHandle& operator=(JoinHandle&& other) noexcept {
    std::swap(task_, other.task_);
    return *this;
  }
  ~JoinHandle() {
    if (task_ != nullptr) task_->drop_join_handle();
  }

  Poll<Output> poll(Context& cx) {
    FERRY_REQUIRE(task_ != nullptr, "a JoinHandle that was moved from is awaited or polled");
    if (!task_->poll_join(cx) || !cx.poll_proceed()) return pending;
    return task_->take_output<Output>();
  }

  /// Cancels the task at its next suspension point: the join then gives a cancelled JoinError, unless it
  /// finishes first.
  void abort() const noexcept { task_->abort(); }
  AbortHandle abort_handle() const noexcept { return AbortHandle(task_); }
  bool is_finished() const noexcept { return (task_->state.load() & detail::TaskState::kComplete) != 0; }
  Id id() const noexcept { return Id(task_->id); }

  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { notes.leaf("JoinHandle of task", task_->id); }
  /// For other parts of ferry: the task, with this handle's reference.
  detail::TaskHeader* into_raw() && noexcept { return std::exchange(task_, nullptr); }

 private:
  detail::TaskHeader* task_;
};

}  // namespace ferry::task
