#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
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
#include "support/tasks.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using test::after;
using test::forever;
using test::nothing;
using test::now;
using test::throwing;
using test::yielding;

TEST_SUITE("task.JoinSet") {
  TEST_CASE("tasks are joined in the order in which they complete") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<std::vector<int>> {
      task::JoinSet<int> set;
      set.spawn(after(3s, 3));
      set.spawn(after(1s, 1));
      set.spawn(after(2s, 2));
      std::vector<int> order;
      while (auto joined = co_await set.join_next()) order.push_back(joined->value());
      CHECK(set.is_empty());
      co_return order;
    };
    CHECK(rt.block_on(body()) == std::vector<int>{1, 2, 3});
  }

  TEST_CASE("an empty set gives none at once, and may be used again") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      task::JoinSet<int> set;
      CHECK_FALSE((co_await set.join_next()).has_value());
      CHECK_FALSE(set.try_join_next().has_value());
      set.spawn(now(1));
      CHECK(set.len() == 1);
      CHECK((co_await set.join_next())->value() == 1);
      CHECK_FALSE((co_await set.join_next_with_id()).has_value());
    };
    rt.block_on(body());
  }

  TEST_CASE("a set polled by hand is woken by the next completion, not by each") {
    const runtime::Runtime rt = test::current_thread();
    task::JoinSet<int> set;
    const runtime::EnterGuard guard = rt.enter();
    set.spawn(now(1));
    set.spawn(now(2));
    auto next = test::spawn([&] { return set.join_next(); });
    CHECK(next.poll().is_pending());
    CHECK_FALSE(next.is_woken());
    rt.block_on(task::yield_now());
    CHECK(next.is_woken());
    CHECK(next.poll()->value().value() == 1);
    auto last = test::spawn([&] { return set.join_next(); });
    CHECK(last.poll()->value().value() == 2);
  }

  TEST_CASE("a join_next that is dropped loses no task") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      task::JoinSet<int> set;
      set.spawn(after(2s, 7));
      auto early = co_await time::timeout(1s, set.join_next());
      CHECK(early.has_error());
      CHECK(set.len() == 1);
      CHECK((co_await set.join_next())->value() == 7);
    };
    rt.block_on(body());
  }

  TEST_CASE("an exception is reported for its task only, with the task's Id") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      task::JoinSet<int> set;
      const auto bad = set.spawn(throwing());
      const auto good = set.spawn(now(4));
      auto first = co_await set.join_next_with_id();
      CHECK(first->value().first == good.id());
      CHECK(first->value().second == 4);
      auto second = co_await set.join_next_with_id();
      CHECK(second->error().is_panic());
      CHECK(second->error().id() == bad.id());
    };
    rt.block_on(body());
  }

  TEST_CASE("try_join_next_with_id gives what has completed, and nothing while all wait") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      task::JoinSet<int> set;
      const auto task = set.spawn(after(1s, 3));
      CHECK_FALSE(set.try_join_next_with_id().has_value());
      co_await time::sleep(2s);
      auto joined = set.try_join_next_with_id();
      REQUIRE(joined.has_value());
      CHECK(joined->value() == std::pair(task.id(), 3));
      const auto aborted = set.spawn(after(1s, 4));
      aborted.abort();
      co_await time::sleep(1ms);
      CHECK(set.len() == 1);
      joined = set.try_join_next_with_id();
      REQUIRE(joined.has_value());
      CHECK(joined->error().is_cancelled());
      CHECK(joined->error().id() == aborted.id());
      CHECK_FALSE(set.try_join_next_with_id().has_value());
    };
    rt.block_on(body());
  }

  TEST_CASE("abort_all keeps the entries until they are joined") {
    const runtime::Runtime rt = test::current_thread();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      task::JoinSet<int> set;
      for (int i = 0; i < 5; ++i) set.spawn(forever(test::Counted(counts)));
      set.spawn(now(1));
      co_await task::yield_now();
      set.abort_all();
      CHECK(set.len() == 6);
      int cancelled = 0;
      int finished = 0;
      while (auto joined = co_await set.join_next()) ++(joined->has_error() ? cancelled : finished);
      CHECK(cancelled == 5);
      CHECK(finished == 1);
      CHECK(counts.alive == 0);
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("the handle of one task aborts only that one") {
    const runtime::Runtime rt = test::paused();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      task::JoinSet<int> set;
      const auto abort = set.spawn(forever(test::Counted(counts)));
      set.spawn(after(1s, 1));
      abort.abort();
      auto first = co_await set.join_next();
      CHECK(first->error().is_cancelled());
      CHECK((co_await set.join_next())->value() == 1);
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("destroying the set aborts its tasks, detaching them does not") {
    const runtime::Runtime rt = test::paused();
    test::Counts counts;
    bool has_finished = false;
    auto detached = [&]() -> Task<int> {
      co_await time::sleep(1s);
      has_finished = true;
      co_return 0;
    };
    auto body = [&]() -> Task<void> {
      {
        task::JoinSet<int> set;
        set.spawn(detached());
        set.detach_all();
        CHECK(set.is_empty());
        set.spawn(forever(test::Counted(counts)));
        co_await task::yield_now();
        CHECK(counts.alive == 1);
      }
      co_await time::sleep(2s);
      CHECK(counts.alive == 0);
      CHECK(has_finished);
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("shutdown waits until the aborted tasks are gone") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      std::atomic<int> alive = 0;
      struct Alive {
        explicit Alive(std::atomic<int>& count) : count(count) { ++count; }
        ~Alive() { --count; }
        std::atomic<int>& count;
      };
      auto child = [&]() -> Task<int> {
        const Alive here(alive);
        for (;;) co_await task::yield_now();
      };
      auto body = [&]() -> Task<void> {
        task::JoinSet<int> set;
        for (int i = 0; i < 20; ++i) set.spawn(child());
        co_await task::yield_now();
        co_await set.shutdown();
        CHECK(set.is_empty());
        CHECK(alive == 0);
      };
      auto task = body();
      rt.block_on(task);
    });
  }

  TEST_CASE("join_all gives all values in the order of completion") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      task::JoinSet<int> set;
      set.spawn(after(2s, 2));
      set.spawn(after(1s, 1));
      const std::vector<int> values = co_await std::move(set).join_all();
      CHECK(values == std::vector<int>{1, 2});
      task::JoinSet<void> none;
      none.spawn(nothing());
      co_await std::move(none).join_all();
    };
    rt.block_on(body());
  }

  TEST_CASE("join_all rethrows what a task threw and aborts the others") {
    const runtime::Runtime rt = test::current_thread();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      task::JoinSet<int> set;
      set.spawn(forever(test::Counted(counts)));
      set.spawn(throwing());
      auto all = std::move(set).join_all();
      CHECK_THROWS_WITH_AS(co_await std::move(all), "broken", std::runtime_error);
      co_await task::yield_now();
      co_await task::yield_now();
      CHECK(counts.alive == 0);
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("blocking jobs, another runtime's tasks and named ones may be members") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::Runtime other = test::multi_thread();
    auto body = [&]() -> Task<int> {
      task::JoinSet<int> set;
      set.spawn_blocking([] { return 1; });
      set.spawn_on(now(2), other.handle());
      set.spawn_blocking_on([] { return 4; }, other.handle());
      set.build_task().name("eight").spawn(now(8));
      set.insert(spawn(now(16)));
      int sum = 0;
      while (auto joined = co_await set.join_next()) sum += joined->value();
      co_return sum;
    };
    auto task = body();
    CHECK(rt.block_on(task) == 31);
  }

  TEST_CASE("joining tasks that have all completed uses the budget") {
    const runtime::Runtime rt = test::paused();  // the sleep ends when all other tasks have
    task::JoinSet<int> set;
    {
      const runtime::EnterGuard guard = rt.enter();
      for (int i = 0; i < 300; ++i) set.spawn(now(i));
    }
    rt.block_on(after(1ms, 0));
    int joined = 0;
    auto drain = [&]() -> Task<void> {
      while (co_await set.join_next()) ++joined;
    };
    auto draining = test::spawn([&] { return drain(); });
    CHECK(draining.poll().is_pending());
    CHECK(draining.is_woken());
    CHECK(joined == Context::kBudget);
    while (draining.poll().is_pending()) {
    }
    CHECK(joined == 300);
  }

  TEST_CASE("a set of tasks that outlives its runtime reports them as cancelled") {
    task::JoinSet<int> set;
    {
      const runtime::Runtime rt = test::multi_thread();
      for (int i = 0; i < 10; ++i) set.spawn_on(after(1h, i), rt.handle());
    }
    for (int i = 0; i < 10; ++i) {
      auto joined = set.try_join_next();
      REQUIRE(joined.has_value());
      CHECK(joined->error().is_cancelled());
    }
    CHECK(set.is_empty());
  }

  TEST_CASE("tasks complete on many workers while the set is joined, aborted and moved") {
    const runtime::Runtime rt = test::multi_thread(4);
    auto body = []() -> Task<void> {
      for (int round = 0; round < 60; ++round) {
        task::JoinSet<int> set;
        for (int i = 0; i < 40; ++i) set.spawn(yielding(i % 7, i));
        int seen = 0;
        for (int i = 0; i < 15; ++i) seen += (co_await set.join_next()).has_value() ? 1 : 0;
        CHECK(seen == 15);
        task::JoinSet<int> moved = std::move(set);
        if (round % 3 == 0) moved.abort_all();
        if (round % 3 != 1) continue;
        while (co_await moved.join_next()) ++seen;
        CHECK(seen == 40);
      }
    };
    CHECK(rt.block_on(rt.spawn(body())).has_value());
  }
}

