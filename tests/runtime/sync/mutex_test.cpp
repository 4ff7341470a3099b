#include <memory>
#include <optional>
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

namespace {

struct Config {
  Config(std::string host, int port) : host(std::move(host)), port(port) {}
  std::string host;
  int port;
};

constinit Mutex<int> global(1);  // Tokio's const_new

}  // namespace

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

  TEST_CASE("a thread waits for a lock that a task holds, and its guard keeps the mutex alive") {
    auto mutex = std::make_shared<const Mutex<int>>(1);
    const std::weak_ptr<const Mutex<int>> watched = mutex;
    std::optional guard = Mutex<int>::try_lock_owned(mutex).value();
    std::thread other([mutex] {
      auto own = Mutex<int>::blocking_lock_owned(mutex);
      ++*own;
    });
    **guard = 5;
    guard.reset();
    other.join();
    CHECK(*Mutex<int>::blocking_lock_owned(std::move(mutex)) == 6);
    CHECK(watched.expired());
  }

  TEST_CASE("a guard is mapped to a part and to a part of that, and the last one unlocks") {
    const Mutex<Config> mutex("host", 80);
    {
      auto host = mutex.try_lock().value().map(&Config::host);
      *host += "s";
      CHECK(mutex.try_lock().has_error());
      auto first = std::move(host).map([](std::string& text) -> char& { return text.front(); });
      *first = 'H';
      CHECK(mutex.try_lock().has_error());
    }
    CHECK(mutex.try_lock().value()->host == "Hosts");
  }

  TEST_CASE("a part that is not there leaves the lock with the guard") {
    const Mutex<Config> mutex("", 80);
    auto host_if_any = [](Config& config) { return config.host.empty() ? nullptr : &config.host; };
    {
      auto guard = mutex.try_lock().value();
      CHECK_FALSE(guard.try_map(host_if_any));
      CHECK(mutex.try_lock().has_error());
      guard->host = "host";
      auto host = guard.try_map(host_if_any);
      REQUIRE(host);
      CHECK_FALSE(host->try_map([](std::string&) -> char* { return nullptr; }));
      CHECK(**host == "host");
      CHECK(mutex.try_lock().has_error());
    }
    CHECK(mutex.try_lock().has_value());
  }

  TEST_CASE("an exception while mapping leaves the lock with the guard") {
    const Mutex<int> mutex(1);
    {
      auto guard = mutex.try_lock().value();
      auto throws = [](int& value) -> int& { return value == 1 ? throw 1 : value; };
      CHECK_THROWS_AS(static_cast<void>(std::move(guard).map(throws)), int);
      CHECK(mutex.try_lock().has_error());
    }
    CHECK(mutex.try_lock().has_value());
  }

  TEST_CASE("mapping a guard lets the next one in when the part goes") {
    const Mutex<Config> mutex("host", 80);
    auto lock = test::spawn([&] { return mutex.lock(); });
    {
      auto port = mutex.try_lock().value().map(&Config::port);
      CHECK(lock.poll().is_pending());
      *port = 81;
    }
    CHECK(lock.is_woken());
    auto guard = lock.poll();
    REQUIRE(guard.is_ready());
    CHECK((*guard)->port == 81);
  }

  TEST_CASE("an owned guard of a part keeps its mutex alive") {
    auto mutex = std::make_shared<const Mutex<Config>>("host", 80);
    const std::weak_ptr<const Mutex<Config>> watched = mutex;
    {
      auto guard = Mutex<Config>::try_lock_owned(mutex).value();
      CHECK_FALSE(guard.try_map([](Config&) -> int* { return nullptr; }));
      CHECK(guard.mutex() == mutex);
      auto host = std::move(guard).map(&Config::host);
      CHECK_FALSE(host.try_map([](std::string&) -> char* { return nullptr; }));
      CHECK(mutex->try_lock().has_error());
      mutex.reset();
      auto first = std::move(host).map([](std::string& text) -> char& { return text.front(); });
      CHECK(*first == 'h');
    }
    CHECK(watched.expired());
  }

  TEST_CASE("an owned lock passes on what it was handed and did not take") {
    auto mutex = std::make_shared<const Mutex<int>>(1);
    auto second = test::spawn([&] { return Mutex<int>::lock_owned(mutex); });
    {
      auto first = test::spawn([&] { return Mutex<int>::lock_owned(mutex); });
      {
        auto guard = mutex->try_lock();
        REQUIRE(first.poll().is_pending());
        REQUIRE(second.poll().is_pending());
      }
      CHECK(first.is_woken());
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("a global mutex needs no start-up code") { CHECK(*global.try_lock().value() == 1); }
}
