#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>
#include <ferry/join.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "asio/asio_test.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace net = boost::asio;
using ferry::asio::use_task;
using test::socket_pair;

namespace {

/// An operation that completes with `values`, after a post.
template <class Signature, class Token, class... Values>
auto async_give(Token&& token, Values... values) {
  return net::async_initiate<Token, Signature>(
      [](auto handler, auto... given) {
        auto executor = net::get_associated_executor(handler);
        net::post(executor, [handler = std::move(handler), ... given = std::move(given)]() mutable {
          std::move(handler)(std::move(given)...);
        });
      },
      token, std::move(values)...);
}

}  // namespace

TEST_SUITE("asio.tokens") {
  TEST_CASE("what an operation completes with decides what is awaited") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto nothing = async_give<void()>(use_task);
      static_assert(std::is_void_v<FutureOutput<decltype(nothing)>>);
      co_await nothing;

      auto one = async_give<void(std::unique_ptr<int>)>(use_task, std::make_unique<int>(1));
      const std::unique_ptr<int> value = co_await one;
      CHECK(*value == 1);

      auto two = async_give<void(int, std::string)>(use_task, 2, std::string("two"));
      const auto [number, word] = co_await two;
      CHECK(number == 2);
      CHECK(word == "two");

      auto done = async_give<void(io::Error)>(use_task, io::Error());
      static_assert(std::is_same_v<FutureOutput<decltype(done)>, io::Result<void>>);
      CHECK((co_await done).has_value());

      auto moved =
          async_give<void(io::Error, std::unique_ptr<int>)>(use_task, io::Error(), std::make_unique<int>(3));
      auto owner = co_await moved;
      CHECK(**owner == 3);

      auto pair = async_give<void(io::Error, int, char)>(use_task, io::Error(), 4, 'c');
      auto both = co_await pair;
      CHECK(*both == std::tuple(4, 'c'));

      auto failed = async_give<void(io::Error, int)>(use_task, io::Error(net::error::eof), 5);
      CHECK((co_await failed).error() == net::error::eof);

      auto broken = async_give<void(std::exception_ptr, int)>(
          use_task, std::make_exception_ptr(std::runtime_error("broken")), 0);
      CHECK_THROWS_WITH(static_cast<void>(co_await broken), "broken");
    };
    rt.block_on(body());
  }

  TEST_CASE("errors are values beside the others, or go elsewhere") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = socket_pair();
        a.close();
        std::array<char, 4> buffer{};
        const auto [error, size] = co_await b.async_read_some(net::buffer(buffer), net::as_tuple(use_task));
        CHECK(error == net::error::eof);
        CHECK(size == 0);
        // Another pair: once Asio has seen the end of a stream it may never look there again.
        auto [c, d] = socket_pair();
        c.close();
        io::Error redirected;
        const std::size_t none =
            co_await d.async_read_some(net::buffer(buffer), net::redirect_error(use_task, redirected));
        CHECK(none == 0);
        CHECK(redirected == net::error::eof);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("a deferred operation is awaited later, and has not started before") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = socket_pair();
      std::array<char, 4> buffer{};
      auto packaged = b.async_read_some(net::buffer(buffer), net::deferred);
      auto future = std::move(packaged)(use_task);
      REQUIRE(net::write(a, net::buffer("late", 4)) == 4);
      CHECK(buffer[0] == 0);
      auto read = co_await future;
      CHECK(std::string(buffer.data(), *read) == "late");
    };
    rt.block_on(body());
  }

  TEST_CASE("with another executor bound, the last step runs there and wakes the task") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto strand = net::make_strand(runtime::Handle::current().executor());
        auto [a, b] = socket_pair();
        std::array<char, 4> buffer{};
        auto operation = test::spawn(
            [&] { return b.async_read_some(net::buffer(buffer), net::bind_executor(strand, use_task)); });
        REQUIRE(operation.poll().is_pending());
        REQUIRE(net::write(a, net::buffer("data", 4)) == 4);
        while (!operation.is_woken()) co_await time::sleep(100us);
        auto read = operation.poll();
        REQUIRE(read.is_ready());
        CHECK(**read == 4);
        test::give_up(
            [&] { return b.async_read_some(net::buffer(buffer), net::bind_executor(strand, use_task)); });
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("I/O objects can take it for granted") {
    const runtime::Runtime rt = test::multi_thread(2);
    auto body = []() -> Task<void> {
      using Timer = asio::UseTask::as_default_on_t<net::steady_timer>;
      Timer timer(runtime::Handle::current().executor(), 1ms);
      CHECK((co_await timer.async_wait()).has_value());

      using Acceptor = asio::UseTask::as_default_on_t<test::tcp::acceptor>;
      Acceptor acceptor(runtime::Handle::current().executor(), test::any_port());
      auto client = use_task.as_default_on(test::tcp::socket(runtime::Handle::current().executor()));
      auto connect = client.async_connect(acceptor.local_endpoint());
      auto accept = acceptor.async_accept();
      auto [connected, accepted] = co_await join(connect, accept);
      CHECK(connected.has_value());
      CHECK((co_await net::async_write(*accepted, net::buffer("hi", 2))).value() == 2);
      std::array<char, 2> buffer{};
      CHECK((co_await net::async_read(client, net::buffer(buffer))).value() == 2);
    };
    rt.block_on(body());
  }

  TEST_CASE("operations that complete at once let other tasks run, too") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      bool is_told = false;
      auto telling = task::spawn([](bool& told) -> Task<void> {
        told = true;
        co_return;
      }(is_told));
      int count = 0;
      for (; !is_told && count < 10'000; ++count) co_await net::dispatch(use_task);
      CHECK(count < 10'000);
      auto told = co_await telling;
      CHECK(told.has_value());
    };
    rt.block_on(body());
  }

  TEST_CASE("a group of operations is awaited, and given up, as one") {
    // The group's parts are no strand's, so one thread runs them.
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto executor = runtime::Handle::current().executor();
      net::steady_timer soon(executor, 1ms);
      net::steady_timer never(executor, 1h);
      auto [order, first, second] = co_await net::experimental::make_parallel_group(
                                        soon.async_wait(net::deferred), never.async_wait(net::deferred))
                                        .async_wait(net::experimental::wait_for_one(), use_task);
      CHECK(order[0] == 0);
      CHECK_FALSE(first);
      CHECK(second == net::error::operation_aborted);

      test::give_up([&] {
        return net::experimental::make_parallel_group(never.async_wait(net::deferred),
                                                      never.async_wait(net::deferred))
            .async_wait(net::experimental::wait_for_all(), use_task);
      });
    };
    rt.block_on(body());
  }

  TEST_CASE("a channel of Asio's joins callbacks and tasks") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto strand = net::make_strand(runtime::Handle::current().executor());
        net::experimental::channel<void(io::Error, int)> channel(strand, 0);
        auto send = channel.async_send(io::Error(), 7, use_task);
        auto receive = channel.async_receive(use_task);
        auto [sent, received] = co_await join(send, receive);
        CHECK(sent.has_value());
        CHECK(*received == 7);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("what a step of an operation throws arrives where it is awaited") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto two_steps = [step = 0](auto& self) mutable {
          if (++step == 1) return net::post(std::move(self));
          throw std::runtime_error("in the second step");
        };
        auto operation = net::async_compose<const asio::UseTask, void(io::Error)>(two_steps, use_task);
        CHECK_THROWS_WITH(static_cast<void>(co_await operation), "in the second step");
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("an operation that cannot be started throws where it is awaited") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto operation = net::async_initiate<const asio::UseTask&, void(io::Error)>(
          [](auto) { throw std::runtime_error("no start"); }, use_task);
      CHECK_THROWS_WITH(static_cast<void>(co_await operation), "no start");
    };
    rt.block_on(body());
  }

  TEST_CASE("an operation of many steps that are ready at once lets other tasks run") {
    // It ends only when another task of its thread has run.
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      bool is_over = false;
      auto end = [](bool& is_over) -> Task<void> {
        co_await task::yield_now();
        is_over = true;
      };
      auto other = task::spawn(end(is_over));
      auto spin = [&is_over](auto& self) {
        if (is_over) return self.complete();
        net::post(std::move(self));
      };
      co_await net::async_compose<const asio::UseTask, void()>(spin, use_task);
      CHECK((co_await other).has_value());
    };
    rt.block_on(body());
  }

  TEST_CASE("what an operation leaves behind runs when its future is gone") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      // It has a time limit, whose handler is bound to the executor of the operation's own handler, and comes
      // when that was called.
      auto timer = std::make_shared<net::steady_timer>(runtime::Handle::current().executor(), 1h);
      auto [tx, rx] = sync::oneshot::channel<io::Error>();
      {
        auto operation = net::async_initiate<const asio::UseTask&, void(int)>(
            [timer](auto handler, auto sender) {
              auto executor = net::get_associated_executor(handler);
              auto expired = [sender = std::move(sender)](io::Error error) mutable {
                static_cast<void>(std::move(sender).send(error));
              };
              timer->async_wait(net::bind_executor(executor, std::move(expired)));
              net::post(executor, [handler = std::move(handler)]() mutable { std::move(handler)(1); });
            },
            use_task, std::move(tx));
        CHECK(co_await operation == 1);
      }
      timer->cancel();
      auto left = co_await std::move(rx);
      CHECK(*left == net::error::operation_aborted);
    };
    rt.block_on(body());
  }
}
