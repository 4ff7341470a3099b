// Operation: what is done to files, as a future.
#pragma once

#include <memory>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>

namespace ferry::fs {

namespace detail {

/// What an operation does, whatever that is.
template <class T>
class Work {
 public:
  Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  virtual ~Work() = default;
  virtual Poll<io::Result<T>> poll(Context& cx) = 0;
  /// Nobody will poll any more.
  virtual void abandon() noexcept = 0;
};

}  // namespace detail

/// Something done to files by a thread of the blocking pool, or by io_uring: see
/// `runtime::Builder::enable_io_uring`. It begins when it is polled first, and completes with what has come
/// of it. It owns all that it was made from, but for the thread.
///
/// Errors: those of the system; one that `runtime::is_rt_shutdown_err` knows when the runtime ends before.
/// Throws: std::logic_error, when it is polled outside a runtime.
/// Cancelling: safe for memory and descriptors. What has begun on the blocking pool is done to its end, for
/// nobody; io_uring is asked to give it up, and may have done it, some of it or nothing.
/// Tokio: an `async fn` of `tokio::fs`.
template <class T>
class [[nodiscard]] Operation {
 public:
  using Output = io::Result<T>;

  /// For other parts of ferry.
  explicit Operation(std::shared_ptr<detail::Work<T>> work) noexcept : work_(std::move(work)) {}
  Operation(Operation&& other) noexcept = default;
  Operation& operator=(Operation&& other) noexcept {
    std::swap(work_, other.work_);
    return *this;
  }
  ~Operation() {
    if (work_ != nullptr) work_->abandon();
  }

  Poll<Output> poll(Context& cx) {
    FERRY_REQUIRE(work_ != nullptr, "an fs::Operation that was moved from is awaited or polled");
    return work_->poll(cx);
  }

  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const { notes.leaf("an operation on files"); }

 private:
  std::shared_ptr<detail::Work<T>> work_;
};

/// Whether operations on files go through io_uring in the current runtime. False where ferry was built
/// without, the runtime's builder said no, or the kernel did: the blocking pool does them then. Tries it if
/// no operation has yet.
///
/// Throws: std::logic_error outside a runtime.
/// Tokio: none.
bool uses_io_uring();

}  // namespace ferry::fs
