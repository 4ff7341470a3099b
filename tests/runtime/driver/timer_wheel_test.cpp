#include "driver/timer_wheel.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace ferry::detail;

TEST_SUITE("driver.TimerWheel") {
  TEST_CASE("an entry of the past is refused, one of the future is filed") {
    TimerWheel wheel;
    TimerEntry entry;
    entry.tick = 0;
    CHECK_FALSE(wheel.insert(entry));
    entry.tick = 1;
    CHECK(wheel.insert(entry));
    CHECK(wheel.next_tick() == 1);
    CHECK(wheel.pop_expired(0) == nullptr);
    CHECK(wheel.pop_expired(1) == &entry);
    CHECK_FALSE(wheel.next_tick());
  }

  TEST_CASE("a removed entry does not come out") {
    TimerWheel wheel;
    TimerEntry near;
    TimerEntry far;
    near.tick = 5;
    far.tick = 1'000'000;
    REQUIRE(wheel.insert(near));
    REQUIRE(wheel.insert(far));
    wheel.remove(near);
    wheel.remove(far);
    CHECK_FALSE(wheel.next_tick());
    CHECK(wheel.pop_expired(2'000'000) == nullptr);
  }

  TEST_CASE("against a sorted list: any ticks, any steps, insertions in between") {
    std::mt19937_64 random(20200101);
    TimerWheel wheel;
    std::deque<TimerEntry> entries;
    std::vector<std::uint64_t> expected;
    std::vector<std::uint64_t> fired;
    std::uint64_t now = 0;
    for (int round = 0; round < 2000; ++round) {
      for (int i = 0; i < 5; ++i) {
        const std::uint64_t reach = std::uint64_t{1} << (random() % 40);
        TimerEntry& entry = entries.emplace_back();
        entry.tick = now + 1 + random() % reach;
        const std::uint64_t tick = entry.tick;
        REQUIRE(wheel.insert(entry));
        if (random() % 4 == 0)
          wheel.remove(entry);
        else
          expected.push_back(tick);
      }
      const auto next = wheel.next_tick();
      now += 1 + random() % (std::uint64_t{1} << (random() % 30));
      while (TimerEntry* entry = wheel.pop_expired(now)) {
        REQUIRE(entry->tick <= now);
        REQUIRE(next);
        fired.push_back(entry->tick);
      }
    }
    while (TimerEntry* entry = wheel.pop_expired(TimerWheel::kMaxTicks)) fired.push_back(entry->tick);
    CHECK(std::is_sorted(fired.begin(), fired.end()));
    std::sort(expected.begin(), expected.end());
    CHECK(fired == expected);
  }
}
