#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"
#include "stress/stress.hpp"
#include "support/counted.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
using ferry::asio::into_task;
using ferry::asio::use_task;

namespace {

net::awaitable<void> nap(std::chrono::microseconds duration) {
  net::steady_timer timer(co_await net::this_coro::executor, duration);
  co_await timer.async_wait(net::use_awaitable);
}

net::awaitable<int> add(int a, int b) {
  co_await nap(100us);
  co_return a + b;
}

}  // namespace

TEST_SUITE("asio.into_task") {
  TEST_CASE("a coroutine of Asio's gives its result to the task that awaits it") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        CHECK(co_await into_task(add(1, 2)) == 3);
        auto owner = []() -> net::awaitable<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
        const auto seven = co_await into_task(owner());
        CHECK(*seven == 7);
        auto fail = []() -> net::awaitable<void> {
          co_await nap(1us);
          throw std::runtime_error("broken");
        };
        CHECK_THROWS_WITH(co_await into_task(fail()), "broken");
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("it runs inside of the task, and nowhere else") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto inner = [](task::Id id) -> net::awaitable<bool> {
          bool is_here = true;
          for (int i = 0; i < 10; ++i) {
            is_here &= task::id() == id;
            co_await nap(50us);
          }
          co_return is_here;
        };
        CHECK(co_await into_task(inner(task::id())));
      };
      auto task = rt.spawn(body());
      CHECK(rt.block_on(task).has_value());
    });
  }

  TEST_CASE("its objects may outlive it") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto connect = [](test::LocalSocket& a, test::LocalSocket& b) -> net::awaitable<void> {
          auto sockets = test::socket_pair(co_await net::this_coro::executor);
          a = std::move(sockets.first);
          b = std::move(sockets.second);
        };
        auto executor = runtime::Handle::current().executor();
        test::LocalSocket a(executor);
        test::LocalSocket b(executor);
        co_await into_task(connect(a, b));
        // Without a handler's executor of its own, the socket's is used.
        auto [tx, rx] = sync::oneshot::channel<std::size_t>();
        std::array<char, 4> buffer{};
        net::async_read(b, net::buffer(buffer),
                        [tx = std::move(tx)](const io::Error&, std::size_t size) mutable {
                          static_cast<void>(std::move(tx).send(size));
                        });
        auto written = co_await net::async_write(a, net::buffer("data", 4), use_task);
        CHECK(written.has_value());
        auto size = co_await std::move(rx);
        CHECK(*size == 4);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("it is given up at any moment, on any worker") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto naps = [](test::Counted, std::uint32_t round) -> net::awaitable<void> {
        stress::Chance chance(round, 1);
        for (;;) co_await nap(std::chrono::microseconds(chance.below(50)));
      };
      auto body = [&](std::uint32_t round) -> Task<void> {
        task::JoinSet<void> tasks;
        auto one = [&](std::uint32_t round) -> Task<void> {
          test::Counts counts;
          {
            auto task = into_task(naps(test::Counted(counts), round));
            auto impatient = stress::impatient(task, 5);
            CHECK_FALSE(co_await impatient);
          }
          CHECK(counts.alive == 0);
        };
        for (int i = 0; i < 16; ++i) tasks.spawn(one(round * 16 + static_cast<std::uint32_t>(i)));
        while (auto joined = co_await tasks.join_next()) CHECK(joined->has_value());
      };
      rt.block_on(body(round));
    });
  }
}
