#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

Task<int> give(int value) {
  co_await task::yield_now();
  co_return value;
}
Task<void> hold(test::Counted) { co_await time::sleep(1h); }

}  // namespace

TEST_SUITE("task.LocalSet") {
  TEST_CASE("run_until runs the set's tasks on this thread until its future is ready") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      const task::LocalSet local;
      const std::thread::id own = std::this_thread::get_id();
      const auto shared = std::make_shared<int>(0);  // of one thread: no atomics
      auto child = [&]() -> Task<void> {
        for (int i = 0; i < 10; ++i) {
          CHECK(std::this_thread::get_id() == own);
          ++*shared;
          co_await task::yield_now();
        }
      };
      auto body = [&]() -> Task<void> {
        auto a = task::spawn_local(child());
        auto b = local.spawn_local(child());
        CHECK((co_await a).has_value());
        CHECK((co_await b).has_value());
      };
      auto task = body();
      rt.block_on(local.run_until(task));
      CHECK(*shared == 20);
    });
  }

  TEST_CASE("awaiting the set runs it until all its tasks have ended, those that they spawn included") {
    const runtime::Runtime rt = test::paused();
    const auto count = std::make_shared<int>(0);
    auto child = [&](auto& self, int depth) -> Task<void> {
      co_await time::sleep(1s);
      ++*count;
      if (depth > 0) static_cast<void>(task::spawn_local(self(self, depth - 1)));
    };
    task::LocalSet local;
    static_cast<void>(local.spawn_local(child(child, 3)));
    static_cast<void>(local.spawn_local(child(child, 1)));
    rt.block_on(local);
    CHECK(*count == 6);
    rt.block_on(local);  // nothing to wait for
  }

  TEST_CASE("a future that cannot be moved may be run, too") {
    const runtime::Runtime rt = test::paused();
    const task::LocalSet local;
    auto sleep = []() -> Task<void> { co_await time::sleep(1h); };
    const auto handle = local.spawn_local(sleep());
    auto body = [&]() -> Task<void> { co_await local.run_until(time::sleep(2h)); };
    rt.block_on(body());
    CHECK(handle.is_finished());
  }

  TEST_CASE("tasks stand still while nobody polls the set") {
    const runtime::Runtime rt = test::current_thread();
    const task::LocalSet local;
    auto handle = local.spawn_local(give(3));
    rt.block_on(give(0));
    CHECK_FALSE(handle.is_finished());
    CHECK(local.block_on(rt, handle).value() == 3);
  }

  TEST_CASE("tasks of the set are woken from other threads") {
    const runtime::Runtime rt = test::multi_thread(2);
    const task::LocalSet local;
    const std::thread::id own = std::this_thread::get_id();
    auto body = [&]() -> Task<void> {
      for (int i = 0; i < 200; ++i) {
        CHECK((co_await spawn(give(i))).value() == i);
        CHECK(std::this_thread::get_id() == own);
      }
    };
    auto all = [&]() -> Task<void> {
      std::vector<task::JoinHandle<void>> handles;
      for (int i = 0; i < 4; ++i) handles.push_back(task::spawn_local(body()));
      for (auto& handle : handles) CHECK((co_await handle).has_value());
    };
    local.block_on(rt, all());
  }

  TEST_CASE("spawning to a set wakes whoever runs it") {
    const task::LocalSet local;
    sync::Notify notify;
    auto never = notify.notified();
    auto running = test::spawn([&] { return local.run_until(never); });
    CHECK(running.poll().is_pending());
    CHECK_FALSE(running.is_woken());
    bool has_run = false;
    auto run = [&]() -> Task<void> {
      has_run = true;
      co_return;
    };
    static_cast<void>(local.spawn_local(run()));
    CHECK(running.is_woken());
    CHECK_FALSE(has_run);
    CHECK(running.poll().is_pending());
    CHECK(has_run);
  }

  TEST_CASE("a task of the set may be awaited anywhere") {
    const runtime::Runtime rt = test::multi_thread(2);
    const task::LocalSet local;
    auto await_there = [](task::JoinHandle<int> handle) -> Task<int> { co_return (co_await handle).value(); };
    auto elsewhere = rt.spawn(await_there(local.spawn_local(give(5))));
    CHECK(local.block_on(rt, elsewhere).value() == 5);
  }

  TEST_CASE("a task is destroyed on the set's thread, wherever it was aborted") {
    const runtime::Runtime rt = test::current_thread();
    const task::LocalSet local;
    test::Counts counts;
    auto handle = local.spawn_local(hold(test::Counted(counts)));
    local.block_on(rt, give(0));
    std::thread([&] { handle.abort(); }).join();
    CHECK(counts.alive == 1);
    CHECK(local.block_on(rt, handle).error().is_cancelled());
    CHECK(counts.alive == 0);
  }

  TEST_CASE("destroying the set destroys its tasks, what they spawn then is cancelled at once") {
    const runtime::Runtime rt = test::current_thread();
    test::Counts counts;
    std::optional<task::JoinHandle<int>> late;
    struct AtEnd {
      explicit AtEnd(std::optional<task::JoinHandle<int>>& late) : late(late) {}
      AtEnd(const AtEnd&) = delete;
      ~AtEnd() { late.emplace(task::spawn_local(give(1))); }
      std::optional<task::JoinHandle<int>>& late;
    };
    auto spawning = [&]() -> Task<void> {
      const AtEnd at_end(late);
      co_await time::sleep(1h);
    };
    std::optional<task::JoinHandle<void>> handle;
    std::optional<Waker> kept;
    auto keep = [&](Context& cx) -> Poll<void> {
      kept = cx.waker();
      return pending;
    };
    auto keeping = [&]() -> Task<void> { co_await poll_fn(keep); };
    {
      const task::LocalSet local;
      for (int i = 0; i < 3; ++i) handle = local.spawn_local(hold(test::Counted(counts)));
      static_cast<void>(local.spawn_local(spawning()));
      static_cast<void>(local.spawn_local(keeping()));
      local.block_on(rt, give(0));
      static_cast<void>(local.spawn_local(hold(test::Counted(counts))));
      CHECK(counts.alive == 4);
    }
    CHECK(counts.alive == 0);
    CHECK(rt.block_on(*handle).error().is_cancelled());
    CHECK(rt.block_on(*late).error().is_cancelled());
    REQUIRE(kept.has_value());
    kept->wake_by_ref();  // may outlive the set
  }

  TEST_CASE("many ready tasks do not keep run_until's future, or other tasks, from their turn") {
    const runtime::Runtime rt = test::current_thread();
    const task::LocalSet local;
    auto endless = []() -> Task<void> {
      for (;;) co_await task::yield_now();
    };
    bool other_has_run = false;
    auto other = [&]() -> Task<void> {
      other_has_run = true;
      co_return;
    };
    auto body = [&]() -> Task<void> {
      for (int i = 0; i < 200; ++i) static_cast<void>(task::spawn_local(endless()));
      static_cast<void>(spawn(other()));
      for (int i = 0; i < 20; ++i) co_await task::yield_now();
    };
    local.block_on(rt, body());
    CHECK(other_has_run);
  }

  TEST_CASE("a guard makes spawn_local work without running anything, guards nest") {
    const task::LocalSet a;
    const task::LocalSet b;
    const runtime::Runtime rt = test::current_thread();
    std::optional<task::JoinHandle<int>> in_a;
    std::optional<task::JoinHandle<int>> in_b;
    {
      const task::LocalEnterGuard guard_a = a.enter();
      {
        const task::LocalEnterGuard guard_b = b.enter();
        in_b = task::spawn_local(give(2));
      }
      in_a = task::spawn_local(give(1));
    }
    CHECK(a.block_on(rt, *in_a).value() == 1);
    CHECK_FALSE(in_b->is_finished());
    CHECK(b.block_on(rt, *in_b).value() == 2);
  }

  TEST_CASE("one set inside another runs its own tasks") {
    const runtime::Runtime rt = test::current_thread();
    const task::LocalSet outer;
    const task::LocalSet inner;
    auto nested = [&]() -> Task<int> {
      auto handle = inner.spawn_local(give(5));
      const int from_inner = (co_await inner.run_until(handle)).value();
      auto own = task::spawn_local(give(6));  // the outer one's again
      co_return from_inner + (co_await own).value();
    };
    auto handle = outer.spawn_local(nested());
    CHECK(outer.block_on(rt, handle).value() == 11);
  }

  TEST_CASE("sets of tasks, trackers and named tasks may be local") {
    const runtime::Runtime rt = test::current_thread();
    const task::LocalSet local;
    auto body = [&]() -> Task<void> {
      task::JoinSet<int> set;
      set.spawn_local(give(1));
      set.spawn_local_on(give(2), local);
      set.build_task().name("four").spawn_local(give(4));
      int sum = 0;
      while (auto joined = co_await set.join_next()) sum += joined->value();
      CHECK(sum == 7);
      task::JoinMap<int, int> map;
      map.spawn_local(1, give(1));
      map.spawn_local_on(2, give(2), local);
      co_await map.join_next();
      co_await map.join_next();
      const task::TaskTracker tracker;
      static_cast<void>(tracker.spawn_local(give(1)));
      static_cast<void>(tracker.spawn_local_on(give(1), local));
      tracker.close();
      co_await tracker.wait();
      CHECK((co_await task::Builder().name("x").spawn_local_on(give(9), local)).value() == 9);
    };
    auto task = body();
    local.block_on(rt, task);
  }

  TEST_CASE("bad use says what to do") {
    CHECK_THROWS_WITH_AS(task::spawn_local(give(1)), doctest::Contains("LocalSet::run_until"),
                         std::logic_error);
    const task::LocalSet local;
    const runtime::Runtime rt = test::current_thread();
    std::thread([&] {
      CHECK_THROWS_WITH_AS(local.spawn_local(give(1)), doctest::Contains("block_on"), std::logic_error);
      CHECK_THROWS_AS(local.block_on(rt, give(1)), std::logic_error);
      CHECK_THROWS_AS(static_cast<void>(local.enter()), std::logic_error);
    }).join();
  }

  TEST_CASE("with unhandled_panic, an exception that leaves a task ends the set for whoever runs it") {
    const runtime::Runtime rt = test::current_thread();
    const task::LocalSet local;
    local.unhandled_panic(runtime::UnhandledPanic::ShutdownRuntime);
    auto wait = []() -> Task<void> { co_await time::sleep(1h); };
    auto fail = []() -> Task<void> {
      throw std::runtime_error("broken");
      co_return;
    };
    auto waiting = local.spawn_local(wait());
    local.spawn_local(fail());
    CHECK_THROWS_AS(local.block_on(rt, wait()), std::runtime_error);
    CHECK(waiting.is_finished());
  }

  TEST_CASE("wake-ups from many threads all arrive") {
    const runtime::Runtime rt = test::multi_thread(2);
    const task::LocalSet local;
    constexpr int kTasks = 8;
    constexpr int kMessages = 300;
    int received = 0;
    auto receive = [&](sync::mpsc::UnboundedReceiver<int> from) -> Task<void> {
      while (co_await from.recv()) ++received;
    };
    std::vector<sync::mpsc::UnboundedSender<int>> senders;
    for (int i = 0; i < kTasks; ++i) {
      auto [sender, receiver] = sync::mpsc::unbounded_channel<int>();
      senders.push_back(std::move(sender));
      static_cast<void>(local.spawn_local(receive(std::move(receiver))));
    }
    std::vector<std::thread> threads;
    for (auto& sender : senders)
      threads.emplace_back([sender = std::move(sender)] {
        for (int i = 0; i < kMessages; ++i) {
          static_cast<void>(sender.send(i));
          if (i % 16 == 0) std::this_thread::yield();
        }
      });
    senders.clear();
    auto& mutable_local = const_cast<task::LocalSet&>(local);
    rt.block_on(mutable_local);
    CHECK(received == kTasks * kMessages);
    for (auto& thread : threads) thread.join();
  }
}
