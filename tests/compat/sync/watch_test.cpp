#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

static_assert(stream::Stream<legacy::sync::watch::Receiver<int>>);
static_assert(!stream::Stream<sync::watch::Receiver<int>>);

template <class Rx>
auto receiving(Rx& rx) {
  return test::spawn([&] { return rx.recv(); });
}

Task<std::vector<int>> all_of(legacy::sync::watch::Receiver<int> rx) {
  std::vector<int> values;
  while (auto value = co_await rx.recv()) values.push_back(*value);
  co_return values;
}

}  // namespace

TEST_SUITE("compat.sync.watch") {
  TEST_CASE("a fresh receiver is handed the initial value at once, in 1.x it has seen it (WATCH-03)") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*receiving(rx).poll() == 1);
    CHECK(receiving(rx).poll().is_pending());

    auto modern = sync::watch::channel(1);
    auto changed = test::spawn([&] { return modern.second.changed(); });
    CHECK(changed.poll().is_pending());
  }

  TEST_CASE("after the last broadcast comes its value, then none (WATCH-03)") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    {
      auto gone = std::move(tx);
      REQUIRE(gone.broadcast(2).has_value());
    }
    CHECK(*receiving(rx).poll() == 2);
    CHECK(*receiving(rx).poll() == std::nullopt);

    auto modern = sync::watch::channel(1);
    {
      auto gone = std::move(modern.first);
      REQUIRE(gone.send(2).has_value());
    }
    auto first = test::spawn([&] { return modern.second.changed(); });
    CHECK((*first.poll()).has_value());
    auto second = test::spawn([&] { return modern.second.changed(); });
    CHECK((*second.poll()).has_error());
  }

  TEST_CASE("the initial value is given even when the sender is gone already (WATCH-03)") {
    auto [tx, rx] = legacy::sync::watch::channel(5);
    {
      auto gone = std::move(tx);
    }
    CHECK(*receiving(rx).poll() == 5);
    CHECK(*receiving(rx).poll() == std::nullopt);
  }

  TEST_CASE("a waiting receiver is woken by broadcast and is given the latest value only") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*receiving(rx).poll() == 1);
    auto waiting = receiving(rx);
    REQUIRE(waiting.poll().is_pending());
    REQUIRE(tx.broadcast(2).has_value());
    REQUIRE(tx.broadcast(3).has_value());
    CHECK(waiting.is_woken());
    CHECK(*waiting.poll() == 3);
    CHECK(receiving(rx).poll().is_pending());
  }

  TEST_CASE("a value that comes while recv is cancelled is given to the next one") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*receiving(rx).poll() == 1);
    {
      auto cancelled = receiving(rx);
      REQUIRE(cancelled.poll().is_pending());
      REQUIRE(tx.broadcast(2).has_value());
    }
    CHECK(*receiving(rx).poll() == 2);
  }

  TEST_CASE("a copy of a fresh receiver is fresh, a copy of one that has seen is not (WATCH-07)") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    auto fresh = rx;
    CHECK(*receiving(fresh).poll() == 1);
    CHECK(*receiving(rx).poll() == 1);
    auto used = rx;
    CHECK(receiving(used).poll().is_pending());

    auto modern = sync::watch::channel(1);
    auto copy = modern.second;
    auto changed = test::spawn([&] { return copy.changed(); });
    CHECK(changed.poll().is_pending());
  }

  TEST_CASE("borrow shows the value and leaves it unseen (WATCH-04)") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*rx.borrow() == 1);
    CHECK(*receiving(rx).poll() == 1);
  }

  TEST_CASE("broadcast without receivers gives the value back, as send does (WATCH-02)") {
    auto [tx, rx] = legacy::sync::watch::channel(std::make_unique<int>(1));
    {
      auto gone = std::move(rx);
    }
    auto refused = tx.broadcast(std::make_unique<int>(2));
    REQUIRE(refused.has_error());
    CHECK(*std::move(refused).error().into_inner() == 2);
    CHECK(**tx.borrow() == 1);
  }

  TEST_CASE("a receiver is a stream of the values, the initial one first (WATCH-06)") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    auto next = [&] { return test::spawn([&] { return stream::next(rx); }); };
    CHECK(*next().poll() == 1);
    auto waiting = next();
    REQUIRE(waiting.poll().is_pending());
    REQUIRE(tx.broadcast(2).has_value());
    CHECK(waiting.is_woken());
    CHECK(*waiting.poll() == 2);
    {
      auto gone = std::move(tx);
    }
    CHECK(*next().poll() == std::nullopt);
  }

  TEST_CASE("the stream may be moved while it waits") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    auto take = [](auto& from) { return test::spawn([&] { return stream::next(from); }); };
    CHECK(*take(rx).poll() == 1);
    REQUIRE(take(rx).poll().is_pending());
    auto moved = std::move(rx);
    REQUIRE(tx.broadcast(2).has_value());
    CHECK(*take(moved).poll() == 2);
    CHECK(take(moved).poll().is_pending());
  }

  TEST_CASE("a loop of recv sees the first value, every change it is in time for, and the end") {
    test::current_thread().block_on([]() -> Task<void> {
      auto [tx, rx] = legacy::sync::watch::channel(0);
      auto collected = spawn(all_of(std::move(rx)));
      co_await task::yield_now();
      for (int value = 1; value <= 3; ++value) {
        CHECK(tx.broadcast(value).has_value());
        co_await task::yield_now();
        co_await task::yield_now();
      }
      {
        auto gone = std::move(tx);
      }
      const auto values = (co_await collected).value();
      CHECK(values == std::vector{0, 1, 2, 3});
    }());
  }
}
