#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/last_words.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

Task<int> answer() { co_return 42; }

Task<int> spawned_answer() {
  auto handle = spawn(answer());
  co_return (co_await handle).value();
}

Task<int> fibonacci(int n) {
  if (n < 2) co_return n;
  auto left = spawn(fibonacci(n - 1));
  const int right = co_await fibonacci(n - 2);
  co_return (co_await left).value() + right;
}

Task<void> count_up(std::atomic<int>& counter, int yields) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  counter.fetch_add(1);
}

Task<void> spawn_many(std::atomic<int>& counter, int tasks) {
  std::vector<task::JoinHandle<void>> handles;
  for (int i = 0; i < tasks; ++i) handles.push_back(spawn(count_up(counter, 3)));
  for (auto& handle : handles) CHECK((co_await handle).has_value());
}

}  // namespace

TEST_SUITE("runtime.Runtime") {
  TEST_CASE("block_on gives the future's output, in both flavours") {
    test::for_each_flavor([](const runtime::Runtime& rt) { CHECK(rt.block_on(answer()) == 42); });
  }

  TEST_CASE("a spawned task gives its output through its handle, in both flavours") {
    test::for_each_flavor([](const runtime::Runtime& rt) { CHECK(rt.block_on(spawned_answer()) == 42); });
  }

  TEST_CASE("tasks that spawn and join tasks all finish") {
    test::for_each_flavor([](const runtime::Runtime& rt) { CHECK(rt.block_on(fibonacci(16)) == 987); });
  }

  TEST_CASE("many tasks that yield all finish") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      std::atomic<int> counter = 0;
      rt.block_on(spawn_many(counter, 2000));
      CHECK(counter == 2000);
    });
  }

  TEST_CASE("an exception that leaves the future leaves block_on, and the runtime can go on") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto failing = []() -> Task<int> {
        throw std::runtime_error("broken");
        co_return 0;
      };
      CHECK_THROWS_WITH_AS(rt.block_on(failing()), "broken", std::runtime_error);
      CHECK(rt.block_on(answer()) == 42);
    });
  }

  TEST_CASE("block_on inside block_on is refused") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto nested = [&]() -> Task<void> {
        CHECK_THROWS_AS(static_cast<void>(rt.block_on(answer())), std::logic_error);
        co_return;
      };
      auto task = nested();
      rt.block_on(task);
    });
  }

  TEST_CASE("no other runtime may be blocked on from inside of one, be it directly or by its handle") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      const runtime::Runtime one = test::current_thread();
      const runtime::Runtime many = test::multi_thread(1);
      auto nested = [&]() -> Task<void> {
        for (const runtime::Runtime* other : {&one, &many}) {
          CHECK_THROWS_WITH_AS(static_cast<void>(other->block_on(answer())), doctest::Contains("await"),
                               std::logic_error);
          CHECK_THROWS_WITH_AS(static_cast<void>(other->handle().block_on(answer())),
                               doctest::Contains("await"), std::logic_error);
        }
        co_return;
      };
      rt.block_on(nested());
      CHECK(rt.block_on(rt.spawn(nested())).has_value());
      CHECK(one.block_on(answer()) == 42);
    });
  }

  TEST_CASE("block_on polls its future on the thread that calls it, in both flavours") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto stays = [](std::thread::id own) -> Task<bool> {
        const bool was_here = std::this_thread::get_id() == own;
        co_await time::sleep(1ms);
        co_return was_here&& std::this_thread::get_id() == own;
      };
      CHECK(rt.block_on(stays(std::this_thread::get_id())));
    });
  }

  TEST_CASE("a spawned task runs without anybody in block_on, but for a current_thread runtime's") {
    std::atomic<bool> has_run = false;
    auto run = [&]() -> Task<void> {
      has_run = true;
      co_return;
    };
    const runtime::Runtime many = test::multi_thread();
    static_cast<void>(many.spawn(run()));
    while (!has_run) std::this_thread::yield();
    has_run = false;
    const runtime::Runtime one = test::current_thread();
    auto handle = one.spawn(run());
    const auto job = one.spawn_blocking([] {});
    while (!job.is_finished()) std::this_thread::yield();
    CHECK_FALSE(handle.is_finished());
    CHECK_FALSE(has_run);
    CHECK(one.block_on(handle).has_value());
    CHECK(has_run);
  }

  TEST_CASE("spawn outside of a runtime is refused, and allowed under an enter guard") {
    CHECK_THROWS_AS(static_cast<void>(spawn(answer())), std::logic_error);
    CHECK_FALSE(runtime::Handle::try_current().has_value());
    test::for_each_flavor([](const runtime::Runtime& rt) {
      const auto guard = rt.enter();
      auto handle = spawn(answer());
      CHECK(rt.block_on(std::move(handle)).value() == 42);
    });
  }

  TEST_CASE("a task may enter another runtime, and spawns there what that one runs") {
    test::for_each_flavor([](const runtime::Runtime& outer) {
      for (const bool is_multi_thread : {false, true}) {
        const runtime::Runtime inner = is_multi_thread ? test::multi_thread(1) : test::current_thread();
        auto where = []() -> Task<std::uint64_t> { co_return runtime::Handle::current().id(); };
        auto body = [&]() -> Task<task::JoinHandle<std::uint64_t>> {
          const auto guard = inner.enter();
          co_return spawn(where());
        };
        auto spawned = outer.block_on(outer.spawn(body()));
        CHECK(inner.block_on(std::move(spawned).value()).value() == inner.handle().id());
      }
    });
  }

  TEST_CASE("several threads may be inside block_on of one current_thread runtime") {
    const runtime::Runtime rt = test::current_thread();
    auto sleeper = [](time::Duration duration) -> Task<void> { co_await time::sleep(duration); };
    std::thread other([&] {
      auto task = sleeper(20ms);
      rt.block_on(task);
    });
    auto task = sleeper(5ms);
    rt.block_on(task);
    other.join();
  }

  TEST_CASE("who waits in block_on drives a current_thread runtime when the one that did leaves") {
    const runtime::Runtime rt = test::current_thread();
    sync::Notify may_leave;
    std::atomic<bool> drives = false;
    std::atomic<bool> has_left = false;
    std::thread first([&] {
      auto wait = [&]() -> Task<void> {
        drives = true;
        co_await may_leave.notified();
      };
      rt.block_on(wait());
      has_left = true;
    });
    while (!drives) std::this_thread::yield();
    auto alone = [&]() -> Task<int> {
      may_leave.notify_one();
      while (!has_left) std::this_thread::yield();
      co_await time::sleep(1ms);  // of which nobody but this thread could know
      co_return (co_await spawn(answer())).value();
    };
    CHECK(rt.block_on(alone()) == 42);
    first.join();
  }

  TEST_CASE("under an enter guard timers can be made, but nothing drives them") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    auto timer = test::spawn([] { return time::sleep(1ms); });
    CHECK(timer.poll().is_pending());
    std::this_thread::sleep_for(3ms);
    CHECK_FALSE(timer.is_woken());
    rt.block_on(time::sleep(1ms));
    CHECK(timer.is_woken());
    CHECK(timer.poll().is_ready());
  }

  TEST_CASE("enter guards that go in another order than the reverse end the process") {
    const auto words = test::last_words([] {
      const runtime::Runtime first = test::current_thread();
      const runtime::Runtime second = test::current_thread();
      std::optional<runtime::EnterGuard> outer(std::in_place, first.handle().scheduler());
      const auto inner = second.enter();
      outer.reset();
    });
    CHECK(words.find("reverse order") != std::string::npos);
  }

  TEST_CASE("destroying a runtime on a thread that drives tasks ends the process") {
    const auto words = test::last_words([] {
      const runtime::Runtime rt = test::current_thread();
      auto destroys = []() -> Task<void> {
        const runtime::Runtime inner = test::current_thread();
        co_return;
      };
      rt.block_on(destroys());
    });
    CHECK(words.find("shutdown_background") != std::string::npos);
  }

  TEST_CASE("destroying a runtime destroys its waiting tasks") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      std::atomic<int> destroyed = 0;
      {
        const runtime::Runtime rt = builder.build().value();
        struct Guard {
          std::atomic<int>& destroyed;
          ~Guard() { destroyed.fetch_add(1); }
        };
        auto waiting = [](std::atomic<int>& destroyed) -> Task<void> {
          const Guard guard{destroyed};
          co_await time::sleep(1h);
        };
        auto start = [&]() -> Task<void> {
          for (int i = 0; i < 10; ++i) static_cast<void>(spawn(waiting(destroyed)));
          for (int i = 0; i < 100; ++i) co_await task::yield_now();
          co_await time::sleep(1ms);
        };
        auto task = start();
        rt.block_on(task);
      }
      CHECK(destroyed == 10);
    });
  }

  TEST_CASE("a task that is spawned after shutdown is cancelled at once") {
    std::optional<runtime::Handle> handle;
    {
      const runtime::Runtime rt = test::current_thread();
      handle = rt.handle();
    }
    auto joined = handle->spawn(answer());
    REQUIRE(joined.is_finished());
    const runtime::Runtime other = test::current_thread();
    CHECK(other.block_on(joined).error().is_cancelled());
  }

  TEST_CASE("a blocking job that comes after shutdown is cancelled at once") {
    std::optional<runtime::Handle> handle;
    {
      const runtime::Runtime rt = test::multi_thread(1);
      handle = rt.handle();
    }
    auto job = handle->spawn_blocking([] { return 1; });
    REQUIRE(job.is_finished());
    const runtime::Runtime other = test::current_thread();
    CHECK(other.block_on(job).error().is_cancelled());
  }

  TEST_CASE("shutdown_timeout waits for a blocking job that runs, but no longer than it may") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      const auto may_end = std::make_shared<std::atomic<bool>>(false);
      const auto has_started = std::make_shared<std::atomic<bool>>(false);
      runtime::Runtime rt = builder.build().value();
      const auto job = rt.spawn_blocking([may_end, has_started] {
                           *has_started = true;
                           while (!*may_end) std::this_thread::yield();
                         }).abort_handle();
      while (!*has_started) std::this_thread::yield();
      const auto start = std::chrono::steady_clock::now();
      SUBCASE("with a limit") {
        std::move(rt).shutdown_timeout(3ms);
        CHECK(std::chrono::steady_clock::now() - start >= 3ms);
      }
      SUBCASE("in the background it does not wait at all") { std::move(rt).shutdown_background(); }
      CHECK_FALSE(job.is_finished());
      *may_end = true;
      while (!job.is_finished()) std::this_thread::yield();
    });
  }

  TEST_CASE("shutdown_timeout waits until the tasks are destroyed") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      struct SlowToGo {
        std::atomic<bool>& is_gone;
        ~SlowToGo() {
          std::this_thread::sleep_for(5ms);
          is_gone = true;
        }
      };
      auto waiting = [](std::atomic<bool>& is_gone) -> Task<void> {
        const SlowToGo local{is_gone};
        co_await time::sleep(1h);
      };
      std::atomic<bool> is_gone = false;
      runtime::Runtime rt = builder.build().value();
      auto start = [&]() -> Task<void> {
        static_cast<void>(spawn(waiting(is_gone)));
        co_await time::sleep(1ms);
      };
      rt.block_on(start());
      std::move(rt).shutdown_timeout(std::chrono::nanoseconds::max());
      CHECK(is_gone);
    });
  }

  TEST_CASE("shutdown_timeout leaves a task that does not let go to itself") {
    const auto may_end = std::make_shared<std::atomic<bool>>(false);
    const auto has_started = std::make_shared<std::atomic<bool>>(false);
    auto stubborn = [](auto may_end, auto has_started) -> Task<void> {
      *has_started = true;
      while (!*may_end) std::this_thread::yield();
      co_return;
    };
    runtime::Runtime rt = test::multi_thread(1);
    const task::AbortHandle task = rt.spawn(stubborn(may_end, has_started)).abort_handle();
    while (!*has_started) std::this_thread::yield();
    std::move(rt).shutdown_timeout(1ms);
    CHECK_FALSE(task.is_finished());
    *may_end = true;
    while (!task.is_finished()) std::this_thread::yield();
  }

  TEST_CASE("a runtime may be destroyed in a blocking job of its own") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      auto rt = std::make_unique<runtime::Runtime>(builder.build().value());
      const auto& inside = *rt;
      auto destroyed = inside.spawn_blocking([rt = std::move(rt)]() mutable { rt.reset(); });
      const runtime::Runtime other = test::current_thread();
      CHECK(other.block_on(destroyed).has_value());
    });
  }

  TEST_CASE("what a thread destroys when it ends is outside of the runtime") {
    static std::atomic<int> outside = 0;
    struct AtExit {
      ~AtExit() { outside += runtime::Handle::try_current() ? 0 : 1; }
    };
    {
      const runtime::Runtime rt = test::multi_thread(1);
      auto leave_something = [] { thread_local const AtExit at_exit; };
      CHECK(rt.block_on(rt.spawn_blocking(leave_something)).has_value());
      auto on_worker = [=]() -> Task<void> {
        leave_something();
        co_return;
      };
      CHECK(rt.block_on(rt.spawn(on_worker())).has_value());
    }
    CHECK(outside == 2);
  }

  TEST_CASE("on a thread that drives tasks a runtime is ended in the background, or without any time") {
    test::for_each_flavor([](const runtime::Runtime& outer) {
      auto body = []() -> Task<void> {
        test::multi_thread().shutdown_background();
        test::current_thread().shutdown_background();
        test::multi_thread().shutdown_timeout(0s);
        runtime::Runtime inner = test::multi_thread();
        CHECK_THROWS_AS(std::move(inner).shutdown_timeout(1ns), std::logic_error);
        std::move(inner).shutdown_background();
        co_return;
      };
      outer.block_on(body());
      CHECK(outer.block_on(outer.spawn(body())).has_value());
    });
  }

  TEST_CASE("tasks that are destroyed at shutdown are in the context of their runtime") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      struct AtEnd {
        explicit AtEnd(std::optional<std::uint64_t>& seen) : seen(seen) {}
        AtEnd(const AtEnd&) = delete;
        ~AtEnd() { seen = runtime::Handle::current().id(); }
        std::optional<std::uint64_t>& seen;
      };
      std::optional<std::uint64_t> seen;
      std::atomic<bool> has_begun = false;
      auto wait = [&]() -> Task<void> {
        const AtEnd at_end(seen);
        has_begun = true;
        co_await time::sleep(1h);
      };
      std::uint64_t id = 0;
      {
        const runtime::Runtime rt = builder.build().value();
        id = rt.handle().id();
        static_cast<void>(rt.spawn(wait()));
        while (!has_begun) rt.block_on(task::yield_now());
      }
      CHECK(seen == id);
    });
  }

  TEST_CASE("a runtime may be kept by its thread, and ends with it") {
    const auto held = std::make_shared<int>(0);
    auto hold = [](std::shared_ptr<int>) -> Task<void> { co_await time::sleep(1h); };
    for (const bool is_multi_thread : {false, true})
      std::thread([&] {
        thread_local std::optional<runtime::Runtime> own;
        own = is_multi_thread ? test::multi_thread() : test::current_thread();
        static_cast<void>(own->spawn(hold(held)));
        CHECK(own->block_on(answer()) == 42);
        CHECK(held.use_count() == 2);
      }).join();
    CHECK(held.use_count() == 1);
  }

  TEST_CASE("tasks that wake each other while their runtime ends go with it") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      for (int round = 0; round < 20; ++round) {
        sync::Notify notify;
        std::atomic<int> alive = 0;
        struct WakesAll {
          WakesAll(sync::Notify& notify, std::atomic<int>& alive) : notify(notify), alive(alive) { ++alive; }
          WakesAll(const WakesAll&) = delete;
          ~WakesAll() {
            --alive;
            notify.notify_waiters();
          }
          sync::Notify& notify;
          std::atomic<int>& alive;
        };
        auto wait = [](sync::Notify& notify, std::atomic<int>& alive) -> Task<void> {
          const WakesAll at_end(notify, alive);
          for (;;) co_await notify.notified();
        };
        {
          const runtime::Runtime rt = builder.build().value();
          for (int i = 0; i < 20; ++i) static_cast<void>(rt.spawn(wait(notify, alive)));
          while (alive < 20) rt.block_on(task::yield_now());
        }
        CHECK(alive == 0);
      }
    });
  }

  TEST_CASE(
      "what other threads spawn while a runtime ends runs or is cancelled, and nothing is left to wait for") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      for (int round = 0; round < 20; ++round) {
        std::optional<runtime::Runtime> rt = builder.build().value();
        std::atomic<int> spawned = 0;
        std::atomic<bool> is_over = false;
        std::vector<std::thread> threads;
        for (int t = 0; t < 2; ++t)
          threads.emplace_back([&, handle = rt->handle()] {
            std::vector<task::JoinHandle<int>> handles;
            while (!is_over) {
              if (handles.size() < 2000) handles.push_back(handle.spawn(answer()));
              if (handles.size() % 50 == 0) handles.push_back(handle.spawn_blocking([] { return 42; }));
              ++spawned;
            }
            const runtime::Runtime own = test::current_thread();
            bool all_ended = true;
            for (auto& joined : handles) {
              const auto result = own.block_on(joined);
              all_ended = all_ended && (result.has_value() ? *result == 42 : result.error().is_cancelled());
            }
            CHECK(all_ended);
          });
        while (spawned < 20) std::this_thread::yield();
        rt.reset();
        is_over = true;
        for (auto& thread : threads) thread.join();
      }
    });
  }
}

