#include <atomic>
#include <chrono>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace ferry::time;
using namespace std::chrono_literals;

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

  TEST_CASE("outside of a runtime it is refused") {
    CHECK_THROWS_AS(static_cast<void>(sleep(1ms)), std::logic_error);
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
