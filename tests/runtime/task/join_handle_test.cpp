#include <atomic>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <thread>
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
