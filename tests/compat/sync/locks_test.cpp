#include <concepts>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/sync.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

// LOCK-01, LOCK-06, LOCK-07: the same.
static_assert(std::is_same_v<legacy::sync::Mutex<int>, sync::Mutex<int>>);
static_assert(std::is_same_v<legacy::sync::MutexGuard<int>, sync::MutexGuard<int>>);
static_assert(std::is_same_v<legacy::sync::OwnedMutexGuard<int>, sync::OwnedMutexGuard<int>>);
static_assert(std::is_same_v<legacy::sync::error::TryLockError, sync::error::TryLockError>);
static_assert(std::is_same_v<legacy::sync::Barrier, sync::Barrier>);
static_assert(std::is_same_v<legacy::sync::BarrierWaitResult, sync::BarrierWaitResult>);
static_assert(std::is_same_v<legacy::sync::CancellationToken, sync::CancellationToken>);
static_assert(std::is_same_v<legacy::sync::WaitForCancellationFuture,
                             decltype(std::declval<const sync::CancellationToken&>().cancelled())>);
// LOCK-03: of the lock only the number of readers has changed.
static_assert(std::derived_from<legacy::sync::RwLock<int>, sync::RwLock<int>>);
static_assert(std::is_same_v<legacy::sync::RwLockReadGuard<int>, sync::RwLockReadGuard<int>>);

struct Config {
  std::string name;
  int port = 0;
};

template <class L>
auto reading(L& lock) {
  return test::spawn([&] { return lock.read(); });
}
template <class L>
auto writing(L& lock) {
  return test::spawn([&] { return lock.write(); });
}

// How many of 40 readers get in.
template <class L>
std::size_t readers_let_in(L& lock) {
  std::deque<test::Spawn<typename L::Read>> readers;
  std::vector<sync::RwLockReadGuard<int>> guards;
  for (int i = 0; i < 40; ++i) {
    auto polled = readers.emplace_back(std::in_place, [&] { return lock.read(); }).poll();
    if (polled.is_ready()) guards.push_back(*std::move(polled));
  }
  return guards.size();
}

// LOCK-04: a function with a guard in its signature serves both, the whole and its parts.
int port_of(legacy::sync::RwLockWriteGuard<int> port) { return *port; }

Task<void> map_for_writing() {
  legacy::sync::RwLock<Config> lock(Config{"a", 1});
  legacy::sync::RwLockWriteGuard<Config> whole = co_await lock.write();
  whole->name = "b";
  legacy::sync::RwLockWriteGuard<int> port = std::move(whole).map(&Config::port);
  *port = 80;
  CHECK(port_of(std::move(port)) == 80);

  auto again = co_await lock.write();
  CHECK_FALSE(again.try_map([](Config&) -> int* { return nullptr; }).has_value());
  CHECK(again->name == "b");  // and keeps the lock
  auto name = again.try_map([](Config& config) { return &config.name; });
  CHECK(**name == "b");
  CHECK(lock.try_read().has_error());
  name.reset();
  CHECK(lock.try_read().has_value());

  // 1.x has two types, of which one can be downgraded.
  sync::RwLock<Config> modern(Config{"a", 1});
  sync::RwLockWriteGuard<Config> guard = co_await modern.write();
  sync::RwLockMappedWriteGuard<int> part = std::move(guard).map(&Config::port);
  CHECK(port_of(std::move(part)) == 1);
  CHECK(modern.try_read().has_value());
}

template <class Guard>
concept Downgrades = requires(Guard guard) { std::move(guard).downgrade(); };
static_assert(Downgrades<sync::RwLockWriteGuard<int>>);
static_assert(!Downgrades<sync::RwLockMappedWriteGuard<int>>);
static_assert(!Downgrades<legacy::sync::RwLockWriteGuard<int>>);

}  // namespace

