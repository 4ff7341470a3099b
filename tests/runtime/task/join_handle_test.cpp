#include <atomic>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

Task<int> failing() {
  co_await task::yield_now();
  throw std::runtime_error("broken");
}

Task<void> hold(test::Counted) { co_await time::sleep(1h); }

}  // namespace

TEST_SUITE("task.JoinHandle") {
  TEST_CASE("an exception that leaves a task is a panic of its join") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto handle = rt.spawn(failing());
      auto joined = rt.block_on(handle);
      REQUIRE(joined.has_error());
      CHECK(joined.error().is_panic());
      CHECK_FALSE(joined.error().is_cancelled());
      CHECK_THROWS_WITH_AS(joined.error().into_panic(), "broken", std::runtime_error);
      CHECK(joined.error().to_string().find("broken") != std::string::npos);
    });
  }

  TEST_CASE("the error of a cancelled task holds no exception") {
    const runtime::Runtime rt = test::current_thread();
    auto handle = rt.spawn(failing());
    handle.abort();
    const auto joined = rt.block_on(handle);
    REQUIRE(joined.has_error());
    CHECK(joined.error().is_cancelled());
    CHECK_FALSE(joined.error().is_panic());
    CHECK_THROWS_WITH_AS(joined.error().into_panic(), doctest::Contains("was cancelled"), std::logic_error);
    CHECK(joined.error().try_into_panic().error().id() == handle.id());
    CHECK(joined.error().id() == handle.id());
    CHECK(joined.error().to_string() == "task " + std::to_string(handle.id().value()) + " was cancelled");
    CHECK_THROWS_AS(static_cast<void>(joined.value()), task::Cancelled);
  }

  TEST_CASE("an exception of any type is kept, also one without a text") {
    const runtime::Runtime rt = test::current_thread();
    auto throws_number = []() -> Task<void> {
      throw 7;
      co_return;
    };
    auto handle = rt.spawn(throws_number());
    const auto joined = rt.block_on(handle);
    REQUIRE(joined.has_error());
    CHECK(joined.error().to_string() == "task " + std::to_string(handle.id().value()) + " threw");
    CHECK_THROWS_AS(joined.error().into_panic(), int);
    CHECK_THROWS_AS(static_cast<void>(joined.value()), int);
    const auto exception = joined.error().try_into_panic();
    REQUIRE(exception.has_value());
    CHECK_THROWS_AS(std::rethrow_exception(*exception), int);
  }

  TEST_CASE("a task that is aborted before its first poll never runs") {
    for (const bool is_multi_thread : {false, true}) {
      // The only thread that could run it is inside the task that aborts it.
      const runtime::Runtime rt = is_multi_thread ? test::multi_thread(1) : test::current_thread();
      bool has_run = false;
      test::Counts counts;
      auto run = [&](test::Counted) -> Task<void> {
        has_run = true;
        co_return;
      };
      auto body = [&]() -> Task<void> {
        auto handle = spawn(run(test::Counted(counts)));
        handle.abort();
        CHECK((co_await handle).error().is_cancelled());
        CHECK(counts.alive == 0);
      };
      CHECK(rt.block_on(rt.spawn(body())).has_value());
      CHECK_FALSE(has_run);
    }
  }

  TEST_CASE("what an aborted task holds is destroyed where the runtime's tasks run") {
    struct Where {
      explicit Where(std::thread::id& gone_on) : gone_on(&gone_on) {}
      Where(Where&& other) noexcept : gone_on(std::exchange(other.gone_on, nullptr)) {}
      ~Where() {
        if (gone_on != nullptr) *gone_on = std::this_thread::get_id();
      }
      std::thread::id* gone_on;
    };
    auto keep = [](Where) -> Task<void> { co_await time::sleep(1h); };
    std::thread::id gone_on;
    SUBCASE("on a worker, not on the thread that aborts") {
      const runtime::Runtime rt = test::multi_thread(1);
      auto handle = rt.spawn(keep(Where(gone_on)));
      handle.abort();
      CHECK(rt.block_on(handle).error().is_cancelled());
      CHECK(gone_on != std::this_thread::get_id());
      CHECK(gone_on != std::thread::id());
    }
    SUBCASE("on a current_thread runtime not before somebody is in block_on") {
      const runtime::Runtime rt = test::current_thread();
      auto handle = rt.spawn(keep(Where(gone_on)));
      std::thread([&] { handle.abort(); }).join();
      CHECK_FALSE(handle.is_finished());
      CHECK(gone_on == std::thread::id());
      CHECK(rt.block_on(handle).error().is_cancelled());
      CHECK(gone_on == std::this_thread::get_id());
    }
  }

  TEST_CASE("copies of an abort handle abort one task, and know it") {
    const runtime::Runtime rt = test::current_thread();
    auto endless = []() -> Task<void> {
      for (;;) co_await task::yield_now();
    };
    auto first = rt.spawn(endless());
    auto second = rt.spawn(endless());
    task::AbortHandle abort = first.abort_handle();
    const task::AbortHandle copy = abort;
    abort = second.abort_handle();
    CHECK(copy.id() == first.id());
    CHECK(abort.id() == second.id());
    copy.abort();
    CHECK(rt.block_on(first).error().is_cancelled());
    CHECK(copy.is_finished());
    CHECK_FALSE(abort.is_finished());
  }

  TEST_CASE("abort cancels a waiting task and destroys what it holds") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      test::Counts counts;
      auto body = [&]() -> Task<bool> {
        auto handle = spawn(hold(test::Counted(counts)));
        co_await task::yield_now();
        handle.abort();
        auto joined = co_await handle;
        co_return joined.has_error() && joined.error().is_cancelled();
      };
      auto task = body();
      CHECK(rt.block_on(task));
      CHECK(counts.alive == 0);
    });
  }

  TEST_CASE("abort of a task that has finished changes nothing") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<int> { co_return 3; };
    auto handle = rt.spawn(body());
    auto wait = []() -> Task<void> { co_await task::yield_now(); };
    rt.block_on(wait());
    REQUIRE(handle.is_finished());
    handle.abort();
    CHECK(rt.block_on(handle).value() == 3);
  }

  TEST_CASE("a detached task goes on") {
    const runtime::Runtime rt = test::current_thread();
    bool has_finished = false;
    auto body = [&]() -> Task<void> {
      co_await task::yield_now();
      has_finished = true;
    };
    {
      auto handle = rt.spawn(body());
    }
    auto wait = []() -> Task<void> {
      for (int i = 0; i < 5; ++i) co_await task::yield_now();
    };
    rt.block_on(wait());
    CHECK(has_finished);
  }

  TEST_CASE("the output of a task whose handle is gone is destroyed") {
    const runtime::Runtime rt = test::current_thread();
    test::Counts counts;
    auto body = [&]() -> Task<test::Counted> { co_return test::Counted(counts); };
    {
      auto handle = rt.spawn(body());
    }
    auto wait = []() -> Task<void> { co_await task::yield_now(); };
    rt.block_on(wait());
    CHECK(counts.made == 1);
    CHECK(counts.alive == 0);
  }

  TEST_CASE("an abort handle may outlive task, handle and runtime") {
    std::optional<task::AbortHandle> abort;
    {
      const runtime::Runtime rt = test::current_thread();
      abort = rt.spawn(failing()).abort_handle();
    }
    CHECK(abort->is_finished());
    abort->abort();
  }

  TEST_CASE("the waker of a task may outlive its runtime") {
    Waker kept = Waker::noop();
    {
      const runtime::Runtime rt = test::multi_thread();
      auto keep = [&](Context& cx) -> Poll<void> {
        kept = cx.waker();
        return Poll<void>::ready();
      };
      auto body = [&]() -> Task<void> { co_await poll_fn(keep); };
      auto handle = rt.spawn(body());
      CHECK(rt.block_on(handle).has_value());
    }
    kept.wake_by_ref();
  }

  TEST_CASE("a handle that goes takes the waker of who waited for the task along") {
    static int owners = 1;
    static constexpr WakerVTable kCounted = {
        .clone = [](void* data) { return ++owners, data; },
        .wake = [](void*) { --owners; },
        .wake_by_ref = [](void*) {},
        .drop = [](void*) noexcept { --owners; },
    };
    test::Counts counts;
    const runtime::Runtime rt = test::current_thread();
    std::optional handle = rt.spawn(hold(test::Counted(counts)));
    {
      const Waker waker(&kCounted, nullptr);
      Context cx(waker);
      CHECK(handle->poll(cx).is_pending());
      CHECK(owners == 2);
    }
    handle.reset();
    CHECK(counts.alive == 1);
    CHECK(owners == 0);
  }

  TEST_CASE("a handle may be polled again and go while its task finishes") {
    const runtime::Runtime rt = test::multi_thread();
    const test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    auto body = [](int yields) -> Task<void> {
      for (int i = 0; i < yields; ++i) co_await task::yield_now();
    };
    for (int i = 0; i < 3000; ++i) {
      std::optional handle = rt.spawn(body(i % 50));
      const auto abort = handle->abort_handle();
      for (bool is_done = false; !is_done;) {
        Context cx(waker);
        is_done = handle->poll(cx).is_ready();
        if (i % 3 == 0) handle.reset();
        is_done = is_done || !handle;
      }
      while (!abort.is_finished()) std::this_thread::yield();
    }
  }

  TEST_CASE("a future aligned beyond what operator new gives may be spawned") {
    class alignas(64) Aligned {
     public:
      using Output = std::uintptr_t;
      Aligned() noexcept {}
      Poll<Output> poll(Context&) {
        const void* volatile address = this;  // of which the compiler would assume that it is aligned
        return reinterpret_cast<std::uintptr_t>(address) % alignof(Aligned);
      }
    };
    const runtime::Runtime rt = test::current_thread();
    std::vector<task::JoinHandle<std::uintptr_t>> handles;
    for (int i = 0; i < 20; ++i) handles.push_back(rt.spawn(Aligned()));
    for (auto& handle : handles) CHECK(rt.block_on(handle).value() == 0);
  }

  TEST_CASE("ids of tasks differ") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> { co_return; };
    auto a = rt.spawn(body());
    auto b = rt.spawn(body());
    CHECK(a.id() != b.id());
  }
}

