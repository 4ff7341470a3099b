#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "stress/stress.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

/// Alive as long as the coroutine frame that holds it.
class Held {
 public:
  explicit Held(std::atomic<int>& alive) : alive_(&alive) { alive.fetch_add(1); }
  Held(Held&& other) noexcept : alive_(other.alive_) { alive_->fetch_add(1); }
  Held& operator=(Held&&) = delete;
  ~Held() { alive_->fetch_sub(1); }

 private:
  std::atomic<int>* alive_;
};

Task<int> wander(Held, std::uint32_t round, int who) {
  stress::Chance chance(round, who);
  for (unsigned i = chance.below(6); i > 0; --i) {
    if (chance.one_in(5))
      co_await time::sleep(std::chrono::microseconds(chance.below(200)));
    else
      co_await task::yield_now();
  }
  co_return who;
}

Task<void> wander_in(task::Scope& scope, Held held, std::atomic<int>& alive, std::uint32_t round, int who) {
  stress::Chance chance(round, who);
  for (unsigned i = chance.below(6); i > 0; --i) {
    if (chance.one_in(4))
      static_cast<void>(
          scope.spawn(wander_in(scope, Held(alive), alive, round, 2 * who + static_cast<int>(i))));
    if (chance.one_in(5))
      co_await time::sleep(std::chrono::microseconds(chance.below(200)));
    else
      co_await task::yield_now();
    if (chance.one_in(100)) throw std::runtime_error("enough");
  }
}

Task<int> divide(Held held, std::atomic<int>& alive, std::uint32_t round, int who, int levels) {
  stress::Chance chance(round, who);
  if (levels == 0) {
    const int ended = co_await wander(Held(alive), round, who);
    if (chance.one_in(200)) throw std::runtime_error("enough");
    co_return ended == who ? 1 : 0;
  }
  auto both = task::fork_join(divide(Held(alive), alive, round, 2 * who, levels - 1),
                              divide(Held(alive), alive, round, 2 * who + 1, levels - 1));
  if (chance.one_in(20)) {
    auto impatient = stress::impatient(both, chance.below(5));
    const auto ended = co_await impatient;
    co_return ended ? std::get<0>(*ended) + std::get<1>(*ended) : 0;
  }
  const auto ended = co_await both;
  co_return std::get<0>(ended) + std::get<1>(ended);
}

}  // namespace

