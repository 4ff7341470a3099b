#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"
#include "support/comes_true.hpp"
#include "support/counted.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
using ferry::asio::use_task;

namespace {

Task<int> sum(int a, int b) {
  co_await time::sleep(1ms);
  co_return a + b;
}
Task<void> hold(test::Counted) { co_await time::sleep(1h); }
Task<void> fail() {
  co_await task::yield_now();
  throw std::runtime_error("broken");
}

bool is_aborted(const std::exception_ptr& exception) {
  try {
    if (exception) std::rethrow_exception(exception);
    return false;
  } catch (const boost::system::system_error& error) {
    return error.code() == net::error::operation_aborted;
  }
}

}  // namespace

TEST_SUITE("asio.co_spawn") {
  TEST_CASE("a Task is an operation of plain Asio code, which is told of its end on its own executor") {
    const runtime::Runtime rt = test::multi_thread(1);
    net::io_context context;
    int result = 0;
    std::thread::id called_on;
    asio::co_spawn(rt.handle(), sum(1, 2), net::bind_executor(context, [&](std::exception_ptr e, int value) {
                     CHECK(e == nullptr);
                     result = value;
                     called_on = std::this_thread::get_id();
                   }));
    context.run();
    CHECK(result == 3);
    CHECK(called_on == std::this_thread::get_id());
  }

  TEST_CASE("an exception that leaves the task is the operation's") {
    const runtime::Runtime rt = test::multi_thread(1);
    auto future = asio::co_spawn(rt.handle(), fail(), net::use_future);
    CHECK_THROWS_WITH(future.get(), "broken");
    net::io_context context;
    asio::co_spawn(
        rt.handle(),
        [](Task<void> task) -> Task<int> {
          co_await std::move(task);
          co_return 1;
        }(fail()),
        net::bind_executor(context, [](std::exception_ptr e, int value) {
          CHECK_THROWS_WITH(std::rethrow_exception(e), "broken");
          CHECK(value == 0);
        }));
    CHECK(context.run() > 0);
  }

  TEST_CASE("the task is gone when its handler is called") {
    const runtime::Runtime rt = test::multi_thread(1);
    test::Counts counts;
    auto short_lived = [](test::Counted) -> Task<int> { co_return 1; };
    net::io_context context;
    auto task = short_lived(test::Counted(counts));
    asio::co_spawn(rt.handle(), std::move(task),
                   net::bind_executor(context, [&](std::exception_ptr, int) { CHECK(counts.alive == 0); }));
    CHECK(context.run() > 0);
  }

  TEST_CASE("a result may be one that can only be moved") {
    const runtime::Runtime rt = test::multi_thread(1);
    auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
    CHECK(*asio::co_spawn(rt.handle(), make(), net::use_future).get() == 7);
  }

  TEST_CASE("a coroutine of Asio's awaits tasks") {
    const runtime::Runtime rt = test::multi_thread(1);
    net::io_context context;
    auto total = [](runtime::Handle handle) -> net::awaitable<int> {
      const int three = co_await asio::co_spawn(handle, sum(1, 2), net::use_awaitable);
      co_return three + co_await asio::co_spawn(handle, sum(3, 4), net::use_awaitable);
    };
    auto future = net::co_spawn(context, total(rt.handle()), net::use_future);
    context.run();
    CHECK(future.get() == 10);
  }

  TEST_CASE("a handler without an executor is called inside the runtime") {
    const runtime::Runtime rt = test::multi_thread(1);
    auto [tx, rx] = sync::oneshot::channel<bool>();
    asio::co_spawn(rt.handle(), sum(1, 2), [tx = std::move(tx), id = rt.handle().id()](auto, int) mutable {
      static_cast<void>(std::move(tx).send(runtime::Handle::current().id() == id));
    });
    CHECK(rt.block_on(rx).value());
  }

  TEST_CASE("a handler that throws is called once") {
    const runtime::Runtime rt = test::multi_thread(1);
    std::atomic<int> calls = 0;
    asio::co_spawn(rt.handle(), sum(1, 2), [&](std::exception_ptr, int) {
      ++calls;
      throw std::runtime_error("in the handler");
    });
    CHECK(test::comes_true([&] { return calls == 1; }));
    // The runtime goes on.
    CHECK(asio::co_spawn(rt.handle(), sum(3, 4), net::use_future).get() == 7);
    CHECK(calls == 1);
  }

  TEST_CASE("cancelling the operation aborts the task, whatever the type of cancellation") {
    for (const auto type :
         {net::cancellation_type::terminal, net::cancellation_type::partial, net::cancellation_type::total}) {
      test::Counts counts;
      const runtime::Runtime rt = test::multi_thread(1);
      net::io_context context;
      net::cancellation_signal signal;
      bool was_aborted = false;
      auto done = [&](std::exception_ptr e) { was_aborted = is_aborted(e); };
      asio::co_spawn(rt.handle(), hold(test::Counted(counts)),
                     net::bind_cancellation_slot(signal.slot(), net::bind_executor(context, done)));
      signal.emit(type);
      context.run();
      CHECK(was_aborted);
      CHECK(counts.alive == 0);
    }
  }

  TEST_CASE("a slot may be gone as soon as the task has ended") {
    const runtime::Runtime rt = test::multi_thread(2);
    for (int i = 0; i < 200; ++i) {
      auto signal = std::make_unique<net::cancellation_signal>();
      std::atomic<bool> is_gone = false;
      auto nothing = []() -> Task<void> { co_return; };
      asio::co_spawn(rt.handle(), nothing(),
                     net::bind_cancellation_slot(signal->slot(), [&](std::exception_ptr) {
                       signal.reset();
                       is_gone = true;
                     }));
      while (!is_gone) std::this_thread::yield();
    }
  }

  TEST_CASE("a task that is awaited as an operation ends before what gives it up goes on") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      test::Counts counts;
      auto body = [&]() -> Task<void> {
        auto handle = runtime::Handle::current();
        test::give_up([&] { return asio::co_spawn(handle, hold(test::Counted(counts)), use_task); });
        CHECK(counts.alive == 0);
        auto outer = [](test::Counts& counts) -> Task<void> {
          auto handle = runtime::Handle::current();
          auto inner = asio::co_spawn(handle, hold(test::Counted(counts)), use_task);
          co_await inner;
        };
        auto task = task::spawn(outer(counts));
        co_await time::sleep(1ms);
        task.abort();
        CHECK((co_await task).error().is_cancelled());
        CHECK(counts.alive == 0);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("a runtime that ends has cancelled its tasks") {
    test::Counts counts;
    net::io_context context;
    bool was_aborted = false;
    {
      const runtime::Runtime rt = test::multi_thread(1);
      auto done = [&](std::exception_ptr e) { was_aborted = is_aborted(e); };
      asio::co_spawn(rt.handle(), hold(test::Counted(counts)), net::bind_executor(context, done));
    }
    CHECK(counts.alive == 0);
    context.run();
    CHECK(was_aborted);
  }

  TEST_CASE("after its runtime's end a task is cancelled at once, and its handler called later") {
    auto rt = std::make_unique<runtime::Runtime>(test::multi_thread(1));
    const asio::Executor executor = rt->handle().executor();
    rt.reset();
    test::Counts counts;
    net::io_context context;
    bool was_aborted = false;
    auto done = [&](std::exception_ptr e) { was_aborted = is_aborted(e); };
    asio::co_spawn(executor, hold(test::Counted(counts)), net::bind_executor(context, done));
    CHECK(counts.alive == 0);
    CHECK_FALSE(was_aborted);
    context.run();
    CHECK(was_aborted);
  }
}
