#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/runtime.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/counted.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

Task<int> answer() { co_return 42; }

/// Blocking jobs that hold their threads until they are let go.
class Jobs {
 public:
  void run() {
    std::unique_lock lock(mutex_);
    threads_.insert(std::this_thread::get_id());
    ++running_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return is_open_; });
  }
  /// Waits until `count` jobs run, then lets all go, now and later.
  void open_at(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ == count; });
    is_open_ = true;
    changed_.notify_all();
  }
  std::size_t threads() {
    std::unique_lock lock(mutex_);
    return threads_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::thread::id> threads_;
  int running_ = 0;
  bool is_open_ = false;
};

// Starts four jobs on a pool that has `expected` threads for them.
void check_jobs_at_once(const runtime::Handle& handle, int expected) {
  Jobs jobs;
  std::vector<task::JoinHandle<void>> handles;
  for (int i = 0; i < 4; ++i) handles.push_back(handle.spawn_blocking([&] { jobs.run(); }));
  jobs.open_at(expected);
  for (auto& job : handles) CHECK(handle.block_on(job).has_value());
  CHECK(jobs.threads() == static_cast<std::size_t>(expected));
}

}  // namespace

TEST_SUITE("compat.runtime.Builder") {
  TEST_CASE("BLD-02, BLD-03: the scheduler is chosen by a call") {
    auto basic = legacy::runtime::Builder().basic_scheduler().build().value();
    CHECK(basic.handle().runtime_flavor() == runtime::RuntimeFlavor::CurrentThread);
    auto threaded = legacy::runtime::Builder().threaded_scheduler().core_threads(1).build().value();
    CHECK(threaded.handle().runtime_flavor() == runtime::RuntimeFlavor::MultiThread);
    CHECK(threaded.block_on(answer()) == 42);
  }

  TEST_CASE("the last scheduler that was chosen counts") {
    auto runtime = legacy::runtime::Builder().threaded_scheduler().basic_scheduler().build().value();
    CHECK(runtime.handle().runtime_flavor() == runtime::RuntimeFlavor::CurrentThread);
  }

  TEST_CASE("BLD-01: without a scheduler there is a shell: it blocks on a future and cannot spawn") {
    auto shell = legacy::runtime::Builder().build().value();
    CHECK(shell.block_on(answer()) == 42);
    CHECK_THROWS_AS(static_cast<void>(shell.spawn(answer())), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(shell.handle().spawn(answer())), std::logic_error);
    const auto spawn_free = [] { return legacy::spawn(answer()); };
    CHECK_THROWS_AS(static_cast<void>(shell.enter(spawn_free)), std::logic_error);
    const auto spawn_inside = []() -> Task<void> {
      static_cast<void>(legacy::task::spawn(answer()));
      co_return;
    };
    CHECK_THROWS_AS(shell.block_on(spawn_inside()), std::logic_error);
  }

  TEST_CASE("BLD-01: nor can code of 1.x spawn in a shell, where blocking jobs and a LocalSet run") {
    auto shell = legacy::runtime::Builder().build().value();
    const runtime::Handle handle = compat::from_legacy(shell.handle());
    test::Counts counts;
    auto hold = [](test::Counted) -> Task<void> { co_return; };
    CHECK_THROWS_WITH_AS(static_cast<void>(handle.spawn(hold(test::Counted(counts)))),
                         doctest::Contains("threaded_scheduler or basic_scheduler"), std::logic_error);
    CHECK(counts.alive == 0);
    task::JoinSet<int> set;
    CHECK_THROWS_AS(set.spawn_on(answer(), handle), std::logic_error);
    CHECK(set.is_empty());

    auto job = handle.spawn_blocking([] { return 42; });
    CHECK(shell.block_on(job).value() == 42);
    const legacy::task::LocalSet local;
    auto spawn_local = []() -> Task<int> {
      auto child = legacy::task::spawn_local(answer());
      auto joined = co_await child;
      co_return joined.value();
    };
    CHECK(local.block_on(shell, spawn_local()) == 42);
  }

  TEST_CASE("BLD-04, BLD-05: core_threads is how many workers there are") {
    for (const bool is_renamed : {false, true}) {
      std::atomic<int> started{0};
      {
        legacy::runtime::Builder builder;
        builder.threaded_scheduler().on_thread_start([&] { ++started; });
        is_renamed ? builder.num_threads(3) : builder.core_threads(3);
        auto runtime = builder.build().value();
        CHECK(runtime.block_on(answer()) == 42);
      }
      CHECK(started == 3);
    }
  }

  TEST_CASE("BLD-05, BLD-06: no threads at all is a mistake") {
    CHECK_THROWS_AS(legacy::runtime::Builder().core_threads(0), std::logic_error);
    CHECK_THROWS_AS(legacy::runtime::Builder().max_threads(0), std::logic_error);
  }

  TEST_CASE("BLD-05: more workers than threads in all is a mistake, which 1.x cannot make") {
    CHECK_THROWS_AS(
        static_cast<void>(
            legacy::runtime::Builder().threaded_scheduler().core_threads(3).max_threads(2).build()),
        std::logic_error);
    CHECK(legacy::runtime::Builder().basic_scheduler().core_threads(3).max_threads(2).build().has_value());
    CHECK(runtime::Builder::new_multi_thread().worker_threads(3).max_blocking_threads(2).build().has_value());
  }

  TEST_CASE("BLD-06: max_threads counts the workers, max_blocking_threads does not") {
    auto legacy_runtime =
        legacy::runtime::Builder().threaded_scheduler().core_threads(2).max_threads(3).build().value();
    check_jobs_at_once(legacy_runtime.handle(), 1);

    const auto modern =
        runtime::Builder::new_multi_thread().worker_threads(2).max_blocking_threads(3).build().value();
    check_jobs_at_once(modern.handle(), 3);
  }

  TEST_CASE(
      "BLD-08, BLD-09: threads have the name and the stack that they are given, and say when they start and "
      "stop") {
    std::atomic<int> started{0};
    std::atomic<int> stopped{0};
    std::string worker_name;
    std::string blocking_name;
    const auto name = [] {
      std::array<char, 16> text{};
      ::pthread_getname_np(::pthread_self(), text.data(), text.size());
      return std::string(text.data());
    };
    {
      auto runtime = legacy::runtime::Builder()
                         .threaded_scheduler()
                         .core_threads(1)
                         .thread_name("shop")
                         .thread_stack_size(std::size_t{256} << 10)
                         .on_thread_start([&] { ++started; })
                         .on_thread_stop([&] { ++stopped; })
                         .build()
                         .value();
      const auto look = [&]() -> Task<void> {
        worker_name = name();
        co_return;
      };
      auto task = runtime.spawn(look());
      CHECK(runtime.block_on(task).has_value());
      auto job = runtime.handle().spawn_blocking([&] { blocking_name = name(); });
      CHECK(runtime.block_on(job).has_value());
    }
    CHECK(worker_name == "shop");
    CHECK(blocking_name == "shop");
    CHECK(started == 2);
    CHECK(stopped == 2);
  }

  TEST_CASE("BLD-07: neither sockets nor timers are on unless enabled") {
    auto bare = legacy::runtime::Builder().basic_scheduler().build().value();
    auto sleep = []() -> Task<void> { co_await time::sleep(std::chrono::nanoseconds(1)); };
    CHECK_THROWS_AS(bare.block_on(sleep()), std::logic_error);
    auto full = legacy::runtime::Builder().basic_scheduler().enable_all().build().value();
    CHECK_NOTHROW(full.block_on(sleep()));
  }
}
