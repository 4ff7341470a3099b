// co_spawn: a Task as one of Asio's operations.
#pragma once

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
#include <boost/system/system_error.hpp>
#include <ferry/asio/executor.hpp>
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
/// its end has been cancelled.
template <class T, class Handler>
class AsioReport {
 public:
  AsioReport(Handler handler, const asio::Executor& fallback)
      : work_(boost::asio::get_associated_executor(handler, fallback)), handler_(std::move(handler)) {}
  AsioReport(AsioReport&& other) noexcept
      : work_(std::move(other.work_)), handler_(std::exchange(other.handler_, std::nullopt)) {}
  AsioReport& operator=(AsioReport&&) = delete;
  ~AsioReport() {
    if (handler_)
      fail(std::make_exception_ptr(boost::system::system_error(boost::asio::error::operation_aborted)));
  }

  void fail(std::exception_ptr exception) {
    if constexpr (std::is_void_v<T>)
      call(std::move(exception));
    else
      call(std::move(exception), T());
  }
  template <class... Values>
  void call(std::exception_ptr exception, Values&&... values) {
    auto bound = boost::asio::append(*std::exchange(handler_, std::nullopt), std::move(exception),
                                     std::forward<Values>(values)...);
    boost::asio::dispatch(work_.get_executor(), std::move(bound));
  }

 private:
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler, asio::Executor>> work_;
  std::optional<Handler> handler_;
};

template <class T, class Handler>
Task<void> run_for_asio(Task<T> task, AsioReport<T, Handler> report) {
  std::exception_ptr exception;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      report.call(nullptr);
    } else {
      T value = co_await std::move(task);
      report.call(nullptr, std::move(value));
    }
    co_return;
  } catch (...) {
    exception = std::current_exception();
  }
  report.fail(std::move(exception));
}

}  // namespace ferry::detail

namespace ferry::asio {

/// Runs `task` on the executor's runtime, for code that is written with Asio: the token says what becomes of
/// its end, as with Asio's own co_spawn.
///
/// Result: what the token gives; the operation completes with the exception that has left the task, or null,
/// and then its value, which is T() after an exception.
/// Errors: system_error with operation_aborted, when the task was cancelled or the runtime has ended.
/// Cancelling: through the handler's cancellation slot, of any type: aborts the task.
/// Thread safety: may be called from any thread; the handler is called on its own executor.
/// Asio: `co_spawn`.
template <class T, class Token>
auto co_spawn(const Executor& executor, Task<T> task, Token&& token) {
  return boost::asio::async_initiate<Token, typename detail::AsioTaskSignature<T>::Type>(
      [](auto handler, Executor on, Task<T> body) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        detail::AsioReport<T, decltype(handler)> report(std::move(handler), on);
        const auto join =
            on.handle().spawn(detail::run_for_asio<T, decltype(handler)>(std::move(body), std::move(report)),
                              std::source_location::current());
        if (slot.is_connected())
          slot.assign([abort = join.abort_handle()](boost::asio::cancellation_type) { abort.abort(); });
      },
      token, executor, std::move(task));
}

/// The same, on a handle's runtime.
template <class T, class Token>
auto co_spawn(const runtime::Handle& handle, Task<T> task, Token&& token) {
  return co_spawn(handle.executor(), std::move(task), std::forward<Token>(token));
}

}  // namespace ferry::asio
