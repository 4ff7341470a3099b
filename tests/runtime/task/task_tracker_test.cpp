#include <atomic>
#include <optional>
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

Task<int> yielding(int yields) {
  for (int i = 0; i < yields; ++i) co_await task::yield_now();
  co_return yields;
}

}  // namespace

TEST_SUITE("task.TaskTracker") {
  TEST_CASE("a wait ends when the tracker is closed and has no tokens") {
    const task::TaskTracker tracker;
    auto wait = test::spawn([&] { return tracker.wait(); });
    CHECK(wait.poll().is_pending());
    std::optional token = tracker.token();
    CHECK(tracker.len() == 1);
    CHECK(tracker.close());
    CHECK_FALSE(tracker.close());
    CHECK_FALSE(wait.is_woken());
    CHECK(wait.poll().is_pending());
    token.reset();
    CHECK(tracker.is_empty());
    CHECK(wait.is_woken());
    CHECK(wait.poll().is_ready());
  }

  TEST_CASE("empty is not enough, and neither is closed") {
    const task::TaskTracker tracker;
    auto wait = test::spawn([&] { return tracker.wait(); });
    {
      const auto token = tracker.token();
    }
    CHECK(wait.poll().is_pending());
    tracker.close();
    CHECK(wait.is_woken());
    CHECK(wait.poll().is_ready());
    CHECK(tracker.reopen());
    CHECK_FALSE(tracker.reopen());
    auto open = test::spawn([&] { return tracker.wait(); });
    CHECK(open.poll().is_pending());
  }

  TEST_CASE("a wait that existed when the tracker was closed and empty ends, whatever comes after") {
    const task::TaskTracker tracker;
    auto wait = test::spawn([&] { return tracker.wait(); });
    tracker.close();
    tracker.reopen();
    const auto token = tracker.token();
    CHECK(wait.poll().is_ready());
    auto later = test::spawn([&] { return tracker.wait(); });
    CHECK(later.poll().is_pending());
  }

  TEST_CASE("every wait is woken, those that were dropped are not") {
    const task::TaskTracker tracker;
    using Wait = test::Spawn<task::TaskTrackerWait>;
    std::vector<std::unique_ptr<Wait>> waits;
    for (int i = 0; i < 100; ++i) {
      waits.push_back(std::make_unique<Wait>(std::in_place, [&] { return tracker.wait(); }));
      CHECK(waits.back()->poll().is_pending());
    }
    waits[50].reset();
    tracker.close();
    for (auto& wait : waits) CHECK((wait == nullptr || (wait->is_woken() && wait->poll().is_ready())));
  }

  TEST_CASE("copies of tokens count, and copies of trackers are the same") {
    const task::TaskTracker tracker;
    const task::TaskTracker same = tracker;
    CHECK(task::TaskTracker::ptr_eq(tracker, same));
    CHECK_FALSE(task::TaskTracker::ptr_eq(tracker, task::TaskTracker()));
    auto token = same.token();
    auto copy = token;
    CHECK(tracker.len() == 2);
    const auto moved = std::move(token);
    CHECK(tracker.len() == 2);
    copy = moved;
    CHECK(tracker.len() == 2);
  }

  TEST_CASE("a tracker says whether it is closed, and a token which tracker it belongs to") {
    const task::TaskTracker tracker;
    CHECK_FALSE(tracker.is_closed());
    tracker.close();
    CHECK(tracker.is_closed());
    tracker.reopen();
    CHECK_FALSE(tracker.is_closed());
    const auto token = tracker.token();
    CHECK(task::TaskTracker::ptr_eq(token.task_tracker(), tracker));
    CHECK(token.task_tracker().len() == 1);
  }

  TEST_CASE("a job of another runtime's pool counts while it runs") {
    const runtime::Runtime rt = test::current_thread();
    const task::TaskTracker tracker;
    std::atomic<bool> may_end = false;
    auto job = [&] {
      while (!may_end) std::this_thread::yield();
      return runtime::Handle::current().id();
    };
    auto handle = tracker.spawn_blocking_on(job, rt.handle());
    tracker.close();
    CHECK(tracker.len() == 1);
    auto wait = test::spawn([&] { return tracker.wait(); });
    CHECK(wait.poll().is_pending());
    may_end = true;
    CHECK(rt.block_on(handle).value() == rt.handle().id());
    rt.block_on(tracker.wait());
    CHECK(wait.is_woken());
  }

  TEST_CASE("tasks, blocking jobs and futures count until they have ended, however they end") {
    const runtime::Runtime rt = test::current_thread();
    const task::TaskTracker tracker;
    auto body = [&]() -> Task<void> {
      auto handle = tracker.spawn(yielding(3));
      const auto aborted = tracker.spawn(yielding(1 << 30));
      std::atomic<bool> may_end = false;
      static_cast<void>(tracker.spawn_blocking([&] {
        while (!may_end) std::this_thread::yield();
      }));
      std::optional tracked = tracker.track_future(yielding(1));
      CHECK(tracker.len() == 4);
      tracked.reset();
      CHECK(tracker.len() == 3);
      may_end = true;
      aborted.abort();
      tracker.close();
      co_await tracker.wait();
      CHECK(tracker.is_empty());
      CHECK(handle.is_finished());
      CHECK((co_await handle).value() == 3);
      auto another = tracker.spawn(yielding(2));  // closing forbids nothing
      CHECK(tracker.len() == 1);
      CHECK((co_await another).value() == 2);
      CHECK((co_await tracker.track_future(yielding(1))) == 1);
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("a task that a runtime destroys at its end no longer counts") {
    const task::TaskTracker tracker;
    {
      const runtime::Runtime rt = test::multi_thread();
      for (int i = 0; i < 20; ++i) static_cast<void>(tracker.spawn_on(yielding(1 << 30), rt.handle()));
      CHECK(tracker.len() == 20);
    }
    CHECK(tracker.is_empty());
  }

  TEST_CASE("what tracked tasks did on other workers is seen after the wait") {
    const runtime::Runtime rt = test::multi_thread(4);
    auto body = []() -> Task<void> {
      for (int round = 0; round < 100; ++round) {
        const task::TaskTracker tracker;
        int plain[20] = {};
        auto child = [&](int i) -> Task<void> {
          co_await task::yield_now();
          plain[i] = i;
        };
        for (int i = 0; i < 20; ++i) static_cast<void>(tracker.spawn(child(i)));
        tracker.close();
        co_await tracker.wait();
        for (int i = 0; i < 20; ++i) CHECK(plain[i] == i);
      }
    };
    CHECK(rt.block_on(rt.spawn(body())).has_value());
  }
}
