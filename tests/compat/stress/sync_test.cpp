#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/time.hpp>

#include "stress/stress.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

// Each case has tasks of 0.2 and of 1.x on four workers that share one object. Who waits gives up half way
// now and then, and what can be moved is moved while it waits.

namespace {

/// A value of a channel: whose, and its place in the row. Counts how many exist.
class Item {
 public:
  Item(std::atomic<int>& alive, int sender, int number) : sender(sender), number(number), alive_(&alive) {
    alive.fetch_add(1, std::memory_order_relaxed);
  }
  Item(Item&& other) noexcept : sender(other.sender), number(other.number), alive_(other.alive_) {
    alive_->fetch_add(1, std::memory_order_relaxed);
  }
  Item& operator=(Item&&) = delete;
  ~Item() { alive_->fetch_sub(1, std::memory_order_relaxed); }

  int sender;
  int number;

 private:
  std::atomic<int>* alive_;
};

/// How many are inside at once, of those that may be.
class Inside {
 public:
  explicit Inside(int limit) : limit_(limit) {}
  void enter() { CHECK(inside_.fetch_add(1) < limit_); }
  void leave() { inside_.fetch_sub(1); }

 private:
  std::atomic<int> inside_ = 0;
  const int limit_;
};

/// What it says is ready in `delays` is taken out: that is never early.
class TakeElapsed {
 public:
  using Output = std::size_t;
  explicit TakeElapsed(std::vector<legacy::time::Delay>& delays) : delays_(&delays) {}

  Poll<std::size_t> poll(Context& cx) {
    const std::size_t elapsed = std::erase_if(*delays_, [&](legacy::time::Delay& delay) {
      if (delay.poll(cx).is_pending()) return false;
      CHECK(time::Instant::now() >= delay.deadline());
      return true;
    });
    if (elapsed == 0) return pending;
    return elapsed;
  }

 private:
  std::vector<legacy::time::Delay>* delays_;
};

template <class Sender>
Task<void> send_up_to(int last, Sender to, stress::Chance chance) {
  for (int value = 1; value <= last; ++value) {
    const auto sent = co_await to.send(value);
    CHECK(sent.has_value());
    if (chance.one_in(3)) co_await task::yield_now();
  }
}

}  // namespace

