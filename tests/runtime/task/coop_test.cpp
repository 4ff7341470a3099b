#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
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
#include "support/spawn.hpp"

using namespace ferry;

namespace {

// Gives an item at a time while there are any; one that finds none has used no budget.
class Queue {
 public:
  using Output = int;
  explicit Queue(int items) noexcept : items_(items) {}
  Poll<int> poll(Context& cx) {
    auto budget = task::coop::poll_proceed(cx);
    if (budget.is_pending()) return pending;
    if (items_ == 0) return pending;
    budget->made_progress();
    return items_--;
  }

 private:
  int items_;
};

// Ready at once, without regard for the budget.
class Greedy {
 public:
  using Output = void;
  Greedy() noexcept {}
  Poll<void> poll(Context&) { return Poll<void>::ready(); }
};

// Whether a future that could be ready lets others run while the budget is spent, and then uses one unit of
// it.
template <Future F>
bool waits_for_budget(F&& ready) {
  test::WakeCounter wakes;
  const Waker waker = wakes.waker();
  Context spent(waker, 0);
  if (ready.poll(spent).is_ready() || wakes.count() != 1) return false;
  Context fresh(waker, 1);
  return ready.poll(fresh).is_ready() && !fresh.has_budget_remaining();
}

}  // namespace

TEST_SUITE("task.coop") {
  TEST_CASE("tasks that have finished are joined within the budget") {
    const runtime::Runtime rt = test::paused();
    auto value = []() -> Task<int> { co_return 4; };
    auto handle = rt.spawn(value());
    task::JoinSet<int> set;
    set.spawn_on(value(), rt.handle());
    task::JoinMap<int, int> map;
    map.spawn_on(1, value(), rt.handle());
    rt.block_on(task::yield_now());
    CHECK(waits_for_budget(handle));
    CHECK(waits_for_budget(set.join_next()));
    CHECK(waits_for_budget(map.join_next()));
    CHECK(map.is_empty());
  }

  TEST_CASE("timers that are due fire within the budget") {
    const runtime::Runtime rt = test::paused();
    const auto guard = rt.enter();
    CHECK(waits_for_budget(time::sleep(std::chrono::seconds(0))));
    auto ticks = time::interval(std::chrono::seconds(1));
    CHECK(waits_for_budget(ticks.tick()));
  }

  TEST_CASE("channels give and take within the budget") {
    auto [tx, rx] = sync::mpsc::channel<int>(4);
    CHECK(waits_for_budget(tx.send(1)));
    CHECK(waits_for_budget(tx.reserve()));
    CHECK(waits_for_budget(rx.recv()));
    REQUIRE(tx.try_send(1));
    std::vector<int> values;
    CHECK(waits_for_budget(rx.recv_many(values, 2)));
    CHECK(values == std::vector{1});
    rx.close();
    CHECK(waits_for_budget(tx.closed()));

    auto [once_tx, once_rx] = sync::oneshot::channel<int>();
    REQUIRE(std::move(once_tx).send(1));
    CHECK(waits_for_budget(once_rx));
    auto [refused_tx, refused_rx] = sync::oneshot::channel<int>();
    refused_rx.close();
    CHECK(waits_for_budget(refused_tx.closed()));

    auto [all_tx, all_rx] = sync::broadcast::channel<int>(4);
    REQUIRE(all_tx.send(1).has_value());
    CHECK(waits_for_budget(all_rx.recv()));
    {
      const auto gone = std::move(all_rx);
    }
    CHECK(waits_for_budget(all_tx.closed()));

    auto [latest_tx, latest_rx] = sync::watch::channel(1);
    REQUIRE(latest_tx.send(2));
    CHECK(waits_for_budget(latest_rx.changed()));
    {
      const auto gone = std::move(latest_rx);
    }
    CHECK(waits_for_budget(latest_tx.closed()));
  }

  TEST_CASE("locks and notifications are had within the budget") {
    const sync::Mutex<int> mutex(1);
    CHECK(waits_for_budget(mutex.lock()));
    const sync::RwLock<int> lock(1);
    CHECK(waits_for_budget(lock.read()));
    CHECK(waits_for_budget(lock.write()));
    const sync::Semaphore semaphore(2);
    CHECK(waits_for_budget(semaphore.acquire_many(2)));
    CHECK(semaphore.available_permits() == 2);
    const sync::Notify notify;
    notify.notify_one();
    CHECK(waits_for_budget(notify.notified()));
    const sync::OnceCell<int> cell(3);
    auto make = []() -> Task<int> { co_return 4; };
    CHECK(waits_for_budget(cell.get_or_init(make)));
    const sync::SetOnce<int> once(3);
    CHECK(waits_for_budget(once.wait()));
    const sync::CancellationToken token;
    token.cancel();
    CHECK(waits_for_budget(token.cancelled()));
  }

  TEST_CASE("consume_budget lets others run when the budget is spent") {
    int turns = 0;
    auto body = [&]() -> Task<void> {
      for (;;) {
        co_await task::consume_budget();
        ++turns;
      }
    };
    auto polled = test::spawn([&] { return body(); });
    CHECK(polled.poll().is_pending());
    CHECK(polled.is_woken());
    CHECK(turns == Context::kBudget);
    CHECK(polled.poll().is_pending());
    CHECK(turns == 2 * Context::kBudget);
  }

  TEST_CASE("an unconstrained future uses no budget") {
    int turns = 0;
    auto busy = [&]() -> Task<void> {
      for (int i = 0; i < 1000; ++i, ++turns) co_await task::consume_budget();
    };
    auto body = [&]() -> Task<void> {
      co_await task::unconstrained(busy());
      auto named = busy();
      co_await task::unconstrained(named);
    };
    auto polled = test::spawn([&] { return body(); });
    CHECK(polled.poll().is_ready());
    CHECK(turns == 2000);
  }

  TEST_CASE("a cooperative future uses one unit when it is ready, none when it is pending") {
    int turns = 0;
    auto greedy = [&]() -> Task<void> {
      for (;; ++turns) co_await task::cooperative(Greedy());
    };
    auto polled = test::spawn([&] { return greedy(); });
    CHECK(polled.poll().is_pending());
    CHECK(polled.is_woken());
    CHECK(turns == Context::kBudget);

    const Waker& waker = Waker::noop();
    Context cx(waker, 1);
    auto never = [](Context&) -> Poll<void> { return pending; };
    auto waiting = task::cooperative(poll_fn(never));
    CHECK(waiting.poll(cx).is_pending());
    CHECK(cx.has_budget_remaining());
    auto ready = task::cooperative(Greedy());
    CHECK(ready.poll(cx).is_ready());
    CHECK_FALSE(cx.has_budget_remaining());
    CHECK(ready.poll(cx).is_pending());
  }

  TEST_CASE("a leaf that made no progress gets its unit back") {
    const Waker& waker = Waker::noop();
    Context cx(waker, 1);
    Queue empty(0);
    for (int i = 0; i < 3; ++i) {
      CHECK(empty.poll(cx).is_pending());
      CHECK(cx.has_budget_remaining());
    }
    Queue full(2);
    CHECK(*full.poll(cx) == 2);
    CHECK_FALSE(cx.has_budget_remaining());
    CHECK(full.poll(cx).is_pending());
  }

  TEST_CASE("a leaf without budget is pending and woken, and takes nothing") {
    auto polled = test::spawn([] {
      return poll_fn([full = Queue(3), turn = 0](Context& cx) mutable -> Poll<int> {
        Context spent(cx.waker(), turn++ == 0 ? 0 : 1);
        return full.poll(spent);
      });
    });
    CHECK(polled.poll().is_pending());
    CHECK(polled.is_woken());
    CHECK(*polled.poll() == 3);
  }

  TEST_CASE("progress that is reported twice, or after a leaf inside has used the budget up, costs no more") {
    const Waker& waker = Waker::noop();
    Context two(waker, 2);
    auto budget = task::coop::poll_proceed(two);
    REQUIRE(budget.is_ready());
    budget->made_progress();
    budget->made_progress();
    CHECK(two.has_budget_remaining());
    auto last = task::coop::poll_proceed(two);
    REQUIRE(last.is_ready());
    last->made_progress();
    CHECK_FALSE(two.has_budget_remaining());
    CHECK(task::coop::poll_proceed(two).is_pending());

    auto around = test::spawn([] {
      return poll_fn([inside = Queue(1)](Context& cx) mutable -> Poll<int> {
        Context one(cx.waker(), 1);
        auto outer = task::coop::poll_proceed(one);
        auto polled = inside.poll(one);
        outer->made_progress();
        return polled;
      });
    });
    CHECK(around.poll().is_ready());
    CHECK_FALSE(around.is_woken());
  }

  TEST_CASE("a task's leaves share its budget, whichever way they ask for it") {
    int taken = 0;
    auto body = [&]() -> Task<void> {
      Queue items(1000);
      for (;;) {
        co_await items;
        ++taken;
        co_await task::coop::consume_budget();
      }
    };
    auto polled = test::spawn([&] { return body(); });
    CHECK(polled.poll().is_pending());
    CHECK(polled.is_woken());
    CHECK(taken == Context::kBudget / 2);
  }

  TEST_CASE("the future of block_on has a budget, too") {
    const runtime::Runtime rt = test::current_thread();
    bool other_has_run = false;
    auto other = [&]() -> Task<void> {
      other_has_run = true;
      co_return;
    };
    auto body = [&]() -> Task<std::uint32_t> {
      static_cast<void>(spawn(other()));
      std::uint32_t turns = 0;
      for (; !other_has_run && turns < 100'000; ++turns) co_await task::consume_budget();
      co_return turns;
    };
    CHECK(rt.block_on(body()) == Context::kBudget + 1);
  }

  TEST_CASE("has_budget_remaining speaks of the running task") {
    CHECK(task::has_budget_remaining());
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      const bool at_start = task::has_budget_remaining();
      CHECK(at_start);
      for (std::uint32_t i = 0; i < Context::kBudget; ++i) co_await task::consume_budget();
      CHECK_FALSE(task::has_budget_remaining());
      auto inside = []() -> Task<bool> { co_return task::has_budget_remaining(); };
      const bool unlimited = co_await task::unconstrained(inside());
      CHECK(unlimited);
      CHECK_FALSE(task::has_budget_remaining());
      co_await task::consume_budget();  // a new poll begins
      CHECK(task::has_budget_remaining());
    };
    CHECK(rt.block_on(rt.spawn(body())).has_value());
  }
}

