#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/sync/mutex.hpp>

#include "support/spawn.hpp"

using namespace ferry;
using sync::Mutex;

static_assert(Future<sync::Lock<int>> && !std::is_move_constructible_v<sync::Lock<int>>);
static_assert(!std::is_copy_constructible_v<sync::MutexGuard<int>> &&
              std::is_move_constructible_v<sync::MutexGuard<int>>);
static_assert(!std::is_copy_constructible_v<Mutex<int>> && !std::is_move_constructible_v<Mutex<int>>);

TEST_SUITE("sync.Mutex") {
  TEST_CASE("the lock goes to those who wait, first come, first served") {
    const Mutex<int> mutex(1);
    auto first = test::spawn([&] { return mutex.lock(); });
    auto second = test::spawn([&] { return mutex.lock(); });
    {
      auto guard = mutex.try_lock();
      REQUIRE(guard.has_value());
      **guard = 2;
      CHECK(mutex.try_lock().has_error());
      CHECK(first.poll().is_pending());
      CHECK(second.poll().is_pending());
    }
    CHECK(first.is_woken());
    CHECK_FALSE(second.is_woken());
    CHECK(mutex.try_lock().has_error());  // handed over already
    {
      auto guard = first.poll();
      REQUIRE(guard.is_ready());
      CHECK(**guard == 2);
      CHECK(second.poll().is_pending());
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("a waiter destroyed after it was handed the lock passes it on") {
    Mutex<int> mutex(1);
    auto second = test::spawn([&] { return mutex.lock(); });
    {
      auto first = test::spawn([&] { return mutex.lock(); });
      {
        auto guard = mutex.try_lock();
        REQUIRE(first.poll().is_pending());
        REQUIRE(second.poll().is_pending());
      }
      CHECK(first.is_woken());
      CHECK_FALSE(second.is_woken());
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("an exception that passes a guard unlocks") {
    Mutex<std::string> mutex("before");
    try {
      auto guard = mutex.try_lock().value();
      *guard = "after";
      throw 1;
    } catch (int) {
    }
    auto guard = mutex.try_lock();
    REQUIRE(guard.has_value());
    CHECK(**guard == "after");
  }

  TEST_CASE("a guard can be moved, and only the last place unlocks") {
    Mutex<int> mutex(1);
    auto guard = mutex.try_lock().value();
    {
      auto moved = std::move(guard);
      CHECK(mutex.try_lock().has_error());
      CHECK(&moved.mutex() == &mutex);
    }
    CHECK(mutex.try_lock().has_value());
  }

  TEST_CASE("an owned guard keeps its mutex alive") {
    auto mutex = std::make_shared<const Mutex<int>>(7);
    const std::weak_ptr<const Mutex<int>> watched = mutex;
    {
      auto lock = test::spawn([&] { return Mutex<int>::lock_owned(mutex); });
      auto guard = lock.poll();
      REQUIRE(guard.is_ready());
      CHECK(Mutex<int>::try_lock_owned(mutex).has_error());
      mutex.reset();
      CHECK(**guard == 7);
    }
    CHECK(watched.expired());
  }

  TEST_CASE("who owns the mutex needs no lock") {
    Mutex<std::string> mutex("value");
    mutex.get_mut() += "s";
    CHECK(std::move(mutex).into_inner() == "values");
  }

  TEST_CASE("one thread at a time is inside") {
    const Mutex<int> mutex(0);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 5'000; ++i) {
          auto guard = mutex.blocking_lock();
          ++*guard;
        }
      });
    for (auto& thread : threads) thread.join();
    CHECK(*mutex.blocking_lock() == 20'000);
  }
}
