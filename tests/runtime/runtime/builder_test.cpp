#include <atomic>
#include <chrono>
#include <mutex>
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

#include "support/counted.hpp"
#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

Task<void> nothing() { co_return; }
Task<void> fail() {
  throw std::runtime_error("broken");
  co_return;
}
Task<void> wait_for_ever() { co_await time::sleep(std::chrono::hours(1000)); }

/// What hooks were told, in order.
class Log {
 public:
  void add(const char* what, task::Id id) {
    std::lock_guard lock(mutex_);
    entries_.emplace_back(what, id.value());
  }
  std::vector<std::string> of(task::Id id) {
    std::lock_guard lock(mutex_);
    std::vector<std::string> entries;
    for (const auto& [what, task] : entries_)
      if (task == id.value()) entries.push_back(what);
    return entries;
  }
  auto into(const char* what) {
    return [this, what](const runtime::TaskMeta& task) { add(what, task.id()); };
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::uint64_t>> entries_;
};

}  // namespace

TEST_SUITE("runtime.Builder") {
  TEST_CASE("a runtime has the name that it was given") {
    CHECK(runtime::Builder::new_current_thread().name("front").build().value().handle().name() == "front");
    CHECK(test::current_thread().handle().name().empty());
  }

  TEST_CASE("task hooks see a task from its spawn over each time it runs to its end") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      Log log;
      const runtime::Runtime rt = builder.on_task_spawn(log.into("spawn"))
                                      .on_before_task_poll(log.into("before"))
                                      .on_after_task_poll(log.into("after"))
                                      .on_task_terminate(log.into("terminate"))
                                      .build()
                                      .value();
      auto yield_once = []() -> Task<void> { co_await task::yield_now(); };
      auto handle = rt.spawn(yield_once());
      const task::Id id = handle.id();
      CHECK(rt.block_on(std::move(handle)));
      for (int i = 0; i < 5000 && log.of(id).size() < 6; ++i) std::this_thread::sleep_for(1ms);
      CHECK(log.of(id) ==
            std::vector<std::string>{"spawn", "before", "after", "before", "terminate", "after"});
    });
  }

  TEST_CASE("the terminate hook is called for tasks that are cancelled, by abort or with the runtime") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      Log log;
      builder.on_task_terminate(log.into("terminate"));
      std::vector<task::Id> tasks;
      {
        const runtime::Runtime rt = builder.build().value();
        auto aborted = rt.spawn(wait_for_ever());
        tasks.push_back(aborted.id());
        aborted.abort();
        CHECK(rt.block_on(std::move(aborted)).error().is_cancelled());
        tasks.push_back(rt.spawn(wait_for_ever()).id());
      }
      for (const task::Id id : tasks) CHECK(log.of(id) == std::vector<std::string>{"terminate"});
    });
  }

  TEST_CASE("park hooks surround every sleep") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      std::atomic<int> parks = 0;
      std::atomic<int> unparks = 0;
      {
        const runtime::Runtime rt =
            builder.on_thread_park([&] { ++parks; }).on_thread_unpark([&] { ++unparks; }).build().value();
        auto sleep = []() -> Task<void> { co_await time::sleep(2ms); };
        CHECK(rt.block_on(rt.spawn(sleep())));
        CHECK(parks > 0);
      }
      CHECK(parks == unparks);
    });
  }

  TEST_CASE("what the park hook spawns runs before the sleep") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      std::atomic<bool> has_spawned = false;
      std::atomic<bool> has_run = false;
      auto run = [&]() -> Task<void> {
        has_run = true;
        co_return;
      };
      const runtime::Runtime rt = builder
                                      .on_thread_park([&] {
                                        if (!has_spawned.exchange(true)) spawn(run());
                                      })
                                      .build()
                                      .value();
      auto wait = [&]() -> Task<void> {
        while (!has_run) co_await time::sleep(1ms);
      };
      rt.block_on(wait());
      CHECK(has_run);
    });
  }

  TEST_CASE("without the LIFO slot, what a task wakes takes its turn") {
    const auto order = [](bool uses_slot) {
      runtime::Builder builder = runtime::Builder::new_multi_thread().worker_threads(1);
      if (!uses_slot) builder.disable_lifo_slot();
      const runtime::Runtime rt = builder.build().value();
      std::string order;
      auto append = [&](char c) -> Task<void> {
        order += c;
        co_return;
      };
      auto spawn_three = [&]() -> Task<void> {
        task::JoinSet<void> set;
        set.spawn(append('a'));
        set.spawn(append('b'));
        set.spawn(append('c'));
        auto all = std::move(set).join_all();
        co_await all;
      };
      CHECK(rt.block_on(rt.spawn(spawn_three())));
      return order;
    };
    CHECK(order(true) == "cab");
    CHECK(order(false) == "abc");
  }

  TEST_CASE("with unhandled_panic, an exception that leaves a task ends the runtime") {
    const runtime::Runtime rt = runtime::Builder::new_current_thread()
                                    .enable_all()
                                    .unhandled_panic(runtime::UnhandledPanic::ShutdownRuntime)
                                    .build()
                                    .value();
    const auto counted = std::make_shared<int>(0);
    auto hold = [](std::shared_ptr<int>) -> Task<void> { co_await wait_for_ever(); };
    auto waiting = rt.spawn(hold(counted));
    rt.spawn(fail());
    CHECK_THROWS_AS(rt.block_on(wait_for_ever()), std::runtime_error);
    CHECK(counted.use_count() == 1);
    CHECK(waiting.is_finished());
    // A future that is ready at once still is; one that would need the runtime is told.
    rt.block_on(nothing());
    CHECK_THROWS_AS(rt.block_on(wait_for_ever()), std::runtime_error);
  }

  TEST_CASE("by default an exception that leaves a task waits in its handle") {
    const runtime::Runtime rt = test::current_thread();
    auto failed = rt.spawn(fail());
    CHECK(rt.block_on(failed).error().is_panic());
  }

  TEST_CASE("what only one thread can do is refused for many") {
    const auto multi = [] { return runtime::Builder::new_multi_thread(); };
    CHECK_THROWS_AS(static_cast<void>(multi().start_paused(true).build()), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(multi().shuffle_tasks(1).build()), std::logic_error);
    CHECK_THROWS_AS(
        static_cast<void>(multi().unhandled_panic(runtime::UnhandledPanic::ShutdownRuntime).build()),
        std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(multi().build_local()), std::logic_error);
  }

  TEST_CASE("numbers that must not be zero are refused where they are given") {
    runtime::Builder builder = runtime::Builder::new_multi_thread();
    CHECK_THROWS_AS(builder.worker_threads(0), std::logic_error);
    CHECK_THROWS_AS(builder.max_blocking_threads(0), std::logic_error);
    CHECK_THROWS_AS(builder.event_interval(0), std::logic_error);
    CHECK_THROWS_AS(builder.global_queue_interval(0), std::logic_error);
  }

  TEST_CASE("a worker knows its number, and other threads have none") {
    CHECK_FALSE(runtime::worker_index());
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto where = []() -> Task<std::size_t> { co_return runtime::worker_index().value(); };
      CHECK(rt.block_on(rt.spawn(where())).value() < rt.metrics().num_workers());
      CHECK(rt.block_on(rt.spawn_blocking([] { return runtime::worker_index(); })).value() == std::nullopt);
    });
  }
}
