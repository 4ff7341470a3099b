#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace ferry::time;
using namespace std::chrono_literals;

using TimeoutOfInt = decltype(timeout(1s, std::declval<Task<int>>()));
static_assert(!std::is_move_constructible_v<Sleep> && !std::is_copy_constructible_v<Sleep>);
static_assert(!std::is_move_constructible_v<TimeoutOfInt>);
static_assert(std::is_move_constructible_v<Interval> && !std::is_copy_constructible_v<Interval>);

namespace {

// Runs a body with a clock that stands still while anything can run.
template <class Body>
void with_paused_clock(Body body) {
  const runtime::Runtime rt = test::paused();
  auto task = body();
  rt.block_on(task);
}

Poll<void> poll_once(Sleep& sleeping) {
  Context cx(Waker::noop());
  return sleeping.poll(cx);
}

}  // namespace

TEST_SUITE("time.Instant") {
  TEST_CASE("a difference to a later instant is zero, or none") {
    const Instant early = Instant::now();
    const Instant late = early + 5ms;
    CHECK(late.duration_since(early) == 5ms);
    CHECK(early.duration_since(late) == 0ns);
    CHECK(late.saturating_duration_since(early) == 5ms);
    CHECK(early.saturating_duration_since(late) == 0ns);
    CHECK(late.checked_duration_since(early) == 5ms);
    CHECK(late.checked_duration_since(late) == 0ns);
    CHECK_FALSE(early.checked_duration_since(late));
    CHECK((early + 1h).elapsed() == 0ns);
  }

  TEST_CASE("what cannot be represented is none, or the last instant there is") {
    const Instant last(Instant::Clock::time_point::max());
    const Instant first(Instant::Clock::time_point::min());
    CHECK_FALSE(last.checked_add(1ns));
    CHECK_FALSE(last.checked_sub(-1ns));
    CHECK_FALSE(first.checked_sub(1ns));
    CHECK_FALSE(first.checked_add(-1ns));
    CHECK(last.checked_add(0ns) == last);
    CHECK(last.checked_sub(1ns)->checked_add(1ns) == last);
    CHECK(first.checked_add(1ns)->checked_sub(1ns) == first);
    CHECK(Instant::now() + Duration::max() == last);
  }

  TEST_CASE("it is a point of std::chrono's steady clock, in order with the others") {
    const auto before = std::chrono::steady_clock::now();
    const Instant now = Instant::now();
    CHECK(before <= now.into_std());
    CHECK(Instant::from_std(now.into_std()) == now);
    CHECK(now < now + 1ns);
    CHECK(now - 1ns < now);
  }

  TEST_CASE("jobs of the blocking pool see the paused clock, too") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      co_await advance(5s);
      auto job = task::spawn_blocking([] { return Instant::now(); });
      CHECK((co_await job).value() == start + 5s);
    });
  }
}

