#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/runtime.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

// What did not change is the same.
static_assert(std::is_same_v<legacy::task::JoinHandle<int>, task::JoinHandle<int>>);
static_assert(std::is_same_v<legacy::task::LocalKey<int>, task::LocalKey<int>>);
static_assert(std::is_same_v<legacy::task::AbortHandle, task::AbortHandle>);
static_assert(std::is_same_v<legacy::task::JoinSet<int>, task::JoinSet<int>>);
static_assert(std::is_same_v<decltype(legacy::task::yield_now()), task::YieldNow>);
static_assert(std::derived_from<legacy::task::LocalSet, task::LocalSet>);

// TASK-05: an error could be made.
template <class E>
concept CanBeMade = requires { E::cancelled(); };
static_assert(CanBeMade<legacy::task::JoinError> && !CanBeMade<task::JoinError>);

// TASK-09: a runtime to be changed was wanted.
template <class Set, class R>
concept BlocksOn = requires(Set& set, R& runtime, Task<int> future) { set.block_on(runtime, future); };
static_assert(BlocksOn<legacy::task::LocalSet, legacy::runtime::Runtime>);
static_assert(!BlocksOn<legacy::task::LocalSet, const legacy::runtime::Runtime>);
static_assert(BlocksOn<task::LocalSet, const runtime::Runtime>);

legacy::runtime::Runtime threaded(std::size_t workers = 2) {
  return legacy::runtime::Builder().threaded_scheduler().core_threads(workers).enable_all().build().value();
}
legacy::runtime::Runtime basic() {
  return legacy::runtime::Builder().basic_scheduler().enable_all().build().value();
}

Task<int> give(int value) {
  co_await legacy::task::yield_now();
  co_return value;
}
Task<int> fail() {
  co_await legacy::task::yield_now();
  throw std::runtime_error("broken");
}
Task<void> hold(test::Counted) { co_await time::sleep(1h); }

Task<void> join_and_detach() {
  auto handle = legacy::task::spawn(give(1));
  auto moved = std::move(handle);
  CHECK((co_await moved).value() == 1);
  std::atomic<bool> has_run = false;
  auto mark = [&]() -> Task<void> {
    has_run = true;
    co_return;
  };
  {
    auto detached = legacy::spawn(mark());
  }
  while (!has_run) co_await legacy::task::yield_now();
  auto blocking = co_await legacy::task::spawn_blocking([] { return std::this_thread::get_id(); });
  CHECK(blocking.value() != std::this_thread::get_id());
  auto aborted = legacy::task::spawn(give(2));
  aborted.abort();
  CHECK((co_await aborted).error().is_cancelled());
}

Task<void> say_why() {
  auto broken = legacy::task::spawn(fail());
  const legacy::task::JoinError error = (co_await broken).error();
  CHECK(error.is_panic());
  CHECK_FALSE(error.is_cancelled());
  CHECK_THROWS_WITH_AS(error.into_panic(), "broken", std::runtime_error);
  CHECK(error.try_into_panic().has_value());

  auto other = legacy::task::spawn(fail());
  legacy::Result<int, legacy::task::JoinError> joined = co_await other;
  CHECK(joined.error().is_panic());
}

Task<int> block_here() {
  const auto before = std::this_thread::get_id();
  auto woken = legacy::task::block_in_place([&] {
    CHECK(std::this_thread::get_id() == before);
    return runtime::Handle::current().block_on(give(7));
  });
  co_return woken;
}
Task<void> block_where_it_may_not() {
  CHECK_THROWS_AS(static_cast<void>(legacy::task::block_in_place([] { return 1; })), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(task::block_in_place([] { return 1; })), std::logic_error);
  co_return;
}

// Spawns to the set that it runs in, and waits.
Task<int> spawn_here() {
  const auto own = std::this_thread::get_id();
  auto child = [own]() -> Task<int> {
    co_await time::sleep(1us);
    CHECK(std::this_thread::get_id() == own);
    co_return 5;
  };
  auto joined = co_await legacy::task::spawn_local(child());
  co_return joined.value();
}

legacy::task::LocalKey<std::string> request;
Task<std::string> name_of_request() {
  co_await legacy::task::yield_now();
  co_return request.get();
}
Task<void> scope_values() {
  CHECK_FALSE(request.try_with([](const std::string&) {}).has_value());
  auto inner = co_await request.scope("a", name_of_request());
  CHECK(inner == "a");
  auto nested = []() -> Task<std::string> {
    auto in = co_await request.scope("c", name_of_request());
    co_return in + request.with([](const std::string& name) { return name; });
  };
  auto both = co_await request.scope("b", nested());
  CHECK(both == "cb");
  CHECK_THROWS_AS(request.get(), std::logic_error);
}

}  // namespace