TEST_SUITE("task.AbortOnDropHandle") {
  TEST_CASE("destroying it aborts the task, detaching it does not") {
    const runtime::Runtime rt = test::paused();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      {
        const task::AbortOnDropHandle<int> handle(spawn(forever(test::Counted(counts))));
      }
      co_await time::sleep(1ms);
      CHECK(counts.alive == 0);
      task::AbortOnDropHandle<int> kept(spawn(after(1s, 5)));
      auto plain = std::move(kept).detach();
      CHECK((co_await plain).value() == 5);
      task::AbortOnDropHandle<int> awaited(spawn(after(1s, 6)));
      CHECK((co_await awaited).value() == 6);
      CHECK(awaited.is_finished());
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("it aborts when it is told to, and is awaited all the same") {
    const runtime::Runtime rt = test::paused();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      task::AbortOnDropHandle<int> handle(spawn(forever(test::Counted(counts))));
      task::AbortOnDropHandle<int> by_other(spawn(forever(test::Counted(counts))));
      CHECK(handle.id() != by_other.id());
      handle.abort();
      by_other.abort_handle().abort();
      CHECK((co_await handle).error().is_cancelled());
      CHECK((co_await by_other).error().is_cancelled());
      CHECK(counts.alive == 0);
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("only the handle that it was moved to aborts") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      std::optional<task::AbortOnDropHandle<int>> from(spawn(after(1s, 5)));
      task::AbortOnDropHandle<int> to = std::move(*from);
      from.reset();
      CHECK((co_await to).value() == 5);
    };
    rt.block_on(body());
  }
}

TEST_SUITE("task.AbortOnDrop") {
  TEST_CASE("destroying it aborts the task, detaching it does not") {
    const runtime::Runtime rt = test::paused();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      task::JoinSet<int> set;
      {
        const task::AbortOnDrop guard(set.spawn(forever(test::Counted(counts))));
        CHECK_FALSE(guard.is_finished());
      }
      CHECK((co_await set.join_next())->error().is_cancelled());
      CHECK(counts.alive == 0);
      {
        task::AbortOnDrop guard(set.spawn(after(1s, 5)));
        const task::AbortOnDrop moved = std::move(guard);
        task::AbortOnDrop other(set.spawn(after(2s, 6)));
        const task::AbortHandle plain = std::move(other).detach();
        CHECK_FALSE(plain.is_finished());
        CHECK((co_await set.join_next())->value() == 5);
        CHECK(moved.is_finished());
      }
      CHECK((co_await set.join_next())->value() == 6);
      const task::AbortOnDrop told(set.spawn(forever(test::Counted(counts))));
      told.abort();
      CHECK((co_await set.join_next())->error().id() == told.id());
    };
    auto task = body();
    rt.block_on(task);
  }
}