TEST_SUITE("time.Sleep") {
  TEST_CASE("a paused clock goes on exactly to the deadline, rounded up to a tick") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      co_await sleep(10ms);
      CHECK(start.elapsed() >= 10ms);
      CHECK(start.elapsed() < 10ms + 200us);
    });
  }

  TEST_CASE("sleeps end in the order of their deadlines, over every distance") {
    with_paused_clock([]() -> Task<void> {
      std::vector<int> order;
      auto sleeper = [&](Duration duration, int name) -> Task<void> {
        co_await sleep(duration);
        order.push_back(name);
      };
      std::vector<task::JoinHandle<void>> handles;
      handles.push_back(spawn(sleeper(24h * 400, 6)));
      handles.push_back(spawn(sleeper(1ms, 1)));
      handles.push_back(spawn(sleeper(3h, 4)));
      handles.push_back(spawn(sleeper(2s, 3)));
      handles.push_back(spawn(sleeper(100us, 0)));
      handles.push_back(spawn(sleeper(24h * 40, 5)));
      handles.push_back(spawn(sleeper(70ms, 2)));
      for (auto& handle : handles) CHECK((co_await handle).has_value());
      CHECK(order == std::vector<int>{0, 1, 2, 3, 4, 5, 6});
    });
  }

  TEST_CASE("a deadline that has passed completes at the first poll") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      co_await sleep(0ms);
      co_await sleep(-5ms);
      co_await sleep_until(start - 1s);
      CHECK(start.elapsed() == 0ns);
    });
  }

  TEST_CASE("one that was never polled is not elapsed, however late it is") {
    with_paused_clock([]() -> Task<void> {
      auto unpolled = sleep(10ms);
      co_await sleep(50ms);
      CHECK_FALSE(unpolled.is_elapsed());
      co_await unpolled;
      CHECK(unpolled.is_elapsed());
    });
  }

  TEST_CASE("one whose deadline has passed when it is made is not elapsed before its first poll") {
    const runtime::Runtime rt = test::paused();
    const auto guard = rt.enter();
    auto late = sleep_until(Instant::now() - 5ms);
    CHECK_FALSE(late.is_elapsed());
    CHECK(poll_once(late).is_ready());
    CHECK(late.is_elapsed());
  }

  TEST_CASE("one that is due waits for the budget") {
    const runtime::Runtime rt = test::paused();
    const auto guard = rt.enter();
    auto due = sleep(0ms);
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    Context spent(waker, 0);
    CHECK(due.poll(spent).is_pending());
    CHECK(wakes.count() == 1);
    Context fresh(waker);
    CHECK(due.poll(fresh).is_ready());
  }

  TEST_CASE("it says its deadline, and the one it was reset to") {
    const runtime::Runtime rt = test::paused();
    const auto guard = rt.enter();
    const Instant start = Instant::now();
    auto timer = sleep(10ms);
    CHECK(timer.deadline() == start + 10ms);
    timer.reset(start + 1h);
    CHECK(timer.deadline() == start + 1h);
    CHECK(sleep_until(start - 1ms).deadline() == start - 1ms);
  }

  TEST_CASE("one that was reset is registered, also if it was never polled") {
    with_paused_clock([]() -> Task<void> {
      auto unpolled = sleep(1h);
      unpolled.reset(Instant::now() + 10ms);
      CHECK_FALSE(unpolled.is_elapsed());
      co_await sleep(50ms);
      CHECK(unpolled.is_elapsed());
    });
  }

  TEST_CASE("one that was reset to a later deadline does not wake at the first") {
    with_paused_clock([]() -> Task<void> {
      auto timer = test::spawn([] { return sleep(10ms); });
      CHECK(timer.poll().is_pending());
      timer->reset(Instant::now() + 100ms);
      co_await sleep(50ms);
      CHECK_FALSE(timer.is_woken());
      co_await sleep(100ms);
      CHECK(timer.is_woken());
    });
  }

  TEST_CASE("one that outlives its runtime throws instead of waiting") {
    for (const bool was_polled : {false, true}) {
      CAPTURE(was_polled);
      std::optional<test::Spawn<Sleep>> timer;
      {
        const runtime::Runtime rt = test::multi_thread(1);
        const auto guard = rt.enter();
        timer.emplace(std::in_place, [] { return sleep(1h); });
        if (was_polled) CHECK(timer->poll().is_pending());
      }
      CHECK(timer->is_woken() == was_polled);
      CHECK_THROWS_WITH_AS(static_cast<void>(timer->poll()), doctest::Contains("shut down"),
                           std::logic_error);
    }
  }

  TEST_CASE("reset moves the deadline in both directions, and re-arms one that has completed") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto timer = sleep(1h);
      timer.reset(start + 20ms);
      co_await timer;
      CHECK(start.elapsed() < 21ms);
      timer.reset(start + 50ms);
      CHECK_FALSE(timer.is_elapsed());
      co_await timer;
      CHECK(start.elapsed() >= 50ms);
      CHECK(start.elapsed() < 51ms);
    });
  }

  TEST_CASE("reset to a passed deadline wakes who waits") {
    const runtime::Runtime rt = test::paused();
    const auto guard = rt.enter();
    auto timer = test::spawn([] { return sleep(1h); });
    REQUIRE(timer.poll().is_pending());
    timer->reset(Instant::now() - 1ms);
    CHECK(timer.is_woken());
    CHECK(timer.poll().is_ready());
  }

  TEST_CASE("the latest waker is the one that is called") {
    const runtime::Runtime rt = test::paused();
    const auto guard = rt.enter();
    auto timer = sleep(1ms);
    test::WakeCounter first;
    test::WakeCounter second;
    {
      const Waker waker = first.waker();
      Context cx(waker);
      REQUIRE(timer.poll(cx).is_pending());
    }
    {
      const Waker waker = second.waker();
      Context cx(waker);
      REQUIRE(timer.poll(cx).is_pending());
    }
    auto wait = []() -> Task<void> { co_await sleep(5ms); };
    rt.block_on(wait());
    CHECK(first.count() == 0);
    CHECK(second.count() == 1);
  }

  TEST_CASE("a destroyed sleep wakes nobody") {
    const runtime::Runtime rt = test::paused();
    const auto guard = rt.enter();
    test::WakeCounter wakes;
    {
      auto timer = sleep(1ms);
      const Waker waker = wakes.waker();
      Context cx(waker);
      REQUIRE(timer.poll(cx).is_pending());
    }
    auto wait = []() -> Task<void> { co_await sleep(5ms); };
    rt.block_on(wait());
    CHECK(wakes.count() == 0);
  }

  TEST_CASE("a sleep of the longest duration waits") {
    with_paused_clock([]() -> Task<void> {
      auto forever = sleep(Duration::max());
      CHECK((co_await timeout(24h, forever)).has_error());
    });
  }

  TEST_CASE("outside of a runtime it is refused, and so is everything that needs a timer") {
    auto ready = [](Context&) { return Poll<void>::ready(); };
    auto future = poll_fn(ready);
    const Instant now = Instant::now();
    CHECK_THROWS_WITH_AS(static_cast<void>(sleep(1ms)), doctest::Contains("Runtime::enter"),
                         std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(sleep_until(now)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(timeout(1ms, future)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(timeout_at(now, future)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(interval(1ms)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(interval_at(now, 1ms)), std::logic_error);
    CHECK_THROWS_AS(time::pause(), std::logic_error);
    CHECK_THROWS_AS(resume(), std::logic_error);
  }

  TEST_CASE("in a runtime without timers it is refused where it is made, and so is everything like it") {
    for (const bool is_multi_thread : {false, true}) {
      runtime::Builder builder = is_multi_thread ? runtime::Builder::new_multi_thread().worker_threads(1)
                                                 : runtime::Builder::new_current_thread();
      const runtime::Runtime rt = builder.enable_io().build().value();
      const auto guard = rt.enter();
      auto ready = [](Context&) { return Poll<void>::ready(); };
      auto future = poll_fn(ready);
      const Instant now = Instant::now();
      auto [tx, rx] = sync::mpsc::channel<int>(1);
      const auto enable_time = doctest::Contains("enable_time");
      CHECK_THROWS_WITH_AS(static_cast<void>(sleep(1ms)), enable_time, std::logic_error);
      CHECK_THROWS_WITH_AS(static_cast<void>(sleep_until(now)), enable_time, std::logic_error);
      CHECK_THROWS_WITH_AS(static_cast<void>(timeout(1ms, future)), enable_time, std::logic_error);
      CHECK_THROWS_WITH_AS(static_cast<void>(timeout_at(now, future)), enable_time, std::logic_error);
      CHECK_THROWS_WITH_AS(static_cast<void>(interval(1ms)), enable_time, std::logic_error);
      CHECK_THROWS_WITH_AS(static_cast<void>(tx.send_timeout(1, 1ms)), enable_time, std::logic_error);
    }
  }

  TEST_CASE("with a running clock it ends on time in both flavours") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      const Instant start = Instant::now();
      auto body = []() -> Task<void> { co_await sleep(3ms); };
      auto handle = rt.spawn(body());
      CHECK(rt.block_on(handle).has_value());
      CHECK(start.elapsed() >= 3ms);
    });
  }

  TEST_CASE("a sleep polled on another thread than the parked driver's is seen by it") {
    const runtime::Runtime rt = test::multi_thread();
    auto body = []() -> Task<void> {
      auto lengthy = []() -> Task<void> { co_await sleep(1h); };
      auto other = spawn(lengthy());
      co_await sleep(1ms);
      co_await sleep(1ms);
      other.abort();
    };
    rt.block_on(body());
  }

  TEST_CASE("on several workers every sleep ends, whichever of them sets it and whichever is parked") {
    const runtime::Runtime rt = test::multi_thread(4);
    auto lengthy = []() -> Task<void> { co_await sleep(1h); };
    auto naps = [](int number) -> Task<int> {
      int ended = 0;
      for (int i = 0; i < 5; ++i) {
        const Instant start = Instant::now();
        const Duration duration = std::chrono::microseconds(200 * (1 + (number + i) % 7));
        co_await sleep(duration);
        if (start.elapsed() >= duration) ++ended;
        co_await task::yield_now();
      }
      co_return ended;
    };
    const auto other = rt.spawn(lengthy());
    std::vector<task::JoinHandle<int>> handles;
    for (int i = 0; i < 100; ++i) handles.push_back(rt.spawn(naps(i)));
    for (auto& handle : handles) CHECK(rt.block_on(handle).value() == 5);
    other.abort();
  }

  TEST_CASE("many timers, half of them cancelled, all fire or vanish") {
    with_paused_clock([]() -> Task<void> {
      int fired = 0;
      auto sleeper = [&](Duration duration) -> Task<void> {
        co_await sleep(duration);
        ++fired;
      };
      std::vector<task::JoinHandle<void>> handles;
      for (int i = 0; i < 2000; ++i)
        handles.push_back(spawn(sleeper(std::chrono::microseconds(i * 137 % 90'000))));
      co_await task::yield_now();
      for (std::size_t i = 0; i < handles.size(); i += 2) handles[i].abort();
      co_await sleep(1s);
      CHECK(fired == 1000 + 1);  // the one of zero had fired before it was aborted
    });
  }
}

TEST_SUITE("time.Timeout") {
  TEST_CASE("a ready future wins over a deadline that has passed") {
    with_paused_clock([]() -> Task<void> {
      auto body = []() -> Task<int> { co_return 1; };
      auto result = co_await timeout(0ms, body());
      CHECK(result.value() == 1);
    });
  }

  TEST_CASE("the longest duration never elapses") {
    with_paused_clock([]() -> Task<void> {
      auto body = []() -> Task<int> {
        co_await sleep(24h * 365 * 3);
        co_return 1;
      };
      auto result = co_await timeout(Duration::max(), body());
      CHECK(result.value() == 1);
    });
  }

  TEST_CASE("timeout_at elapses at its deadline") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto forever = [](Context&) -> Poll<void> { return pending; };
      auto future = poll_fn(forever);
      const auto late = co_await timeout_at(start + 20ms, future);
      CHECK(late.has_error());
      CHECK(start.elapsed() >= 20ms);
      CHECK(start.elapsed() < 21ms);
      const auto at_once = co_await timeout_at(start, future);
      CHECK(at_once.has_error());
      CHECK(start.elapsed() < 21ms);
    });
  }

  TEST_CASE("the future inside can be looked at, changed and taken back") {
    with_paused_clock([]() -> Task<void> {
      int polls = 0;
      auto third = [&polls](Context&) -> Poll<int> {
        if (++polls < 3) return pending;
        return polls;
      };
      auto named = poll_fn(third);
      auto borrowing = timeout(1s, named);
      CHECK(&borrowing.get_ref() == &named);
      CHECK(&borrowing.get_mut() == &named);
      auto owning = timeout(1s, poll_fn(third));
      Context cx(Waker::noop());
      CHECK(owning.poll(cx).is_pending());
      auto back = std::move(owning).into_inner();
      CHECK(back.poll(cx).is_pending());
      CHECK(*back.poll(cx) == 3);
      co_return;
    });
  }

  TEST_CASE("a future that takes longer is cancelled and gives Elapsed") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto body = []() -> Task<int> {
        co_await sleep(1s);
        co_return 1;
      };
      auto result = co_await timeout(10ms, body());
      CHECK(result.has_error());
      CHECK(result.error().into_io() == boost::system::errc::timed_out);
      CHECK(start.elapsed() < 11ms);
    });
  }

  TEST_CASE("a future passed by name is borrowed and can be awaited on") {
    with_paused_clock([]() -> Task<void> {
      auto timer = sleep(20ms);
      CHECK((co_await timeout(5ms, timer)).has_error());
      CHECK((co_await timeout(50ms, timer)).has_value());
    });
  }

  TEST_CASE("one that spends its whole budget in every poll still times out") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<bool> {
      auto greedy = [](Context& cx) -> Poll<void> {
        while (cx.poll_proceed()) {
        }
        return pending;
      };
      auto future = poll_fn(greedy);
      auto result = co_await timeout(1ms, future);
      co_return result.has_error();
    };
    auto task = body();
    CHECK(rt.block_on(task));
  }

  TEST_CASE("value() of an elapsed one throws") {
    CHECK_THROWS_AS((Result<int, error::Elapsed>(error::Elapsed()).value()), std::runtime_error);
  }
}

