#include <memory>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

Task<std::thread::id> where() {
  co_await task::yield_now();
  co_return std::this_thread::get_id();
}

}  // namespace

TEST_SUITE("runtime.LocalRuntime") {
  TEST_CASE("its tasks run on the thread that made it, whoever wakes them") {
    const runtime::LocalRuntime rt = runtime::LocalRuntime::create().value();
    sync::Notify notify;
    auto wait = [&]() -> Task<std::thread::id> {
      co_await notify.notified();
      co_return std::this_thread::get_id();
    };
    auto waiting = rt.spawn_local(wait());
    std::thread other([&] { notify.notify_one(); });
    CHECK(rt.block_on(waiting).value() == std::this_thread::get_id());
    other.join();
  }

  TEST_CASE("task::spawn_local spawns there, inside block_on and under its guard") {
    const runtime::LocalRuntime rt = runtime::LocalRuntime::create().value();
    auto spawn_inside = []() -> Task<std::thread::id> {
      auto handle = task::spawn_local(where());
      co_return (co_await handle).value();
    };
    CHECK(rt.block_on(spawn_inside()) == std::this_thread::get_id());
    const auto guard = rt.enter();
    auto handle = task::spawn_local(where());
    CHECK(rt.block_on(handle).value() == std::this_thread::get_id());
  }

  TEST_CASE("a runtime that is not local has no spawn_local") {
    const runtime::Runtime rt = runtime::Builder::new_current_thread().build().value();
    const auto guard = rt.enter();
    CHECK_THROWS_AS(static_cast<void>(task::spawn_local(where())), std::logic_error);
  }

  TEST_CASE("another thread may neither block on it nor spawn to it, and may use its handle") {
    const runtime::LocalRuntime rt = runtime::LocalRuntime::create().value();
    std::thread other([&] {
      CHECK_THROWS_AS(static_cast<void>(rt.block_on(where())), std::logic_error);
      CHECK_THROWS_AS(static_cast<void>(rt.spawn_local(where())), std::logic_error);
      const auto guard = rt.handle().enter();
      CHECK_THROWS_AS(static_cast<void>(task::spawn_local(where())), std::logic_error);
    });
    other.join();
    CHECK(rt.block_on(rt.handle().spawn(where())).value() == std::this_thread::get_id());
  }

  TEST_CASE(
      "destroying it destroys its tasks on their thread, with timers and blocking jobs as in any runtime") {
    const auto held = std::make_shared<int>(0);
    {
      runtime::LocalRuntime made = runtime::LocalRuntime::create().value();
      const runtime::LocalRuntime rt = std::move(made);
      auto hold = [](std::shared_ptr<int>) -> Task<void> { co_await time::sleep(1h); };
      rt.spawn_local(hold(held));
      CHECK(rt.block_on(rt.spawn_blocking([] { return 7; })).value() == 7);
      CHECK(rt.metrics().num_alive_tasks() == 1);
      CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
  }

  TEST_CASE("it can be ended in all the ways of a runtime") {
    runtime::LocalRuntime::create().value().shutdown_background();
    runtime::LocalRuntime::create().value().shutdown_timeout(1s);
  }
}
