#include <chrono>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/runtime.hpp>
#include <ferry/v0_2/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

// TIME-22, TIME-23: the same.
static_assert(std::is_same_v<legacy::time::Instant, time::Instant>);
static_assert(std::is_same_v<legacy::time::Duration, time::Duration>);

legacy::runtime::Runtime threaded() {
  return legacy::runtime::Builder().threaded_scheduler().core_threads(2).enable_all().build().value();
}

// Days pass at once while the clock is paused, for this future and for tasks on workers.
Task<void> pass_days() {
  legacy::time::pause();
  const auto start = time::Instant::now();
  auto nap = []() -> Task<void> { co_await legacy::time::delay_for(24h); };
  auto task = spawn(nap());
  co_await legacy::time::delay_for(48h);
  CHECK(start.elapsed() >= 48h);
  CHECK((co_await task).has_value());
  auto modern = []() -> Task<void> { co_await time::sleep(24h); };
  CHECK((co_await spawn(modern())).has_value());
  CHECK(start.elapsed() >= 72h);
  legacy::time::resume();
}

Task<void> advance_by_hand() {
  legacy::time::pause();
  const auto start = time::Instant::now();
  // No other timer is set, so that only `advance` moves the clock.
  co_await legacy::time::advance(1h);
  CHECK(start.elapsed() == 1h);
  auto nap = []() -> Task<void> { co_await legacy::time::delay_for(1h); };
  auto task = spawn(nap());
  co_await legacy::time::advance(2h);
  CHECK((co_await task).has_value());
  CHECK(start.elapsed() >= 3h);
  legacy::time::resume();
}

Task<void> pause_modern() {
  CHECK_THROWS_AS(time::pause(), std::logic_error);
  co_return;
}

Task<void> pause_twice() {
  legacy::time::pause();
  CHECK_THROWS_AS(legacy::time::pause(), std::logic_error);
  CHECK_THROWS_AS(time::pause(), std::logic_error);
  time::resume();
  CHECK_THROWS_AS(legacy::time::resume(), std::logic_error);
  CHECK_THROWS_AS(co_await legacy::time::advance(1s), std::logic_error);
}

Task<void> compare_instants() {
  const auto start = legacy::time::Instant::now();
  co_await time::sleep(10ms);
  CHECK(start.elapsed() >= 10ms);
  CHECK(legacy::time::Instant::from_std(start.into_std()) == start);
  CHECK(start.duration_since(start + 1s) == 0s);
  CHECK(start.checked_duration_since(start + 1s) == std::nullopt);
  CHECK((start + 1s).saturating_duration_since(start) == 1s);
  CHECK(start.checked_add(1s)->checked_sub(1s) == start);
}

}  // namespace

TEST_SUITE("compat.time.clock") {
  TEST_CASE("TIME-21: the clock of a threaded runtime can be paused, and in 1.x cannot") {
    auto runtime = threaded();
    runtime.block_on(pass_days());
    CHECK(runtime.block_on(runtime.spawn(pass_days())).has_value());
    runtime.block_on(pause_modern());
  }
  TEST_CASE("TIME-21: pause takes effect while workers sleep until a timer that is far away") {
    auto runtime = threaded();
    auto task = runtime.spawn([]() -> Task<void> { co_await time::sleep(24h); }());
    runtime.block_on([]() -> Task<void> {
      co_await time::sleep(1ms);  // a worker waits for the day to pass by now, or soon
      legacy::time::pause();
    }());
    CHECK(runtime.block_on(task).has_value());
  }
  TEST_CASE("TIME-21: a paused clock is advanced by hand") {
    threaded().block_on(advance_by_hand());
    test::current_thread().block_on(advance_by_hand());
  }
  TEST_CASE("TIME-21: pausing a paused clock is a mistake in both, as is moving one that runs") {
    test::current_thread().block_on(pause_twice());
  }
  TEST_CASE("TIME-22, TIME-23: instants and durations are the same, under a paused clock, too") {
    test::paused().block_on(compare_instants());
  }
}