TEST_SUITE("time.Interval") {
  TEST_CASE("the first tick is immediate, the others come once a period") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto ticks = interval(10ms);
      CHECK(co_await ticks.tick() == start);
      CHECK(co_await ticks.tick() == start + 10ms);
      CHECK(co_await ticks.tick() == start + 20ms);
      CHECK(start.elapsed() >= 20ms);
      CHECK(start.elapsed() < 21ms);
    });
  }

  TEST_CASE("by default missed ticks come in a burst") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto ticks = interval(20ms);
      co_await ticks.tick();
      co_await advance(70ms);
      for (int i = 1; i <= 3; ++i) CHECK(co_await ticks.tick() == start + i * 20ms);
      CHECK(start.elapsed() == 70ms);
      CHECK(co_await ticks.tick() == start + 80ms);
      CHECK(start.elapsed() >= 80ms);
    });
  }

  TEST_CASE("delayed, the next tick is one period after the late one") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto ticks = interval(20ms);
      ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
      co_await ticks.tick();
      co_await advance(70ms);
      CHECK(co_await ticks.tick() == start + 20ms);
      CHECK(co_await ticks.tick() == start + 90ms);
    });
  }

  TEST_CASE("skipping, the next tick is at a multiple of the period") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto ticks = interval(20ms);
      ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
      co_await ticks.tick();
      co_await advance(70ms);
      CHECK(co_await ticks.tick() == start + 20ms);
      CHECK(co_await ticks.tick() == start + 80ms);
    });
  }

  TEST_CASE("a tick counts as missed when it is more than 5 ms late") {
    with_paused_clock([]() -> Task<void> {
      for (const auto behavior : {MissedTickBehavior::Delay, MissedTickBehavior::Skip}) {
        const Instant start = Instant::now();
        auto ticks = interval(20ms);
        ticks.set_missed_tick_behavior(behavior);
        CHECK(ticks.missed_tick_behavior() == behavior);
        co_await ticks.tick();
        co_await advance(25ms);
        CHECK(co_await ticks.tick() == start + 20ms);
        CHECK(co_await ticks.tick() == start + 40ms);  // as if it had been in time
        co_await advance(start + 66ms - Instant::now());
        CHECK(co_await ticks.tick() == start + 60ms);
        const bool skips = behavior == MissedTickBehavior::Skip;
        CHECK(co_await ticks.tick() == start + (skips ? 80ms : 86ms));
      }
    });
  }

  TEST_CASE("resetting moves the next tick, and those after it") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto ticks = interval(100ms);
      CHECK(ticks.period() == 100ms);
      co_await ticks.tick();
      co_await advance(30ms);
      SUBCASE("to a period from now") {
        ticks.reset();
        CHECK(co_await ticks.tick() == start + 130ms);
        CHECK(co_await ticks.tick() == start + 230ms);
      }
      SUBCASE("to now") {
        ticks.reset_immediately();
        CHECK(co_await ticks.tick() == start + 30ms);
        CHECK(start.elapsed() < 31ms);
        CHECK(co_await ticks.tick() == start + 130ms);
      }
      SUBCASE("to some time from now") {
        ticks.reset_after(20ms);
        CHECK(co_await ticks.tick() == start + 50ms);
        CHECK(co_await ticks.tick() == start + 150ms);
      }
      SUBCASE("to an instant") {
        ticks.reset_at(start + 40ms);
        CHECK(co_await ticks.tick() == start + 40ms);
        CHECK(co_await ticks.tick() == start + 140ms);
      }
    });
  }

  TEST_CASE("it is polled, and wakes the one who polled last") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto ticks = interval(10ms);
      test::WakeCounter wakes;
      const Waker waker = wakes.waker();
      Context cx(waker);
      CHECK(*ticks.poll_tick(cx) == start);
      CHECK(ticks.poll_tick(cx).is_pending());
      co_await sleep(15ms);
      CHECK(wakes.count() == 1);
      CHECK(*ticks.poll_tick(cx) == start + 10ms);
    });
  }

  TEST_CASE("a cancelled tick is not lost, and the interval can be moved") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto ticks = interval_at(start + 30ms, 10ms);
      CHECK((co_await timeout(5ms, ticks.tick())).has_error());
      auto moved = std::move(ticks);
      CHECK(co_await moved.tick() == start + 30ms);
    });
  }

  TEST_CASE("a period of zero is refused") {
    const runtime::Runtime rt = test::paused();
    const auto guard = rt.enter();
    CHECK_THROWS_AS(interval(0ms), std::logic_error);
    CHECK_THROWS_AS(interval_at(Instant::now(), 0ms), std::logic_error);
    CHECK_THROWS_AS(interval(-1ms), std::logic_error);
  }
}