TEST_SUITE("runtime.Runtime.create") {
  TEST_CASE("it makes many threads, timers and sockets") {
    const runtime::Runtime rt = runtime::Runtime::create().value();
    CHECK(rt.handle().runtime_flavor() == runtime::RuntimeFlavor::MultiThread);
    auto body = []() -> Task<bool> {
      co_await time::sleep(1ms);
      const auto listener = co_await net::TcpListener::bind("127.0.0.1:0");
      co_return listener.has_value();
    };
    CHECK(rt.block_on(rt.spawn(body())).value());
  }
}

TEST_SUITE("runtime.Handle") {
  TEST_CASE("outside of a runtime there is no current one, and the message says what to do") {
    CHECK_THROWS_WITH_AS(static_cast<void>(runtime::Handle::current()), doctest::Contains("Runtime::enter"),
                         std::logic_error);
    CHECK_FALSE(runtime::Handle::try_current().has_value());
  }

  TEST_CASE("block_on runs no tasks and fires no timers: somebody else has to drive them") {
    const runtime::Runtime rt = test::current_thread();
    std::atomic<bool> is_waiting = false;
    std::atomic<bool> is_done = false;
    std::thread other([&] {
      auto wait = [&]() -> Task<int> {
        auto handle = spawn(answer());
        auto timer = time::sleep(1ms);
        is_waiting = true;
        co_await timer;
        co_return (co_await handle).value();
      };
      CHECK(rt.handle().block_on(wait()) == 42);
      is_done = true;
    });
    while (!is_waiting) std::this_thread::yield();
    std::this_thread::sleep_for(5ms);
    CHECK_FALSE(is_done);
    auto drive = [&]() -> Task<void> {
      while (!is_done) co_await time::sleep(1ms);
    };
    rt.block_on(drive());
    other.join();
  }

  TEST_CASE("a handle may outlive its runtime: what is ready is given, and timers throw") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      std::optional<runtime::Runtime> rt = builder.build().value();
      const runtime::Handle handle = rt->handle();
      rt.reset();
      CHECK(handle.block_on(answer()) == 42);
      auto sleep = []() -> Task<void> { co_await time::sleep(1ms); };
      CHECK_THROWS_WITH_AS(handle.block_on(sleep()), doctest::Contains("shut down"), std::logic_error);
    });
  }
  TEST_CASE("block_on inside spawn_blocking awaits what the runtime drives") {
    const runtime::Runtime rt = test::multi_thread();
    auto sleeper = []() -> Task<int> {
      co_await time::sleep(1ms);
      co_return 7;
    };
    auto body = [&]() -> Task<int> {
      auto blocking = [&, handle = runtime::Handle::current()] {
        auto task = sleeper();
        return handle.block_on(task);
      };
      auto joined = task::spawn_blocking(blocking);
      co_return (co_await joined).value();
    };
    auto task = body();
    CHECK(rt.block_on(task) == 7);
  }

  TEST_CASE("current names the runtime that a task runs in") {
    const runtime::Runtime rt = test::multi_thread();
    auto body = []() -> Task<std::uint64_t> { co_return runtime::Handle::current().id(); };
    auto task = body();
    CHECK(rt.block_on(task) == rt.handle().id());
    CHECK(rt.handle().runtime_flavor() == runtime::RuntimeFlavor::MultiThread);
    const runtime::Runtime other = test::current_thread();
    CHECK(other.handle().runtime_flavor() == runtime::RuntimeFlavor::CurrentThread);
    CHECK(other.handle().id() != rt.handle().id());
  }
}

