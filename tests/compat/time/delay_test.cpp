#include <chrono>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/time.hpp>
#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

// TIME-03: what could be moved, and cannot be any more.
static_assert(std::movable<legacy::time::Delay>);
static_assert(!std::move_constructible<time::Sleep>);
static_assert(Future<legacy::time::Delay>);

template <class Body>
void with_paused_clock(Body body) {
  const runtime::Runtime rt = test::paused();
  auto task = body();
  rt.block_on(task);
}

// A timer made in one place, kept in another and awaited in a third.
class Deadline {
 public:
  explicit Deadline(time::Duration duration) : delay_(legacy::time::delay_for(duration)) {}
  legacy::Task<void> reached() { co_await delay_; }

 private:
  legacy::time::Delay delay_;
};

}  // namespace

TEST_SUITE("compat.time.Delay") {
  TEST_CASE("TIME-01, TIME-04: a delay that nobody polls elapses, a sleep that nobody polls does not") {
    with_paused_clock([]() -> Task<void> {
      const auto delay = legacy::time::delay_for(10ms);
      const auto sleep = time::sleep(10ms);
      CHECK_FALSE(delay.is_elapsed());
      co_await time::sleep(60ms);
      CHECK(delay.is_elapsed());
      CHECK_FALSE(sleep.is_elapsed());
    });
  }

  TEST_CASE("TIME-02: a deadline in the past is elapsed when the delay is made, a sleep has to be polled") {
    with_paused_clock([]() -> Task<void> {
      const auto past = time::Instant::now() - 5ms;
      auto delay = legacy::time::delay_until(past);
      const auto sleep = time::sleep_until(past);
      CHECK(delay.is_elapsed());
      CHECK_FALSE(sleep.is_elapsed());
      co_await delay;  // and completes
    });
  }

  TEST_CASE("TIME-01: both count from the moment they are made, to the same deadline") {
    with_paused_clock([]() -> Task<void> {
      const auto start = time::Instant::now();
      auto delay = legacy::time::delay_for(30ms);
      auto sleep = time::sleep(30ms);
      CHECK(delay.deadline() == start + 30ms);
      CHECK(sleep.deadline() == start + 30ms);
      co_await delay;
      co_await sleep;
      CHECK(start.elapsed() >= 30ms);
      CHECK(start.elapsed() < 31ms);
    });
  }

  TEST_CASE("TIME-03: a delay may be moved after it was polled, and wakes the task that polled it last") {
    with_paused_clock([]() -> Task<void> {
      std::vector<legacy::time::Delay> delays;
      delays.push_back(legacy::time::delay_for(20ms));
      auto first = test::spawn([&] { return std::move(delays.front()); });
      REQUIRE(first.poll().is_pending());
      auto second = test::spawn([&] { return std::move(*first); });
      REQUIRE(second.poll().is_pending());
      co_await time::sleep(25ms);
      CHECK(second.is_woken());
      CHECK_FALSE(first.is_woken());
      CHECK(second.poll().is_ready());
    });
  }

  TEST_CASE("TIME-03: a delay that moves while it waits wakes the task that has polled it all the same") {
    const auto wait = []() -> Task<void> {
      std::vector<legacy::time::Delay> delays;
      delays.push_back(legacy::time::delay_for(2ms));
      const auto poll_first = [&](Context& cx) { return delays.front().poll(cx); };
      auto waiting = poll_fn(poll_first);
      const auto move_and_wait = [&](Context& cx) -> Poll<void> {
        const auto polled = waiting.poll(cx);
        // Each of these makes the vector move what it holds. Nobody polls that again before it is due.
        if (polled.is_pending()) {
          delays.reserve(2 * delays.capacity());
          delays.front() = std::exchange(delays.front(), legacy::time::delay_for(1h));
        }
        return polled;
      };
      co_await poll_fn(move_and_wait);
    };
    test::current_thread().block_on(wait());
    test::multi_thread().block_on(wait());
    with_paused_clock(wait);
  }

  TEST_CASE("TIME-03: a delay kept in a class and moved about is awaited there") {
    with_paused_clock([]() -> Task<void> {
      const auto start = time::Instant::now();
      Deadline deadline(40ms);
      Deadline moved = std::move(deadline);
      co_await moved.reached();
      CHECK(start.elapsed() >= 40ms);
    });
  }

  TEST_CASE("TIME-05: a reset before any poll registers both, as a reset after completion does") {
    with_paused_clock([]() -> Task<void> {
      auto delay = legacy::time::delay_for(10s);
      auto sleep = time::sleep(10s);
      delay.reset(time::Instant::now() + 10ms);
      sleep.reset(time::Instant::now() + 10ms);
      co_await time::sleep(20ms);
      CHECK(delay.is_elapsed());
      CHECK(sleep.is_elapsed());

      delay.reset(time::Instant::now() + 10ms);
      CHECK_FALSE(delay.is_elapsed());
      const auto start = time::Instant::now();
      co_await delay;
      CHECK(start.elapsed() >= 10ms);
    });
  }

  TEST_CASE("TIME-03: one delay serves a whole select loop") {
    with_paused_clock([]() -> Task<void> {
      const auto start = time::Instant::now();
      auto limit = legacy::time::delay_for(35ms);
      int ticks = 0;
      for (;;) {
        auto first = co_await legacy::select(legacy::time::delay_for(10ms), limit);
        if (first.index() == 1) break;
        ++ticks;
      }
      CHECK(ticks == 3);
      CHECK(start.elapsed() >= 35ms);
      CHECK(start.elapsed() < 40ms);
    });
  }

  TEST_CASE("TIME-21: an unpolled delay makes an idle paused clock stop at it, an unpolled sleep does not") {
    with_paused_clock([]() -> Task<void> {
      const auto start = time::Instant::now();
      const auto delay = legacy::time::delay_for(100ms);
      co_await time::sleep(1s);
      CHECK(start.elapsed() < 1s + 2ms);
      CHECK(delay.is_elapsed());
    });
  }

  TEST_CASE("TIME-06: a delay of three years is refused by the poll after the first, a sleep waits") {
    with_paused_clock([]() -> Task<void> {
      auto delay = test::spawn([] { return legacy::time::delay_for(24h * 365 * 3); });
      CHECK(delay.poll().is_pending());
      CHECK(delay.is_woken());
      CHECK_THROWS_WITH_AS(static_cast<void>(delay.poll()), doctest::Contains("exceeds maximum duration"),
                           std::logic_error);
      delay->reset(time::Instant::now() + 24h * 365 * 2);
      CHECK(delay.poll().is_pending());
      CHECK(delay.poll().is_pending());

      const auto start = time::Instant::now();
      co_await time::sleep(24h * 365 * 3);
      CHECK(start.elapsed() >= 24h * 365 * 3);
    });
  }

  TEST_CASE("TIME-06: a duration beyond the clock's range throws at once, and in 1.x is for ever") {
    with_paused_clock([]() -> Task<void> {
      CHECK_THROWS_AS(static_cast<void>(legacy::time::delay_for(time::Duration::max())), std::logic_error);
      CHECK_THROWS_AS(
          static_cast<void>(legacy::time::timeout(time::Duration::max(), legacy::time::delay_for(1ms))),
          std::logic_error);
      auto sleep = test::spawn([] { return time::sleep(time::Duration::max()); });
      CHECK(sleep.poll().is_pending());
      auto ready = [](Context&) -> Poll<int> { return 1; };
      auto first = co_await time::timeout(time::Duration::max(), poll_fn(ready));
      CHECK(first.value() == 1);
    });
  }

  TEST_CASE("TIME-07: a timer that outlives its runtime throws when it is polled, as in both") {
    std::optional<legacy::time::Delay> delay;
    std::optional<Pin<time::Sleep>> polled, unpolled;
    with_paused_clock([&]() -> Task<void> {
      delay.emplace(legacy::time::delay_for(10ms));
      polled.emplace(pin(time::sleep, 10ms));
      unpolled.emplace(pin(time::sleep, 10ms));
      Context nobody(Waker::noop());
      CHECK((*polled)->poll(nobody).is_pending());
      co_return;
    });
    Context nobody(Waker::noop());
    CHECK_THROWS_AS(static_cast<void>(delay->poll(nobody)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(polled->poll(nobody)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(unpolled->poll(nobody)), std::logic_error);
  }
}
