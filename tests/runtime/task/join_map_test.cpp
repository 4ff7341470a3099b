#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/tasks.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using test::after;
using test::forever;

TEST_SUITE("task.JoinMap") {
  TEST_CASE("tasks come with their keys in the order in which they complete") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      task::JoinMap<std::string, int> map;
      map.spawn("slow", after(2s, 2));
      map.spawn("fast", after(1s, 1));
      CHECK(map.len() == 2);
      CHECK(map.contains_key("slow"));
      auto first = co_await map.join_next();
      CHECK(first->first == "fast");
      CHECK(first->second.value() == 1);
      CHECK_FALSE(map.contains_key("fast"));
      auto second = co_await map.join_next();
      CHECK(second->first == "slow");
      CHECK_FALSE((co_await map.join_next()).has_value());
    };
    rt.block_on(body());
  }

  TEST_CASE("a task whose key is taken by another is aborted and never reported") {
    const runtime::Runtime rt = test::paused();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      task::JoinMap<int, int> map;
      map.spawn(1, forever(test::Counted(counts)));
      co_await task::yield_now();
      map.spawn(1, after(1s, 11));
      CHECK(map.len() == 1);
      auto joined = co_await map.join_next();
      CHECK(joined->first == 1);
      CHECK(joined->second.value() == 11);
      CHECK(counts.alive == 0);
      CHECK_FALSE((co_await map.join_next()).has_value());
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("the result of a replaced task that had completed already is not reported") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      task::JoinMap<int, int> map;
      map.spawn(1, after(1s, 10));
      co_await time::sleep(2s);
      map.spawn(1, after(1s, 11));
      CHECK((co_await map.join_next())->second.value() == 11);
      CHECK(map.is_empty());
    };
    rt.block_on(body());
  }

  TEST_CASE("one key, those that match, or all are aborted, and stay until they are joined") {
    const runtime::Runtime rt = test::current_thread();
    test::Counts counts;
    auto body = [&]() -> Task<void> {
      task::JoinMap<int, int> map;
      for (int i = 0; i < 6; ++i) map.spawn(i, forever(test::Counted(counts)));
      co_await task::yield_now();
      CHECK(map.abort(5));
      CHECK_FALSE(map.abort(6));
      auto first = co_await map.join_next();
      CHECK(first->first == 5);
      CHECK(first->second.error().is_cancelled());
      map.abort_matching([](int key) { return key % 2 == 0; });
      CHECK(map.len() == 5);
      std::vector<int> even;
      for (int i = 0; i < 3; ++i) even.push_back((co_await map.join_next())->first);
      std::ranges::sort(even);
      CHECK(even == std::vector<int>{0, 2, 4});
      std::vector<int> keys;
      for (const int key : map.keys()) keys.push_back(key);
      std::ranges::sort(keys);
      CHECK(keys == std::vector<int>{1, 3});
      co_await map.shutdown();
      CHECK(map.is_empty());
      CHECK(counts.alive == 0);
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("destroying the map aborts its tasks, detaching them does not") {
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
        task::JoinMap<int, int> map;
        map.spawn(1, detached());
        map.detach_all();
        map.spawn(1, forever(test::Counted(counts)));
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

  TEST_CASE("blocking jobs may be members, and a task is known by its Id until it is joined") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      task::JoinMap<std::string, void> map;
      sync::oneshot::Receiver<task::Id> id = [&] {
        auto [tx, rx] = sync::oneshot::channel<task::Id>();
        auto job = [tx = std::move(tx)]() mutable { static_cast<void>(std::move(tx).send(task::id())); };
        map.spawn_blocking("job", std::move(job));
        return std::move(rx);
      }();
      const task::Id job = (co_await id).value();
      CHECK(map.contains_task(job));
      const task::Id own = task::id();
      CHECK_FALSE(map.contains_task(own));
      CHECK((co_await map.join_next())->second.has_value());
      CHECK_FALSE(map.contains_task(job));
    };
    CHECK(rt.block_on(rt.spawn(body())).has_value());
  }

  TEST_CASE("an exception comes with the key of its task") {
    const runtime::Runtime rt = test::current_thread();
    auto throwing = []() -> Task<int> {
      throw std::runtime_error("broken");
      co_return 0;
    };
    auto body = [&]() -> Task<void> {
      task::JoinMap<int, int> map;
      map.spawn(1, throwing());
      auto joined = co_await map.join_next();
      CHECK(joined->first == 1);
      CHECK_THROWS_WITH_AS(joined->second.error().into_panic(), "broken", std::runtime_error);
    };
    rt.block_on(body());
  }

  TEST_CASE("tasks and jobs of another runtime may be members") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::Runtime other = test::multi_thread();
    auto where = []() -> Task<std::uint64_t> { co_return runtime::Handle::current().id(); };
    auto body = [&]() -> Task<void> {
      task::JoinMap<int, std::uint64_t> map;
      map.spawn_on(1, where(), other.handle());
      map.spawn_blocking_on(2, [] { return runtime::Handle::current().id(); }, other.handle());
      for (int i = 0; i < 2; ++i) CHECK((co_await map.join_next())->second.value() == other.handle().id());
    };
    rt.block_on(body());
  }

  TEST_CASE("try_join_next gives what has completed, and nothing while all wait") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      task::JoinMap<int, int> map;
      CHECK_FALSE(map.try_join_next());
      map.spawn(1, after(1s, 10));
      CHECK_FALSE(map.try_join_next());
      CHECK(map.len() == 1);
      co_await time::sleep(2s);
      map.spawn(1, after(1s, 11));  // takes the key of one that has completed
      CHECK_FALSE(map.try_join_next());
      CHECK(map.len() == 1);
      co_await time::sleep(2s);
      const auto joined = map.try_join_next();
      REQUIRE(joined);
      CHECK(joined->first == 1);
      CHECK(joined->second.value() == 11);
      CHECK(map.is_empty());
    };
    rt.block_on(body());
  }

  TEST_CASE("room can be made for keys before they come, and given back") {
    const runtime::Runtime rt = test::paused();
    auto body = []() -> Task<void> {
      auto map = task::JoinMap<int, int>::with_capacity(100);
      const std::size_t capacity = map.capacity();
      CHECK(capacity >= 100);
      for (int i = 0; i < 100; ++i) map.spawn(i, after(1s, i));
      CHECK(map.capacity() == capacity);
      map.reserve(1000);
      CHECK(map.capacity() >= 1100);
      map.shrink_to(200);
      CHECK(map.capacity() >= 200);
      CHECK(map.capacity() < 1100);
      map.shrink_to_fit();
      CHECK(map.capacity() >= 100);
      CHECK(map.capacity() < 200);
      int joined = 0;
      while (co_await map.join_next()) ++joined;
      CHECK(joined == 100);
    };
    rt.block_on(body());
  }
}