TEST_SUITE("compat.sync.locks") {
  TEST_CASE("LOCK-01: a mutex is locked, tried and taken apart") {
    const auto mutex = std::make_shared<legacy::sync::Mutex<int>>(1);
    auto locking = test::spawn([&] { return mutex->lock(); });
    auto waiting = test::spawn([&] { return legacy::sync::Mutex<int>::lock_owned(mutex); });
    {
      auto guard = *locking.poll();
      *guard += 1;
      REQUIRE(waiting.poll().is_pending());
      CHECK(mutex->try_lock().error() == sync::error::TryLockError());
      CHECK(legacy::sync::Mutex<int>::try_lock_owned(mutex).has_error());
    }
    CHECK(waiting.is_woken());
    CHECK(**waiting.poll() == 2);
    CHECK(std::move(*mutex).into_inner() == 2);
  }

  TEST_CASE("LOCK-02: what 1.x has added is there") {
    legacy::sync::Mutex<Config> mutex(Config{"a", 1});
    mutex.get_mut().port = 2;
    const legacy::sync::MappedMutexGuard<int> port = mutex.blocking_lock().map(&Config::port);
    CHECK(*port == 2);
  }

  TEST_CASE("LOCK-03: 32 readers are let in, in 1.x all of them") {
    legacy::sync::RwLock<int> old(1);
    sync::RwLock<int> modern(1);
    CHECK(readers_let_in(old) == 32);
    CHECK(readers_let_in(modern) == 40);
  }

  TEST_CASE("LOCK-03: a reader waits behind a writer that waits, in both") {
    const auto check = [](auto& lock) {
      auto first = reading(lock);
      auto writer = writing(lock);
      auto second = reading(lock);
      {
        auto guard = *first.poll();
        CHECK(*guard == 1);
        REQUIRE(writer.poll().is_pending());
        CHECK(second.poll().is_pending());
      }
      {
        auto guard = *writer.poll();
        *guard = 2;
        CHECK(second.poll().is_pending());
      }
      CHECK(**second.poll() == 2);
    };
    legacy::sync::RwLock<int> old(1);
    check(old);
    sync::RwLock<int> modern(1);
    check(modern);
    CHECK(std::move(old).into_inner() == 2);
  }

  TEST_CASE("LOCK-03: a guard for reading is mapped to a part") {
    legacy::sync::RwLock<Config> lock(Config{"a", 1});
    auto first = reading(lock);
    auto port = (*first.poll()).map(&Config::port);
    CHECK(*port == 1);
    auto second = reading(lock);
    auto name = (*second.poll()).try_map([](const Config& config) { return &config.name; });
    CHECK(**name == "a");
  }

  TEST_CASE("LOCK-04: a guard for writing and one of a part are of one type, in 1.x of two") {
    test::current_thread().block_on(map_for_writing());
  }

  TEST_CASE("LOCK-05: what 1.x has added is there, on what is legacy, too") {
    const auto lock = std::make_shared<legacy::sync::RwLock<int>>(1);
    auto owned = legacy::sync::RwLock<int>::try_write_owned(lock);
    REQUIRE(owned.has_value());
    CHECK(lock->try_read().has_error());
    auto shared = (*std::move(owned)).downgrade();
    CHECK(lock->try_read().has_value());
    CHECK(*shared == 1);
  }

  TEST_CASE("LOCK-06: a barrier has one leader, and one for none acts as one for one") {
    const legacy::sync::Barrier barrier(2);
    auto first = test::spawn([&] { return barrier.wait(); });
    auto second = test::spawn([&] { return barrier.wait(); });
    REQUIRE(first.poll().is_pending());
    CHECK((*second.poll()).is_leader());
    CHECK_FALSE((*first.poll()).is_leader());
    const legacy::sync::Barrier none(0);
    auto alone = test::spawn([&] { return none.wait(); });
    CHECK((*alone.poll()).is_leader());
  }

  TEST_CASE("LOCK-07: a token cancels itself and its children, and nothing when it goes") {
    legacy::sync::CancellationToken parent;
    auto child = parent.child_token();
    {
      auto gone = parent.child_token();
    }
    auto waiting = test::spawn([&] { return child.cancelled(); });
    REQUIRE(waiting.poll().is_pending());
    CHECK_FALSE(parent.is_cancelled());
    parent.cancel();
    CHECK(waiting.is_woken());
    CHECK(waiting.poll().is_ready());
    CHECK(child.is_cancelled());
  }
}
