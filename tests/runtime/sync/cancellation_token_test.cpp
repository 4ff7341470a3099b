#include <atomic>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/pin.hpp>
#include <ferry/sync/cancellation_token.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/task.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using sync::CancellationToken;

static_assert(Future<decltype(std::declval<CancellationToken&>().cancelled())>);
static_assert(!std::is_move_constructible_v<sync::CancelledOwned>);
static_assert(!std::is_copy_constructible_v<sync::DropGuard> &&
              std::is_move_constructible_v<sync::DropGuard>);
template <class T>
concept CanGiveUp = requires(T token) { std::forward<T>(token).drop_guard(); };
static_assert(CanGiveUp<CancellationToken&&> && !CanGiveUp<CancellationToken&>);

TEST_SUITE("sync.CancellationToken") {
  TEST_CASE("cancelling wakes all who wait, and stays") {
    const CancellationToken token;
    auto first = test::spawn([&] { return token.cancelled(); });
    auto second = test::spawn([&] { return CancellationToken(token).cancelled_owned(); });
    CHECK(first.poll().is_pending());
    CHECK(second.poll().is_pending());
    CHECK_FALSE(token.is_cancelled());
    token.cancel();
    CHECK(token.is_cancelled());
    CHECK(first.is_woken());
    CHECK(second.is_woken());
    CHECK(first.poll().is_ready());
    CHECK(second.poll().is_ready());
    token.cancel();
    CHECK(token.is_cancelled());
    auto late = test::spawn([&] { return token.cancelled(); });
    CHECK(late.poll().is_ready());
  }

  TEST_CASE("a wait that was made before and is polled after is ready") {
    const CancellationToken token;
    auto wait = test::spawn([&] { return token.cancelled(); });
    token.cancel();
    CHECK(wait.poll().is_ready());
  }

  TEST_CASE("a wait that is destroyed no longer takes part") {
    const CancellationToken token;
    auto stays = test::spawn([&] { return token.cancelled(); });
    {
      auto goes = test::spawn([&] { return token.cancelled(); });
      REQUIRE(goes.poll().is_pending());
      REQUIRE(stays.poll().is_pending());
    }
    token.cancel();
    CHECK(stays.is_woken());
  }

  TEST_CASE("more tasks are woken than fit into one batch") {
    const CancellationToken token;
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    using Wait = decltype(token.cancelled());
    std::vector<Pin<Wait>> waiting;
    for (int i = 0; i < 100; ++i) {
      waiting.push_back(pin([&] { return token.cancelled(); }));
      Context cx(waker);
      REQUIRE(waiting.back().poll(cx).is_pending());
    }
    token.cancel();
    CHECK(wakes.count() == 100);
  }

  TEST_CASE("copies are one token, and destroying them cancels nothing") {
    const CancellationToken token;
    {
      const CancellationToken copy = token;
      CHECK(copy == token);
      CancellationToken other;
      CHECK_FALSE(other == token);
      other = copy;
      CHECK(other == token);
      CancellationToken moved = std::move(other);
      CHECK(moved == token);
    }
    CHECK_FALSE(token.is_cancelled());
    CancellationToken(token).cancel();
    CHECK(token.is_cancelled());
  }

  TEST_CASE("a cancellation reaches every descendant") {
    const CancellationToken root;
    const CancellationToken child = root.child_token();
    const CancellationToken sibling = root.child_token();
    const CancellationToken grandchild = child.child_token();
    auto wait = test::spawn([&] { return grandchild.cancelled(); });
    auto wait_sibling = test::spawn([&] { return sibling.cancelled(); });
    REQUIRE(wait.poll().is_pending());
    REQUIRE(wait_sibling.poll().is_pending());
    root.cancel();
    CHECK(child.is_cancelled());
    CHECK(sibling.is_cancelled());
    CHECK(grandchild.is_cancelled());
    CHECK(wait.is_woken());
    CHECK(wait_sibling.is_woken());
    CHECK(wait.poll().is_ready());
  }

  TEST_CASE("a cancellation never reaches the parent or its other children") {
    const CancellationToken root;
    const CancellationToken child = root.child_token();
    const CancellationToken sibling = root.child_token();
    const CancellationToken grandchild = child.child_token();
    auto wait = test::spawn([&] { return root.cancelled(); });
    REQUIRE(wait.poll().is_pending());
    child.cancel();
    CHECK(grandchild.is_cancelled());
    CHECK_FALSE(root.is_cancelled());
    CHECK_FALSE(sibling.is_cancelled());
    CHECK_FALSE(wait.is_woken());
    root.cancel();
    CHECK(sibling.is_cancelled());
    CHECK(wait.is_woken());
  }

  TEST_CASE("a child of a cancelled token is born cancelled, and so are its own") {
    const CancellationToken root;
    root.cancel();
    const CancellationToken child = root.child_token();
    CHECK(child.is_cancelled());
    CHECK(child.child_token().is_cancelled());
    child.cancel();
    auto wait = test::spawn([&] { return child.cancelled(); });
    CHECK(wait.poll().is_ready());
  }

  TEST_CASE("children of a token that is gone are cancelled with its parent") {
    const CancellationToken root;
    std::optional<CancellationToken> middle = root.child_token();
    const CancellationToken first = middle->child_token();
    const CancellationToken second = middle->child_token();
    const CancellationToken below = second.child_token();
    middle.reset();
    CHECK_FALSE(first.is_cancelled());
    second.cancel();
    CHECK(below.is_cancelled());
    CHECK_FALSE(first.is_cancelled());
    root.cancel();
    CHECK(first.is_cancelled());
  }

  TEST_CASE("children outlive the root") {
    std::optional<CancellationToken> root;
    root.emplace();
    const CancellationToken first = root->child_token();
    const CancellationToken second = root->child_token();
    const CancellationToken below = first.child_token();
    root.reset();
    CHECK_FALSE(first.is_cancelled());
    first.cancel();
    CHECK(below.is_cancelled());
    CHECK_FALSE(second.is_cancelled());
  }

  TEST_CASE("children go before their parent, in any order") {
    const CancellationToken root;
    std::vector<CancellationToken> children;
    for (int i = 0; i < 4; ++i) children.push_back(root.child_token());
    children.erase(children.begin() + 1);
    children.erase(children.begin());
    root.cancel();
    for (const auto& child : children) CHECK(child.is_cancelled());
  }

  TEST_CASE("a chain of tokens that replace each other stays connected to the root") {
    const CancellationToken root;
    CancellationToken token = root;
    for (int i = 0; i < 1'000; ++i) token = token.child_token();
    CHECK_FALSE(token.is_cancelled());
    root.cancel();
    CHECK(token.is_cancelled());
  }

  TEST_CASE("a deep tree is cancelled without recursion") {
    const CancellationToken root;
    std::vector<CancellationToken> chain{root};
    for (int i = 0; i < 20'000; ++i) chain.push_back(chain.back().child_token());
    root.cancel();
    CHECK(chain.back().is_cancelled());
  }

  TEST_CASE("a drop guard cancels when it goes, unless it was disarmed") {
    const CancellationToken token;
    {
      auto guard = CancellationToken(token).drop_guard();
      auto moved = std::move(guard);
      CHECK(moved.token() == token);
      const CancellationToken back = std::move(moved).disarm();
      CHECK(back == token);
    }
    CHECK_FALSE(token.is_cancelled());
    {
      auto guard = CancellationToken(token).drop_guard();
      auto moved = std::move(guard);
      CHECK_FALSE(token.is_cancelled());
    }
    CHECK(token.is_cancelled());
  }

  TEST_CASE("a drop guard that borrows its token does the same") {
    const CancellationToken token;
    {
      auto guard = token.drop_guard_ref();
      CHECK(&guard.token() == &token);
      CHECK(&std::move(guard).disarm() == &token);
    }
    CHECK_FALSE(token.is_cancelled());
    {
      auto guard = token.drop_guard_ref();
      auto moved = std::move(guard);
      CHECK_FALSE(token.is_cancelled());
    }
    CHECK(token.is_cancelled());
  }

  TEST_CASE("cancelled_owned keeps its token alive") {
    const CancellationToken root;
    auto wait = test::spawn([&] { return root.child_token().cancelled_owned(); });
    CHECK(wait.poll().is_pending());
    root.cancel();
    CHECK(wait.is_woken());
    CHECK(wait.poll().is_ready());
  }

  TEST_CASE("run_until_cancelled gives the output, or nothing when the token is cancelled first") {
    const CancellationToken token;
    const sync::Notify notify;
    auto notified = notify.notified();
    auto void_run = test::spawn([&] { return token.run_until_cancelled(notified); });
    CHECK(void_run.poll().is_pending());
    notify.notify_one();
    CHECK(void_run.is_woken());
    auto done = void_run.poll();
    REQUIRE(done.is_ready());
    CHECK(done->has_value());

    bool is_ready = false;
    auto source = poll_fn([&](Context&) -> Poll<int> {
      if (!is_ready) return pending;
      return 5;
    });
    auto cancelled = test::spawn([&] { return token.run_until_cancelled(source); });
    auto both = test::spawn([&] { return token.run_until_cancelled(source); });
    CHECK(cancelled.poll().is_pending());
    CHECK(both.poll().is_pending());
    token.cancel();
    CHECK(cancelled.is_woken());
    CHECK_FALSE(cancelled.poll()->has_value());
    is_ready = true;
    CHECK(both.poll()->value() == 5);  // a completion at the same time wins
  }

  TEST_CASE("of a token that is cancelled already run_until_cancelled does not poll") {
    const CancellationToken token;
    token.cancel();
    int polls = 0;
    auto count = [&](Context&) -> Poll<int> { return ++polls; };
    auto run = test::spawn([&] { return token.run_until_cancelled(poll_fn(count)); });
    auto owned =
        test::spawn([&] { return CancellationToken(token).run_until_cancelled_owned(poll_fn(count)); });
    CHECK_FALSE(run.poll()->has_value());
    CHECK_FALSE(owned.poll()->has_value());
    CHECK(polls == 0);
  }

  TEST_CASE("run_until_cancelled_owned keeps its token alive") {
    const CancellationToken root;
    auto never = [](Context&) -> Poll<int> { return pending; };
    auto run = test::spawn([&] { return root.child_token().run_until_cancelled_owned(poll_fn(never)); });
    CHECK(run.poll().is_pending());
    root.cancel();
    CHECK(run.is_woken());
    CHECK_FALSE(run.poll()->has_value());
  }

  TEST_CASE("a future that spends the whole budget does not keep the cancellation from being seen") {
    const CancellationToken token;
    auto greedy = [](Context& cx) -> Poll<int> {
      while (cx.poll_proceed()) {
      }
      return pending;
    };
    auto run = test::spawn([&] { return token.run_until_cancelled(poll_fn(greedy)); });
    CHECK(run.poll().is_pending());
    token.cancel();
    CHECK(run.poll().is_ready());
  }

  TEST_CASE("tasks stop when they are told to") {
    const CancellationToken token;
    auto worker = [](CancellationToken own) -> Task<bool> {
      const sync::Notify never;
      const auto done = co_await own.run_until_cancelled(never.notified());
      co_return !done.has_value();
    };
    auto body = [&]() -> Task<bool> {
      auto handle = spawn(worker(token.child_token()));
      token.cancel();
      co_return (co_await handle).value();
    };
    CHECK(test::multi_thread().block_on(body()));
  }

  TEST_CASE("threads make, cancel and drop tokens of one tree at the same time") {
    for (int round = 0; round < 100; ++round) {
      const CancellationToken root;
      std::atomic<int> stopped{0};
      std::vector<std::thread> threads;
      for (int t = 0; t < 3; ++t)
        threads.emplace_back([&, t] {
          CancellationToken mine = root.child_token();
          const CancellationToken waits = mine.child_token().child_token();
          for (int i = 0; i < 50; ++i) {
            const CancellationToken extra = mine.child_token();
            if (i % 3 == t) extra.cancel();
            if (i % 10 == 9) mine = mine.child_token();
            auto cancelled = extra.cancelled();
            Context cx(Waker::noop());
            static_cast<void>(cancelled.poll(cx));
          }
          detail::park_on(waits.cancelled());
          ++stopped;
        });
      root.cancel();
      for (auto& thread : threads) thread.join();
      CHECK(stopped == 3);
    }
  }
}
