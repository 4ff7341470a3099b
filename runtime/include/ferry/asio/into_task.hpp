// into_task: one of Asio's coroutines as a Task.
#pragma once

#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <ferry/asio/co_spawn.hpp>
#include <ferry/asio/use_task.hpp>
#include <ferry/task/task.hpp>

namespace ferry::asio {

/// Runs a coroutine of Asio's inside of the task that awaits this, as if it were called there. Its executor,
/// `this_coro::executor`, is that task: nothing of it runs elsewhere, or at the same time as the task.
///
/// Result: what the coroutine returns; what it throws is rethrown.
/// Throws: system_error with operation_aborted, when it never gets to its end.
/// Cancelling: as the operations that it awaits; it is cancelled and waited for. One that goes on in spite of
/// that keeps the thread waiting.
/// Cost: an allocation for each step of its operations.
/// Asio: `co_spawn` on the executor of the coroutine that calls it, with `use_awaitable`.
template <class T, class AwaitableExecutor>
Task<T> into_task(boost::asio::awaitable<T, AwaitableExecutor> coroutine) {
  auto operation = boost::asio::async_initiate<const UseTask&, typename detail::AsioTaskSignature<T>::Type>(
      [](auto handler, auto coroutine) {
        auto executor = boost::asio::get_associated_executor(handler);
        boost::asio::co_spawn(executor, std::move(coroutine), std::move(handler));
      },
      use_task, std::move(coroutine));
  co_return co_await operation;
}

}  // namespace ferry::asio
