#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;

TEST_SUITE("task.block_in_place") {
  TEST_CASE("the other tasks of the only worker go on while one blocks") {
    const runtime::Runtime rt = test::multi_thread(1);
    std::atomic<bool> is_released = false;
    auto release = [&]() -> Task<void> {
      co_await time::sleep(1ms);
      is_released = true;
    };
    auto body = [&]() -> Task<int> {
      static_cast<void>(spawn(release()));
      const int value = task::block_in_place([&] {
        while (!is_released) std::this_thread::yield();
        return 3;
      });
      co_await task::yield_now();  // what comes after runs on a worker again
      co_return value;
    };
    for (int i = 0; i < 5; ++i) {
      is_released = false;
      CHECK(rt.block_on(rt.spawn(body())).value() == 3);
    }
  }

  TEST_CASE("blocking is allowed inside, and forbidden again after") {
    const runtime::Runtime rt = test::multi_thread(1);
    auto seven = []() -> Task<int> {
      co_await time::sleep(1ms);
      co_return 7;
    };
    auto body = [&]() -> Task<int> {
      const int value = task::block_in_place(
          [&] { return task::block_in_place([&] { return runtime::Handle::current().block_on(seven()); }); });
      CHECK_THROWS_AS(runtime::Handle::current().block_on(seven()), std::logic_error);
      co_return value;
    };
    auto task = body();
    CHECK(rt.block_on(task) == 7);  // in block_on's own future
    CHECK(rt.block_on(rt.spawn(body())).value() == 7);
  }

  TEST_CASE("another runtime may be used and destroyed inside") {
    const runtime::Runtime rt = test::multi_thread(1);
    auto inner = []() -> Task<int> {
      const auto block = [] { task::block_in_place([] {}); };
      CHECK_THROWS_WITH_AS(block(), doctest::Contains("spawn_blocking"), std::logic_error);
      co_return 2;
    };
    auto body = [&]() -> Task<int> {
      co_return task::block_in_place([&] {
        const runtime::Runtime other = test::current_thread();
        return other.block_on(inner()) + other.block_on(other.spawn(inner())).value();
      });
    };
    CHECK(rt.block_on(rt.spawn(body())).value() == 4);
  }

  TEST_CASE("an exception goes through, and the worker goes on") {
    const runtime::Runtime rt = test::multi_thread(1);
    auto body = []() -> Task<void> {
      task::block_in_place([] { throw std::runtime_error("inside"); });
      co_return;
    };
    auto fine = []() -> Task<int> { co_return 1; };
    CHECK(rt.block_on(rt.spawn(body())).error().is_panic());
    CHECK(rt.block_on(rt.spawn(fine())).value() == 1);
  }

  TEST_CASE("outside of a runtime and on a blocking thread it only calls") {
    CHECK(task::block_in_place([] { return 1; }) == 1);
    const runtime::Runtime rt = test::current_thread();
    CHECK(rt.block_on(rt.spawn_blocking([] { return task::block_in_place([] { return 2; }); })).value() == 2);
  }

  TEST_CASE("a current_thread runtime and a LocalSet refuse, and say what to do") {
    auto body = []() -> Task<void> {
      const auto block = [] { task::block_in_place([] {}); };
      CHECK_THROWS_WITH_AS(block(), doctest::Contains("spawn_blocking"), std::logic_error);
      co_return;
    };
    const runtime::Runtime rt = test::current_thread();
    rt.block_on(body());
    CHECK(rt.block_on(rt.spawn(body())).has_value());
    const runtime::Runtime many = test::multi_thread(1);
    const task::LocalSet local;
    local.block_on(many, body());
    CHECK(local.block_on(many, local.spawn_local(body())).has_value());
  }

  TEST_CASE("with no thread to be had, the worker goes on after the call") {
    const runtime::Runtime rt = runtime::Builder::new_multi_thread()
                                    .worker_threads(1)
                                    .max_blocking_threads(1)
                                    .enable_all()
                                    .build()
                                    .value();
    std::atomic<bool> may_end = false;
    std::atomic<bool> has_started = false;
    auto hog = rt.spawn_blocking([&] {
      has_started = true;
      while (!may_end) std::this_thread::yield();
    });
    while (!has_started) std::this_thread::yield();
    auto body = []() -> Task<int> {
      int sum = 0;
      for (int i = 0; i < 10; ++i) {
        sum += task::block_in_place([] { return 1; });
        co_await task::yield_now();
      }
      co_return sum;
    };
    CHECK(rt.block_on(rt.spawn(body())).value() == 10);
    may_end = true;
    CHECK(rt.block_on(hog).has_value());
  }

  TEST_CASE("a runtime may end while tasks block") {
    for (int round = 0; round < 20; ++round) {
      std::atomic<int> inside = 0;
      std::atomic<int> ended = 0;
      std::atomic<bool> may_end = false;
      std::thread releaser;
      {
        const runtime::Runtime rt = test::multi_thread(2);
        auto body = [&]() -> Task<void> {
          task::block_in_place([&] {
            ++inside;
            while (!may_end) std::this_thread::sleep_for(100us);
            ++ended;
          });
          co_await time::sleep(1h);
        };
        for (int i = 0; i < 3; ++i) static_cast<void>(rt.spawn(body()));
        while (inside < 3) std::this_thread::yield();
        releaser = std::thread([&] {
          std::this_thread::sleep_for(1ms);
          may_end = true;
        });
      }
      CHECK(ended == 3);
      releaser.join();
    }
  }

  TEST_CASE("shutdown_timeout does not wait longer than it may for a task that blocks") {
    auto may_end = std::make_shared<std::atomic<bool>>(false);
    auto has_ended = std::make_shared<std::atomic<bool>>(false);
    std::atomic<bool> is_inside = false;
    runtime::Runtime rt = test::multi_thread(1);
    auto body = [&is_inside](auto may_end, auto has_ended) -> Task<void> {
      task::block_in_place([&] {
        is_inside = true;
        while (!*may_end) std::this_thread::yield();
      });
      *has_ended = true;
      co_return;
    };
    static_cast<void>(rt.spawn(body(may_end, has_ended)));
    while (!is_inside) std::this_thread::yield();
    std::move(rt).shutdown_timeout(5ms);
    CHECK_FALSE(*has_ended);
    *may_end = true;
    while (!*has_ended) std::this_thread::yield();
  }

  TEST_CASE("many tasks block, wake each other and yield") {
    const runtime::Runtime rt = test::multi_thread(2);
    std::atomic<int> sum = 0;
    auto child = [&](int i) -> Task<void> {
      for (int turn = 0; turn < 20; ++turn) {
        if ((i + turn) % 5 == 0)
          task::block_in_place([&] {
            if (turn % 2 == 0) std::this_thread::sleep_for(50us);
            ++sum;
          });
        co_await task::yield_now();
      }
    };
    auto body = [&]() -> Task<void> {
      task::JoinSet<void> set;
      for (int i = 0; i < 50; ++i) set.spawn(child(i));
      co_await std::move(set).join_all();
    };
    CHECK(rt.block_on(rt.spawn(body())).has_value());
    CHECK(sum == 200);
  }

  TEST_CASE("worker threads start and stop as often as each other") {
    std::atomic<int> alive = 0;
    {
      const runtime::Runtime rt = runtime::Builder::new_multi_thread()
                                      .worker_threads(1)
                                      .enable_all()
                                      .on_thread_start([&] { ++alive; })
                                      .on_thread_stop([&] { --alive; })
                                      .build()
                                      .value();
      auto body = []() -> Task<void> {
        task::block_in_place([] { std::this_thread::sleep_for(2ms); });
        co_return;
      };
      for (int i = 0; i < 5; ++i) CHECK(rt.block_on(rt.spawn(body())).has_value());
    }
    CHECK(alive == 0);
  }
}
