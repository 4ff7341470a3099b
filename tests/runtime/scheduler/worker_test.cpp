#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

void spin(unsigned turns) {
  for (unsigned i = 0; i < turns; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
}

// Whether `done` held within two seconds, without sleeping.
template <class Done>
bool comes_true(Done&& done) {
  const auto limit = std::chrono::steady_clock::now() + 2s;
  while (!done())
    if (std::chrono::steady_clock::now() > limit) return false;
  return true;
}

}  // namespace

TEST_SUITE("scheduler.CurrentThread") {
  TEST_CASE("tasks run in the order in which they became ready, one that yields goes to the back") {
    const runtime::Runtime rt = test::current_thread();
    std::string order;
    auto twice = [&](char c) -> Task<void> {
      order += c;
      co_await task::yield_now();
      order += c;
    };
    auto body = [&]() -> Task<void> {
      task::JoinSet<void> set;
      for (const char c : {'a', 'b', 'c'}) set.spawn(twice(c));
      auto all = std::move(set).join_all();
      co_await all;
    };
    rt.block_on(body());
    CHECK(order == "abcabc");
  }
}

TEST_SUITE("scheduler.Worker") {
  TEST_CASE("two tasks that wake each other let a third one in between") {
    const runtime::Runtime rt = test::multi_thread(1);
    sync::Notify ping;
    sync::Notify pong;
    bool has_run = false;
    auto third = [&]() -> Task<void> {
      has_run = true;
      co_return;
    };
    auto answers = [&]() -> Task<void> {
      for (;;) {
        co_await ping.notified();
        pong.notify_one();
      }
    };
    auto body = [&]() -> Task<int> {
      task::JoinSet<void> set;
      set.spawn(answers());
      for (int i = 0; i < 10; ++i) {
        ping.notify_one();
        co_await pong.notified();
      }
      set.spawn(third());
      int turns = 0;
      for (; !has_run && turns < 1000; ++turns) {
        ping.notify_one();  // takes the place of the third one as the next
        co_await pong.notified();
      }
      co_await set.shutdown();
      co_return turns;
    };
    const int turns = rt.block_on(rt.spawn(body())).value();
    CHECK(turns > 0);
    CHECK(turns <= 3);
  }

  TEST_CASE("a task is polled by one worker at a time, however many threads wake it") {
    const runtime::Runtime rt = test::multi_thread(4);
    std::mutex mutex;
    Waker waker = Waker::noop();
    std::atomic<bool> is_inside = false;
    std::atomic<bool> is_broken = false;
    std::atomic<int> polls = 0;
    std::atomic<bool> is_over = false;
    auto look = [&](Context& cx) -> Poll<void> {
      if (is_inside.exchange(true)) is_broken = true;
      {
        std::lock_guard lock(mutex);
        waker = cx.waker();
      }
      const int own = ++polls;
      spin(static_cast<unsigned>(own) * 7 % 300);
      is_inside = false;
      if (own < 3000) return pending;
      return Poll<void>::ready();
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
      threads.emplace_back([&] {
        while (!is_over) {
          Waker copy = Waker::noop();
          {
            std::lock_guard lock(mutex);
            copy = waker;
          }
          copy.wake_by_ref();
        }
      });
    CHECK(rt.block_on(rt.spawn(poll_fn(look))).has_value());
    is_over = true;
    for (auto& thread : threads) thread.join();
    CHECK_FALSE(is_broken);
  }

  TEST_CASE("a runtime may go while the thread that woke its last task is still at it") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      for (int round = 0; round < 50; ++round) {
        std::optional<runtime::Runtime> rt = builder.build().value();
        Waker waker = Waker::noop();
        std::atomic<bool> is_waiting = false;
        std::atomic<bool> is_open = false;
        auto gate = [&](Context& cx) -> Poll<void> {
          if (is_open) return Poll<void>::ready();
          waker = cx.waker();
          is_waiting = true;
          return pending;
        };
        // Stays awake, so that nothing but the task itself is waited for.
        auto wait = [](auto gate) -> Task<void> {
          const auto joined = spawn(poll_fn(gate));
          while (!joined.is_finished()) co_await task::yield_now();
        };
        std::thread waking([&] {
          while (!is_waiting) std::this_thread::yield();
          is_open = true;
          std::move(waker).wake();
        });
        CHECK(rt->block_on(rt->spawn(wait(gate))).has_value());
        rt.reset();
        waking.join();
      }
    });
  }

  TEST_CASE("a task that a busy worker has woken runs on another one at once") {
    const runtime::Runtime rt = test::multi_thread();
    auto counted = [](std::atomic<unsigned>& count) -> Task<void> {
      spin(count.fetch_add(1) * 13 % 1200);
      co_return;
    };
    auto busy = [&]() -> Task<void> {
      std::atomic<unsigned> count = 0;
      for (unsigned i = 0; i < 3000; ++i) {
        auto stolen = spawn(counted(count));
        auto runs_next_here = spawn(task::yield_now());
        REQUIRE(comes_true([&] { return count == i + 1; }));
        if (i % 16 == 0) CHECK((co_await runs_next_here).has_value());
      }
    };
    CHECK(rt.block_on(rt.spawn(busy())).has_value());
  }

  TEST_CASE("of two tasks whose timers a busy worker has seen, another one gets one") {
    const runtime::Runtime rt =
        runtime::Builder::new_multi_thread().worker_threads(2).enable_all().event_interval(1).build().value();
    std::atomic<int> running = 0;
    // The worker that waits for the timers is kept from them; the other one sleeps.
    auto hog = [](time::Instant until, time::Instant start) -> Task<void> {
      co_await time::sleep_until(start);
      while (time::Instant::now() < until) {
      }
    };
    auto meet = [](std::atomic<int>& running, time::Instant start) -> Task<bool> {
      co_await time::sleep_until(start);
      ++running;
      co_return comes_true([&] { return running == 2; });
    };
    const time::Instant now = time::Instant::now();
    auto first = rt.spawn(meet(running, now + 20ms));
    auto second = rt.spawn(meet(running, now + 20ms));
    auto hogging = rt.spawn(hog(now + 30ms, now + 10ms));
    CHECK(rt.block_on(first).value());
    CHECK(rt.block_on(second).value());
    CHECK(rt.block_on(hogging).has_value());
  }

  TEST_CASE("a task that is queued from outside while a worker goes to sleep runs at once") {
    for (const std::size_t workers : {1, 2, 4}) {
      const runtime::Runtime rt = test::multi_thread(workers);
      std::atomic<unsigned> count = 0;
      // Ends at all sorts of times after it has been counted, so that the next one comes at all sorts of
      // moments.
      auto counted = [](std::atomic<unsigned>& count) -> Task<void> {
        spin(count.fetch_add(1) * 7 % 1500);
        co_return;
      };
      for (unsigned i = 0; i < 5000; ++i) {
        static_cast<void>(rt.spawn(counted(count)));
        REQUIRE(comes_true([&] { return count == i + 1; }));
      }
    }
  }

  TEST_CASE(
      "a task that runs next because a running one has woken it gets what that one left of its budget") {
    const auto rt = test::multi_thread(1);
    auto [first_in, first] = sync::mpsc::channel<int>(100);
    auto [second_in, second] = sync::mpsc::channel<int>(100);
    for (int i = 0; i < 100; ++i) {
      REQUIRE(first_in.try_send(i).has_value());
      REQUIRE(second_in.try_send(i).has_value());
    }
    sync::Notify woken;
    const auto wait_and_receive = [&]() -> Task<void> {
      co_await woken.notified();
      for (int i = 0; i < 100; ++i) static_cast<void>(co_await second.recv());
    };
    const auto receive_and_wake = [&]() -> Task<void> {
      auto other = spawn(wait_and_receive());
      co_await task::yield_now();
      for (int i = 0; i < 100; ++i) static_cast<void>(co_await first.recv());
      woken.notify_one();
      (co_await other).value();
    };
    rt.block_on(rt.spawn(receive_and_wake())).value();
    CHECK(rt.metrics().budget_forced_yield_count() == 1);
  }
}
