#include <cstdlib>
#include <stdexcept>

#include <doctest/doctest.h>
#include <ferry/run.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/counted.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using runtime::Builder;
using runtime::Handle;

namespace {

Task<int> seven() {
  co_await task::yield_now();
  co_return 7;
}
Task<void> nothing() { co_return; }
Task<void> throwing() {
  co_await task::yield_now();
  throw std::runtime_error("broken");
}

}  // namespace

TEST_SUITE("run") {
  TEST_CASE("gives what main gives, or success, or its exception") {
    CHECK(run(seven()) == 7);
    CHECK(run(nothing()) == EXIT_SUCCESS);
    CHECK_THROWS_WITH_AS(run(throwing()), "broken", std::runtime_error);
  }

  TEST_CASE("by default main runs in a multi_thread runtime with timers and sockets") {
    auto main = []() -> Task<void> {
      CHECK(Handle::current().runtime_flavor() == runtime::RuntimeFlavor::MultiThread);
      co_await time::sleep(1us);
    };
    CHECK(run(main()) == EXIT_SUCCESS);
  }

  TEST_CASE("a Builder says which runtime it is") {
    auto main = []() -> Task<int> {
      const Handle handle = Handle::current();
      CHECK(handle.name() == "mine");
      CHECK(handle.runtime_flavor() == runtime::RuntimeFlavor::MultiThread);
      co_return static_cast<int>(handle.metrics().num_workers());
    };
    CHECK(run(main(), Builder::new_multi_thread().worker_threads(3).name("mine").enable_all()) == 3);
    auto single = []() -> Task<void> {
      CHECK(Handle::current().runtime_flavor() == runtime::RuntimeFlavor::CurrentThread);
      co_return;
    };
    const Builder builder = Builder::new_current_thread();
    CHECK(run(single(), builder) == EXIT_SUCCESS);
    CHECK(run(single(), builder) == EXIT_SUCCESS);
  }

  TEST_CASE("with a clock that stands still a day passes at once") {
    auto main = []() -> Task<void> {
      const auto start = time::Instant::now();
      co_await time::sleep(24h);
      CHECK(start.elapsed() >= 24h);
    };
    CHECK(run(main(), Builder::new_current_thread().enable_all().start_paused(true)) == EXIT_SUCCESS);
    CHECK_THROWS_AS(run(main(), Builder::new_multi_thread().start_paused(true)), std::logic_error);
  }

  TEST_CASE("with unhandled_panic, an exception that leaves a task ends main") {
    test::Counts counts;
    auto main = [&]() -> Task<void> {
      const test::Counted here(counts);
      spawn(throwing());
      co_await time::sleep(1h);
    };
    Builder builder = Builder::new_current_thread().enable_all();
    builder.unhandled_panic(runtime::UnhandledPanic::ShutdownRuntime);
    auto running = main();
    CHECK_THROWS_WITH_AS(run(std::move(running), builder), doctest::Contains("unhandled_panic"),
                         std::runtime_error);
    CHECK(counts.alive == 0);
  }
}
