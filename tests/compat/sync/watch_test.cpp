#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

static_assert(stream::Stream<legacy::sync::watch::Receiver<int>>);
static_assert(!stream::Stream<sync::watch::Receiver<int>>);

template <class Tx>
concept ClosesShared = requires(Tx& tx) { tx.closed(); };

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
  TEST_CASE("WATCH-03: a fresh receiver is handed the initial value at once, in 1.x it has seen it") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*receiving(rx).poll() == 1);
    CHECK(receiving(rx).poll().is_pending());

    auto modern = sync::watch::channel(1);
    auto changed = test::spawn([&] { return modern.second.changed(); });
    CHECK(changed.poll().is_pending());
  }

  TEST_CASE("WATCH-03: after the last broadcast comes its value, then none") {
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

  TEST_CASE("WATCH-03: the initial value is given even when the sender is gone already") {
    auto [tx, rx] = legacy::sync::watch::channel(5);
    {
      auto gone = std::move(tx);
    }
    CHECK(*receiving(rx).poll() == 5);
    CHECK(*receiving(rx).poll() == std::nullopt);
  }

  TEST_CASE("WATCH-03: a waiting receiver is woken by broadcast and is given the latest value only") {
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

  TEST_CASE("WATCH-03: a value that comes while recv is cancelled is given to the next one") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*receiving(rx).poll() == 1);
    {
      auto cancelled = receiving(rx);
      REQUIRE(cancelled.poll().is_pending());
      REQUIRE(tx.broadcast(2).has_value());
    }
    CHECK(*receiving(rx).poll() == 2);
  }

  TEST_CASE("WATCH-07: a copy of a fresh receiver is fresh, a copy of one that has seen is not") {
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

  TEST_CASE("WATCH-04: borrow shows the value and leaves it unseen") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*rx.borrow() == 1);
    CHECK(*receiving(rx).poll() == 1);
  }

  TEST_CASE("WATCH-02: broadcast without receivers gives the value back, as send does") {
    auto old = legacy::sync::watch::channel(std::make_unique<int>(1));
    auto modern = sync::watch::channel(std::make_unique<int>(1));
    {
      auto gone = std::move(old.second);
      auto gone_too = std::move(modern.second);
    }
    auto refused = old.first.broadcast(std::make_unique<int>(2));
    REQUIRE(refused.has_error());
    CHECK(*std::move(refused).error().into_inner() == 2);
    CHECK(modern.first.send(std::make_unique<int>(2)).has_error());
    CHECK(**modern.first.borrow() == 1);
  }

  TEST_CASE("WATCH-05: poll_recv_ref gives what recv gives, without a copy") {
    auto [tx, rx] = legacy::sync::watch::channel(std::make_unique<int>(1));
    auto polling = test::spawn([&] { return poll_fn([&](Context& cx) { return rx.poll_recv_ref(cx); }); });
    {
      auto first = *polling.poll();
      REQUIRE(first.has_value());
      CHECK(***first == 1);
    }
    REQUIRE(polling.poll().is_pending());
    REQUIRE(tx.broadcast(std::make_unique<int>(2)).has_value());
    CHECK(polling.is_woken());
    CHECK(****polling.poll() == 2);
    {
      auto gone = std::move(tx);
    }
    CHECK_FALSE((*polling.poll()).has_value());
  }

  TEST_CASE("WATCH-06: a receiver is a stream of the values, the initial one first") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    auto next = [&] { return test::spawn([&] { return rx.next(); }); };
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

  TEST_CASE("WATCH-06: the stream may be moved while it waits") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    auto take = [](auto& from) { return test::spawn([&] { return stream::next(from); }); };
    CHECK(*take(rx).poll() == 1);
    REQUIRE(take(rx).poll().is_pending());
    auto moved = std::move(rx);
    REQUIRE(tx.broadcast(2).has_value());
    CHECK(*take(moved).poll() == 2);
    CHECK(take(moved).poll().is_pending());
  }

  TEST_CASE("WATCH-03: a loop of recv sees the first value, every change it is in time for, and the end") {
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

  TEST_CASE("WATCH-01, WATCH-10: only who receives copies, the references and errors are the same") {
    static_assert(std::is_same_v<legacy::sync::watch::Ref<int>, sync::watch::Ref<int>>);
    static_assert(
        std::is_same_v<legacy::sync::watch::error::SendError<int>, sync::watch::error::SendError<int>>);
    auto [tx, rx] = legacy::sync::watch::channel(std::make_unique<int>(3));
    const legacy::sync::watch::Ref<std::unique_ptr<int>> value = rx.borrow();
    CHECK(**value == 3);
  }

  TEST_CASE("WATCH-08: closed completes when the last receiver goes, it wanted the sender for itself") {
    static_assert(!ClosesShared<const legacy::sync::watch::Sender<int>>);
    static_assert(ClosesShared<const sync::watch::Sender<int>>);
    auto [tx, rx] = legacy::sync::watch::channel(1);
    auto copy = rx;
    auto closed = test::spawn([&] { return tx.closed(); });
    REQUIRE(closed.poll().is_pending());
    {
      auto gone = std::move(copy);
    }
    CHECK_FALSE(closed.is_woken());
    {
      auto gone = std::move(rx);
    }
    CHECK(closed.is_woken());
    CHECK(closed.poll().is_ready());
  }

  TEST_CASE("WATCH-09: the value goes with the last receiver, in 1.x it stays as long as the sender") {
    auto value = std::make_shared<int>(1);
    auto old = legacy::sync::watch::channel(value);
    auto modern = sync::watch::channel(value);
    CHECK(value.use_count() == 3);
    {
      auto copy = old.second;
      auto gone = std::move(old.second);
      auto gone_too = std::move(modern.second);
      CHECK(value.use_count() == 3);
    }
    CHECK(value.use_count() == 2);
    CHECK(*modern.first.borrow() == value);
    CHECK(old.first.broadcast(value).has_error());
    CHECK(value.use_count() == 2);
  }

  TEST_CASE("WATCH-09: what 1.x sends and watches once the value has gone is there") {
    auto [tx, rx] = legacy::sync::watch::channel(std::make_shared<int>(1));
    {
      auto gone = std::move(rx);
    }
    auto again = tx.subscribe();
    CHECK(*again.borrow() == nullptr);
    CHECK(tx.send(std::make_shared<int>(2)).has_value());
    CHECK(**again.borrow_and_update() == 2);
  }

  TEST_CASE("WATCH-09: a value that cannot be replaced by an empty one stays") {
    test::Counts counts;
    auto [tx, rx] = legacy::sync::watch::channel(test::Counted(counts));
    {
      auto gone = std::move(rx);
    }
    CHECK(counts.alive == 1);
  }

  TEST_CASE("WATCH-06: a wait that was cancelled gives nothing twice") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*receiving(rx).poll() == 1);
    {
      auto cancelled = test::spawn([&, &rx = rx] { return rx.next(); });
      CHECK(cancelled.poll().is_pending());
    }
    CHECK(tx.broadcast(2).has_value());
    CHECK(*receiving(rx).poll() == 2);
    CHECK(test::spawn([&, &rx = rx] { return rx.next(); }).poll().is_pending());
  }

  TEST_CASE(
      "WATCH-06: what a receiver has seen otherwise while it waited as a stream it is not given again") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*receiving(rx).poll() == 1);
    auto waiting = test::spawn([&, &rx = rx] { return rx.next(); });
    REQUIRE(waiting.poll().is_pending());
    CHECK(tx.receiver_count() == 1);
    CHECK(tx.broadcast(2).has_value());
    sync::watch::Receiver<int>& modern = rx;
    CHECK(*modern.borrow_and_update() == 2);
    CHECK(waiting.poll().is_pending());
    modern.mark_changed();
    CHECK(*waiting.poll() == 2);
  }

  TEST_CASE("WATCH-06: a receiver that waits as a stream may become one of another channel") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    auto other = sync::watch::channel(5);
    CHECK(*receiving(rx).poll() == 1);
    auto waiting = test::spawn([&, &rx = rx] { return rx.next(); });
    REQUIRE(waiting.poll().is_pending());
    static_cast<sync::watch::Receiver<int>&>(rx) = std::move(other.second);
    REQUIRE(waiting.poll().is_pending());
    CHECK(tx.broadcast(2).has_error());
    CHECK_FALSE(waiting.is_woken());
    CHECK(other.first.send(6).has_value());
    CHECK(waiting.is_woken());
    CHECK(*waiting.poll() == 6);
  }

  TEST_CASE("WATCH-06: a receiver that waits as a stream may become one of 1.x and outlive that") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(*receiving(rx).poll() == 1);
    REQUIRE(test::spawn([&, &rx = rx] { return rx.next(); }).poll().is_pending());
    {
      sync::watch::Receiver<int> modern = std::move(rx);
      CHECK(tx.broadcast(2).has_value());
      CHECK(*modern.borrow() == 2);
      auto gone = std::move(tx);
    }
    rx = legacy::sync::watch::channel(3).second;
    CHECK(*receiving(rx).poll() == 3);
  }

  TEST_CASE("WATCH-11: what 1.x has added is there, on what is legacy, too") {
    auto [tx, rx] = legacy::sync::watch::channel(1);
    CHECK(rx.has_changed().value());
    rx.mark_unchanged();
    CHECK(receiving(rx).poll().is_pending());
    auto modern = tx.subscribe();
    tx.send_replace(2);
    CHECK(modern.has_changed().value());
    CHECK(*receiving(rx).poll() == 2);
  }
}
