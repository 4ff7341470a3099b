#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>

#include "stress/stress.hpp"

using namespace ferry;

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

}  // namespace

TEST_SUITE("stress.channels") {
  TEST_CASE("mpsc: what was sent arrives once and in order, though senders and receiver give up and close") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      std::atomic<int> alive = 0;
      std::atomic<int> sent = 0;
      int received = 0;
      const bool closes = round % 2 == 0;
      {
        auto [sender, receiver] = sync::mpsc::channel<Item>(1 + round % 4);
        auto send = [&](int who, sync::mpsc::Sender<Item> to) -> Task<void> {
          stress::Chance chance(round, who);
          for (int number = 0; number < 60; ++number) {
            auto sending = to.send(Item(alive, who, number));
            auto impatient = stress::impatient(sending, chance.patience(12));
            auto result = co_await impatient;
            if (!result) continue;    // given up: the item is gone
            if (!*result) co_return;  // closed: the item came back
            sent.fetch_add(1);
          }
        };
        auto receive = [&]() -> Task<void> {
          stress::Chance chance(round, 99);
          std::map<int, int> last;
          for (;;) {
            auto receiving = receiver.recv();
            auto impatient = stress::impatient(receiving, chance.patience(20));
            auto item = co_await impatient;
            if (!item) continue;
            if (!*item) co_return;
            const auto [place, is_first] = last.try_emplace((*item)->sender, -1);
            CHECK(place->second < (*item)->number);
            place->second = (*item)->number;
            ++received;
            if (closes && received == 30) receiver.close();
          }
        };
        task::JoinSet<void> tasks;
        for (int who = 0; who < 4; ++who) tasks.spawn_on(send(who, sender), rt.handle());
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

  TEST_CASE("mpsc, unbounded: a receiver that goes while threads send leaves no value behind") {
    stress::for_a_while([](std::uint32_t round) {
      std::atomic<int> alive = 0;
      {
        auto [sender, receiver] = sync::mpsc::unbounded_channel<Item>();
        std::vector<std::thread> threads;
        for (int who = 0; who < 3; ++who)
          threads.emplace_back([&alive, who, to = sender] {
            for (int number = 0; number < 300; ++number)
              if (!to.send(Item(alive, who, number))) return;
          });
        stress::Chance chance(round, 0);
        std::optional<sync::mpsc::UnboundedReceiver<Item>> taker(std::move(receiver));
        for (unsigned i = chance.below(500); i > 0; --i) static_cast<void>(taker->try_recv());
        taker.reset();
        for (std::thread& thread : threads) thread.join();
      }
      CHECK(alive == 0);
    });
  }

  TEST_CASE("oneshot: the value arrives or comes back, whoever leaves first") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      std::atomic<int> alive = 0;
      std::atomic<int> accepted = 0;
      std::atomic<int> arrived = 0;
      auto send = [&](int who, sync::oneshot::Sender<Item> to) -> Task<void> {
        stress::Chance chance(round, who);
        for (unsigned i = chance.below(3); i > 0; --i) co_await task::yield_now();
        if (chance.one_in(4)) co_return;
        if (std::move(to).send(Item(alive, who, 0))) accepted.fetch_add(1);
      };
      auto receive = [&](int who, sync::oneshot::Receiver<Item> from) -> Task<void> {
        stress::Chance chance(round, who + 1000);
        auto impatient = stress::impatient(from, chance.patience(6));
        auto result = co_await impatient;
        if (result) {
          if (*result) arrived.fetch_add(1);
          co_return;
        }
        from.close();
        if (auto late = from.try_recv()) arrived.fetch_add(1);
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 100; ++who) {
        auto [sender, receiver] = sync::oneshot::channel<Item>();
        tasks.spawn_on(send(who, std::move(sender)), rt.handle());
        tasks.spawn_on(receive(who, std::move(receiver)), rt.handle());
      }
      rt.block_on(std::move(tasks).join_all());
      CHECK(arrived == accepted);
      CHECK(alive == 0);
    });
  }

  TEST_CASE("broadcast: each receiver sees rising values up to the last one, with gaps that it is told of") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr std::uint64_t kValues = 300;
      auto [sender, first] = sync::broadcast::channel<std::uint64_t>(8);
      auto receive = [&](int who, sync::broadcast::Receiver<std::uint64_t> from) -> Task<void> {
        stress::Chance chance(round, who);
        std::uint64_t next = 0;
        for (;;) {
          auto receiving = from.recv();
          auto impatient = stress::impatient(receiving, chance.patience(6));
          auto value = co_await impatient;
          if (!value) continue;
          if (*value) {
            CHECK(**value == next);
            ++next;
          } else if (value->error().is_closed()) {
            break;
          } else {
            next += value->error().skipped();
          }
        }
        CHECK(next == kValues);
      };
      auto send = [&](sync::broadcast::Sender<std::uint64_t> to) -> Task<void> {
        stress::Chance chance(round, 99);
        for (std::uint64_t value = 0; value < kValues; ++value) {
          static_cast<void>(to.send(value));
          if (chance.one_in(6)) co_await task::yield_now();
          if (chance.one_in(30)) {
            auto comes_and_goes = to.subscribe();
            static_cast<void>(comes_and_goes.try_recv());
          }
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 4; ++who) tasks.spawn_on(receive(who, sender.subscribe()), rt.handle());
      {
        const auto gone = std::move(first);
      }
      tasks.spawn_on(send(std::move(sender)), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }

  TEST_CASE("watch: receivers see rising values, and the last one before the end") {
    stress::for_a_while_on_workers([](const runtime::Runtime& rt, std::uint32_t round) {
      constexpr int kValues = 200;
      auto [sender, first] = sync::watch::channel(0);
      auto receive = [&](int who, sync::watch::Receiver<int> from) -> Task<void> {
        stress::Chance chance(round, who);
        int last = 0;
        for (;;) {
          auto changing = from.changed();
          auto impatient = stress::impatient(changing, chance.patience(6));
          auto changed = co_await impatient;
          if (!changed) continue;
          const int value = *from.borrow_and_update();
          CHECK(value >= last);
          last = value;
          if (!*changed) break;  // the sender has gone
        }
        CHECK(last == kValues);
      };
      auto send = [&](sync::watch::Sender<int> to) -> Task<void> {
        stress::Chance chance(round, 99);
        for (int value = 1; value <= kValues; ++value) {
          static_cast<void>(to.send(value));
          if (chance.one_in(5)) co_await task::yield_now();
        }
      };
      task::JoinSet<void> tasks;
      for (int who = 0; who < 5; ++who) tasks.spawn_on(receive(who, first), rt.handle());
      tasks.spawn_on(send(std::move(sender)), rt.handle());
      rt.block_on(std::move(tasks).join_all());
    });
  }
}