TEST_SUITE("task.id") {
  TEST_CASE("a task and a blocking job know their Ids") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<task::Id> {
        const task::Id before = task::id();
        co_await task::yield_now();
        CHECK(task::id() == before);
        co_return before;
      };
      auto handle = rt.spawn(body());
      const task::Id id = handle.id();
      CHECK(rt.block_on(handle).value() == id);
      auto job = rt.spawn_blocking([] { return task::id(); });
      const task::Id job_id = job.id();
      CHECK(rt.block_on(job).value() == job_id);
    });
  }

  TEST_CASE("a future that is destroyed by an abort still has its Id") {
    const runtime::Runtime rt = test::current_thread();
    std::optional<task::Id> seen;
    struct AtEnd {
      explicit AtEnd(std::optional<task::Id>& seen) : seen(seen) {}
      AtEnd(const AtEnd&) = delete;
      ~AtEnd() { seen = task::try_id(); }
      std::optional<task::Id>& seen;
    };
    auto body = [&]() -> Task<void> {
      const AtEnd at_end(seen);
      for (;;) co_await task::yield_now();
    };
    auto handle = rt.spawn(body());
    rt.block_on(task::yield_now());
    handle.abort();
    rt.block_on(task::yield_now());
    CHECK(seen == handle.id());
  }

  TEST_CASE("outside of tasks there is none, not even in block_on's own future") {
    CHECK_FALSE(task::try_id().has_value());
    CHECK_THROWS_WITH_AS(task::id(), doctest::Contains("spawn"), std::logic_error);
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<bool> { co_return task::try_id().has_value(); };
      CHECK_FALSE(rt.block_on(body()));
    });
  }
}

