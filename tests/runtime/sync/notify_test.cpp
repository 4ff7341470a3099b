#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/pin.hpp>
#include <ferry/sync/notify.hpp>

#include "support/spawn.hpp"

using namespace ferry;
using sync::Notify;

static_assert(Future<Notify::Notified> && Future<sync::OwnedNotified>);
static_assert(!std::is_move_constructible_v<Notify::Notified> &&
              !std::is_copy_constructible_v<Notify::Notified>);
static_assert(!std::is_aggregate_v<Notify::Notified>);

namespace {

constinit Notify global;  // Tokio's const_new

}  // namespace

TEST_SUITE("sync.Notify") {
  TEST_CASE("notify_one wakes the task that has waited longest") {
    const Notify notify;
    auto first = test::spawn([&] { return notify.notified(); });
    auto second = test::spawn([&] { return notify.notified(); });
    REQUIRE(first.poll().is_pending());
    REQUIRE(second.poll().is_pending());
    notify.notify_one();
    CHECK(first.is_woken());
    CHECK_FALSE(second.is_woken());
    CHECK(first.poll().is_ready());
    CHECK(second.poll().is_pending());
  }

  TEST_CASE("notify_last wakes the task that came last") {
    Notify notify;
    auto first = test::spawn([&] { return notify.notified(); });
    auto second = test::spawn([&] { return notify.notified(); });
    REQUIRE(first.poll().is_pending());
    REQUIRE(second.poll().is_pending());
    notify.notify_last();
    CHECK(second.is_woken());
    CHECK_FALSE(first.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("one permit is stored, not two") {
    Notify notify;
    notify.notify_one();
    notify.notify_one();
    auto first = test::spawn([&] { return notify.notified(); });
    auto second = test::spawn([&] { return notify.notified(); });
    CHECK(first.poll().is_ready());
    CHECK(second.poll().is_pending());
  }

  TEST_CASE("notify_waiters completes every Notified that exists and stores nothing") {
    Notify notify;
    auto polled = test::spawn([&] { return notify.notified(); });
    auto unpolled = test::spawn([&] { return notify.notified(); });
    REQUIRE(polled.poll().is_pending());
    notify.notify_waiters();
    CHECK(polled.is_woken());
    CHECK(polled.poll().is_ready());
    CHECK(unpolled.poll().is_ready());
    auto later = test::spawn([&] { return notify.notified(); });
    CHECK(later.poll().is_pending());
  }

  TEST_CASE("a stored permit outlives notify_waiters") {
    Notify notify;
    notify.notify_one();
    notify.notify_waiters();
    auto waiter = test::spawn([&] { return notify.notified(); });
    CHECK(waiter.poll().is_ready());
  }

  TEST_CASE("notify_waiters wakes more tasks than fit into one batch") {
    Notify notify;
    std::vector<Pin<Notify::Notified>> waiters;
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    for (int i = 0; i < 100; ++i) waiters.push_back(pin([&] { return notify.notified(); }));
    for (auto& waiter : waiters) {
      Context cx(waker);
      REQUIRE(waiter.poll(cx).is_pending());
    }
    notify.notify_waiters();
    CHECK(wakes.count() == 100);
    for (auto& waiter : waiters) {
      Context cx(waker);
      CHECK(waiter.poll(cx).is_ready());
    }
  }

  TEST_CASE("a waiter destroyed after being chosen passes the wake-up on") {
    Notify notify;
    auto second = test::spawn([&] { return notify.notified(); });
    {
      auto first = test::spawn([&] { return notify.notified(); });
      REQUIRE(first.poll().is_pending());
      REQUIRE(second.poll().is_pending());
      notify.notify_one();  // chooses `first`, which is destroyed before it runs
      CHECK_FALSE(second.is_woken());
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("a waiter chosen by notify_last passes the wake-up on to the last one") {
    Notify notify;
    auto first = test::spawn([&] { return notify.notified(); });
    auto second = test::spawn([&] { return notify.notified(); });
    REQUIRE(first.poll().is_pending());
    REQUIRE(second.poll().is_pending());
    {
      auto third = test::spawn([&] { return notify.notified(); });
      REQUIRE(third.poll().is_pending());
      notify.notify_last();
      CHECK(third.is_woken());
    }
    CHECK(second.is_woken());
    CHECK_FALSE(first.is_woken());
  }

  TEST_CASE("a waiter destroyed after being chosen leaves the permit when nobody else waits") {
    Notify notify;
    {
      auto first = test::spawn([&] { return notify.notified(); });
      REQUIRE(first.poll().is_pending());
      notify.notify_one();
    }
    auto next = test::spawn([&] { return notify.notified(); });
    CHECK(next.poll().is_ready());
  }

  TEST_CASE("a waiter destroyed after notify_waiters passes nothing on") {
    Notify notify;
    {
      auto first = test::spawn([&] { return notify.notified(); });
      REQUIRE(first.poll().is_pending());
      notify.notify_waiters();
      CHECK(first.is_woken());
    }
    auto next = test::spawn([&] { return notify.notified(); });
    CHECK(next.poll().is_pending());
  }

  TEST_CASE("a waiter that got both notifications gives the permit to the next one") {
    Notify notify;
    auto first = test::spawn([&] { return notify.notified(); });
    REQUIRE(first.poll().is_pending());
    notify.notify_one();
    notify.notify_waiters();
    CHECK(first.poll().is_ready());
    auto next = test::spawn([&] { return notify.notified(); });
    CHECK(next.poll().is_ready());
  }

  TEST_CASE("a destroyed waiter no longer takes part") {
    Notify notify;
    {
      auto first = test::spawn([&] { return notify.notified(); });
      REQUIRE(first.poll().is_pending());
    }
    notify.notify_one();
    auto next = test::spawn([&] { return notify.notified(); });
    CHECK(next.poll().is_ready());
  }

  TEST_CASE("enable takes a place in the queue, or the permit") {
    Notify notify;
    auto first = test::spawn([&] { return notify.notified(); });
    auto second = test::spawn([&] { return notify.notified(); });
    CHECK_FALSE(first->enable());
    REQUIRE(second.poll().is_pending());
    notify.notify_one();
    CHECK_FALSE(second.is_woken());
    CHECK(first.poll().is_ready());

    notify.notify_one();  // for `second`
    notify.notify_one();
    auto third = test::spawn([&] { return notify.notified(); });
    CHECK(third->enable());
    CHECK(third.poll().is_ready());
  }

  TEST_CASE("enabling a waiter that was polled keeps its waker") {
    Notify notify;
    auto waiter = test::spawn([&] { return notify.notified(); });
    REQUIRE(waiter.poll().is_pending());
    CHECK_FALSE(waiter->enable());
    notify.notify_one();
    CHECK(waiter.is_woken());
    CHECK(waiter->enable());
  }

  TEST_CASE("only the waker of the latest poll counts") {
    Notify notify;
    test::WakeCounter old_wakes;
    test::WakeCounter new_wakes;
    auto waiter = notify.notified();
    for (const Waker& waker : {old_wakes.waker(), new_wakes.waker()}) {
      Context cx(waker);
      REQUIRE(waiter.poll(cx).is_pending());
    }
    notify.notify_one();
    CHECK(old_wakes.count() == 0);
    CHECK(new_wakes.count() == 1);
  }

  TEST_CASE("an owned waiter keeps its Notify alive") {
    auto notify = std::make_shared<const Notify>();
    const std::weak_ptr<const Notify> watched = notify;
    {
      auto waiter = test::spawn([&] { return Notify::notified_owned(notify); });
      REQUIRE(waiter.poll().is_pending());
      notify->notify_one();
      notify.reset();
      CHECK_FALSE(watched.expired());
      CHECK(waiter.poll().is_ready());
    }
    CHECK(watched.expired());
  }

  TEST_CASE("two threads hand a turn to each other without losing one") {
    constexpr int kTurns = 20'000;
    const Notify ping;
    const Notify pong;
    std::thread other([&] {
      for (int i = 0; i < kTurns; ++i) {
        detail::park_on(ping.notified());
        pong.notify_one();
      }
    });
    for (int i = 0; i < kTurns; ++i) {
      ping.notify_one();
      detail::park_on(pong.notified());
    }
    other.join();
  }

  TEST_CASE("permits are neither lost nor doubled while waiters come and go on many threads") {
    constexpr int kThreads = 3;
    constexpr int kRounds = 5'000;
    const Notify notify;
    std::atomic<int> taken{0};
    std::atomic<bool> is_over{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&] {
        test::WakeCounter wakes;
        const Waker waker = wakes.waker();
        for (int i = 0; !is_over; ++i) {
          auto waiter = notify.notified();
          Context cx(waker);
          bool is_ready = waiter.poll(cx).is_ready();
          if (!is_ready && i % 2 == 0) is_ready = waiter.poll(cx).is_ready();
          if (is_ready) ++taken;  // otherwise it is cancelled, perhaps after being chosen
        }
      });
    // On a busy machine a round may take a time slice: the threads that come and go never sleep.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    int rounds = 0;
    for (; rounds < kRounds && std::chrono::steady_clock::now() < deadline; ++rounds) {
      const int before = taken;
      notify.notify_one();
      while (taken == before) std::this_thread::yield();
    }
    is_over = true;
    for (auto& thread : threads) thread.join();
    CHECK(taken == rounds);
  }

  TEST_CASE("notify_waiters reaches every waiter while others cancel") {
    const Notify notify;
    std::atomic<int> finished{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, t] {
        test::WakeCounter wakes;
        const Waker waker = wakes.waker();
        for (int i = 0; i < 2'000; ++i) {
          {
            auto cancelled = notify.notified();
            Context cx(waker);
            static_cast<void>(cancelled.poll(cx));
          }
          if (t == 0) detail::park_on(notify.notified());
        }
        ++finished;
      });
    while (finished < 3) {
      notify.notify_waiters();
      std::this_thread::yield();
    }
    for (auto& thread : threads) thread.join();
  }

  TEST_CASE("an owned waiter that was chosen and goes passes the wake-up on") {
    auto notify = std::make_shared<const Notify>();
    auto second = test::spawn([&] { return Notify::notified_owned(notify); });
    {
      auto first = test::spawn([&] { return Notify::notified_owned(notify); });
      REQUIRE(first.poll().is_pending());
      REQUIRE(second.poll().is_pending());
      notify->notify_one();
      CHECK(first.is_woken());
      CHECK_FALSE(second.is_woken());
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("an owned waiter takes a stored permit, or a place in the queue") {
    auto notify = std::make_shared<const Notify>();
    auto first = test::spawn([&] { return Notify::notified_owned(notify); });
    auto second = test::spawn([&] { return Notify::notified_owned(notify); });
    notify->notify_last();
    CHECK((*first).enable());
    CHECK_FALSE((*second).enable());
    notify->notify_waiters();
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("a global Notify needs no start-up code") {
    global.notify_one();
    auto notified = test::spawn([] { return global.notified(); });
    CHECK(notified.poll().is_ready());
  }
}
