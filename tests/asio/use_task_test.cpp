#include <array>
#include <chrono>
#include <string>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
using ferry::asio::use_task;
using Socket = test::LocalSocket;
using test::socket_pair;

TEST_SUITE("asio.use_task") {
  TEST_CASE("an operation of Asio's is awaited, and its error code makes it a Result") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = socket_pair();
        auto written = co_await net::async_write(a, net::buffer("hello", 5), use_task);
        CHECK(*written == 5);
        std::array<char, 16> buffer;
        auto read = co_await b.async_read_some(net::buffer(buffer), use_task);
        CHECK(std::string(buffer.data(), *read) == "hello");
        a.close();
        auto end = co_await b.async_read_some(net::buffer(buffer), use_task);
        CHECK(end.error() == net::error::eof);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("an operation that has to wait wakes the task") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = socket_pair();
        auto later = [](Socket& to) -> Task<void> {
          co_await time::sleep(5ms);
          auto written = co_await net::async_write(to, net::buffer("late", 4), use_task);
          CHECK(written.has_value());
        };
        auto sender = task::spawn(later(a));
        std::array<char, 4> buffer;
        auto read = co_await net::async_read(b, net::buffer(buffer), use_task);
        CHECK(*read == 4);
        auto joined = co_await sender;
        CHECK(joined.has_value());
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("Asio's timers run, and errors can be kept beside the values") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        net::steady_timer timer(runtime::Handle::current().executor(), 2ms);
        auto fired = co_await timer.async_wait(use_task);
        CHECK(fired.has_value());
        auto [a, b] = socket_pair();
        auto written = co_await net::async_write(a, net::buffer("abc", 3), use_task);
        CHECK(written.has_value());
        a.close();
        std::array<char, 8> buffer;
        auto read = co_await net::async_read(b, net::buffer(buffer), net::as_tuple(use_task));
        CHECK(std::get<0>(read) == net::error::eof);
        CHECK(std::get<1>(read) == 3);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("cancelling ends the operation, and its buffer is not touched afterwards") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = socket_pair();
        std::array<char, 4> buffer{'k', 'e', 'p', 't'};
        {
          auto read = b.async_read_some(net::buffer(buffer), use_task);
          auto limited = time::timeout(2ms, read);
          CHECK((co_await std::move(limited)).has_error());
        }
        auto written = co_await net::async_write(a, net::buffer("data", 4), use_task);
        CHECK(written.has_value());
        co_await time::sleep(2ms);
        CHECK(std::string(buffer.data(), 4) == "kept");
        auto read = co_await b.async_read_some(net::buffer(buffer), use_task);
        CHECK(std::string(buffer.data(), *read) == "data");
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("an aborted task ends its operation while the reactor waits on another thread") {
    const runtime::Runtime rt = test::multi_thread(2);
    auto body = []() -> Task<void> {
      for (int i = 0; i < 100; ++i) {
        auto [a, b] = socket_pair();
        auto reader = [](Socket socket) -> Task<void> {
          std::array<char, 4> buffer;
          static_cast<void>(co_await net::async_read(socket, net::buffer(buffer), use_task));
        };
        auto task = task::spawn(reader(std::move(b)));
        if (i % 2 == 0) co_await time::sleep(100us);
        task.abort();
        auto joined = co_await task;
        CHECK(joined.error().is_cancelled());
      }
    };
    rt.block_on(body());
  }

  TEST_CASE("an operation of another context is awaited, and cancelled, too") {
    const runtime::Runtime rt = test::current_thread();
    net::io_context other;
    auto work = net::make_work_guard(other);
    std::thread thread([&] { other.run(); });
    auto body = [&]() -> Task<void> {
      net::steady_timer soon(other, 1ms);
      CHECK((co_await soon.async_wait(use_task)).has_value());
      net::steady_timer never(other, 1h);
      auto wait = never.async_wait(use_task);
      auto limited = time::timeout(1ms, wait);
      CHECK((co_await std::move(limited)).has_error());
    };
    rt.block_on(body());
    work.reset();
    thread.join();
  }

  TEST_CASE("operations that are under way when the runtime ends are ended") {
    auto counted = std::make_shared<int>(0);
    {
      runtime::Runtime rt = test::multi_thread(2);
      auto handle = rt.handle();
      auto forever = [counted](runtime::Handle handle) -> Task<void> {
        net::steady_timer timer(handle.executor(), 1h);
        static_cast<void>(co_await timer.async_wait(use_task));
      };
      auto task = forever(handle);
      static_cast<void>(rt.spawn(std::move(task)));
      auto awaitable = [counted]() -> net::awaitable<void> {
        net::steady_timer timer(co_await net::this_coro::executor, 1h);
        co_await timer.async_wait(net::use_awaitable);
      };
      net::co_spawn(handle.executor(), awaitable, net::detached);
      std::this_thread::sleep_for(2ms);
    }
    CHECK(counted.use_count() == 1);
  }
}

TEST_SUITE("asio.Executor") {
  TEST_CASE("what is posted runs as a task of the runtime") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [tx, rx] = sync::oneshot::channel<bool>();
        auto executor = runtime::Handle::current().executor();
        auto function = [tx = std::move(tx)]() mutable {
          static_cast<void>(std::move(tx).send(runtime::Handle::try_current().has_value()));
        };
        net::post(executor, std::move(function));
        auto got = co_await std::move(rx);
        CHECK(*got);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("Asio's own coroutines run on it") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto awaitable = []() -> net::awaitable<int> {
          net::steady_timer timer(co_await net::this_coro::executor, 1ms);
          co_await timer.async_wait(net::use_awaitable);
          co_return 42;
        };
        auto spawned = net::co_spawn(runtime::Handle::current().executor(), awaitable, use_task);
        const int value = co_await std::move(spawned);
        CHECK(value == 42);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("a runtime without I/O has none") {
    const runtime::Runtime rt = runtime::Builder::new_current_thread().build().value();
    CHECK_THROWS_AS(rt.handle().executor(), std::logic_error);
  }
}