TEST_SUITE("stress.tasks") {
  TEST_CASE("abort, detach and join at any moment, from any thread: every task ends once and is freed") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr int kTasks = 200;
      std::atomic<int> alive = 0;
      std::vector<task::JoinHandle<int>> handles;
      std::vector<task::AbortHandle> aborts;
      for (int who = 0; who < kTasks; ++who) {
        handles.push_back(rt.spawn(wander(Held(alive), round, who)));
        aborts.push_back(handles.back().abort_handle());
      }
      std::thread aborter([&] {
        stress::Chance chance(round, -1);
        for (const task::AbortHandle& task : aborts)
          if (chance.one_in(2)) task.abort();
      });
      stress::Chance chance(round, -2);
      for (int who = 0; who < kTasks; ++who) {
        auto handle = std::move(handles[static_cast<std::size_t>(who)]);
        if (chance.one_in(3)) continue;  // detached
        const auto joined = rt.block_on(handle);
        CHECK((joined ? *joined == who : joined.error().is_cancelled()));
      }
      aborter.join();
      for (const task::AbortHandle& task : aborts)
        while (!task.is_finished()) std::this_thread::yield();
      // A task is freed a moment after it has finished.
      while (alive != 0) std::this_thread::yield();
    });
  }

  TEST_CASE("a handle awaited by one task after the other wakes the one that waits") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      std::atomic<int> alive = 0;
      auto join = [&](int who, task::JoinHandle<int> handle) -> Task<void> {
        stress::Chance chance(round, who);
        for (;;) {
          auto impatient = stress::impatient(handle, chance.below(3));
          auto joined = co_await impatient;
          if (!joined) continue;
          CHECK(joined->value() == who);
          co_return;
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 100; ++who)
        tasks.spawn_on(join(who, rt.spawn(wander(Held(alive), round, who))), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("a runtime may end at any moment: its tasks are freed, whoever wakes, spawns and sleeps then") {
    stress::for_a_while([](std::uint32_t round) {
      std::atomic<int> alive = 0;
      {
        std::optional<runtime::Runtime> rt(test::multi_thread(3));
        const runtime::Handle handle = rt->handle();
        const auto notify = std::make_shared<sync::Notify>();
        auto spread = [](Held, std::shared_ptr<sync::Notify> notify, std::atomic<int>& alive,
                         std::uint32_t round) -> Task<void> {
          for (int i = 0;; ++i) {
            spawn(wander(Held(alive), round, i));
            auto notified = notify->notified();
            auto impatient = stress::impatient(notified, 2);
            static_cast<void>(co_await impatient);
          }
        };
        for (int i = 0; i < 4; ++i) rt->spawn(spread(Held(alive), notify, alive, round));
        std::atomic<bool> is_over = false;
        std::thread outside([&] {
          for (int i = 0; !is_over; ++i) {
            handle.spawn(wander(Held(alive), round, i));
            notify->notify_one();
            if (i % 8 == 0) handle.spawn_blocking([] {});
          }
        });
        stress::Chance chance(round, 0);
        std::this_thread::sleep_for(std::chrono::microseconds(chance.below(3000)));
        switch (round % 3) {
          case 0:
            rt.reset();
            break;
          case 1:
            std::move(*rt).shutdown_timeout(10s);
            break;
          default:
            std::move(*rt).shutdown_background();
        }
        is_over = true;
        outside.join();
      }
      // After shutdown_background the last worker ends by itself.
      while (alive != 0) std::this_thread::yield();
    });
  }

  TEST_CASE("workers that block hand their queues over, and lose no task") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      std::atomic<int> done = 0;
      auto work = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 5; ++i) {
          if (chance.one_in(3))
            task::block_in_place(
                [&] { std::this_thread::sleep_for(std::chrono::microseconds(chance.below(50))); });
          co_await task::yield_now();
        }
        done.fetch_add(1);
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 40; ++who) tasks.spawn_on(work(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      CHECK(done == 40);
    });
  }

  TEST_CASE("blocking jobs that come in bursts from many threads are all done") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      std::atomic<int> done = 0;
      std::vector<std::thread> threads;
      for (int who = 0; who < 3; ++who)
        threads.emplace_back([&, who] {
          stress::Chance chance(round, who);
          for (int i = 0; i < 40; ++i) {
            auto job = rt.spawn_blocking([&] { done.fetch_add(1); });
            if (chance.one_in(4)) static_cast<void>(rt.block_on(job));
            if (chance.one_in(10)) std::this_thread::sleep_for(20us);
          }
        });
      for (std::thread& thread : threads) thread.join();
      while (done != 120) std::this_thread::yield();
    });
  }

  TEST_CASE("a JoinSet that is dropped, emptied and aborted while its tasks end") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      std::atomic<int> alive = 0;
      auto use = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        task::JoinSet<int> set;
        for (int i = 0; i < 20; ++i) set.spawn(wander(Held(alive), round, i));
        for (unsigned i = chance.below(20); i > 0; --i) {
          auto next = set.join_next();
          auto impatient = stress::impatient(next, chance.below(5));
          static_cast<void>(co_await impatient);
          if (chance.one_in(10)) set.abort_all();
        }
        if (chance.one_in(2)) co_await set.shutdown();
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 6; ++who) tasks.spawn_on(use(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      while (alive != 0) std::this_thread::yield();
    });
  }

  TEST_CASE(
      "a scope that is joined, fails or is given up leaves no child behind, though children spawn others") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto use = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        std::atomic<int> alive = 0;  // the children borrow it
        {
          const auto body = [&](task::Scope& scope) -> Task<void> {
            for (int i = 0; i < 10; ++i)
              static_cast<void>(scope.spawn(wander_in(scope, Held(alive), alive, round, 100 * who + i)));
            co_return;
          };
          auto running = task::scope(body);
          auto impatient = stress::impatient(running, chance.one_in(2) ? chance.below(6) : 1000);
          try {
            static_cast<void>(co_await impatient);
          } catch (const std::runtime_error&) {
          }
        }
        CHECK(alive == 0);
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 6; ++who) tasks.spawn_on(use(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("a fork_join that is joined, fails or is given up leaves no child behind") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto use = [&](int who) -> Task<void> {
        std::atomic<int> alive = 0;  // the children borrow it
        try {
          const int ended = co_await divide(Held(alive), alive, round, who, 5);
          CHECK(ended <= 32);
        } catch (const std::runtime_error&) {
        }
        CHECK(alive == 0);
      };
      task::JoinSet<void> tasks;
      for (int who = 1; who < 4; ++who) tasks.spawn_on(use(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("a TaskTracker waits for all, though tasks are spawned and aborted meanwhile") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      std::atomic<int> alive = 0;
      const task::TaskTracker tracker;
      std::thread other([&] {
        for (int i = 0; i < 50; ++i) {
          auto handle = tracker.spawn_on(wander(Held(alive), round, i), rt.handle());
          if (i % 3 == 0) handle.abort();
        }
        tracker.close();
      });
      auto wait = [&]() -> Task<void> { co_await tracker.wait(); };
      rt.block_on(wait());
      other.join();
      CHECK(tracker.is_empty());
      while (alive != 0) std::this_thread::yield();
    });
  }

  TEST_CASE("timers are made, moved and given up on all workers, and those that are kept fire") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      auto wait = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 10; ++i) {
          auto sleep = time::sleep(std::chrono::microseconds(chance.below(500)));
          auto impatient = stress::impatient(sleep, chance.below(4));
          const bool has_fired = co_await impatient;
          if (has_fired) continue;
          if (chance.one_in(2)) {
            sleep.reset(time::Instant::now() + std::chrono::microseconds(chance.below(300)));
            co_await sleep;
          }
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 20; ++who) tasks.spawn_on(wait(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("a LocalSet's tasks are woken and aborted from all workers") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      task::LocalSet local;
      std::vector<task::AbortHandle> aborts;
      auto wait = [&](sync::oneshot::Receiver<int> from) -> Task<void> { static_cast<void>(co_await from); };
      auto send = [](sync::oneshot::Sender<int> to) -> Task<void> {
        static_cast<void>(std::move(to).send(1));
        co_return;
      };
      stress::Chance chance(round, 0);
      for (int i = 0; i < 60; ++i) {
        auto [sender, receiver] = sync::oneshot::channel<int>();
        auto handle = local.spawn_local(wait(std::move(receiver)));
        if (chance.one_in(4)) aborts.push_back(handle.abort_handle());
        rt.spawn(send(std::move(sender)));
      }
      std::thread aborter([&] {
        for (const task::AbortHandle& task : aborts) task.abort();
      });
      auto all = [&]() -> Task<void> { co_await local; };
      rt.block_on(all());
      aborter.join();
    });
  }
}
