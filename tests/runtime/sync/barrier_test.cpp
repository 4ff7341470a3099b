#include <atomic>
#include <thread>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/pin.hpp>
#include <ferry/sync/barrier.hpp>

#include "support/spawn.hpp"

using namespace ferry;
using sync::Barrier;

static_assert(Future<Barrier::Wait> && !std::is_move_constructible_v<Barrier::Wait>);
static_assert(std::is_same_v<Barrier::Wait::Output, sync::BarrierWaitResult>);

namespace {

// Whether it is ready, and as the leader.
enum class Saw : unsigned char { Pending, Leader, Follower };
Saw look(test::Spawn<Barrier::Wait>& wait) {
  auto polled = wait.poll();
  if (polled.is_pending()) return Saw::Pending;
  return polled->is_leader() ? Saw::Leader : Saw::Follower;
}

}  // namespace

TEST_SUITE("sync.Barrier") {
  TEST_CASE("a barrier for none or for one lets everybody through as a leader") {
    for (const std::size_t n : {0, 1}) {
      const Barrier barrier(n);
      for (int i = 0; i < 3; ++i) {
        auto wait = test::spawn([&] { return barrier.wait(); });
        CHECK(look(wait) == Saw::Leader);
      }
    }
  }

  TEST_CASE("the last one that comes leads and lets the others go on") {
    const Barrier barrier(3);
    auto first = test::spawn([&] { return barrier.wait(); });
    auto second = test::spawn([&] { return barrier.wait(); });
    auto third = test::spawn([&] { return barrier.wait(); });
    CHECK(look(first) == Saw::Pending);
    CHECK(look(second) == Saw::Pending);
    CHECK_FALSE(first.is_woken());
    CHECK(look(third) == Saw::Leader);
    CHECK(first.is_woken());
    CHECK(second.is_woken());
    CHECK(look(first) == Saw::Follower);
    CHECK(look(second) == Saw::Follower);
  }

  TEST_CASE("a barrier is used again and again, with one leader each time") {
    const Barrier barrier(2);
    for (int i = 0; i < 5; ++i) {
      auto first = test::spawn([&] { return barrier.wait(); });
      auto second = test::spawn([&] { return barrier.wait(); });
      CHECK(look(first) == Saw::Pending);
      CHECK(look(second) == Saw::Leader);
      CHECK(look(first) == Saw::Follower);
    }
  }

  TEST_CASE("who comes for the next round waits for it, also while the last one goes on") {
    const Barrier barrier(2);
    auto first = test::spawn([&] { return barrier.wait(); });
    auto second = test::spawn([&] { return barrier.wait(); });
    REQUIRE(look(first) == Saw::Pending);
    REQUIRE(look(second) == Saw::Leader);
    auto next = test::spawn([&] { return barrier.wait(); });
    CHECK(look(next) == Saw::Pending);
    CHECK(look(first) == Saw::Follower);  // has slept through the start of the next round
    CHECK(look(next) == Saw::Pending);
  }

  TEST_CASE("a wait that was never polled has not arrived") {
    const Barrier barrier(2);
    {
      auto unused = barrier.wait();
    }
    auto first = test::spawn([&] { return barrier.wait(); });
    CHECK(look(first) == Saw::Pending);
  }

  TEST_CASE("a wait destroyed after it has arrived counts all the same") {
    const Barrier barrier(3);
    auto first = test::spawn([&] { return barrier.wait(); });
    REQUIRE(look(first) == Saw::Pending);
    {
      auto cancelled = test::spawn([&] { return barrier.wait(); });
      REQUIRE(look(cancelled) == Saw::Pending);
    }
    auto third = test::spawn([&] { return barrier.wait(); });
    CHECK(look(third) == Saw::Leader);
    CHECK(look(first) == Saw::Follower);
  }

  TEST_CASE("more tasks than fit into one batch are woken") {
    const Barrier barrier(101);
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    std::vector<Pin<Barrier::Wait>> waiting;
    for (int i = 0; i < 100; ++i) {
      waiting.push_back(pin([&] { return barrier.wait(); }));
      Context cx(waker);
      REQUIRE(waiting.back().poll(cx).is_pending());
    }
    auto last = test::spawn([&] { return barrier.wait(); });
    CHECK(look(last) == Saw::Leader);
    CHECK(wakes.count() == 100);
  }

  TEST_CASE("threads that meet see what all did before, and one of them leads") {
    constexpr int kThreads = 4;
    constexpr int kRounds = 1'000;
    const Barrier barrier(kThreads);
    int written[kThreads] = {};
    std::atomic<int> leaders{0};
    std::atomic<bool> is_behind{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        for (int round = 1; round <= kRounds; ++round) {
          written[t] = round;
          if (detail::park_on(barrier.wait()).is_leader()) ++leaders;
          for (const int other : written)
            if (other != round) is_behind = true;
          static_cast<void>(detail::park_on(barrier.wait()));  // everybody has looked
        }
      });
    for (auto& thread : threads) thread.join();
    CHECK(leaders == kRounds);
    CHECK_FALSE(is_behind);
  }
}