TEST_SUITE("time.clock") {
  TEST_CASE("advance moves the clock and fires what is due") {
    with_paused_clock([]() -> Task<void> {
      bool has_fired = false;
      auto sleeper = [&]() -> Task<void> {
        co_await sleep(10ms);
        has_fired = true;
      };
      auto handle = spawn(sleeper());
      const Instant start = Instant::now();
      co_await advance(5ms);
      CHECK(start.elapsed() == 5ms);
      CHECK_FALSE(has_fired);
      co_await advance(6ms);
      co_await handle;
      CHECK(has_fired);
      CHECK(start.elapsed() == 11ms);
    });
  }

  TEST_CASE("pause and resume are refused in the wrong state or flavour") {
    with_paused_clock([]() -> Task<void> {
      CHECK_THROWS_AS(time::pause(), std::logic_error);
      resume();
      CHECK_THROWS_AS(resume(), std::logic_error);
      time::pause();
      co_return;
    });
    const runtime::Runtime rt = test::multi_thread();
    const auto guard = rt.enter();
    CHECK_THROWS_AS(time::pause(), std::logic_error);
  }

  TEST_CASE("a clock that runs cannot be advanced, and one that was paused goes on from where it stood") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      CHECK_THROWS_WITH_AS(co_await advance(1ms), doctest::Contains("not paused"), std::logic_error);
      time::pause();
      const Instant start = Instant::now();
      co_await advance(1h);
      CHECK(start.elapsed() == 1h);
      resume();
      CHECK(start.elapsed() >= 1h);
      const Instant before = Instant::now();
      co_await sleep(2ms);
      CHECK(before.elapsed() >= 2ms);
      CHECK(before.elapsed() < 1h);
    };
    rt.block_on(body());
  }

  TEST_CASE("advance fires every timer that is due by then, and none that is not") {
    with_paused_clock([]() -> Task<void> {
      auto early = test::spawn([] { return sleep(10ms); });
      auto exact = test::spawn([] { return sleep(20ms); });
      auto late = test::spawn([] { return sleep(21ms); });
      CHECK(early.poll().is_pending());
      CHECK(exact.poll().is_pending());
      CHECK(late.poll().is_pending());
      co_await advance(20ms + 200us);  // the wheel rounds up to its ticks
      CHECK(early.is_woken());
      CHECK(exact.is_woken());
      CHECK_FALSE(late.is_woken());
      co_await advance(1ms);
      CHECK(late.is_woken());
    });
  }

  TEST_CASE("a paused clock goes on only after what a blocking job has woken has run") {
    with_paused_clock([]() -> Task<void> {
      auto sleeping = sleep(1h);
      CHECK(poll_once(sleeping).is_pending());
      const Instant start = Instant::now();
      for (int i = 0; i < 3000; ++i) {
        auto job = [turns = i % 400] {
          for (int turn = 0; turn < turns; ++turn) std::atomic_signal_fence(std::memory_order_seq_cst);
        };
        co_await task::spawn_blocking(job);
        REQUIRE(start.elapsed() == 0ns);
      }
    });
  }

  TEST_CASE("a paused clock waits for blocking jobs") {
    with_paused_clock([]() -> Task<void> {
      const Instant start = Instant::now();
      auto job = task::spawn_blocking([] {
        for (int i = 0; i < 1000; ++i) std::this_thread::yield();
      });
      auto result = co_await timeout(1ms, job);
      CHECK(result.has_value());
      CHECK(start.elapsed() == 0ns);
    });
  }
}
