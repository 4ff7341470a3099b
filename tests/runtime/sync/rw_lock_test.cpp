#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/sync/rw_lock.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using sync::RwLock;

static_assert(Future<RwLock<int>::Read> && Future<RwLock<int>::Write>);
static_assert(Future<RwLock<int>::ReadOwned> && Future<RwLock<int>::WriteOwned>);
static_assert(!std::is_move_constructible_v<RwLock<int>::Read>);
static_assert(!std::is_copy_constructible_v<sync::RwLockReadGuard<int>> &&
              std::is_move_constructible_v<sync::RwLockReadGuard<int>>);
static_assert(std::is_same_v<decltype(*std::declval<sync::RwLockReadGuard<int>&>()), const int&>);
static_assert(std::is_same_v<decltype(*std::declval<sync::RwLockWriteGuard<int>&>()), int&>);
template <class Guard>
concept CanDowngrade = requires(Guard guard) { std::move(guard).downgrade(); };
static_assert(CanDowngrade<sync::RwLockWriteGuard<int>>);
static_assert(!CanDowngrade<sync::RwLockMappedWriteGuard<int>>);
static_assert(CanDowngrade<sync::OwnedRwLockWriteGuard<int>>);
static_assert(!CanDowngrade<sync::OwnedRwLockMappedWriteGuard<int>>);

namespace {

struct Config {
  Config(std::string host, int port) : host(std::move(host)), port(port) {}
  std::string host;
  int port;
};

constinit RwLock<int> global(1);                                      // Tokio's const_new
constinit RwLock<int> global_for_two(RwLock<int>::MaxReaders(2), 2);  // const_with_max_readers

// The three states that a lock can be seen to be in.
template <class T>
bool is_free(const RwLock<T>& lock) {
  return lock.try_write().has_value();
}
template <class T>
bool is_read(const RwLock<T>& lock) {
  return lock.try_read().has_value() && lock.try_write().has_error();
}
template <class T>
bool is_written(const RwLock<T>& lock) {
  return lock.try_read().has_error() && lock.try_write().has_error();
}

}  // namespace

