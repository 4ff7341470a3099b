#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"
#include "support/tasks.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using task::JoinQueue;
using test::after;
using test::forever;
using test::nothing;
using test::now;
using test::throwing;
using test::yielding;

static_assert(!std::is_copy_constructible_v<JoinQueue<int>> && std::is_move_constructible_v<JoinQueue<int>>);

TEST_SUITE("task.JoinQueue") {
  TEST_CASE("tasks run side by side and are joined in the order in which they were spawned") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<std::vector<int>> {
      const auto start = time::Instant::now();
      JoinQueue<int> queue;
      queue.spawn(after(3s, 3));
      queue.spawn(after(1s, 1));
      queue.spawn(after(2s, 2));
      CHECK(queue.len() == 3);
      std::vector<int> order;
      while (auto joined = co_await queue.join_next()) {
        order.push_back(joined->value());
        CHECK(start.elapsed() >= 3s);  // the first takes longest
        CHECK(start.elapsed() < 4s);
      }
      CHECK(queue.is_empty());
      co_return order;
    };
    CHECK(rt.block_on(body()) == std::vector<int>{3, 1, 2});
  }

  TEST_CASE("an empty queue gives none at once, and may be used again") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      JoinQueue<void> queue;
      CHECK_FALSE(queue.try_join_next().has_value());
      const auto none = co_await queue.join_next();
      CHECK_FALSE(none.has_value());
      queue.spawn(nothing());
      const auto joined = co_await queue.join_next_with_id();
      REQUIRE(joined.has_value());
      CHECK(joined->has_value());
    };
    rt.block_on(body());
  }

  TEST_CASE("one that has completed waits in the queue for those before it") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      JoinQueue<int> queue;
      const auto slow = queue.spawn(after(2s, 2));
      const auto quick = queue.spawn(after(1s, 1));
      co_await time::sleep(1500ms);
      CHECK(quick.is_finished());
      CHECK_FALSE(queue.try_join_next().has_value());
      CHECK_FALSE(queue.try_join_next_with_id().has_value());
      CHECK(queue.len() == 2);
      co_await time::sleep(1s);
      const auto first = queue.try_join_next_with_id();
      REQUIRE(first.has_value());
      CHECK(first->value().first == slow.id());
      CHECK(first->value().second == 2);
      CHECK(queue.try_join_next()->value() == 1);
      CHECK(queue.is_empty());
    };
    rt.block_on(body());
  }

  TEST_CASE("a queue polled by hand is woken by its first task only, also after a try") {
    const runtime::Runtime rt = test::paused();
    JoinQueue<int> queue;
    queue.spawn_on(after(2s, 2), rt.handle());
    queue.spawn_on(after(1s, 1), rt.handle());
    auto next = test::spawn([&] { return queue.join_next(); });
    CHECK(next.poll().is_pending());
    CHECK_FALSE(queue.try_join_next().has_value());
    rt.block_on(after(1500ms, 0));
    CHECK_FALSE(next.is_woken());
    rt.block_on(after(1s, 0));
    CHECK(next.is_woken());
    CHECK((*next.poll())->value() == 2);
    CHECK(queue.len() == 1);
  }

  TEST_CASE("a join_next that is dropped loses no task") {
    const runtime::Runtime rt = test::current_thread();
    JoinQueue<int> queue;
    queue.spawn_on(yielding(1, 1), rt.handle());
    {
      auto dropped = test::spawn([&] { return queue.join_next(); });
      CHECK(dropped.poll().is_pending());
    }
    CHECK(queue.len() == 1);
    auto body = [&]() -> Task<int> { co_return (co_await queue.join_next())->value(); };
    auto joining = body();
    CHECK(rt.block_on(joining) == 1);
  }

  TEST_CASE("an exception and an abort are reported in their task's turn") {
    const runtime::Runtime rt = test::current_thread();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      JoinQueue<int> queue;
      const auto bad = queue.spawn(throwing());
      const auto aborted = queue.spawn(forever(test::Counted(counts)));
      queue.spawn(now(3));
      aborted.abort();
      const auto first = co_await queue.join_next_with_id();
      CHECK(first->error().is_panic());
      CHECK(first->error().id() == bad.id());
      const auto second = co_await queue.join_next();
      CHECK(second->error().is_cancelled());
      CHECK(second->error().id() == aborted.id());
      CHECK(counts.alive == 0);
      const auto third = co_await queue.join_next();
      CHECK(third->value() == 3);
    };
    auto running = body();
    rt.block_on(running);
  }

  TEST_CASE("abort_all keeps the tasks until they are joined, shutdown waits until they are gone") {
    const runtime::Runtime rt = test::current_thread();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      JoinQueue<int> queue;
      queue.spawn(now(1));
      for (int i = 0; i < 3; ++i) queue.spawn(forever(test::Counted(counts)));
      co_await task::yield_now();
      queue.abort_all();
      CHECK(queue.len() == 4);
      const auto first = co_await queue.join_next();
      CHECK(first->value() == 1);
      const auto second = co_await queue.join_next();
      CHECK(second->error().is_cancelled());
      co_await queue.shutdown();
      CHECK(queue.is_empty());
      CHECK(counts.alive == 0);
    };
    auto running = body();
    rt.block_on(running);
  }

  TEST_CASE("destroying the queue aborts its tasks, moving or detaching them does not") {
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
        JoinQueue<int> queue;
        queue.spawn(detached());
        queue.detach_all();
        CHECK(queue.is_empty());
        queue.spawn(forever(test::Counted(counts)));
        JoinQueue<int> moved = std::move(queue);
        co_await task::yield_now();
        CHECK(moved.len() == 1);
        CHECK(counts.alive == 1);
      }
      co_await time::sleep(2s);
      CHECK(counts.alive == 0);
      CHECK(has_finished);
    };
    auto running = body();
    rt.block_on(running);
  }

  TEST_CASE("join_all gives all values in the order of spawning") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      JoinQueue<int> queue;
      queue.spawn(after(2s, 2));
      queue.spawn(after(1s, 1));
      const std::vector<int> values = co_await std::move(queue).join_all();
      CHECK(values == std::vector<int>{2, 1});
      JoinQueue<void> none;
      none.spawn(nothing());
      co_await std::move(none).join_all();
    };
    rt.block_on(body());
  }

  TEST_CASE("join_all rethrows what a task threw and aborts those behind it") {
    const runtime::Runtime rt = test::current_thread();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      JoinQueue<int> queue;
      queue.spawn(throwing());
      queue.spawn(forever(test::Counted(counts)));
      auto all = std::move(queue).join_all();
      CHECK_THROWS_WITH_AS(co_await std::move(all), "broken", std::runtime_error);
      co_await task::yield_now();
      co_await task::yield_now();
      CHECK(counts.alive == 0);
    };
    auto running = body();
    rt.block_on(running);
  }

  TEST_CASE("blocking jobs, local tasks and another runtime's may be in the queue") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::Runtime other = test::multi_thread();
    const task::LocalSet local;
    auto body = [&]() -> Task<std::vector<int>> {
      JoinQueue<int> queue;
      queue.spawn_blocking([] { return 1; });
      queue.spawn_on(now(2), other.handle());
      queue.spawn_blocking_on([] { return 3; }, other.handle());
      queue.spawn_local(now(4));
      queue.insert(spawn(now(5)));
      co_return co_await std::move(queue).join_all();
    };
    auto running = body();
    CHECK(local.block_on(rt, running) == std::vector<int>{1, 2, 3, 4, 5});
  }

  TEST_CASE("a task of a LocalSet that is named takes its turn, too") {
    const runtime::Runtime rt = test::current_thread();
    const task::LocalSet local;
    auto body = [&]() -> Task<std::vector<int>> {
      JoinQueue<int> queue;
      queue.spawn_local_on(now(1), local);
      queue.spawn(now(2));
      co_return co_await std::move(queue).join_all();
    };
    auto running = body();
    CHECK(local.block_on(rt, running) == std::vector<int>{1, 2});
  }

  TEST_CASE("joining tasks that have all completed uses the budget") {
    const runtime::Runtime rt = test::paused();  // the sleep ends when all other tasks have
    JoinQueue<int> queue;
    for (int i = 0; i < 300; ++i) queue.spawn_on(now(i), rt.handle());
    rt.block_on(after(1ms, 0));
    int joined = 0;
    auto drain = [&]() -> Task<void> {
      while (auto next = co_await queue.join_next()) CHECK(next->value() == joined++);
    };
    auto draining = test::spawn([&] { return drain(); });
    CHECK(draining.poll().is_pending());
    CHECK(draining.is_woken());
    CHECK(joined == Context::kBudget);
    while (draining.poll().is_pending()) {
    }
    CHECK(joined == 300);
  }

  TEST_CASE("tasks complete on many workers and are joined in order all the same") {
    const runtime::Runtime rt = test::multi_thread(4);
    auto body = []() -> Task<void> {
      for (int round = 0; round < 60; ++round) {
        JoinQueue<int> queue;
        for (int i = 0; i < 40; ++i) queue.spawn(yielding(i % 7, i));
        for (int i = 0; i < 15; ++i) {
          const auto joined = co_await queue.join_next();
          CHECK(joined->value() == i);
        }
        if (round % 2 == 0) queue.abort_all();
      }
    };
    rt.block_on(body());
  }
}
