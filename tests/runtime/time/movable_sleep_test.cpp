#include <concepts>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/future.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace ferry::time;
using namespace std::chrono_literals;

static_assert(std::movable<MovableSleep> && !std::copyable<MovableSleep>);
static_assert(Future<MovableSleep>);

TEST_SUITE("time.MovableSleep") {
  TEST_CASE("one that is moved while it waits wakes the task that polled it, at its deadline") {
    test::paused().block_on([]() -> Task<void> {
      const Instant start = Instant::now();
      std::vector<MovableSleep> timers;
      timers.emplace_back(start + 20ms);
      auto waiting = test::spawn([&] { return poll_fn([&](Context& cx) { return timers[0].poll(cx); }); });
      REQUIRE(waiting.poll().is_pending());
      for (int i = 0; i < 10; ++i) timers.emplace_back(start + 1h);  // moves the first one several times
      co_await sleep_until(start + 19ms);
      CHECK_FALSE(waiting.is_woken());
      co_await sleep_until(start + 20ms);
      CHECK(waiting.is_woken());
      CHECK(waiting.poll().is_ready());
    }());
  }

  TEST_CASE("one that takes the place of another forgets that one's deadline") {
    test::paused().block_on([]() -> Task<void> {
      const Instant start = Instant::now();
      MovableSleep timer(start + 1h);
      auto waiting = test::spawn([&] { return poll_fn([&](Context& cx) { return timer.poll(cx); }); });
      REQUIRE(waiting.poll().is_pending());
      timer = MovableSleep(start + 10ms);
      CHECK(timer.deadline() == start + 10ms);
      co_await timer;
      CHECK(start.elapsed() >= 10ms);
      CHECK(start.elapsed() < 11ms);
    }());
  }

  TEST_CASE("its time comes whether or not anybody polls it, unlike that of a Sleep") {
    test::paused().block_on([]() -> Task<void> {
      const Instant start = Instant::now();
      MovableSleep timer(start + 10ms);
      const auto other = sleep_until(start + 10ms);
      CHECK_FALSE(timer.is_elapsed());
      co_await sleep(20ms);
      CHECK(timer.is_elapsed());
      CHECK_FALSE(other.is_elapsed());
      timer.reset(start + 50ms);
      CHECK_FALSE(timer.is_elapsed());
      co_await timer;
      CHECK(start.elapsed() >= 50ms);
      CHECK(start.elapsed() < 51ms);
    }());
  }

  TEST_CASE("it cannot be made without a runtime's clock, and says who wanted it") {
    CHECK_THROWS_WITH_AS(static_cast<void>(MovableSleep(Instant::now(), "my_timer")),
                         doctest::Contains("my_timer"), std::logic_error);
  }
}
