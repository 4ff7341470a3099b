#include <chrono>
#include <concepts>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/v0_2/runtime.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

// RT-04: blocking wanted the runtime for itself, and wants it no more.
template <class R>
concept Blocks = requires(R& runtime, Task<int> task) { runtime.block_on(task); };
static_assert(Blocks<legacy::runtime::Runtime> && !Blocks<const legacy::runtime::Runtime>);
static_assert(Blocks<const runtime::Runtime>);
static_assert(std::movable<legacy::runtime::Runtime>);

// HDL-08: the error has its name in both.
static_assert(std::same_as<legacy::runtime::TryCurrentError, runtime::TryCurrentError>);
static_assert(std::same_as<decltype(legacy::runtime::Handle::try_current()),
                           Result<legacy::runtime::Handle, runtime::TryCurrentError>>);
// Names of 1.x for code that is half migrated.
static_assert(std::same_as<legacy::runtime::RuntimeFlavor, runtime::RuntimeFlavor>);
static_assert(std::same_as<legacy::runtime::EnterGuard, runtime::EnterGuard>);

Task<int> answer() { co_return 42; }

legacy::runtime::Runtime threaded() {
  return legacy::runtime::Builder().threaded_scheduler().core_threads(2).enable_all().build().value();
}
legacy::runtime::Runtime basic() {
  return legacy::runtime::Builder().basic_scheduler().enable_all().build().value();
}

// HDL-05: blocking code on the pool that waits for asynchronous code.
Task<int> wait_on_the_pool() {
  auto job = [handle = legacy::runtime::Handle::current()] { return handle.block_on(answer()); };
  auto joined = co_await legacy::task::spawn_blocking(std::move(job));
  co_return joined.value();
}

}  // namespace

TEST_SUITE("compat.runtime.Runtime") {
  TEST_CASE("RT-01: create makes a threaded runtime with everything enabled") {
    auto runtime = legacy::runtime::Runtime::create().value();
    CHECK(runtime.handle().runtime_flavor() == runtime::RuntimeFlavor::MultiThread);
    CHECK(runtime.block_on(answer()) == 42);
  }

  TEST_CASE("RT-02, TASK-01: a task that was spawned is joined by block_on") {
    for (auto make : {threaded, basic}) {
      auto runtime = make();
      auto handle = runtime.spawn(answer());
      CHECK(runtime.block_on(handle).value() == 42);
      auto other = runtime.handle().spawn(answer());
      CHECK(runtime.block_on(other).value() == 42);
    }
  }

  TEST_CASE("RT-04, BLD-11: blocking wanted the runtime for itself, and wants it no more") {
    auto legacy_runtime = legacy::runtime::Builder().basic_scheduler().build().value();
    CHECK(legacy_runtime.block_on(answer()) == 42);
    const auto modern = runtime::Builder::new_current_thread().build().value();
    CHECK(modern.block_on(answer()) == 42);
  }

  TEST_CASE("RT-06, HDL-01, HDL-02, HDL-08: handles know their runtime, inside and outside of it") {
    auto runtime = threaded();
    static_assert(std::same_as<decltype(runtime.handle()), const legacy::runtime::Handle&>);
    CHECK(legacy::runtime::Handle::try_current().error().is_missing_context());
    CHECK(runtime::Handle::try_current().error().is_missing_context());
    CHECK_THROWS_AS(static_cast<void>(legacy::runtime::Handle::try_current().value()), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(legacy::runtime::Handle::current()), std::logic_error);
    const auto ids = []() -> Task<bool> {
      co_return legacy::runtime::Handle::current().id() == runtime::Handle::try_current()->id();
    };
    CHECK(runtime.block_on(ids()));
  }

  TEST_CASE(
      "HDL-03, HDL-04: a handle spawns tasks and blocking jobs, which a runtime that has ended cancels") {
    auto runtime = std::make_unique<legacy::runtime::Runtime>(threaded());
    const legacy::runtime::Handle handle = runtime->handle();
    auto task = handle.spawn(answer());
    CHECK(runtime->block_on(task).value() == 42);
    auto job = handle.spawn_blocking([] { return 42; });
    CHECK(runtime->block_on(job).value() == 42);
    runtime.reset();
    auto other = test::current_thread();
    auto late = handle.spawn(answer());
    CHECK(other.block_on(late).error().is_cancelled());
  }

  TEST_CASE("RT-09: the end of a runtime waits for the blocking jobs that run") {
    bool has_ended = false;
    {
      auto runtime = threaded();
      std::promise<void> has_begun;
      static_cast<void>(runtime.handle().spawn_blocking([&] {
        has_begun.set_value();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        has_ended = true;
      }));
      has_begun.get_future().wait();
    }
    CHECK(has_ended);
  }

  TEST_CASE("RT-05: enter calls a function in the runtime's context and gives its result") {
    auto runtime = threaded();
    CHECK_FALSE(legacy::runtime::Handle::try_current().has_value());
    auto handle = runtime.enter([] { return spawn(answer()); });
    CHECK_FALSE(legacy::runtime::Handle::try_current().has_value());
    CHECK(runtime.block_on(handle).value() == 42);
  }

  TEST_CASE("RT-05: enter leaves the context when the function throws") {
    auto runtime = basic();
    auto fail = [] { throw std::runtime_error("no"); };
    CHECK_THROWS_AS(runtime.enter(fail), std::runtime_error);
    CHECK_FALSE(runtime::Handle::try_current().has_value());
  }

  TEST_CASE("RT-05: enter of 1.x gives a guard, and the same is done with it") {
    const auto runtime = runtime::Runtime::create().value();
    auto handle = [&] {
      auto guard = runtime.enter();
      return spawn(answer());
    }();
    CHECK(runtime.block_on(handle).value() == 42);
  }

  TEST_CASE("HDL-06: a handle's enter does the same") {
    auto runtime = basic();
    const legacy::runtime::Handle handle = runtime.handle();
    auto joined = handle.enter([] { return spawn(answer()); });
    CHECK(runtime.block_on(joined).value() == 42);
  }

  TEST_CASE("HDL-05, TASK-02: a blocking job may block on a future through a handle") {
    auto runtime = threaded();
    CHECK(runtime.block_on(wait_on_the_pool()) == 42);
  }

  TEST_CASE("RT-10: block_on inside async code throws, as in both") {
    auto runtime = threaded();
    const auto nest = [](legacy::runtime::Runtime& outer) -> Task<void> {
      CHECK_THROWS_AS(static_cast<void>(outer.block_on(answer())), std::logic_error);
      co_return;
    };
    auto nested = nest(runtime);
    runtime.block_on(nested);
  }

  TEST_CASE("RT-07, RT-08: a runtime is shut down by value, without waiting where it is told so") {
    threaded().shutdown_timeout(std::chrono::seconds(1));
    threaded().shutdown_background();

    std::promise<void> may_end;
    for (const bool is_limited : {false, true}) {
      auto runtime = threaded();
      std::promise<void> has_begun;
      static_cast<void>(runtime.handle().spawn_blocking([&has_begun, open = may_end.get_future()]() mutable {
        has_begun.set_value();
        open.wait();
      }));
      has_begun.get_future().wait();
      is_limited ? std::move(runtime).shutdown_timeout(std::chrono::nanoseconds(0))
                 : std::move(runtime).shutdown_background();
      may_end.set_value();
      may_end = std::promise<void>();
    }
  }
}
