// co_spawn: a Task as one of Asio's operations.
#pragma once

#include <concepts>
#include <exception>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <boost/asio/append.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <ferry/asio/executor.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/detail/task_header.hpp>
#include <ferry/task/task.hpp>

namespace ferry::detail {

/// The signature of an operation that completes with an exception, if there is one, and a value.
template <class T>
struct AsioTaskSignature {
  using Type = void(std::exception_ptr, T);
};
template <>
struct AsioTaskSignature<void> {
  using Type = void(std::exception_ptr);
};

/// Calls a handler on its own executor, which has something to do until then. A task that is destroyed before
/// its end has been cancelled: that may be in the middle of anything, so the handler is called later.
template <class T, class Handler>
class AsioReport {
 public:
  AsioReport(Handler handler, const asio::Executor& fallback)
      : work_(boost::asio::get_associated_executor(handler, fallback)), handler_(std::move(handler)) {}
  AsioReport(AsioReport&& other) noexcept
      : work_(std::move(other.work_)), handler_(std::exchange(other.handler_, std::nullopt)) {}
  AsioReport& operator=(AsioReport&&) = delete;
  ~AsioReport() {
    if (!handler_) return;
    auto aborted =
        std::make_exception_ptr(boost::system::system_error(boost::asio::error::operation_aborted));
    if constexpr (std::is_void_v<T>)
      boost::asio::post(work_.get_executor(), take(std::move(aborted)));
    else
      boost::asio::post(work_.get_executor(), take(std::move(aborted), T()));
  }

  template <class... Values>
  void call(std::exception_ptr exception, Values&&... values) {
    boost::asio::dispatch(work_.get_executor(), take(std::move(exception), std::forward<Values>(values)...));
  }

 private:
  template <class... Values>
  auto take(std::exception_ptr exception, Values&&... values) {
    return boost::asio::append(*std::exchange(handler_, std::nullopt), std::move(exception),
                               std::forward<Values>(values)...);
  }

  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler, asio::Executor>> work_;
  std::optional<Handler> handler_;
};

// Whatever happens, the task is gone before the handler is told. What the handler throws is not the task's:
// it leaves this, as it would leave any function of the executor.
template <class T, class Handler>
Task<void> run_for_asio(AsioReport<T, Handler> report, Task<T> given) {
  std::exception_ptr exception;
  if constexpr (std::is_void_v<T>) {
    try {
      Task<T> task(std::move(given));
      co_await std::move(task);
    } catch (...) {
      exception = std::current_exception();
    }
    report.call(std::move(exception));
  } else {
    std::optional<T> value;
    try {
      Task<T> task(std::move(given));
      value.emplace(co_await std::move(task));
    } catch (...) {
      exception = std::current_exception();
    }
    if (value)
      report.call(std::move(exception), *std::move(value));
    else
      report.call(std::move(exception), T());
  }
}

/// Extras of a task that is destroyed at once when it is cancelled by a thread that it would have to wait
/// for.
class AsioTaskExtras {
 public:
  AsioTaskExtras() noexcept {}
  static constexpr bool kIsDestroyedEarly = true;
};

/// What cancels such a task.
class AsioTaskCancellation {
 public:
  explicit AsioTaskCancellation(TaskHeader& task) noexcept : task_(task) {}
  void operator()(boost::asio::cancellation_type) const noexcept;

 private:
  HeldTask task_;
};

// The slot knows how to cancel before the task runs, which may be over, and the slot with it, right then.
template <class Slot>
void spawn_cancellable(const asio::Executor& on, Task<void> task, Slot slot,
                       std::source_location spawned_at) {
  const runtime::Handle handle = on.handle();
  Scheduler& scheduler = *handle.scheduler();
  TaskHeader* const cell = TaskCell<Task<void>, AsioTaskExtras>::make(std::move(task), scheduler, spawned_at);
  const task::JoinHandle<void> join(cell);
  if (slot.is_connected()) slot.template emplace<AsioTaskCancellation>(*cell);
  scheduler.start(cell);
}

}  // namespace ferry::detail

namespace ferry::asio {

/// Runs `task` on the executor's runtime, for code that is written with Asio: the token says what becomes of
/// its end, as with Asio's own co_spawn.
///
/// Result: what the token gives; the operation completes with the exception that has left the task, or null,
/// and then its value, which is T() after an exception.
/// Errors: system_error with operation_aborted, when the task was cancelled or the runtime has ended.
/// Cancelling: through the handler's cancellation slot, of any type and from any thread: aborts the task.
/// Thread safety: may be called from any thread; the handler is called on its own executor, or on this one if
/// it has none. One whose executor is that of a runtime that has ended is destroyed, and not called. Asio:
/// `co_spawn`.
template <class T, class Token>
auto co_spawn(const Executor& executor, Task<T> task, Token&& token,
              std::source_location spawned_at = std::source_location::current()) {
  return boost::asio::async_initiate<Token, typename detail::AsioTaskSignature<T>::Type>(
      [spawned_at](auto handler, Executor on, Task<T> body) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        detail::AsioReport<T, decltype(handler)> report(std::move(handler), on);
        detail::spawn_cancellable(
            on, detail::run_for_asio<T, decltype(handler)>(std::move(report), std::move(body)), slot,
            spawned_at);
      },
      token, executor, std::move(task));
}

/// The same, on a handle's runtime.
template <class T, class Token>
auto co_spawn(const runtime::Handle& handle, Task<T> task, Token&& token,
              std::source_location spawned_at = std::source_location::current()) {
  return co_spawn(handle.executor(), std::move(task), std::forward<Token>(token), spawned_at);
}

}  // namespace ferry::asio
