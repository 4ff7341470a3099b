#include <chrono>
#include <concepts>
#include <stdexcept>

#include <doctest/doctest.h>
#include <ferry/stream.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

// TIME-15: a stream then, none now. TIME-13: movable in both.
static_assert(stream::Stream<legacy::time::Interval>);
static_assert(!stream::Stream<time::Interval>);
static_assert(std::movable<legacy::time::Interval> && std::movable<time::Interval>);
// STRM-01: the same concept.
static_assert(legacy::stream::Stream<legacy::time::Interval>);

Task<void> tick_as_streams() {
  const auto start = time::Instant::now();
  auto ticks = legacy::time::interval(20ms);
  int count = 0;
  while (auto due = co_await ticks.next()) {
    CHECK(*due == start + 20ms * count);
    if (++count == 3) break;
  }
  auto item = co_await legacy::stream::next(ticks);
  CHECK(*item == start + 60ms);
  CHECK(co_await ticks.tick() == start + 80ms);
  CHECK(start.elapsed() >= 80ms);
}

Task<void> start_later() {
  const auto start = time::Instant::now();
  auto ticks = legacy::time::interval_at(start + 50ms, 10ms);
  CHECK(*co_await ticks.next() == start + 50ms);
  CHECK(*co_await ticks.next() == start + 60ms);
}

// TIME-12: ticks that were missed come at once, and say when they were due.
Task<void> catch_up() {
  const auto start = time::Instant::now();
  auto ticks = legacy::time::interval(20ms);
  CHECK(*co_await ticks.next() == start);
  co_await time::advance(70ms);
  const auto late = time::Instant::now();
  for (int i = 1; i <= 3; ++i) CHECK(*co_await ticks.next() == start + 20ms * i);
  CHECK(time::Instant::now() == late);
}

// TIME-12: the first tick of both is there at once.
template <class Ticks>
void check_ticks_at_once(Ticks ticks, time::Instant start) {
  auto first = test::spawn([&] { return ticks.tick(); });
  CHECK(*first.poll() == start);
  auto second = test::spawn([&] { return ticks.tick(); });
  CHECK(second.poll().is_pending());
}

Task<void> tick_first() {
  const auto start = time::Instant::now();
  check_ticks_at_once(legacy::time::interval(20ms), start);
  check_ticks_at_once(time::interval(20ms), start);
  CHECK_THROWS_AS(static_cast<void>(legacy::time::interval(0ms)), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(time::interval(0ms)), std::logic_error);
  co_return;
}

// TIME-13: a tick that is given up is not lost. TIME-14: tick is poll_tick.
Task<void> cancel_tick() {
  const auto start = time::Instant::now();
  auto ticks = legacy::time::interval_at(start + 10ms, 10ms);
  {
    auto cancelled = test::spawn([&] { return ticks.tick(); });
    CHECK(cancelled.poll().is_pending());
    co_await time::sleep(15ms);
    CHECK(cancelled.is_woken());
  }
  auto moved = std::move(ticks);
  Context nobody(Waker::noop());
  CHECK(*moved.poll_tick(nobody) == start + 10ms);
  CHECK(moved.poll_tick(nobody).is_pending());
}

}  // namespace

TEST_SUITE("compat.time.Interval") {
  TEST_CASE("TIME-15: an interval is a stream of the instants its ticks were due, and goes on with tick") {
    test::paused().block_on(tick_as_streams());
  }
  TEST_CASE("TIME-12: an interval that starts later ticks first at its start") {
    test::paused().block_on(start_later());
  }
  TEST_CASE("TIME-12: missed ticks come at once, as in both") { test::paused().block_on(catch_up()); }
  TEST_CASE("TIME-12: the first tick comes at once in both, and a period of zero is a mistake") {
    test::paused().block_on(tick_first());
  }
  TEST_CASE("TIME-13, TIME-14: a tick that is given up is given to the next poll, also after a move") {
    test::paused().block_on(cancel_tick());
  }
}
