#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/run.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/run.hpp>
#include <ferry/v0_2/task.hpp>

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;
using legacy::MainOptions;

namespace {

// What a program finds out about its runtime.
struct Found {
  runtime::RuntimeFlavor flavor = runtime::RuntimeFlavor::CurrentThread;
  std::size_t workers = 0;
  bool runs_tasks_on_main = false;
};

Task<void> look(Found& found) {
  const auto main = std::this_thread::get_id();
  const auto handle = runtime::Handle::current();
  found.flavor = handle.runtime_flavor();
  found.workers = handle.metrics().num_workers();
  auto where = []() -> Task<std::thread::id> { co_return std::this_thread::get_id(); };
  auto task = co_await spawn(where());
  found.runs_tasks_on_main = task.value() == main;
  co_await time::sleep(1us);  // there are timers
}

Found found_with(const MainOptions& options) {
  Found found;
  CHECK(legacy::run(look(found), options) == EXIT_SUCCESS);
  return found;
}

bool is_basic(const Found& found) {
  CHECK(found.runs_tasks_on_main == (found.flavor == runtime::RuntimeFlavor::CurrentThread));
  return found.runs_tasks_on_main;
}

Task<int> seven() { co_return 7; }
Task<int> broken() {
  co_await task::yield_now();
  throw std::runtime_error("broken");
}

// How many blocking jobs run at a time: each one waits for the others.
Task<int> start_jobs(int count) {
  std::atomic<int> running = 0;
  auto job = [&] {
    ++running;
    while (running < count) std::this_thread::yield();
  };
  std::vector<task::JoinHandle<void>> jobs;
  for (int i = 0; i < count; ++i) jobs.push_back(task::spawn_blocking(job));
  for (auto& each : jobs) CHECK((co_await each).has_value());
  co_return running.load();
}

}  // namespace

TEST_SUITE("compat.run") {
  TEST_CASE("MAC-01: main runs on a threaded runtime with timers, as in 1.x, and its result is run's") {
    CHECK(legacy::run(seven()) == 7);
    CHECK(legacy::run(seven(), MainOptions()) == 7);
    CHECK_THROWS_WITH_AS(legacy::run(broken(), MainOptions()), "broken", std::runtime_error);
    CHECK_FALSE(is_basic(found_with(MainOptions())));
    Found modern;
    CHECK(legacy::run(look(modern)) == EXIT_SUCCESS);
    CHECK_FALSE(is_basic(modern));
  }

  TEST_CASE("MAC-02: core_threads chooses the scheduler, whatever else was said") {
    CHECK(is_basic(found_with(MainOptions().core_threads(1))));
    CHECK(is_basic(found_with(MainOptions().core_threads(1).threaded_scheduler())));
    CHECK(is_basic(found_with(MainOptions().threaded_scheduler().core_threads(1))));
    const Found two = found_with(MainOptions().core_threads(2).basic_scheduler());
    CHECK_FALSE(is_basic(two));
    CHECK(two.workers == 2);
    CHECK_THROWS_AS(MainOptions().core_threads(0), std::logic_error);
  }

  TEST_CASE("MAC-02: one worker_thread of 1.x is not the main thread") {
    Found found;
    CHECK(run(look(found), runtime::Builder::new_multi_thread().worker_threads(1).enable_all()) ==
          EXIT_SUCCESS);
    CHECK_FALSE(is_basic(found));
    CHECK(found.workers == 1);
  }

  TEST_CASE("MAC-03: max_threads counts the workers") {
    CHECK(legacy::run(start_jobs(2), MainOptions().core_threads(2).max_threads(4)) == 2);
    CHECK_THROWS_AS(legacy::run(seven(), MainOptions().core_threads(3).max_threads(2)), std::logic_error);
    CHECK_THROWS_AS(MainOptions().max_threads(0), std::logic_error);
  }

  TEST_CASE("MAC-04, MAC-05: the scheduler is chosen by name, the last one counts") {
    CHECK(is_basic(found_with(MainOptions().basic_scheduler())));
    CHECK_FALSE(is_basic(found_with(MainOptions().threaded_scheduler())));
    CHECK_FALSE(is_basic(found_with(MainOptions().basic_scheduler().threaded_scheduler())));
    Found modern;
    run(look(modern), runtime::Builder::new_current_thread().enable_all());
    CHECK(is_basic(modern));
  }

  TEST_CASE("MAC-06: a test runs on a basic runtime, unless it says otherwise") {
    CHECK(is_basic(found_with(legacy::test_options())));
    CHECK_FALSE(is_basic(found_with(legacy::test_options().threaded_scheduler())));
    CHECK_FALSE(is_basic(found_with(legacy::test_options().core_threads(2))));
  }
}