TEST_SUITE("compat.task") {
  TEST_CASE("TASK-01, TASK-02, TASK-04: tasks and blocking jobs are joined, detached and aborted") {
    threaded().block_on(join_and_detach());
    basic().block_on(join_and_detach());
  }

  TEST_CASE("TASK-03: block_in_place blocks a worker of a threaded runtime, and of no other, in both") {
    auto runtime = threaded(1);
    CHECK(runtime.block_on(runtime.spawn(block_here())).value() == 7);
    CHECK(runtime.block_on(block_here()) == 7);
    CHECK(test::multi_thread(1).block_on(block_here()) == 7);
    basic().block_on(block_where_it_may_not());
    const legacy::task::LocalSet set;
    set.block_on(runtime, block_where_it_may_not());
  }

  TEST_CASE("TASK-05: a JoinError may be made, which 1.x leaves to the runtime") {
    const auto cancelled = legacy::task::JoinError::cancelled();
    CHECK(cancelled.is_cancelled());
    CHECK_THROWS_AS(cancelled.into_panic(), std::logic_error);
    const auto panic = legacy::task::JoinError::panic(std::make_exception_ptr(std::runtime_error("mine")));
    CHECK_THROWS_WITH_AS(panic.into_panic(), "mine", std::runtime_error);
    const task::JoinError& modern = panic;
    CHECK(modern.is_panic());
  }

  TEST_CASE("TASK-06: a JoinError says why a task gave nothing") { basic().block_on(say_why()); }

  TEST_CASE("TASK-07: yield_now lets the tasks run that wait") {
    std::vector<int> order;
    auto body = [&]() -> Task<void> {
      auto other = [&]() -> Task<void> {
        order.push_back(2);
        co_return;
      };
      auto task = legacy::task::spawn(other());
      order.push_back(1);
      co_await legacy::task::yield_now();
      order.push_back(3);
      CHECK((co_await task).has_value());
    };
    basic().block_on(body());
    CHECK(order == std::vector{1, 2, 3});
  }

  TEST_CASE(
      "TASK-08: a LocalSet runs its tasks while it or run_until is awaited, and destroys what is left") {
    auto runtime = basic();
    test::Counts counts;
    {
      legacy::task::LocalSet set;
      CHECK(runtime.block_on(set.run_until(spawn_here())) == 5);
      auto joined = set.spawn_local(give(1));
      runtime.block_on(set);
      CHECK(runtime.block_on(joined).value() == 1);
      static_cast<void>(set.spawn_local(hold(test::Counted(counts))));
      CHECK(counts.alive == 1);
    }
    CHECK(counts.alive == 0);
    CHECK_THROWS_AS(static_cast<void>(legacy::task::spawn_local(give(1))), std::logic_error);
  }

  TEST_CASE("TASK-09: block_on of a LocalSet takes a runtime of either API") {
    const legacy::task::LocalSet set;
    auto old = basic();
    CHECK(set.block_on(old, spawn_here()) == 5);
    auto modern = test::multi_thread(1);
    CHECK(set.block_on(modern, spawn_here()) == 5);
    const auto shared = test::current_thread();
    const task::LocalSet modern_set;
    CHECK(modern_set.block_on(shared, spawn_here()) == 5);
  }

  TEST_CASE("TASK-10: a task-local value is seen inside its scope, the innermost one") {
    basic().block_on(scope_values());
  }

  TEST_CASE("TASK-11: a task that always finds something ready lets others run after 128 operations") {
    auto [tx, rx] = sync::mpsc::unbounded_channel<int>();
    for (int i = 0; i < 200; ++i) REQUIRE(tx.send(i).has_value());
    int received = 0;
    auto receive = [&]() -> Task<void> {
      while (received < 200) {
        auto value = co_await rx.recv();
        received += value.has_value() ? 1 : 0;
      }
    };
    auto receiving = test::spawn([&] { return receive(); });
    CHECK(receiving.poll().is_pending());
    CHECK(received == 128);
    CHECK(receiving.is_woken());
    CHECK(receiving.poll().is_ready());
  }

  TEST_CASE("TASK-12: what 1.x has added is there") {
    auto body = []() -> Task<void> {
      legacy::task::JoinSet<int> set;
      set.spawn(give(1));
      auto joined = co_await set.join_next();
      CHECK(joined->value() == 1);
      CHECK_FALSE(legacy::task::try_id().has_value());
    };
    basic().block_on(body());
  }
}
