// AbortOnDropHandle and AbortOnDrop: handles that abort their task when they go.
#pragma once

#include <optional>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/task/join_handle.hpp>

namespace ferry::task {

/// A JoinHandle whose destruction aborts the task instead of detaching it.
///
/// Cancelling: awaiting it by name is safe; destroying it aborts the task.
/// Thread safety: as JoinHandle.
/// Tokio: `tokio_util::task::AbortOnDropHandle`.
template <class T>
class [[nodiscard]] AbortOnDropHandle {
 public:
  using Output = Result<T, JoinError>;

  explicit AbortOnDropHandle(JoinHandle<T>&& handle) noexcept : handle_(std::move(handle)) {}
  AbortOnDropHandle(AbortOnDropHandle&& other) noexcept
      : handle_(std::move(other.handle_)), owns_(std::exchange(other.owns_, false)) {}
  AbortOnDropHandle& operator=(AbortOnDropHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(owns_, other.owns_);
    return *this;
  }
  ~AbortOnDropHandle() {
    if (owns_) handle_.abort();
  }

  Poll<Output> poll(Context& cx) { return handle_.poll(cx); }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(handle_, notes); }

  void abort() const noexcept { handle_.abort(); }
  AbortHandle abort_handle() const noexcept { return handle_.abort_handle(); }
  bool is_finished() const noexcept { return handle_.is_finished(); }
  Id id() const noexcept { return handle_.id(); }

  /// Gives the plain handle back, and the task its freedom. Tokio: `AbortOnDropHandle::detach`.
  JoinHandle<T> detach() && noexcept {
    owns_ = false;
    return std::move(handle_);
  }

 private:
  JoinHandle<T> handle_;
  bool owns_ = true;
};

/// An AbortHandle whose destruction aborts the task.
///
/// Thread safety: owned by one thread at a time; `abort` and `is_finished` may be called from any thread.
/// Tokio: `tokio_util::task::AbortOnDrop`.
class [[nodiscard]] AbortOnDrop {
 public:
  explicit AbortOnDrop(AbortHandle handle) noexcept : handle_(std::move(handle)) {}
  AbortOnDrop(AbortOnDrop&& other) noexcept : handle_(std::exchange(other.handle_, std::nullopt)) {}
  AbortOnDrop& operator=(AbortOnDrop&& other) noexcept {
    handle_.swap(other.handle_);
    return *this;
  }
  ~AbortOnDrop() {
    if (handle_) handle_->abort();
  }

  void abort() const noexcept { handle().abort(); }
  bool is_finished() const noexcept { return handle().is_finished(); }
  Id id() const noexcept { return handle().id(); }

  /// Gives the plain handle back, and the task its freedom. Tokio: `AbortOnDrop::detach`.
  AbortHandle detach() && noexcept {
    const AbortHandle plain = handle();
    handle_.reset();
    return plain;
  }

 private:
  const AbortHandle& handle() const noexcept {
    FERRY_ASSERT(handle_, "an AbortOnDrop that was moved from is only destroyed or assigned to");
    return *handle_;
  }

  std::optional<AbortHandle> handle_;
};

}  // namespace ferry::task