TEST_SUITE("sync.RwLock") {
  TEST_CASE("many may read, one may write") {
    const RwLock<int> lock(1);
    CHECK(is_free(lock));
    {
      auto first = lock.try_read();
      auto second = lock.try_read();
      REQUIRE(second.has_value());
      CHECK(**first + **second == 2);
      CHECK(is_read(lock));
    }
    {
      auto writer = lock.try_write();
      REQUIRE(writer.has_value());
      **writer = 2;
      CHECK(is_written(lock));
    }
    CHECK(**lock.try_read() == 2);
  }

  TEST_CASE("there may be thousands of readers") {
    const RwLock<int> lock(1);
    {
      std::vector<sync::RwLockReadGuard<int>> readers;
      for (int i = 0; i < 5000; ++i) {
        auto read = test::spawn([&] { return lock.read(); });
        auto guard = read.poll();
        REQUIRE(guard.is_ready());
        readers.push_back(*std::move(guard));
      }
      CHECK(is_read(lock));
    }
    CHECK(is_free(lock));
  }

  TEST_CASE("a lock that is free is had at the first poll") {
    const RwLock<int> lock(1);
    auto write = test::spawn([&] { return lock.write(); });
    {
      auto guard = write.poll();
      REQUIRE(guard.is_ready());
      **guard = 3;
      CHECK(is_written(lock));
    }
    auto read = test::spawn([&] { return lock.read(); });
    auto guard = read.poll();
    REQUIRE(guard.is_ready());
    CHECK(**guard == 3);
  }

  TEST_CASE("a writer waits for all readers, and a reader for the writer") {
    const RwLock<int> lock(1);
    auto write = test::spawn([&] { return lock.write(); });
    auto read = test::spawn([&] { return lock.read(); });
    {
      auto second = lock.try_read();
      {
        auto first = lock.try_read();
        CHECK(write.poll().is_pending());
      }
      CHECK_FALSE(write.is_woken());
    }
    CHECK(write.is_woken());
    {
      auto writer = write.poll();
      REQUIRE(writer.is_ready());
      CHECK(read.poll().is_pending());
    }
    CHECK(read.is_woken());
    CHECK(read.poll().is_ready());
  }

  TEST_CASE("a writer that waits keeps later readers out, and is served before them") {
    const RwLock<int> lock(1);
    auto write = test::spawn([&] { return lock.write(); });
    auto read = test::spawn([&] { return lock.read(); });
    {
      auto reader = lock.try_read();
      REQUIRE(write.poll().is_pending());
      CHECK(lock.try_read().has_error());
      CHECK(read.poll().is_pending());
    }
    CHECK(write.is_woken());
    CHECK_FALSE(read.is_woken());
    {
      auto writer = write.poll();
    }
    CHECK(read.is_woken());
    CHECK(read.poll().is_ready());
  }

  TEST_CASE("readers that wait together are let in together") {
    const RwLock<int> lock(1);
    auto first = test::spawn([&] { return lock.read(); });
    auto second = test::spawn([&] { return lock.read(); });
    auto write = test::spawn([&] { return lock.write(); });
    {
      auto writer = lock.try_write();
      CHECK(first.poll().is_pending());
      CHECK(second.poll().is_pending());
      CHECK(write.poll().is_pending());
    }
    CHECK(first.is_woken());
    CHECK(second.is_woken());
    CHECK_FALSE(write.is_woken());
    {
      auto a = first.poll();
      auto b = second.poll();
      CHECK(a.is_ready());
      CHECK(b.is_ready());
    }
    CHECK(write.is_woken());
  }

  TEST_CASE("a writer that is destroyed while it waits lets the readers behind it in") {
    const RwLock<int> lock(1);
    auto reader = lock.try_read();
    auto read = test::spawn([&] { return lock.read(); });
    {
      auto write = test::spawn([&] { return lock.write(); });
      REQUIRE(write.poll().is_pending());
      REQUIRE(read.poll().is_pending());
    }
    CHECK(read.is_woken());
    CHECK(read.poll().is_ready());
  }

  TEST_CASE("a waiter destroyed after it was handed the lock passes it on") {
    const RwLock<int> lock(1);
    auto second = test::spawn([&] { return lock.write(); });
    {
      auto first = test::spawn([&] { return lock.write(); });
      {
        auto reader = lock.try_read();
        REQUIRE(first.poll().is_pending());
        REQUIRE(second.poll().is_pending());
      }
      CHECK(first.is_woken());
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("downgrading lets waiting readers in, but no writer in between") {
    const RwLock<int> lock(1);
    auto writer = lock.try_write();
    REQUIRE(writer.has_value());
    auto read = test::spawn([&] { return lock.read(); });
    auto write = test::spawn([&] { return lock.write(); });
    REQUIRE(read.poll().is_pending());
    REQUIRE(write.poll().is_pending());
    **writer = 5;
    {
      auto reader = (*std::move(writer)).downgrade();
      CHECK(*reader == 5);
      CHECK(read.is_woken());
      CHECK_FALSE(write.is_woken());
      auto polled = read.poll();
      REQUIRE(polled.is_ready());
      CHECK(**polled == 5);
    }
    CHECK(write.is_woken());
    CHECK(write.poll().is_ready());
  }

  TEST_CASE("a writer that waits first keeps readers out of a downgraded lock") {
    const RwLock<int> lock(1);
    auto writer = lock.try_write();
    auto write = test::spawn([&] { return lock.write(); });
    REQUIRE(write.poll().is_pending());
    auto reader = (*std::move(writer)).downgrade();
    CHECK(lock.try_read().has_error());
    CHECK_FALSE(write.is_woken());
  }

  TEST_CASE("a read guard is mapped to a part and to a part of that") {
    const RwLock<Config> lock("host", 80);
    {
      auto host = lock.try_read().value().map(&Config::host);
      CHECK(*host == "host");
      CHECK(is_read(lock));
      auto first = std::move(host).map([](const std::string& text) -> const char& { return text.front(); });
      CHECK(*first == 'h');
      CHECK(is_read(lock));
    }
    CHECK(is_free(lock));
  }

  TEST_CASE("a part that is not there leaves the lock with the guard") {
    const RwLock<Config> lock("host", 80);
    auto host_if_any = [](const Config& config) { return config.host.empty() ? nullptr : &config.host; };
    {
      auto reader = lock.try_read().value();
      auto host = reader.try_map(host_if_any);
      REQUIRE(host);
      CHECK(**host == "host");
    }
    CHECK(is_free(lock));
    lock.try_write().value()->host.clear();
    {
      auto reader = lock.try_read().value();
      CHECK_FALSE(reader.try_map(host_if_any));
      CHECK(reader->port == 80);
      CHECK(is_read(lock));
    }
    CHECK(is_free(lock));
    {
      auto writer = lock.try_write().value();
      CHECK_FALSE(writer.try_downgrade_map(host_if_any));
      CHECK(is_written(lock));
      writer->host = "back";
      auto host = writer.try_downgrade_map(host_if_any);
      REQUIRE(host);
      CHECK(**host == "back");
      CHECK(is_read(lock));
    }
    CHECK(is_free(lock));
  }

  TEST_CASE("a write guard is mapped to a part that can be changed") {
    const RwLock<Config> lock("host", 80);
    {
      auto host = lock.try_write().value().map(&Config::host);
      *host = "other";
      CHECK(is_written(lock));
      auto first = std::move(host).map([](std::string& text) -> char& { return text.front(); });
      *first = 'O';
      auto none = first.try_map([](char&) -> char* { return nullptr; });
      CHECK_FALSE(none);
      CHECK(is_written(lock));
    }
    CHECK(is_free(lock));
    CHECK(lock.try_read().value()->host == "Other");
    {
      auto writer = lock.try_write().value();
      CHECK_FALSE(writer.try_map([](Config&) -> int* { return nullptr; }));
      auto port = writer.try_map([](Config& config) { return &config.port; });
      REQUIRE(port);
      **port = 8080;
    }
    {
      auto whole = lock.try_write().value().into_mapped();
      CHECK(whole->port == 8080);
      CHECK(is_written(lock));
    }
    {
      auto host = lock.try_write().value().downgrade_map(&Config::host);
      CHECK(*host == "Other");
      CHECK(is_read(lock));
    }
    CHECK(is_free(lock));
  }

  TEST_CASE("an exception while mapping leaves the lock with the guard") {
    const RwLock<int> lock(1);
    {
      auto writer = lock.try_write().value();
      auto throws = [](int& value) -> int& { return value == 1 ? throw 1 : value; };
      CHECK_THROWS_AS(static_cast<void>(std::move(writer).map(throws)), int);
      CHECK(is_written(lock));
    }
    CHECK(is_free(lock));
  }

  TEST_CASE("a guard can be moved, and only the last place unlocks") {
    const RwLock<int> lock(1);
    const RwLock<int> other(2);
    auto guard = lock.try_write().value();
    {
      auto moved = std::move(guard);
      CHECK(is_written(lock));
      guard = other.try_write().value();
      CHECK(is_written(other));
      guard = std::move(moved);
      CHECK(is_free(other));
      CHECK(*guard == 1);
    }
    CHECK(is_written(lock));
  }

  TEST_CASE("owned guards keep their lock alive") {
    auto lock = std::make_shared<const RwLock<Config>>("host", 80);
    const std::weak_ptr<const RwLock<Config>> watched = lock;
    SUBCASE("to read") {
      auto read = test::spawn([&] { return RwLock<Config>::read_owned(lock); });
      auto guard = std::move(*read.poll());
      CHECK(RwLock<Config>::try_read_owned(lock).has_value());
      CHECK(RwLock<Config>::try_write_owned(lock).has_error());
      CHECK(guard.rwlock() == lock);
      auto port = std::move(guard).map(&Config::port);
      CHECK_FALSE(port.try_map([](const int&) -> const int* { return nullptr; }));
      auto same = port.try_map([](const int& value) { return &value; });
      REQUIRE(same);
      lock.reset();
      CHECK(**same == 80);
      CHECK_FALSE(watched.expired());
    }
    SUBCASE("to write, mapped") {
      auto write = test::spawn([&] { return RwLock<Config>::write_owned(lock); });
      auto guard = std::move(*write.poll());
      CHECK(RwLock<Config>::try_read_owned(lock).has_error());
      CHECK_FALSE(guard.try_map([](Config&) -> int* { return nullptr; }));
      auto port = std::move(guard).into_mapped().map(&Config::port);
      *port = 81;
      CHECK(port.rwlock() == lock);
      lock.reset();
      CHECK_FALSE(port.try_map([](int&) -> int* { return nullptr; }));
      CHECK(*port == 81);
    }
    SUBCASE("to write, downgraded") {
      auto writer = RwLock<Config>::try_write_owned(lock).value();
      auto reader = std::move(writer).downgrade();
      CHECK(is_read(*lock));
      lock.reset();
      CHECK(reader->port == 80);
    }
    SUBCASE("to write, downgraded to a part") {
      auto writer = RwLock<Config>::try_write_owned(lock).value();
      CHECK_FALSE(writer.try_downgrade_map([](const Config&) -> const int* { return nullptr; }));
      CHECK(is_written(*lock));
      auto port = std::move(writer).downgrade_map(&Config::port);
      CHECK(is_read(*lock));
      lock.reset();
      CHECK(*port == 80);
    }
    lock.reset();
    CHECK(watched.expired());
  }

  TEST_CASE("with_max_readers lets in so many") {
    const auto lock = RwLock<int>::with_max_readers(1, 2);
    {
      auto first = lock.try_read();
      auto second = lock.try_read();
      CHECK(lock.try_read().has_error());
      auto third = test::spawn([&] { return lock.read(); });
      CHECK(third.poll().is_pending());
      {
        const auto gone = *std::move(first);
      }
      CHECK(third.is_woken());
      CHECK(third.poll().is_ready());
    }
    CHECK(is_free(lock));
    CHECK_THROWS_AS(static_cast<void>(RwLock<int>::with_max_readers(1, 0)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(RwLock<int>::with_max_readers(1, RwLock<int>::kMaxReaders + 1)),
                    std::logic_error);
  }

  TEST_CASE("an exception that passes a guard unlocks") {
    const RwLock<int> lock(1);
    try {
      auto writer = lock.try_write().value();
      *writer = 2;
      throw 1;
    } catch (int) {
    }
    CHECK(is_free(lock));
    CHECK(*lock.try_read().value() == 2);
  }

  TEST_CASE("who owns the lock needs no guard, and a global one needs no start-up code") {
    RwLock<std::string> lock("value");
    lock.get_mut() += "s";
    CHECK(std::move(lock).into_inner() == "values");
    CHECK(*global.try_read().value() == 1);
    const auto first = global_for_two.try_read().value();
    const auto second = global_for_two.try_read().value();
    CHECK(*first + *second == 4);
    CHECK(global_for_two.try_read().has_error());
  }

  TEST_CASE("blocking calls are refused inside a task") {
    auto in_task = []() -> Task<void> {
      const RwLock<int> lock(1);
      CHECK_THROWS_AS(static_cast<void>(lock.blocking_read()), std::logic_error);
      CHECK_THROWS_AS(static_cast<void>(lock.blocking_write()), std::logic_error);
      co_return;
    };
    test::current_thread().block_on(in_task());
  }

  TEST_CASE("readers never see a writer inside, on many threads") {
    struct Pair {
      int a = 0;
      int b = 0;
    };
    const RwLock<Pair> lock;
    std::atomic<bool> is_broken{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10'000; ++i) {
          if ((i + t) % 4 == 0) {
            auto writer = lock.blocking_write();
            ++writer->a;
            ++writer->b;
            if (i % 8 == 0) {
              const int a = writer->a;
              const auto reader = std::move(writer).downgrade();
              if (reader->a != a) is_broken = true;
            }
          } else {
            auto reader = lock.blocking_read();
            if (reader->a != reader->b) is_broken = true;
          }
        }
      });
    for (auto& thread : threads) thread.join();
    CHECK_FALSE(is_broken);
    CHECK(lock.blocking_read()->a == 10'000);
  }
}
