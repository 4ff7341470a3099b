#include <atomic>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>

#include "stress/stress.hpp"

using namespace ferry;

// Each case has tasks on four workers that take and give back, give up half way, and close. What must hold
// then: nobody is inside together with whom it must not be, nothing is lost, and everybody comes to an end.

TEST_SUITE("stress.locks") {
  TEST_CASE("Mutex: one at a time is inside, and nobody waits for one that gave up") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      const sync::Mutex<int> mutex(0);
      std::atomic<int> entered = 0;
      auto use = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 50; ++i) {
          auto locking = mutex.lock();
          if (chance.one_in(3)) {
            auto impatient = stress::impatient(locking, chance.below(3));
            auto guard = co_await impatient;
            if (!guard) continue;
            ++**guard;
            entered.fetch_add(1, std::memory_order_relaxed);
            if (chance.one_in(4)) co_await task::yield_now();
          } else {
            auto guard = co_await locking;
            const int seen = *guard;
            if (chance.one_in(4)) co_await task::yield_now();
            *guard = seen + 1;
            entered.fetch_add(1, std::memory_order_relaxed);
          }
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 8; ++who) tasks.spawn_on(use(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      CHECK(*mutex.try_lock().value() == entered.load());
    });
  }

  TEST_CASE("RwLock: readers see no half of what a writer does") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      struct Pair {
        Pair() noexcept {}
        int first = 0;
        int second = 0;
      };
      const sync::RwLock<Pair> lock{Pair()};
      auto use = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 50; ++i) {
          if (chance.one_in(4)) {
            auto writing = lock.write();
            auto impatient = stress::impatient(writing, chance.patience(20));
            auto guard = co_await impatient;
            if (!guard) continue;
            ++(*guard)->first;
            if (chance.one_in(2)) co_await task::yield_now();
            ++(*guard)->second;
          } else {
            auto reading = lock.read();
            auto impatient = stress::impatient(reading, chance.patience(20));
            auto guard = co_await impatient;
            if (!guard) continue;
            const int first = (*guard)->first;
            if (chance.one_in(2)) co_await task::yield_now();
            CHECK((*guard)->second == first);
          }
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 8; ++who) tasks.spawn_on(use(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      CHECK(lock.try_write().has_value());
    });
  }

  TEST_CASE("Semaphore: no permit is lost or made by those that give up, and closing ends every wait") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      const sync::Semaphore semaphore(4);
      const bool closes = round % 3 == 0;
      auto use = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 50; ++i) {
          if (closes && who == 0 && i == 25) semaphore.close();
          auto acquiring = semaphore.acquire_many(1 + chance.below(4));
          auto impatient = stress::impatient(acquiring, chance.patience(30));
          auto permit = co_await impatient;
          if (permit && permit->has_error()) co_return;  // closed
          if (chance.one_in(2)) co_await task::yield_now();
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 8; ++who) tasks.spawn_on(use(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      CHECK(semaphore.available_permits() == 4);
    });
  }

  TEST_CASE("Notify: a permit that a waiter was given and did not take goes to the next one") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr int kTokens = 200;
      const sync::Notify notify;
      std::atomic<int> sent = 0;
      std::atomic<int> taken = 0;
      std::atomic<bool> is_over = false;
      auto wait = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        while (!is_over) {
          auto notified = notify.notified();
          auto impatient = stress::impatient(notified, chance.below(4));
          const bool was_notified = co_await impatient;
          if (was_notified) taken.fetch_add(1);
        }
      };
      // One permit at a time: the next is given when the last one was taken.
      auto send = [&]() -> Task<void> {
        for (int i = 0; i < kTokens; ++i) {
          sent.fetch_add(1);
          if (i % 2 == 0)
            notify.notify_one();
          else
            notify.notify_last();
          while (taken.load() < sent.load()) co_await task::yield_now();
        }
        is_over = true;
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 3; ++who) tasks.spawn_on(wait(who), rt.handle());
      tasks.spawn_on(send(), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      CHECK(taken == kTokens);
    });
  }

  TEST_CASE("Barrier: everybody meets, and one of each meeting leads") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t) {
      constexpr int kTasks = 5;
      constexpr int kMeetings = 50;
      const sync::Barrier barrier(kTasks);
      std::atomic<int> led = 0;
      std::atomic<int> arrived = 0;
      auto meet = [&]() -> Task<void> {
        for (int meeting = 1; meeting <= kMeetings; ++meeting) {
          arrived.fetch_add(1);
          auto result = co_await barrier.wait();
          CHECK(arrived.load() >= meeting * kTasks);
          if (result.is_leader()) led.fetch_add(1);
        }
      };
      task::JoinSet<void> tasks;
      for (int i = 0; i < kTasks; ++i) tasks.spawn_on(meet(), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      CHECK(led == kMeetings);
    });
  }

  TEST_CASE("OnceCell: one value is made, by somebody who did not give up") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      for (int cells = 0; cells < 20; ++cells) {
        const sync::OnceCell<int> cell;
        std::atomic<int> made = 0;
        auto make = [&]() -> Task<int> {
          co_await task::yield_now();
          co_return made.fetch_add(1) + 1;
        };
        auto use = [&](int who) -> Task<void> {
          stress::Chance chance(round, who + cells);
          if (chance.one_in(2)) {
            auto getting = cell.get_or_init(make);
            auto impatient = stress::impatient(getting, chance.below(3));
            static_cast<void>(co_await impatient);
          }
          auto getting = cell.get_or_init(make);
          const int value = *co_await getting;
          CHECK(value == 1);
        };
        task::JoinSet<void> tasks;
        for (int who = 0; who < 6; ++who) tasks.spawn_on(use(who), rt.handle());
        rt.block_on(std::move(tasks).join_all());
        CHECK(made == 1);
      }
    });
  }

  TEST_CASE("CancellationToken: a cancelled parent reaches every child, whoever comes and goes meanwhile") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      const sync::CancellationToken root;
      auto live = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 30 && !root.is_cancelled(); ++i) {
          const sync::CancellationToken child = root.child_token();
          const sync::CancellationToken grandchild = child.child_token();
          if (chance.one_in(3)) child.cancel();
          auto cancelled = grandchild.cancelled();
          auto impatient = stress::impatient(cancelled, chance.below(4));
          static_cast<void>(co_await impatient);
        }
        const sync::CancellationToken last = root.child_token();
        co_await last.cancelled();
      };
      auto cancel = [&]() -> Task<void> {
        stress::Chance chance(round, 99);
        for (unsigned i = chance.below(100); i > 0; --i) co_await task::yield_now();
        root.cancel();
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 6; ++who) tasks.spawn_on(live(who), rt.handle());
      tasks.spawn_on(cancel(), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }
}
