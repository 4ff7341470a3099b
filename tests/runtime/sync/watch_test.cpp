#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/sync/watch.hpp>

#include "support/counted.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace watch = ferry::sync::watch;

static_assert(Future<watch::Changed<int>> && !std::is_move_constructible_v<watch::Changed<int>>);
static_assert(std::is_copy_constructible_v<watch::Receiver<int>> &&
              std::is_copy_constructible_v<watch::Sender<int>>);
static_assert(!std::is_copy_constructible_v<watch::Ref<int>>);
static_assert(std::is_same_v<decltype(*std::declval<watch::Ref<int>&>()), const int&>);

TEST_SUITE("sync.watch") {
  TEST_CASE("the first value counts as seen, a new one wakes who waits") {
    auto [tx, rx] = watch::channel<std::string>("one");
    auto changed = test::spawn([&, &rx = rx] { return rx.changed(); });
    CHECK(changed.poll().is_pending());
    CHECK_FALSE(rx.has_changed().value());
    REQUIRE(tx.send("two"));
    CHECK(changed.is_woken());
    CHECK(changed.poll()->has_value());
    CHECK(*rx.borrow() == "two");
    CHECK_FALSE(rx.has_changed().value());
  }

  TEST_CASE("only the latest value is kept") {
    test::Counts counts;
    auto [tx, rx] = watch::channel<test::Counted>(test::Counted(counts, 1));
    CHECK(tx.send(test::Counted(counts, 2)).has_value());
    CHECK(tx.send(test::Counted(counts, 3)).has_value());
    CHECK(counts.alive == 1);
    CHECK(rx.borrow()->value == 3);
  }

  TEST_CASE("borrow leaves a change unseen, borrow_and_update does not") {
    auto [tx, rx] = watch::channel(1);
    REQUIRE(tx.send(2));
    CHECK(rx.borrow().has_changed());
    CHECK(rx.has_changed().value());
    {
      auto value = rx.borrow_and_update();
      CHECK(*value == 2);
      CHECK(value.has_changed());
    }
    CHECK_FALSE(rx.borrow_and_update().has_changed());
    CHECK_FALSE(rx.has_changed().value());
    auto changed = test::spawn([&, &rx = rx] { return rx.changed(); });
    CHECK(changed.poll().is_pending());
  }

  TEST_CASE("changed reports what was not seen even when the senders are gone, then the end") {
    auto [first, rx] = watch::channel(1);
    auto changed = test::spawn([&, &rx = rx] { return rx.changed(); });
    {
      auto tx = std::move(first);
      REQUIRE(tx.send(2));
    }
    CHECK(rx.has_changed().has_error());
    CHECK(changed.poll()->has_value());
    CHECK(changed.poll()->has_error());
    CHECK(*rx.borrow() == 2);
  }

  TEST_CASE("the last sender that goes wakes who waits") {
    auto [first, rx] = watch::channel(1);
    auto changed = test::spawn([&, &rx = rx] { return rx.changed(); });
    {
      auto tx = std::move(first);
      auto copy = tx;
      CHECK(tx.sender_count() == 2);
      CHECK(changed.poll().is_pending());
    }
    CHECK(changed.is_woken());
    CHECK(changed.poll()->has_error());
  }

  TEST_CASE("send fails without receivers and does not store, send_replace stores all the same") {
    auto [tx, rx] = watch::channel<std::string>("one");
    {
      auto gone = std::move(rx);
    }
    CHECK(tx.is_closed());
    auto refused = tx.send("two");
    REQUIRE(refused.has_error());
    CHECK(refused.error().into_inner() == "two");
    CHECK(*tx.borrow() == "one");
    CHECK(tx.send_replace("three") == "one");
    CHECK(*tx.borrow() == "three");
  }

  TEST_CASE("send_if_modified tells the receivers only if something changed") {
    auto [tx, rx] = watch::channel(1);
    auto changed = test::spawn([&, &rx = rx] { return rx.changed(); });
    CHECK(changed.poll().is_pending());
    CHECK_FALSE(tx.send_if_modified([](int& value) {
      value = 2;
      return false;
    }));
    CHECK_FALSE(changed.is_woken());
    CHECK(*rx.borrow() == 2);
    tx.send_modify([](int& value) { ++value; });
    CHECK(changed.is_woken());
    CHECK(changed.poll()->has_value());
    CHECK(*rx.borrow() == 3);
  }

  TEST_CASE("an exception in send_modify tells nobody and leaves the channel usable") {
    auto [tx, rx] = watch::channel(1);
    CHECK_THROWS_AS(tx.send_modify([](int&) { throw std::runtime_error("x"); }), std::runtime_error);
    CHECK_FALSE(rx.has_changed().value());
    REQUIRE(tx.send(2));
    CHECK(*rx.borrow_and_update() == 2);
  }

  TEST_CASE("a copy of a receiver has seen what the original has, a subscriber has seen the present value") {
    auto [tx, rx] = watch::channel(1);
    REQUIRE(tx.send(2));
    auto copy = rx;
    auto subscriber = tx.subscribe();
    CHECK(tx.receiver_count() == 3);
    CHECK(copy.has_changed().value());
    CHECK_FALSE(subscriber.has_changed().value());
    CHECK(copy.same_channel(rx));
  }

  TEST_CASE("a copy of a fresh receiver has seen the first value, too") {
    auto [tx, rx] = watch::channel(1);
    auto copy = rx;
    auto changed = test::spawn([&] { return copy.changed(); });
    CHECK(changed.poll().is_pending());
    REQUIRE(tx.send(2));
    CHECK(changed.is_woken());
    CHECK(changed.poll()->has_value());
    CHECK(rx.has_changed().value());  // each has seen what it has seen itself
  }

  TEST_CASE("the value stays while there is a sender, whatever becomes of the receivers") {
    test::Counts counts;
    {
      auto [tx, rx] = watch::channel<test::Counted>(test::Counted(counts, 1));
      {
        const auto gone = std::move(rx);
      }
      CHECK(counts.alive == 1);
      CHECK(tx.borrow()->value == 1);
      CHECK(tx.subscribe().borrow()->value == 1);
      CHECK(tx.receiver_count() == 0);
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("wait_for and a value marked as unseen do not mind that the senders are gone") {
    auto [first, rx] = watch::channel(1);
    {
      const auto gone = std::move(first);
    }
    auto is_one = [](int value) { return value == 1; };
    auto at_once = test::spawn([&, &rx = rx] { return rx.wait_for(is_one); });
    CHECK(**(*at_once.poll()) == 1);
    rx.mark_changed();
    auto changed = test::spawn([&, &rx = rx] { return rx.changed(); });
    CHECK(changed.poll()->has_value());
    CHECK(changed.poll()->has_error());
  }

  TEST_CASE("a value can be marked as seen or unseen") {
    auto [tx, rx] = watch::channel(1);
    rx.mark_changed();
    CHECK(rx.has_changed().value());
    auto changed = test::spawn([&, &rx = rx] { return rx.changed(); });
    CHECK(changed.poll()->has_value());
    REQUIRE(tx.send(2));
    rx.mark_unchanged();
    CHECK(changed.poll().is_pending());
  }

  TEST_CASE("wait_for looks at the present value first and then at each change") {
    auto [first, rx] = watch::channel(1);
    auto is_one = [](int value) { return value == 1; };
    auto at_once = test::spawn([&, &rx = rx] { return rx.wait_for(is_one); });
    CHECK(**(*at_once.poll()) == 1);

    auto is_big = [](int value) { return value > 2; };
    auto later = test::spawn([&, &rx = rx] { return rx.wait_for(is_big); });
    CHECK(later.poll().is_pending());
    REQUIRE(first.send(2));
    CHECK(later.is_woken());
    CHECK(later.poll().is_pending());
    REQUIRE(first.send(3));
    CHECK(**(*later.poll()) == 3);
    CHECK_FALSE(rx.has_changed().value());

    auto never = [](int) { return false; };
    auto end = test::spawn([&, &rx = rx] { return rx.wait_for(never); });
    CHECK(end.poll().is_pending());
    {
      auto gone = std::move(first);
    }
    CHECK(end.is_woken());
    CHECK(end.poll()->has_error());
  }

  TEST_CASE("closed completes when the last receiver goes, and a subscriber reopens") {
    watch::Sender<int> tx(1);
    auto at_once = test::spawn([&] { return tx.closed(); });
    CHECK(at_once.poll().is_ready());
    auto waiting = test::spawn([&] { return tx.closed(); });
    {
      auto rx = tx.subscribe();
      CHECK_FALSE(tx.is_closed());
      CHECK(waiting.poll().is_pending());
      auto copy = rx;
    }
    CHECK(waiting.is_woken());
    CHECK(waiting.poll().is_ready());
  }

  TEST_CASE("a changed that is destroyed marks nothing as seen") {
    auto [tx, rx] = watch::channel(1);
    {
      auto changed = test::spawn([&, &rx = rx] { return rx.changed(); });
      REQUIRE(changed.poll().is_pending());
      REQUIRE(tx.send(2));
      CHECK(changed.is_woken());
    }
    CHECK(rx.has_changed().value());
  }

  TEST_CASE("receivers on other threads see values that only grow, up to the last one") {
    static constexpr int kLast = 5'000;
    auto [first, rx] = watch::channel(0);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([rx = rx]() mutable {
        int seen = 0;
        while (detail::park_on(rx.changed())) {
          const int now = *rx.borrow_and_update();
          REQUIRE(now >= seen);
          seen = now;
        }
        REQUIRE(*rx.borrow() == kLast);
      });
    {
      auto tx = std::move(first);
      for (int i = 1; i <= kLast; ++i) REQUIRE(tx.send(i));
    }
    for (auto& thread : threads) thread.join();
  }

  TEST_CASE("borrow_and_update says whether the value was new") {
    auto [tx, rx] = watch::channel(1);
    CHECK_FALSE(rx.borrow_and_update().has_changed());
    REQUIRE(tx.send(2));
    CHECK(rx.borrow_and_update().has_changed());
    CHECK_FALSE(rx.borrow_and_update().has_changed());
  }

  TEST_CASE("an exception in a predicate or in send_if_modified leaves the channel usable") {
    auto [tx, rx] = watch::channel(1);
    auto throws = [](const int&) -> bool { throw std::runtime_error("no answer"); };
    auto wait = test::spawn([&, &rx = rx] { return rx.wait_for(throws); });
    CHECK_THROWS_AS(static_cast<void>(wait.poll()), std::runtime_error);
    CHECK_THROWS_AS(tx.send_if_modified(throws), std::runtime_error);
    CHECK_FALSE(rx.has_changed().value());
    REQUIRE(tx.send(2));
    CHECK(*rx.borrow() == 2);
  }

  TEST_CASE("the channel stays open until the last copy of the sender goes") {
    auto [tx, rx] = watch::channel(1);
    auto other = tx;
    CHECK(tx.sender_count() == 2);
    CHECK(tx.same_channel(other));
    CHECK(rx.same_channel(tx.subscribe()));
    {
      auto gone = std::move(tx);
    }
    CHECK(rx.has_changed().has_value());
    REQUIRE(other.send(2));
    {
      auto gone = std::move(other);
    }
    CHECK(rx.has_changed().has_error());
    CHECK(*rx.borrow() == 2);
  }
}
