#include <chrono>
#include <memory>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/sync/mpsc.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace mpsc = ferry::sync::mpsc;
using SendInt = decltype(std::declval<mpsc::Sender<int>&>().send_timeout(1, 1s));

static_assert(Future<SendInt> && !std::is_move_constructible_v<SendInt> && !std::is_aggregate_v<SendInt>);

TEST_SUITE("sync.mpsc.send_timeout") {
  TEST_CASE("a value is sent at once while there is a place, also when no time is given") {
    auto body = []() -> Task<void> {
      auto [tx, rx] = mpsc::channel<int>(1);
      CHECK((co_await tx.send_timeout(1, 0s)).has_value());
      CHECK(rx.try_recv().value() == 1);
    };
    test::paused().block_on(body());
  }

  TEST_CASE("a place that comes in time is taken") {
    auto body = []() -> Task<void> {
      auto [tx, rx] = mpsc::channel<int>(1);
      REQUIRE(tx.try_send(1));
      auto send = test::spawn([&tx = tx] { return tx.send_timeout(2, 1s); });
      CHECK(send.poll().is_pending());
      CHECK(rx.try_recv().value() == 1);
      CHECK(send.is_woken());
      CHECK(send.poll()->has_value());
      CHECK(rx.try_recv().value() == 2);
      co_return;
    };
    test::paused().block_on(body());
  }

  TEST_CASE("the value comes back when the time is over, and the place in the queue is given up") {
    auto body = []() -> Task<void> {
      auto [tx, rx] = mpsc::channel<std::unique_ptr<int>>(1);
      REQUIRE(tx.try_send(nullptr));
      const time::Instant start = time::Instant::now();
      auto sent = co_await tx.send_timeout(std::make_unique<int>(7), 30ms);
      CHECK(start.elapsed() >= 30ms);
      REQUIRE(sent.has_error());
      auto error = sent.error();
      CHECK(error.is_timeout());
      CHECK(error.kind() == mpsc::error::SendTimeoutError<std::unique_ptr<int>>::Timeout);
      CHECK(*std::move(error).into_inner() == 7);
      CHECK(rx.try_recv().has_value());
      CHECK(tx.capacity() == 1);
    };
    test::paused().block_on(body());
  }

  TEST_CASE("the value comes back when the channel is closed, before or while it waits") {
    auto body = []() -> Task<void> {
      auto [tx, rx] = mpsc::channel<int>(1);
      REQUIRE(tx.try_send(1));
      auto send = test::spawn([&tx = tx] { return tx.send_timeout(2, 1s); });
      CHECK(send.poll().is_pending());
      rx.close();
      CHECK(send.is_woken());
      auto closed = send.poll();
      REQUIRE(closed.is_ready());
      REQUIRE(closed->has_error());
      CHECK(closed->error().is_closed());
      CHECK(closed->error().value() == 2);
      CHECK((co_await tx.send_timeout(3, 1s)).error().is_closed());
    };
    test::paused().block_on(body());
  }

  TEST_CASE("a send that is destroyed drops its value and its place") {
    auto body = []() -> Task<void> {
      test::Counts counts;
      auto [tx, rx] = mpsc::channel<test::Counted>(1);
      REQUIRE(tx.try_send(test::Counted(counts)));
      {
        auto send = test::spawn([&, &tx = tx] { return tx.send_timeout(test::Counted(counts), 1s); });
        CHECK(send.poll().is_pending());
        CHECK(counts.alive == 2);
      }
      CHECK(counts.alive == 1);
      CHECK(rx.try_recv().has_value());
      CHECK(tx.capacity() == 1);
      co_return;
    };
    test::paused().block_on(body());
  }

  TEST_CASE("outside a runtime it says what is missing") {
    auto [tx, rx] = mpsc::channel<int>(1);
    CHECK_THROWS_AS(static_cast<void>(tx.send_timeout(1, 1s)), std::logic_error);
  }
}