TEST_SUITE("task.Builder") {
  TEST_CASE("a task's error says its name") {
    const runtime::Runtime rt = test::current_thread();
    auto failing = []() -> Task<int> {
      throw std::runtime_error("broken");
      co_return 1;
    };
    auto endless = []() -> Task<int> {
      for (;;) co_await task::yield_now();
    };
    auto body = [&]() -> Task<void> {
      auto broken = task::Builder().name("reader").spawn(failing());
      CHECK((co_await broken).error().to_string() ==
            "task " + std::to_string(broken.id().value()) + " (reader) threw: broken");
      auto aborted = task::Builder().name("writer").spawn(endless());
      aborted.abort();
      CHECK((co_await aborted).error().to_string() ==
            "task " + std::to_string(aborted.id().value()) + " (writer) was cancelled");
      auto job = task::Builder().name("job").spawn_blocking([]() -> int { throw std::runtime_error("no"); });
      auto joined = co_await job;
      CHECK(joined.error().to_string().find("(job) threw: no") != std::string::npos);
    };
    auto task = body();
    rt.block_on(task);
  }

  TEST_CASE("the name is an afterthought: without one the task is a plain one") {
    const runtime::Runtime rt = test::multi_thread();
    auto value = []() -> Task<int> { co_return 4; };
    task::Builder builder;
    auto plain = builder.spawn_on(value(), rt.handle());
    auto named = builder.name("four").spawn_on(value(), rt.handle());
    CHECK(rt.block_on(plain).value() == 4);
    CHECK(rt.block_on(named).value() == 4);
    CHECK(rt.block_on(builder.spawn_blocking_on([] { return 5; }, rt.handle())).value() == 5);
  }

  TEST_CASE("a name is found through the task's vtable") {
    const runtime::Runtime rt = test::current_thread();
    auto value = []() -> Task<int> { co_return 4; };
    auto* named = task::Builder().name("four").spawn_on(value(), rt.handle()).into_raw();
    REQUIRE((named->vtable->name != nullptr));
    CHECK(*named->vtable->name(named) == "four");
    named->drop_join_handle();
    auto* plain = rt.spawn(value()).into_raw();
    CHECK((plain->vtable->name == nullptr));
    plain->drop_join_handle();
  }

  TEST_CASE("outside of a runtime the message says what to do") {
    auto value = []() -> Task<int> { co_return 4; };
    CHECK_THROWS_WITH_AS(task::Builder().spawn(value()), doctest::Contains("Runtime::enter"),
                         std::logic_error);
    CHECK_THROWS_WITH_AS(task::Builder().spawn_local(value()), doctest::Contains("LocalSet"),
                         std::logic_error);
  }
}
