#include <chrono>
#include <concepts>

#include <doctest/doctest.h>
#include <ferry/stream.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

#include "support/runtimes.hpp"

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

}  // namespace

TEST_SUITE("compat.time.Interval") {
  TEST_CASE("an interval is a stream of the instants its ticks were due, and goes on with tick (TIME-15)") {
    test::paused().block_on(tick_as_streams());
  }
  TEST_CASE("an interval that starts later ticks first at its start") {
    test::paused().block_on(start_later());
  }
  TEST_CASE("missed ticks come at once, as in both (TIME-12)") { test::paused().block_on(catch_up()); }
}
