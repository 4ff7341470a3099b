#include <concepts>
#include <stdexcept>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/v0_2/runtime.hpp>
#include <ferry/v0_2/task.hpp>

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

// RT-04: blocking wanted the runtime for itself, and wants it no more.
template <class R>
concept Blocks = requires(R& runtime, Task<int> task) { runtime.block_on(task); };
static_assert(Blocks<legacy::runtime::Runtime> && !Blocks<const legacy::runtime::Runtime>);
static_assert(Blocks<const runtime::Runtime>);
static_assert(std::movable<legacy::runtime::Runtime>);

Task<int> answer() { co_return 42; }

legacy::runtime::Runtime threaded() {
  return legacy::runtime::Builder().threaded_scheduler().core_threads(2).enable_all().build().value();
}
legacy::runtime::Runtime basic() {
  return legacy::runtime::Builder().basic_scheduler().enable_all().build().value();
}

// TASK-02 and HDL-05: blocking code on the pool that waits for asynchronous code.
Task<int> wait_on_the_pool() {
  auto job = [handle = legacy::runtime::Handle::current()] { return handle.block_on(answer()); };
  auto joined = co_await legacy::task::spawn_blocking(std::move(job));
  co_return joined.value();
}

}  // namespace

TEST_SUITE("compat.runtime.Runtime") {
  TEST_CASE("create makes a threaded runtime with everything enabled (RT-01)") {
    auto runtime = legacy::runtime::Runtime::create().value();
    CHECK(runtime.handle().runtime_flavor() == runtime::RuntimeFlavor::MultiThread);
    CHECK(runtime.block_on(answer()) == 42);
  }

  TEST_CASE("a task that was spawned is joined by block_on (RT-02, TASK-01)") {
    for (auto make : {threaded, basic}) {
      auto runtime = make();
      auto handle = runtime.spawn(answer());
      CHECK(runtime.block_on(handle).value() == 42);
      auto other = runtime.handle().spawn(answer());
      CHECK(runtime.block_on(other).value() == 42);
    }
  }

  TEST_CASE("enter calls a function in the runtime's context and gives its result (RT-05)") {
    auto runtime = threaded();
    CHECK_FALSE(legacy::runtime::Handle::try_current().has_value());
    auto handle = runtime.enter([] { return spawn(answer()); });
    CHECK_FALSE(legacy::runtime::Handle::try_current().has_value());
    CHECK(runtime.block_on(handle).value() == 42);
  }

  TEST_CASE("enter leaves the context when the function throws (RT-05)") {
    auto runtime = basic();
    auto fail = [] { throw std::runtime_error("no"); };
    CHECK_THROWS_AS(runtime.enter(fail), std::runtime_error);
    CHECK_FALSE(runtime::Handle::try_current().has_value());
  }

  TEST_CASE("enter of 1.x gives a guard, and the same is done with it (RT-05)") {
    const auto runtime = runtime::Runtime::create().value();
    auto handle = [&] {
      auto guard = runtime.enter();
      return spawn(answer());
    }();
    CHECK(runtime.block_on(handle).value() == 42);
  }

  TEST_CASE("a handle's enter does the same (HDL-06)") {
    auto runtime = basic();
    const legacy::runtime::Handle handle = runtime.handle();
    auto joined = handle.enter([] { return spawn(answer()); });
    CHECK(runtime.block_on(joined).value() == 42);
  }

  TEST_CASE("a blocking job may block on a future through a handle (HDL-05, TASK-02)") {
    auto runtime = threaded();
    CHECK(runtime.block_on(wait_on_the_pool()) == 42);
  }

  TEST_CASE("block_on inside async code throws, as in both (RT-10)") {
    auto runtime = threaded();
    const auto nest = [](legacy::runtime::Runtime& outer) -> Task<void> {
      CHECK_THROWS_AS(static_cast<void>(outer.block_on(answer())), std::logic_error);
      co_return;
    };
    auto nested = nest(runtime);
    runtime.block_on(nested);
  }

  TEST_CASE("a runtime is shut down by value (RT-07, RT-08)") {
    threaded().shutdown_timeout(std::chrono::seconds(1));
    threaded().shutdown_background();
  }
}
