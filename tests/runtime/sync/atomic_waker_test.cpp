#include <atomic>
#include <thread>

#include <doctest/doctest.h>
#include <ferry/detail/atomic_waker.hpp>
#include <ferry/detail/thread_park.hpp>

#include "support/spawn.hpp"

using namespace ferry;

TEST_SUITE("sync.AtomicWaker") {
  TEST_CASE("the registered waker is called once") {
    detail::AtomicWaker slot;
    test::WakeCounter wakes;
    slot.wake();
    slot.register_waker(wakes.waker());
    CHECK(wakes.count() == 0);
    slot.wake();
    slot.wake();
    CHECK(wakes.count() == 1);
  }

  TEST_CASE("a later registration replaces an earlier one") {
    detail::AtomicWaker slot;
    test::WakeCounter old_wakes;
    test::WakeCounter new_wakes;
    slot.register_waker(old_wakes.waker());
    slot.register_waker(new_wakes.waker());
    slot.wake();
    CHECK(old_wakes.count() == 0);
    CHECK(new_wakes.count() == 1);
  }

  TEST_CASE("who registers and looks again misses no wake") {
    detail::AtomicWaker slot;
    std::atomic<int> published{0};
    constexpr int kLast = 20'000;
    auto wait_for_more = [&](int seen) {
      return poll_fn([&, seen](Context& cx) -> Poll<int> {
        if (const int now = published; now != seen) return now;
        slot.register_waker(cx.waker());
        if (const int now = published; now != seen) return now;
        return pending;
      });
    };
    std::thread other([&] {
      for (int i = 1; i <= kLast; ++i) {
        published = i;
        slot.wake();
      }
    });
    int seen = 0;
    while (seen != kLast) {
      auto more = wait_for_more(seen);
      seen = detail::park_on(more);
    }
    other.join();
    CHECK(seen == published);
  }
}
