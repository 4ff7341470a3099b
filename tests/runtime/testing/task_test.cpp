#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/testing.hpp>
#include <ferry/time.hpp>

using namespace ferry;

namespace {

static_assert(!std::is_move_constructible_v<testing::task::Spawn<sync::oneshot::Receiver<int>>>);

}  // namespace

TEST_SUITE("testing.task") {
  TEST_CASE("a future that cannot be moved is polled where it was made, and tells of wake-ups since") {
    const sync::Notify notify;
    auto waiting = testing::task::spawn([&] { return notify.notified(); });
    CHECK_FALSE(waiting.is_woken());
    REQUIRE(waiting.poll().is_pending());
    CHECK_FALSE(waiting.is_woken());
    notify.notify_one();
    CHECK(waiting.is_woken());
    CHECK(waiting.poll().is_ready());
    CHECK_FALSE(waiting.is_woken());
  }

  TEST_CASE("a future that can be moved is moved in, and is at hand") {
    auto [tx, rx] = sync::oneshot::channel<int>();
    auto waiting = testing::task::spawn(std::move(rx));
    REQUIRE(waiting.poll().is_pending());
    std::thread([sender = std::move(tx)]() mutable { static_cast<void>(std::move(sender).send(1)); }).join();
    CHECK(waiting.is_woken());
    CHECK_FALSE(waiting->is_empty());
    CHECK((*waiting).try_recv().value() == 1);
  }

  TEST_CASE("a stream is polled for its items") {
    auto numbers = testing::task::spawn(stream::iter({1, 2}));
    CHECK(**numbers.poll_next() == 1);
    CHECK(**numbers.poll_next() == 2);
    CHECK_FALSE((*numbers.poll_next()).has_value());
  }

  TEST_CASE("enter lets a function poll, and forgets earlier wake-ups") {
    const sync::Notify notify;
    auto waiting = testing::task::spawn([&] { return notify.notified(); });
    REQUIRE(waiting.poll().is_pending());
    notify.notify_one();
    CHECK(waiting.enter([&](Context& cx) { return waiting->poll(cx).is_ready(); }));
    CHECK_FALSE(waiting.is_woken());
    waiting.enter([](Context& cx) { cx.waker().wake_by_ref(); });
    CHECK(waiting.is_woken());
  }

  TEST_CASE("block_on runs a future on a runtime of its own, with timers and tasks") {
    auto body = []() -> Task<int> {
      co_await time::sleep(time::Duration(1));
      auto three = []() -> Task<int> { co_return 3; };
      auto joined = co_await spawn(three());
      CHECK(runtime::Handle::current().runtime_flavor() == runtime::RuntimeFlavor::CurrentThread);
      co_return joined.value();
    };
    CHECK(testing::block_on(body()) == 3);
  }
}
