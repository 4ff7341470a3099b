#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <source_location>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/fs.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "runtime/config.hpp"
#include "support/comes_true.hpp"
#include "support/counted.hpp"
#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using test::comes_true;

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

/// Sets an environment variable, or takes it away, for a scope.
class Environment {
 public:
  explicit Environment(const char* name) : name_(name) {
    if (const char* value = ::getenv(name)) before_ = value;
    ::unsetenv(name);
  }
  Environment(const Environment&) = delete;
  ~Environment() {
    if (before_)
      set(before_->c_str());
    else
      ::unsetenv(name_);
  }
  void set(const char* value) const { ::setenv(name_, value, 1); }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

std::string name_of_this_thread() {
  char name[16] = {};
  ::pthread_getname_np(::pthread_self(), name, sizeof name);
  return name;
}

std::size_t stack_of_this_thread() {
  pthread_attr_t attributes;
  std::size_t bytes = 0;
  ::pthread_getattr_np(::pthread_self(), &attributes);
  ::pthread_attr_getstacksize(&attributes, &bytes);
  ::pthread_attr_destroy(&attributes);
  return bytes;
}

}  // namespace

TEST_SUITE("runtime.Builder") {
  TEST_CASE("where no thread can be started, what needs one says so, and leaves nothing behind") {
    constexpr std::size_t kTooMuch = std::size_t{1} << 46;  // more than there is room for
    const runtime::Runtime rt =
        runtime::Builder::new_current_thread().enable_all().thread_stack_size(kTooMuch).build().value();
    auto body = []() -> Task<void> {
      CHECK_THROWS_AS(static_cast<void>(task::spawn_blocking([] {})), std::system_error);
      CHECK(runtime::Handle::current().metrics().blocking_queue_depth() == 0);
      const auto read = co_await fs::read("/dev/null");
      if (!fs::uses_io_uring()) CHECK(read.error() == boost::system::errc::resource_unavailable_try_again);
    };
    rt.block_on(body());
  }

  TEST_CASE("a runtime has the name that it was given") {
    CHECK(runtime::Builder::new_current_thread().name("front").build().value().handle().name() == "front");
    CHECK(test::current_thread().handle().name().empty());
  }

  TEST_CASE("what is not said is as in Tokio") {
    const detail::RuntimeConfig config;
    CHECK(config.max_blocking_threads == 512);
    CHECK(config.thread_keep_alive == 10s);
    CHECK(config.event_interval == 61);
    CHECK(config.global_queue_interval == 31);
    CHECK_FALSE(config.enable_io);
    CHECK_FALSE(config.enable_time);
  }

  TEST_CASE("workers are as many as was said, else as the environment says, else as there are processors") {
    const Environment variable("FERRY_WORKER_THREADS");
    const auto workers = [](runtime::Builder builder) {
      return builder.build().value().metrics().num_workers();
    };
    const auto multi = [] { return runtime::Builder::new_multi_thread(); };
    CHECK(workers(multi()) == std::max(1u, std::thread::hardware_concurrency()));
    variable.set("3");
    CHECK(workers(multi()) == 3);
    CHECK(workers(multi().worker_threads(2)) == 2);
    for (const char* wrong : {"0", "many", "-1", "2 "}) {
      CAPTURE(wrong);
      variable.set(wrong);
      CHECK_THROWS_WITH_AS(static_cast<void>(multi().build()), doctest::Contains("FERRY_WORKER_THREADS"),
                           std::logic_error);
      CHECK(workers(multi().worker_threads(2)) == 2);
    }
  }

  TEST_CASE("a current_thread runtime has one worker, whatever was asked for") {
    CHECK(runtime::Builder::new_current_thread().worker_threads(7).build().value().metrics().num_workers() ==
          1);
  }

  TEST_CASE("blocking threads come on top of the workers, and no more of them than was said") {
    const runtime::Runtime rt =
        runtime::Builder::new_multi_thread().worker_threads(2).max_blocking_threads(3).build().value();
    std::atomic<int> running = 0;
    std::atomic<bool> may_end = false;
    auto job = [&] {
      ++running;
      while (!may_end) std::this_thread::yield();
    };
    std::vector<task::JoinHandle<void>> jobs;
    for (int i = 0; i < 4; ++i) jobs.push_back(rt.spawn_blocking(job));
    CHECK(comes_true([&] { return running == 3; }));
    CHECK(rt.metrics().blocking_queue_depth() == 1);
    CHECK(rt.metrics().num_blocking_threads() == 3);
    may_end = true;
    for (auto& handle : jobs) CHECK(rt.block_on(handle).has_value());
    CHECK(running == 4);
  }

  TEST_CASE("a blocking thread ends when it had nothing to do for as long as was said") {
    const runtime::Runtime rt = runtime::Builder::new_current_thread().thread_keep_alive(1ms).build().value();
    for (int round = 0; round < 2; ++round) {
      CHECK(rt.block_on(rt.spawn_blocking([] { return 1; })).value() == 1);
      CHECK(comes_true([&] { return rt.metrics().num_blocking_threads() == 0; }));
    }
  }

  TEST_CASE("workers and blocking threads have the name that was given, as much of it as the system keeps") {
    const auto names = [](runtime::Builder builder) {
      const runtime::Runtime rt = builder.worker_threads(1).build().value();
      auto name = []() -> Task<std::string> { co_return name_of_this_thread(); };
      return std::pair(rt.block_on(rt.spawn(name())).value(),
                       rt.block_on(rt.spawn_blocking(&name_of_this_thread)).value());
    };
    const auto multi = [] { return runtime::Builder::new_multi_thread(); };
    CHECK(names(multi()) == std::pair<std::string, std::string>("ferry-worker", "ferry-worker"));
    CHECK(names(multi().thread_name("a-name-that-is-too-long")) ==
          std::pair<std::string, std::string>("a-name-that-is-", "a-name-that-is-"));
    int threads = 0;
    CHECK(names(multi().thread_name_fn([&] { return "thread-" + std::to_string(++threads); })) ==
          std::pair<std::string, std::string>("thread-1", "thread-2"));
  }

  TEST_CASE("workers and blocking threads have at least the stack that was asked for") {
    constexpr std::size_t kStack = std::size_t{32} << 20;  // more than threads have by themselves
    const runtime::Runtime rt =
        runtime::Builder::new_multi_thread().worker_threads(1).thread_stack_size(kStack).build().value();
    auto on_worker = []() -> Task<std::size_t> { co_return stack_of_this_thread(); };
    constexpr std::size_t kGuard = 64u << 10;  // may be part of it
    CHECK(rt.block_on(rt.spawn(on_worker())).value() + kGuard > kStack);
    CHECK(rt.block_on(rt.spawn_blocking(&stack_of_this_thread)).value() + kGuard > kStack);
  }

  TEST_CASE("timers come in time among tasks that are always ready, once every event_interval") {
    for (const bool is_multi_thread : {false, true})
      for (const unsigned interval : {1u, 8u, 61u}) {
        CAPTURE(is_multi_thread);
        CAPTURE(interval);
        runtime::Builder builder =
            is_multi_thread ? runtime::Builder::new_multi_thread() : runtime::Builder::new_current_thread();
        const runtime::Runtime rt =
            builder.worker_threads(1).enable_time().event_interval(interval).build().value();
        bool has_fired = false;
        auto wait = [&](time::Instant until) -> Task<void> {
          co_await time::sleep_until(until);
          has_fired = true;
        };
        auto busy = [&]() -> Task<unsigned> {
          const time::Instant due = time::Instant::now() + 1ms;
          auto waiting = spawn(wait(due));
          co_await task::yield_now();
          while (time::Instant::now() < due + 1ms) std::this_thread::yield();
          unsigned turns = 0;
          for (; !has_fired && turns < 1000; ++turns) co_await task::yield_now();
          co_return turns;
        };
        CHECK(rt.block_on(rt.spawn(busy())).value() <= interval + 2);
      }
  }

  TEST_CASE("the future of block_on, once woken, has its turn among tasks that are always ready") {
    for (const unsigned interval : {1u, 8u, 61u}) {
      CAPTURE(interval);
      const runtime::Runtime rt =
          runtime::Builder::new_current_thread().event_interval(interval).build().value();
      sync::Notify notify;
      bool is_over = false;
      auto busy = [&]() -> Task<unsigned> {
        for (int i = 0; i < 20; ++i) co_await task::yield_now();
        notify.notify_one();
        unsigned turns = 0;
        for (; !is_over && turns < 1000; ++turns) co_await task::yield_now();
        co_return turns;
      };
      auto turns = rt.spawn(busy());
      auto wait = [&]() -> Task<void> {
        co_await notify.notified();
        is_over = true;
      };
      rt.block_on(wait());
      CHECK(rt.block_on(turns).value() <= interval);
    }
  }

  TEST_CASE(
      "a task from outside has its turn among tasks that are always ready, once every "
      "global_queue_interval") {
    for (const bool is_multi_thread : {false, true})
      for (const unsigned interval : {1u, 8u, 31u}) {
        CAPTURE(is_multi_thread);
        CAPTURE(interval);
        runtime::Builder builder =
            is_multi_thread ? runtime::Builder::new_multi_thread() : runtime::Builder::new_current_thread();
        const runtime::Runtime rt = builder.worker_threads(1).global_queue_interval(interval).build().value();
        bool has_run = false;
        auto run = [&]() -> Task<void> {
          has_run = true;
          co_return;
        };
        auto busy = [&]() -> Task<unsigned> {
          co_await task::yield_now();
          std::thread([&] { static_cast<void>(rt.spawn(run())); }).join();
          unsigned turns = 0;
          for (; !has_run && turns < 1000; ++turns) co_await task::yield_now();
          co_return turns;
        };
        CHECK(rt.block_on(rt.spawn(busy())).value() <= interval + 1);
      }
  }

  TEST_CASE("task hooks are told where the task was spawned") {
    std::optional<std::source_location> spawned_at;
    const runtime::Runtime rt =
        runtime::Builder::new_current_thread()
            .on_task_spawn([&](const runtime::TaskMeta& task) { spawned_at = task.spawned_at(); })
            .build()
            .value();
    const std::source_location before = std::source_location::current();
    static_cast<void>(rt.spawn(nothing()));
    REQUIRE(spawned_at);
    CHECK(spawned_at->line() == before.line() + 1);
    CHECK(std::string(spawned_at->file_name()) == before.file_name());
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

  TEST_CASE("what the spawn hook throws leaves the call that spawns, and the task never runs") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      std::atomic<bool> refuses = true;
      const runtime::Runtime rt = builder
                                      .on_task_spawn([&](const runtime::TaskMeta&) {
                                        if (refuses) throw std::runtime_error("full");
                                      })
                                      .build()
                                      .value();
      test::Counts counts;
      auto hold = [](test::Counted) -> Task<void> { co_return; };
      CHECK_THROWS_WITH_AS(static_cast<void>(rt.spawn(hold(test::Counted(counts)))), "full",
                           std::runtime_error);
      CHECK(counts.alive == 0);
      CHECK(rt.metrics().num_alive_tasks() == 0);
      task::TaskTracker tracker;
      CHECK_THROWS_AS(static_cast<void>(tracker.spawn_on(nothing(), rt.handle())), std::runtime_error);
      CHECK(tracker.is_empty());
      auto body = [](task::Scope& scope) -> Task<void> {
        CHECK_THROWS_AS(static_cast<void>(scope.spawn(nothing())), std::runtime_error);
        co_return;
      };
      auto joined = task::scope(body);
      rt.block_on(joined);
      refuses = false;
      CHECK(rt.block_on(rt.spawn(nothing())));
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

  TEST_CASE("park hooks are not called for blocking threads") {
    std::atomic<int> parks = 0;
    const runtime::Runtime rt = runtime::Builder::new_current_thread()
                                    .on_thread_park([&] { ++parks; })
                                    .on_thread_unpark([&] { ++parks; })
                                    .build()
                                    .value();
    const auto job = rt.spawn_blocking([] {});
    CHECK(comes_true([&] { return job.is_finished() && rt.metrics().num_idle_blocking_threads() == 1; }));
    CHECK(parks == 0);
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

  TEST_CASE("with unhandled_panic, every thread that is in block_on is told") {
    const runtime::Runtime rt = runtime::Builder::new_current_thread()
                                    .enable_all()
                                    .unhandled_panic(runtime::UnhandledPanic::ShutdownRuntime)
                                    .build()
                                    .value();
    std::atomic<int> waiting = 0;
    auto wait = [&]() -> Task<void> {
      ++waiting;
      co_await wait_for_ever();
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
      threads.emplace_back([&] { CHECK_THROWS_AS(rt.block_on(wait()), std::runtime_error); });
    while (waiting < 2) std::this_thread::yield();
    static_cast<void>(rt.spawn(fail()));
    for (auto& thread : threads) thread.join();
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
