#include <chrono>
#include <concepts>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/join.hpp>
#include <ferry/pin.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/join.hpp>
#include <ferry/v0_2/pin.hpp>
#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

static_assert(std::is_same_v<legacy::Pin<time::Sleep>, Pin<time::Sleep>>);

Task<int> give_after(int value, time::Duration duration) {
  co_await time::sleep(duration);
  co_return value;
}
Task<void> hold(test::Counted) { co_await time::sleep(1h); }
Task<Result<int, int>> result_after(Result<int, int> result, time::Duration duration) {
  co_await time::sleep(duration);
  co_return result;
}

// Futures of both APIs in one select: the losers are destroyed.
Task<void> select_mixed() {
  test::Counts counts;
  auto [tx, rx] = legacy::sync::watch::channel(1);
  auto first =
      co_await legacy::select(hold(test::Counted(counts)), legacy::time::delay_for(10ms), time::sleep(20ms));
  CHECK(first.index() == 1);
  CHECK(counts.alive == 0);
  auto seen = co_await legacy::select(rx.recv(), time::sleep(1h));
  CHECK(get<0>(seen) == 1);
  auto biased = co_await legacy::select_biased(give_after(1, 0ms), time::sleep(1h));
  CHECK(get<0>(biased) == 1);
}

Task<void> join_mixed() {
  const auto start = time::Instant::now();
  auto [one, two] = co_await legacy::join(give_after(1, 20ms), give_after(2, 10ms));
  CHECK(one == 1);
  CHECK(two == 2);
  CHECK(start.elapsed() < 25ms);

  using R = Result<int, int>;
  auto failed = co_await legacy::try_join(result_after(R(boost::system::in_place_value, 1), 1h),
                                          result_after(R(boost::system::in_place_error, 2), 10ms));
  CHECK(failed.error() == 2);
  CHECK(start.elapsed() < 1h);
}

// A local of a coroutine stays where it is; what is kept elsewhere is pinned.
Task<void> pin_and_loop() {
  auto local = time::sleep(35ms);
  std::vector<legacy::Pin<time::Sleep>> kept;
  kept.push_back(legacy::pin(time::sleep, 25ms));
  int ticks = 0;
  for (;;) {
    auto first = co_await legacy::select(time::sleep(10ms), local);
    if (first.index() == 1) break;
    ++ticks;
  }
  CHECK(ticks == 3);
  co_await kept.front();
}

}  // namespace

TEST_SUITE("compat.select") {
  TEST_CASE("MAC-07: select takes futures of both APIs and destroys the losers") {
    test::paused().block_on(select_mixed());
  }
  TEST_CASE("MAC-08: join waits for all, try_join no longer than for the first error") {
    test::paused().block_on(join_mixed());
  }
  TEST_CASE("MAC-09: a local is selected on again and again, what is kept in a vector is pinned") {
    test::paused().block_on(pin_and_loop());
  }
  TEST_CASE("MAC-10: a task-local is an object with static storage, the same in both") {
    static legacy::task::LocalKey<int> key;
    const task::LocalKey<int>& modern = key;
    CHECK(modern.sync_scope(3, [] { return key.get(); }) == 3);
    CHECK_FALSE(key.try_get().has_value());
  }
}
