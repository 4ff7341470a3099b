#include <chrono>
#include <concepts>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/stream.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

auto numbers() { return stream::iter({1, 2, 3}); }
using Numbers = decltype(numbers());
static_assert(stream::Stream<legacy::time::Throttle<Numbers>>);
static_assert(std::movable<legacy::time::Throttle<Numbers>>);

// The first item at once, each other one a second after the one before; the end at once.
template <class S>
Task<void> check_throttled(S throttled) {
  const auto start = time::Instant::now();
  for (int wanted : {1, 2, 3}) {
    auto item = co_await stream::next(throttled);
    CHECK(item == wanted);
    CHECK(start.elapsed() >= (wanted - 1) * 1s);
    CHECK(start.elapsed() < (wanted - 1) * 1s + 10ms);
  }
  auto end = co_await stream::next(throttled);
  CHECK(end == std::nullopt);
}

Task<void> throttle_alike() {
  co_await check_throttled(legacy::time::throttle(1s, numbers()));
  co_await check_throttled(stream::throttle(numbers(), 1s));
}

Task<void> move_between_items() {
  auto throttled = legacy::time::throttle(1s, numbers());
  auto first = co_await stream::next(throttled);
  CHECK(first == 1);
  auto waiting = test::spawn([&] { return stream::next(throttled); });
  CHECK(waiting.poll().is_pending());
  const auto start = time::Instant::now();
  auto moved = std::move(throttled);
  auto second = co_await stream::next(moved);
  CHECK(second == 2);
  CHECK(start.elapsed() >= 1s);
}

template <class S>
void check_gives_stream_back(S throttled) {
  const auto& seen = throttled.get_ref();
  CHECK(stream::size_hint(seen).lower() == 3);
  Context nobody(Waker::noop());
  CHECK(**throttled.get_mut().poll_next(nobody) == 1);
  auto back = std::move(throttled).into_inner();
  CHECK(**back.poll_next(nobody) == 2);
}

}  // namespace

TEST_SUITE("compat.time.Throttle") {
  TEST_CASE("TIME-17: throttle takes the duration first, and holds items back as 1.x does") {
    test::paused().block_on(throttle_alike());
  }
  TEST_CASE("TIME-17: a throttled stream may be moved while it waits") {
    test::paused().block_on(move_between_items());
  }
  TEST_CASE("TIME-17: without a duration it needs no timer, which 1.x always does") {
    auto throttled = legacy::time::throttle(0s, numbers());
    Context nobody(Waker::noop());
    for (int wanted : {1, 2, 3}) CHECK(**throttled.poll_next(nobody) == wanted);
    CHECK(*throttled.poll_next(nobody) == std::nullopt);
    CHECK_THROWS_AS(static_cast<void>(stream::throttle(numbers(), 0s)), std::logic_error);
  }
  TEST_CASE("TIME-18: a throttled stream shows the stream inside and gives it back, in both") {
    check_gives_stream_back(legacy::time::throttle(0s, numbers()));
    auto modern = []() -> Task<void> {
      check_gives_stream_back(stream::throttle(numbers(), 1s));
      co_return;
    };
    test::paused().block_on(modern());
  }
}
