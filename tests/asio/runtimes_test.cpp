#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/testing.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"
#include "support/comes_true.hpp"
#include "support/counted.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
using ferry::asio::use_task;
using test::socket_pair;

namespace {

/// Waits for ever, holding what it was given.
net::awaitable<void> wait_for_ever(test::Counted) {
  net::steady_timer timer(co_await net::this_coro::executor, 1h);
  co_await timer.async_wait(net::use_awaitable);
}

Task<std::size_t> read_four(test::LocalSocket& socket) {
  std::array<char, 4> buffer{};
  auto read = co_await net::async_read(socket, net::buffer(buffer), use_task);
  co_return read ? *read : 0;
}

}  // namespace

TEST_SUITE("asio.runtimes") {
  TEST_CASE("a hook that refuses tasks refuses none of what the executor is given") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      const runtime::Runtime rt =
          builder.on_task_spawn([](const runtime::TaskMeta&) { throw std::runtime_error("full"); })
              .build()
              .value();
      const auto executor = rt.handle().executor();
      auto [tx, rx] = sync::oneshot::channel<int>();
      net::post(executor, [tx = std::move(tx)]() mutable { static_cast<void>(std::move(tx).send(1)); });
      CHECK(rt.block_on(rx).value() == 1);
      auto body = []() -> Task<void> { co_return; };
      CHECK_THROWS_AS(ferry::asio::co_spawn(executor, body(), net::detached), std::runtime_error);
    });
  }

  TEST_CASE("operations are awaited by tasks that stay on their thread") {
    SUBCASE("of a LocalSet") {
      test::for_each_flavor([](const runtime::Runtime& rt) {
        const task::LocalSet local;
        auto body = [&]() -> Task<void> {
          auto [a, b] = socket_pair();
          auto reader = task::spawn_local(read_four(b));
          co_await task::yield_now();
          auto written = co_await net::async_write(a, net::buffer("data", 4), use_task);
          CHECK(written.has_value());
          CHECK((co_await reader).value() == 4);
          auto aborted = task::spawn_local(read_four(b));
          co_await task::yield_now();
          aborted.abort();
          CHECK((co_await aborted).error().is_cancelled());
        };
        local.block_on(rt, body());
      });
    }
    SUBCASE("of a LocalRuntime") {
      const auto rt = runtime::Builder::new_current_thread().enable_all().build_local().value();
      auto body = []() -> Task<void> {
        auto [a, b] = socket_pair();
        auto reader = task::spawn_local(read_four(b));
        co_await task::yield_now();
        auto written = co_await net::async_write(a, net::buffer("data", 4), use_task);
        CHECK(written.has_value());
        CHECK((co_await reader).value() == 4);
        test::give_up([&] { return b.async_wait(test::LocalSocket::wait_read, use_task); });
      };
      rt.block_on(body());
    }
  }

  TEST_CASE("two threads inside of one runtime's block_on each await operations") {
    const runtime::Runtime rt = test::current_thread();
    const auto ping = [](test::LocalSocket socket, bool begins) -> Task<int> {
      std::array<char, 1> byte{'x'};
      int count = 0;
      if (begins) static_cast<void>(co_await net::async_write(socket, net::buffer(byte), use_task));
      for (; count < 200; ++count) {
        auto read = co_await net::async_read(socket, net::buffer(byte), use_task);
        if (!read) break;
        // Something to be given up, too, on the thread that may not run the reactor.
        test::give_up([&] { return socket.async_wait(test::LocalSocket::wait_error, use_task); });
        static_cast<void>(co_await net::async_write(socket, net::buffer(byte), use_task));
      }
      co_return count;
    };
    auto [a, b] = socket_pair(rt.handle().executor());
    auto first = ping(std::move(a), true);
    auto second = ping(std::move(b), false);
    auto other = std::async(std::launch::async, [&] { return rt.block_on(second); });
    CHECK(rt.block_on(first) == 200);
    CHECK(other.get() == 200);
  }

  TEST_CASE("a function that another thread posts wakes a runtime that has nothing to do") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto executor = rt.handle().executor();
      auto [tx, rx] = sync::oneshot::channel<std::thread::id>();
      std::thread other([&executor, tx = std::move(tx)]() mutable {
        std::this_thread::sleep_for(1ms);
        net::post(executor, [tx = std::move(tx)]() mutable {
          static_cast<void>(std::move(tx).send(std::this_thread::get_id()));
        });
      });
      auto body = [](sync::oneshot::Receiver<std::thread::id> rx) -> Task<std::thread::id> {
        auto received = co_await std::move(rx);
        co_return received.value();
      };
      auto waiting = body(std::move(rx));
      const std::thread::id ran_on = rt.block_on(waiting);
      CHECK(ran_on != other.get_id());
      other.join();
    });
  }

  TEST_CASE("the first executor is made while the runtime waits, and it goes on") {
    for (int round = 0; round < 200; ++round) {
      const runtime::Runtime rt = test::multi_thread(1);
      auto [tx, rx] = sync::oneshot::channel<bool>();
      auto task = rt.spawn([](auto rx) -> Task<void> { co_await std::move(rx); }(std::move(rx)));
      std::thread makes([&] { rt.handle().executor(); });
      static_cast<void>(std::move(tx).send(true));
      rt.block_on(task).value();
      makes.join();
    }
  }

  TEST_CASE("dispatch calls where a task runs, post does not") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto executor = runtime::Handle::current().executor();
        int calls = 0;
        auto in_task = [](auto executor, int& calls) -> Task<void> {
          net::dispatch(executor, [&] { ++calls; });
          CHECK(calls == 1);
          auto [tx, rx] = sync::oneshot::channel<bool>();
          net::post(executor, [&calls, tx = std::move(tx)]() mutable {
            ++calls;
            static_cast<void>(std::move(tx).send(true));
          });
          static_cast<void>(co_await std::move(rx));
          CHECK(calls == 2);
        };
        auto task = task::spawn(in_task(executor, calls));
        CHECK((co_await task).has_value());
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("what a posted function throws is that task's affair") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto executor = runtime::Handle::current().executor();
        net::post(executor, [] { throw std::runtime_error("nobody's"); });
        net::steady_timer timer(executor, 1ms);
        timer.async_wait([](const io::Error&) { throw std::runtime_error("nobody's"); });
        co_await time::sleep(3ms);
        auto [a, b] = socket_pair();
        auto written = co_await net::async_write(a, net::buffer("data", 4), use_task);
        CHECK(written.has_value());
        CHECK(co_await read_four(b) == 4);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("executors are equal if they are of the same runtime, erased as well") {
    const runtime::Runtime one = test::current_thread();
    const runtime::Runtime two = test::multi_thread(1);
    const asio::Executor executor = one.handle().executor();
    CHECK(executor == one.handle().executor());
    CHECK(executor != two.handle().executor());
    CHECK(executor.handle().id() == one.handle().id());
    const net::any_io_executor erased = executor;
    CHECK(erased == net::any_io_executor(one.handle().executor()));
    CHECK(erased != net::any_io_executor(two.handle().executor()));
    CHECK(*erased.target<asio::Executor>() == executor);
    CHECK(&net::query(erased, net::execution::context) == &net::query(executor, net::execution::context));
    const auto never = net::require(executor, net::execution::blocking.never);
    CHECK(net::query(never, net::execution::blocking) == net::execution::blocking.never);
    CHECK(net::require(never, net::execution::blocking.possibly) == executor);
  }

  TEST_CASE("a strand over it runs one function at a time, in order") {
    const runtime::Runtime rt = test::multi_thread(4);
    auto strand = net::make_strand(rt.handle().executor());
    std::vector<int> order;  // no lock
    std::promise<void> done;
    for (int i = 0; i < 1000; ++i) net::post(strand, [&order, i] { order.push_back(i); });
    net::post(strand, [&] { done.set_value(); });
    done.get_future().wait();
    REQUIRE(order.size() == 1000);
    for (int i = 0; i < 1000; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  }

  TEST_CASE("handlers that beget handlers for ever do not keep tasks from running") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto executor = runtime::Handle::current().executor();
      auto& context = static_cast<net::io_context&>(net::query(executor, net::execution::context));
      const auto is_over = std::make_shared<bool>(false);
      const auto beget = [&context, is_over](const auto& self) -> void {
        if (!*is_over) net::post(context, [self] { self(self); });
      };
      beget(beget);
      co_await time::sleep(2ms);
      *is_over = true;
    };
    rt.block_on(body());
  }

  TEST_CASE("what is under way when a runtime ends is destroyed, not leaked") {
    test::Counts counts;
    std::atomic<int> started = 0;
    SUBCASE("current_thread") {
      runtime::Runtime rt = test::current_thread();
      auto executor = rt.handle().executor();
      net::co_spawn(executor, wait_for_ever(test::Counted(counts)), net::detached);
      auto body = [](test::Counted) -> Task<void> {
        net::steady_timer timer(runtime::Handle::current().executor(), 1h);
        static_cast<void>(co_await timer.async_wait(use_task));
      };
      static_cast<void>(rt.spawn(body(test::Counted(counts))));
      net::post(executor, [counted = test::Counted(counts)] {});
      rt.block_on(task::yield_now());
      net::post(executor, [counted = test::Counted(counts)] {});
      CHECK(counts.alive >= 3);
    }
    SUBCASE("multi_thread") {
      runtime::Runtime rt = test::multi_thread(2);
      auto executor = rt.handle().executor();
      auto wait = [](test::Counted, std::atomic<int>& started) -> net::awaitable<void> {
        net::steady_timer timer(co_await net::this_coro::executor, 1h);
        ++started;
        co_await timer.async_wait(net::use_awaitable);
      };
      net::co_spawn(executor, wait(test::Counted(counts), started), net::detached);
      REQUIRE(test::comes_true([&] { return started == 1; }));
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("objects may be destroyed after their runtime, and executors used") {
    auto rt = std::make_unique<runtime::Runtime>(test::multi_thread(2));
    const asio::Executor executor = rt->handle().executor();
    auto sockets = std::make_unique<std::pair<test::LocalSocket, test::LocalSocket>>(socket_pair(executor));
    auto timer = std::make_unique<net::steady_timer>(executor, 1h);
    timer->async_wait([](const io::Error&) { FAIL_CHECK("called"); });
    rt.reset();
    test::Counts counts;
    net::post(executor, [counted = test::Counted(counts)] { FAIL_CHECK("called"); });
    CHECK(counts.alive == 0);
    sockets.reset();
    timer.reset();
  }

  TEST_CASE("an operation that starts when its runtime has ended is aborted, and so is what it owns") {
    auto rt = std::make_unique<runtime::Runtime>(test::multi_thread(1));
    const runtime::Handle handle = rt->handle();
    auto [a, b] = socket_pair(handle.executor());
    rt.reset();
    const runtime::EnterGuard guard = handle.enter();
    test::Counts counts;
    std::array<char, 4> buffer{};
    const auto read = [&b, &buffer](test::Counted) -> Task<io::Result<std::size_t>> {
      co_return co_await net::async_read(b, net::buffer(buffer), use_task);
    };
    CHECK((*test::spawn([&] { return read(test::Counted(counts)); }).poll()).error() ==
          net::error::operation_aborted);
    CHECK(counts.alive == 0);
  }

  TEST_CASE("what is given up while the runtime ends goes on in its context until its poll is over") {
    std::atomic<bool> is_ending = false;
    test::Counts counts;
    auto stubborn = [](test::Counted, std::atomic<bool>& is_ending) -> Task<void> {
      auto [a, b] = socket_pair();
      test::ByHand operation;
      operation.heeds_cancellation = 40;  // long after this thread has given its worker to another one
      {
        auto wait = test::spawn([&] { return operation.async_wait(use_task); });
        REQUIRE(wait.poll().is_pending());
        is_ending = true;
      }
      std::array<char, 4> buffer{};
      static_cast<void>(co_await net::async_read(b, net::buffer(buffer), use_task));
      FAIL_CHECK("read");
    };
    {
      const runtime::Runtime rt = test::multi_thread(2);
      static_cast<void>(rt.spawn(stubborn(test::Counted(counts), is_ending)));
      REQUIRE(test::comes_true([&] { return is_ending.load(); }));
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("a coroutine of Asio's is given up by the thread that has to run it") {
    SUBCASE("by who awaits it") {
      test::Counts counts;
      const runtime::Runtime rt = test::current_thread();
      auto body = [&]() -> Task<void> {
        auto executor = runtime::Handle::current().executor();
        test::give_up(
            [&] { return net::co_spawn(executor, wait_for_ever(test::Counted(counts)), use_task); });
        CHECK(counts.alive == 0);
        // And once it waits.
        auto waiting = test::spawn(
            [&] { return net::co_spawn(executor, wait_for_ever(test::Counted(counts)), use_task); });
        REQUIRE(waiting.poll().is_pending());
        co_await time::sleep(1ms);
      };
      rt.block_on(body());
      CHECK(counts.alive == 0);
    }
    SUBCASE("with the task that awaits it") {
      test::Counts counts;
      const runtime::Runtime rt = test::current_thread();
      auto body = [&]() -> Task<void> {
        auto waits = [](test::Counts& counts) -> Task<void> {
          auto executor = runtime::Handle::current().executor();
          co_await net::co_spawn(executor, wait_for_ever(test::Counted(counts)), use_task);
        };
        auto task = task::spawn(waits(counts));
        co_await time::sleep(1ms);
        CHECK(counts.alive > 0);
        task.abort();
        CHECK((co_await task).error().is_cancelled());
        CHECK(counts.alive == 0);
      };
      rt.block_on(body());
    }
  }

  TEST_CASE("a program under exploration may wait for what only Asio knows of") {
    testing::explore(4, []() -> Task<void> {
      net::steady_timer timer(runtime::Handle::current().executor(), 1ms);
      CHECK((co_await timer.async_wait(use_task)).has_value());
    });
  }
}