TEST_SUITE("compat.stress") {
  TEST_CASE(
      "watch: receivers of 0.2 are given rising values from the first to the last, beside those of 1.x") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr int kValues = 200;
      auto [sender, first] = legacy::sync::watch::channel(0);
      auto receive = [&](int who, legacy::sync::watch::Receiver<int> from) -> Task<void> {
        stress::Chance chance(round, who);
        int last = -1;
        std::optional<std::optional<int>> value;
        for (;;) {
          if (chance.one_in(2)) {
            auto receiving = from.recv();
            auto impatient = stress::impatient(receiving, chance.below(6));
            value = co_await impatient;
          } else {
            auto receiving = from.next();
            auto impatient = stress::impatient(receiving, chance.below(6));
            value = co_await impatient;
          }
          if (chance.one_in(4)) {
            auto elsewhere = std::move(from);
            from = std::move(elsewhere);
          }
          if (!value) continue;
          if (!*value) break;
          CHECK(**value > last);
          last = **value;
        }
        CHECK(last == kValues);
      };
      auto receive_modern = [&](int who, sync::watch::Receiver<int> from) -> Task<void> {
        stress::Chance chance(round, who);
        int last = -1;
        for (;;) {
          auto changing = from.changed();
          auto impatient = stress::impatient(changing, chance.below(6));
          auto changed = co_await impatient;
          if (!changed) continue;
          if (!*changed) break;
          const int value = *from.borrow_and_update();
          CHECK(value >= last);
          last = value;
        }
        CHECK(last == kValues);
      };
      auto send = [&](legacy::sync::watch::Sender<int> to) -> Task<void> {
        stress::Chance chance(round, 99);
        for (int value = 1; value <= kValues; ++value) {
          if (chance.one_in(2))
            static_cast<void>(to.broadcast(value));
          else
            static_cast<void>(to.send(value));
          if (chance.one_in(5)) co_await task::yield_now();
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 3; ++who) tasks.spawn_on(receive(who, first), rt.handle());
      for (int who = 3; who < 6; ++who) tasks.spawn_on(receive_modern(who, first), rt.handle());
      {
        const auto gone = std::move(first);
      }
      tasks.spawn_on(send(std::move(sender)), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("broadcast: receivers of both see every value, or are told how many they missed") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr std::uint64_t kValues = 300;
      auto [sender, first] = legacy::sync::broadcast::channel<std::uint64_t>(8);
      const auto follow = [](std::uint64_t& next, const auto& value) {
        if (value) {
          CHECK(*value == next);
          ++next;
        } else {
          next += value.error().skipped();
        }
      };
      auto receive = [&](int who, legacy::sync::broadcast::Receiver<std::uint64_t> from) -> Task<void> {
        stress::Chance chance(round, who);
        std::uint64_t next = 0;
        for (;;) {
          auto receiving = from.next();
          auto impatient = stress::impatient(receiving, chance.below(6));
          auto value = co_await impatient;
          if (chance.one_in(4)) {
            auto elsewhere = std::move(from);
            from = std::move(elsewhere);
          }
          if (!value) continue;
          if (!*value) break;
          follow(next, **value);
        }
        CHECK(next == kValues);
      };
      // Gives what it has left over to 1.x, in the midst of its waiting.
      auto receive_modern = [&](int who,
                                legacy::sync::broadcast::Receiver<std::uint64_t> from) -> Task<void> {
        stress::Chance chance(round, who);
        std::uint64_t next = 0;
        {
          auto receiving = from.next();
          auto impatient = stress::impatient(receiving, chance.below(4));
          auto value = co_await impatient;
          if (value && *value) follow(next, **value);
        }
        sync::broadcast::Receiver<std::uint64_t> modern = std::move(from);
        for (;;) {
          auto receiving = modern.recv();
          auto impatient = stress::impatient(receiving, chance.below(6));
          auto value = co_await impatient;
          if (!value) continue;
          if (*value || value->error().is_lagged())
            follow(next, *value);
          else
            break;
        }
        CHECK(next == kValues);
      };
      auto send = [&](legacy::sync::broadcast::Sender<std::uint64_t> to) -> Task<void> {
        stress::Chance chance(round, 99);
        const sync::broadcast::Sender<std::uint64_t> modern = to;
        for (std::uint64_t value = 0; value < kValues; ++value) {
          static_cast<void>(chance.one_in(2) ? to.send(value) : modern.send(value));
          if (chance.one_in(6)) co_await task::yield_now();
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 2; ++who) tasks.spawn_on(receive(who, sender.subscribe()), rt.handle());
      for (int who = 2; who < 5; ++who) tasks.spawn_on(receive_modern(who, sender.subscribe()), rt.handle());
      {
        const auto gone = std::move(first);
      }
      tasks.spawn_on(send(std::move(sender)), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("mpsc: what senders of both send arrives once and in order, at a receiver of 0.2") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      std::atomic<int> alive = 0;
      std::atomic<int> sent = 0;
      int received = 0;
      const bool closes = round % 2 == 0;
      {
        auto [sender, receiver] = legacy::sync::mpsc::channel<Item>(1 + round % 4);
        auto send = [&](int who, legacy::sync::mpsc::Sender<Item> to) -> Task<void> {
          stress::Chance chance(round, who);
          bool is_closed = false;
          for (int number = 0; number < 60 && !is_closed; ++number) {
            if (chance.one_in(3)) {  // has a place, or waits for one, before it knows what to send
              auto reserving = poll_fn([&](Context& cx) { return to.poll_ready(cx); });
              auto impatient = stress::impatient(reserving, chance.below(12));
              auto ready = co_await impatient;
              if (ready && *ready && chance.one_in(4)) CHECK(to.disarm());
            }
            switch (chance.below(3)) {
              case 0: {
                auto sending = to.send(Item(alive, who, number));
                auto impatient = stress::impatient(sending, chance.below(12));
                auto result = co_await impatient;
                if (result && *result) sent.fetch_add(1);
                is_closed = result && !*result;
                break;
              }
              case 1:
                if (to.try_send(Item(alive, who, number))) sent.fetch_add(1);
                break;
              default: {
                auto sending = to.send_timeout(Item(alive, who, number), 100us);
                auto result = co_await sending;
                if (result) sent.fetch_add(1);
                break;
              }
            }
          }
        };
        auto send_modern = [&](int who, sync::mpsc::Sender<Item> to) -> Task<void> {
          stress::Chance chance(round, who);
          for (int number = 0; number < 60; ++number) {
            if (chance.one_in(4)) {
              auto reserving = to.reserve();
              auto permit = co_await reserving;
              if (!permit) co_return;
              if (chance.one_in(4)) continue;
              std::move(*permit).send(Item(alive, who, number));
              sent.fetch_add(1);
              continue;
            }
            auto sending = to.send(Item(alive, who, number));
            auto impatient = stress::impatient(sending, chance.below(12));
            auto result = co_await impatient;
            if (!result) continue;
            if (!*result) co_return;
            sent.fetch_add(1);
          }
        };
        auto receive = [&]() -> Task<void> {
          stress::Chance chance(round, 99);
          std::map<int, int> last;
          const auto take = [&](const Item& item) {
            const auto [place, is_first] = last.try_emplace(item.sender, -1);
            CHECK(place->second < item.number);
            place->second = item.number;
            ++received;
            if (closes && received == 30) receiver.close();
          };
          for (;;) {
            if (chance.one_in(4)) {
              auto item = receiver.try_recv();
              if (item) take(*item);
              continue;
            }
            auto receiving = receiver.next();
            auto impatient = stress::impatient(receiving, chance.below(20));
            auto item = co_await impatient;
            if (!item) continue;
            if (!*item) co_return;
            take(**item);
          }
        };
        task::JoinSet<void> tasks;
        for (int who = 0; who < 3; ++who) tasks.spawn_on(send(who, sender), rt.handle());
        for (int who = 3; who < 5; ++who) tasks.spawn_on(send_modern(who, sender), rt.handle());
        tasks.spawn_on(receive(), rt.handle());
        {
          const auto gone = std::move(sender);
        }
        rt.block_on(std::move(tasks).join_all());
      }
      CHECK(received == sent);
      CHECK(alive == 0);
    });
  }

  TEST_CASE("Semaphore: its permits are as many as they were, whichever API takes and returns them") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      const auto semaphore = std::make_shared<legacy::sync::Semaphore>(3);
      Inside inside(3);
      auto use = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 50; ++i) {
          if (chance.one_in(3)) {
            auto acquiring = legacy::sync::Semaphore::acquire_owned(semaphore);
            auto permit = co_await acquiring;
            inside.enter();
            if (chance.one_in(2)) co_await task::yield_now();
            inside.leave();
          } else {
            auto acquiring = semaphore->acquire();
            auto impatient = stress::impatient(acquiring, chance.below(20));
            auto permit = co_await impatient;
            if (!permit) continue;
            inside.enter();
            if (chance.one_in(2)) co_await task::yield_now();
            inside.leave();
          }
        }
      };
      auto use_modern = [&](int who, const sync::Semaphore& shared) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 50; ++i) {
          auto acquiring = shared.acquire();
          auto impatient = stress::impatient(acquiring, chance.below(20));
          auto permit = co_await impatient;
          if (!permit) continue;
          CHECK(permit->has_value());
          inside.enter();
          if (chance.one_in(2)) co_await task::yield_now();
          inside.leave();
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 4; ++who) tasks.spawn_on(use(who), rt.handle());
      for (int who = 4; who < 8; ++who) tasks.spawn_on(use_modern(who, *semaphore), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      CHECK(semaphore->available_permits() == 3);
    });
  }

  TEST_CASE("RwLock: readers see no half of what a writer of either API does, and Mutex lets one in") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      const legacy::sync::RwLock<std::pair<int, int>> lock(0, 0);
      const legacy::sync::Mutex<int> written(0);
      auto write = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 50; ++i) {
          auto writing = lock.write();
          auto impatient = stress::impatient(writing, chance.below(20));
          auto guard = co_await impatient;
          if (!guard) continue;
          ++(*guard)->first;
          if (chance.one_in(2)) co_await task::yield_now();
          if (chance.one_in(2)) {
            auto part = std::move(*guard).map(&std::pair<int, int>::second);
            ++*part;
          } else {
            ++(*guard)->second;
            guard.reset();
          }
          auto counting = co_await written.lock();
          const int seen = *counting;
          if (chance.one_in(4)) co_await task::yield_now();
          *counting = seen + 1;
        }
      };
      auto use_modern = [&](int who, const sync::RwLock<std::pair<int, int>>& shared) -> Task<void> {
        stress::Chance chance(round, who);
        for (int i = 0; i < 50; ++i) {
          if (chance.one_in(4)) {
            {
              auto guard = co_await shared.write();
              ++guard->first;
              if (chance.one_in(2)) co_await task::yield_now();
              ++guard->second;
            }
            auto counting = co_await written.lock();
            ++*counting;
          } else {
            auto reading = shared.read();
            auto impatient = stress::impatient(reading, chance.below(20));
            auto guard = co_await impatient;
            if (!guard) continue;
            const int first = (*guard)->first;
            if (chance.one_in(2)) co_await task::yield_now();
            CHECK((*guard)->second == first);
          }
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 3; ++who) tasks.spawn_on(write(who), rt.handle());
      for (int who = 3; who < 8; ++who) tasks.spawn_on(use_modern(who, lock), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      auto last = lock.try_write();
      REQUIRE(last.has_value());
      CHECK((*last)->first == *written.try_lock().value());
    });
  }

  TEST_CASE(
      "Notify: a permit of either verb wakes one waiter, and one that it was not taken by passes it on") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr int kTokens = 50;
      const legacy::sync::Notify notify;
      std::atomic<int> sent = 0;
      std::atomic<int> taken = 0;
      std::atomic<bool> is_over = false;
      auto wait = [&](int who, const sync::Notify& shared) -> Task<void> {
        stress::Chance chance(round, who);
        while (!is_over) {
          auto notified = shared.notified();
          auto impatient = stress::impatient(notified, chance.below(4));
          const bool was_notified = co_await impatient;
          if (was_notified) taken.fetch_add(1);
        }
      };
      auto send = [&](const sync::Notify& modern) -> Task<void> {
        for (int i = 0; i < kTokens; ++i) {
          sent.fetch_add(1);
          if (i % 2 == 0)
            notify.notify();
          else
            modern.notify_one();
          while (taken.load() < sent.load()) co_await task::yield_now();
        }
        is_over = true;
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 3; ++who) tasks.spawn_on(wait(who, notify), rt.handle());
      tasks.spawn_on(send(notify), rt.handle());
      rt.block_on(std::move(tasks).join_all());
      CHECK(taken == kTokens);
    });
  }

  TEST_CASE(
      "Delay: each one completes once and not early, though it is moved, reset and given to other tasks") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr std::size_t kDelays = 20;
      using Delays = std::vector<legacy::time::Delay>;
      auto wait_elsewhere = [](Delays delays, std::size_t& elapsed) -> Task<Delays> {
        auto taking = TakeElapsed(delays);
        auto impatient = stress::impatient(taking, 1);
        const auto taken = co_await impatient;
        elapsed += taken.value_or(0);
        co_return delays;
      };
      auto wait = [&](int who) -> Task<void> {
        stress::Chance chance(round, who);
        Delays delays;
        std::size_t elapsed = 0;
        while (elapsed < kDelays) {
          while (elapsed + delays.size() < kDelays)
            delays.push_back(legacy::time::delay_for(std::chrono::microseconds(chance.below(2000))));
          auto taking = TakeElapsed(delays);
          auto first = co_await select(taking, time::sleep(std::chrono::microseconds(chance.below(1000))));
          if (first.index() == 0) elapsed += get<0>(first);
          switch (chance.below(4)) {
            case 0:
              std::ranges::reverse(delays);
              break;
            case 1:
              if (!delays.empty()) delays.back().reset(time::Instant::now() + 500us);
              break;
            case 2: {
              auto handle = rt.spawn(wait_elsewhere(std::move(delays), elapsed));
              delays = (co_await handle).value();
              break;
            }
            default:
              if (!delays.empty()) delays.erase(delays.begin());  // given up, and made again
              break;
          }
        }
        CHECK(elapsed == kDelays);
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 6; ++who) tasks.spawn_on(wait(who), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("select: nothing is lost by the branches that were not first, of either API") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr int kValues = 100;
      auto [old_sender, old_receiver] = legacy::sync::mpsc::channel<int>(2);
      auto [sender, receiver] = sync::mpsc::channel<int>(2);
      auto [publish, watched] = legacy::sync::watch::channel(0);
      auto publish_all = [&](legacy::sync::watch::Sender<int> to) -> Task<void> {
        for (int value = 1; value <= kValues; ++value) {
          static_cast<void>(to.broadcast(value));
          co_await task::yield_now();
        }
      };
      auto receive = [&]() -> Task<void> {
        stress::Chance chance(round, 99);
        int last_old = 0;
        int last = 0;
        int last_watched = -1;
        bool has_old = true;
        bool has_modern = true;
        bool has_watched = true;
        auto delay = legacy::time::delay_for(100us);
        while (has_old || has_modern || has_watched) {
          auto old_next = old_receiver.next();
          auto watched_next = watched.next();
          auto first = co_await legacy::select(when(has_old, old_next), when(has_modern, receiver.recv()),
                                               when(has_watched, watched_next), delay);
          if (first.index() == 0) {
            has_old = get<0>(first).has_value();
            if (has_old) CHECK(*get<0>(first) == ++last_old);
          } else if (first.index() == 1) {
            has_modern = get<1>(first).has_value();
            if (has_modern) CHECK(*get<1>(first) == ++last);
          } else if (first.index() == 2) {
            has_watched = get<2>(first).has_value();
            if (has_watched) CHECK(*get<2>(first) > std::exchange(last_watched, *get<2>(first)));
          } else {
            delay.reset(time::Instant::now() + 100us);
          }
        }
        CHECK(last_old == kValues);
        CHECK(last == kValues);
        CHECK(last_watched == kValues);
      };
      task::JoinSet<void> tasks;
      tasks.spawn_on(send_up_to(kValues, std::move(old_sender), stress::Chance(round, 0)), rt.handle());
      tasks.spawn_on(send_up_to(kValues, std::move(sender), stress::Chance(round, 1)), rt.handle());
      tasks.spawn_on(publish_all(std::move(publish)), rt.handle());
      tasks.spawn_on(receive(), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }
}