TEST_SUITE("task.spawn_blocking") {
  TEST_CASE("a value comes back, and an exception as a panic") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto value = rt.spawn_blocking([] { return 5; });
      CHECK(rt.block_on(value).value() == 5);
      auto thrown = rt.spawn_blocking([]() -> int { throw std::runtime_error("no"); });
      CHECK(rt.block_on(thrown).error().is_panic());
    });
  }

  TEST_CASE("a job is in the context of its runtime") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto answer = []() -> Task<int> { co_return 42; };
      auto inside = [&] { return std::pair(runtime::Handle::current().id(), spawn(answer())); };
      auto [id, handle] = rt.block_on(rt.spawn_blocking(inside)).value();
      CHECK(id == rt.handle().id());
      CHECK(rt.block_on(handle).value() == 42);
    });
  }

  TEST_CASE("a job may start and await another one") {
    const runtime::Runtime rt = test::current_thread();
    auto outer = [] {
      auto inner = task::spawn_blocking([] { return 5; });
      return runtime::Handle::current().block_on(inner).value() + 1;
    };
    CHECK(rt.block_on(rt.spawn_blocking(outer)).value() == 6);
  }

  TEST_CASE("abort stops a job that waits for its thread, and none that runs") {
    const runtime::Runtime rt =
        runtime::Builder::new_current_thread().max_blocking_threads(1).build().value();
    std::atomic<bool> has_started = false;
    std::atomic<bool> may_end = false;
    bool has_run = false;
    auto running = rt.spawn_blocking([&] {
      has_started = true;
      while (!may_end) std::this_thread::yield();
      return 1;
    });
    while (!has_started) std::this_thread::yield();
    auto queued = rt.spawn_blocking([&] { has_run = true; });
    running.abort();
    queued.abort();
    may_end = true;
    CHECK(rt.block_on(running).value() == 1);
    CHECK(rt.block_on(queued).error().is_cancelled());
    CHECK_FALSE(has_run);
  }

  TEST_CASE("jobs beyond the limit of threads wait for their turn") {
    const runtime::Runtime rt =
        runtime::Builder::new_current_thread().max_blocking_threads(1).build().value();
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    auto job = [&] {
      const int now = ++running;
      if (now > most) most = now;
      std::this_thread::yield();
      --running;
    };
    std::vector<task::JoinHandle<void>> handles;
    for (int i = 0; i < 20; ++i) handles.push_back(rt.spawn_blocking(job));
    for (auto& handle : handles) CHECK(rt.block_on(handle).has_value());
    CHECK(most == 1);
  }

  TEST_CASE("a thread that is to be kept for ever is there for a later job") {
    const runtime::Runtime rt =
        runtime::Builder::new_current_thread().thread_keep_alive(time::Duration::max()).build().value();
    auto which = [] { return std::this_thread::get_id(); };
    const auto first = rt.block_on(rt.spawn_blocking(which)).value();
    std::this_thread::sleep_for(5ms);
    CHECK(rt.block_on(rt.spawn_blocking(which)).value() == first);
  }

  TEST_CASE("jobs that have not started are cancelled at shutdown, those that run are waited for") {
    std::atomic<bool> may_end = false;
    std::atomic<bool> has_started = false;
    std::atomic<bool> has_ended = false;
    std::optional<task::JoinHandle<void>> queued;
    {
      const runtime::Runtime rt =
          runtime::Builder::new_current_thread().max_blocking_threads(1).build().value();
      static_cast<void>(rt.spawn_blocking([&] {
        has_started = true;
        while (!may_end) std::this_thread::yield();
        has_ended = true;
      }));
      while (!has_started) std::this_thread::yield();
      queued = rt.spawn_blocking([] {});
      may_end = true;
    }
    CHECK(has_ended);
    CHECK(queued->is_finished());
  }

  TEST_CASE("a handle that has given its result, or was moved from, says so when it is awaited") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto answer = []() -> Task<int> { co_return 42; };
      for (const bool is_blocking : {false, true}) {
        auto handle = is_blocking ? rt.spawn_blocking([] { return 42; }) : rt.spawn(answer());
        CHECK(rt.block_on(handle).value() == 42);
        CHECK_THROWS_AS(static_cast<void>(rt.block_on(handle)), std::logic_error);
        const auto taken = std::move(handle);
        CHECK_THROWS_AS(static_cast<void>(rt.block_on(handle)), std::logic_error);
      }
    });
  }
}