TEST_SUITE("runtime.Builder") {
  TEST_CASE("zero workers, blocking threads or intervals are refused") {
    CHECK_THROWS_AS(runtime::Builder::new_multi_thread().worker_threads(0), std::logic_error);
    CHECK_THROWS_AS(runtime::Builder::new_multi_thread().max_blocking_threads(0), std::logic_error);
    CHECK_THROWS_AS(runtime::Builder::new_multi_thread().event_interval(0), std::logic_error);
    CHECK_THROWS_AS(runtime::Builder::new_multi_thread().global_queue_interval(0), std::logic_error);
  }

  TEST_CASE("a timer in a runtime without time is refused with the option's name") {
    const runtime::Runtime rt = runtime::Builder::new_current_thread().build().value();
    auto body = []() -> Task<void> { co_await time::sleep(1ms); };
    auto task = body();
    CHECK_THROWS_WITH_AS(rt.block_on(task), doctest::Contains("enable_time"), std::logic_error);
  }

  TEST_CASE("start hooks and stop hooks run once on every thread") {
    std::atomic<int> started = 0;
    std::atomic<int> stopped = 0;
    {
      const runtime::Runtime rt = runtime::Builder::new_multi_thread()
                                      .worker_threads(2)
                                      .on_thread_start([&] { started.fetch_add(1); })
                                      .on_thread_stop([&] { stopped.fetch_add(1); })
                                      .build()
                                      .value();
      auto job = rt.spawn_blocking([] {});
      CHECK(rt.block_on(job).has_value());
    }
    CHECK(started == 3);
    CHECK(stopped == 3);
  }
}
