#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/join.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

inline task::LocalKey<int> number;
inline task::LocalKey<std::string> word;
inline task::LocalKey<std::unique_ptr<int>> owned;

Task<int> read_later() {
  co_await task::yield_now();
  co_return number.get();
}

}  // namespace

TEST_SUITE("task.LocalKey") {
  TEST_CASE("a value is seen by what its future awaits, before and after a suspension") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        CHECK(number.get() == 1);
        for (int i = 0; i < 10; ++i) CHECK(co_await read_later() == 1);
        const int inner = co_await number.scope(2, read_later());
        CHECK(inner == 2);
        CHECK(number.get() == 1);
        CHECK(word.try_get().has_error());
        const bool is_long = number.with([](int n) { return n > 100; });
        CHECK_FALSE(is_long);
      };
      CHECK(rt.block_on(rt.spawn(number.scope(1, body()))).has_value());
      rt.block_on(number.scope(1, body()));
    });
  }

  TEST_CASE("tasks that take turns on a thread see each their own") {
    const runtime::Runtime rt = test::current_thread();
    auto body = [](int own) -> Task<void> {
      for (int i = 0; i < 5; ++i) {
        CHECK(number.get() == own);
        co_await task::yield_now();
      }
    };
    auto a = rt.spawn(number.scope(1, body(1)));
    auto b = rt.spawn(number.scope(2, body(2)));
    auto c = number.scope(3, body(3));
    auto d = number.scope(4, body(4));
    auto both = join(c, d);
    rt.block_on(both);
    CHECK(rt.block_on(a).has_value());
    CHECK(rt.block_on(b).has_value());
  }

  TEST_CASE("a spawned task is outside") {
    const runtime::Runtime rt = test::current_thread();
    auto child = []() -> Task<bool> { co_return number.try_get().has_error(); };
    auto body = [&]() -> Task<bool> { co_return (co_await spawn(child())).value(); };
    CHECK(rt.block_on(number.scope(1, body())));
  }

  TEST_CASE("outside of a scope there is no value, and the message says what to do") {
    CHECK_THROWS_AS(number.get(), std::logic_error);
    CHECK_THROWS_WITH_AS(number.with([](int) {}), doctest::Contains("LocalKey::scope"), std::logic_error);
    CHECK(number.try_with([](int n) { return n; }).has_error());
    CHECK_THROWS_AS(number.try_get().value(), std::logic_error);
  }

  TEST_CASE("sync_scope nests, and is left by an exception, too") {
    number.sync_scope(1, [] {
      CHECK(number.sync_scope(2, [] { return number.get(); }) == 2);
      CHECK(number.get() == 1);
      auto throwing = [] { number.sync_scope(3, [] { throw std::runtime_error("x"); }); };
      CHECK_THROWS(throwing());
      CHECK(number.get() == 1);
      CHECK(number.try_with([](int n) { return n + 1; }).value() == 2);
      CHECK(number.try_with([](int) {}).has_value());
    });
    CHECK(number.try_get().has_error());
  }

  TEST_CASE("a poll that throws or is pending leaves the thread as it was") {
    auto throwing = []() -> Task<void> {
      CHECK(number.get() == 5);
      co_await task::yield_now();
      throw std::runtime_error("x");
    };
    auto polled = test::spawn([&] { return number.scope(5, throwing()); });
    CHECK(polled.poll().is_pending());
    CHECK(number.try_get().has_error());
    CHECK_THROWS_AS(static_cast<void>(polled.poll()), std::runtime_error);
    CHECK(number.try_get().has_error());
  }

  TEST_CASE("values need not be copied, and destructors of the future see them") {
    std::optional<int> seen;
    struct AtEnd {
      explicit AtEnd(std::optional<int>& seen) : seen(seen) {}
      AtEnd(const AtEnd&) = delete;
      ~AtEnd() {
        seen = owned.with([](const std::unique_ptr<int>& value) { return *value; });
      }
      std::optional<int>& seen;
    };
    auto body = [&]() -> Task<void> {
      const AtEnd at_end(seen);
      co_await time::sleep(1h);
    };
    const runtime::Runtime rt = test::paused();
    const runtime::EnterGuard guard = rt.enter();
    {
      auto polled = test::spawn([&] { return owned.scope(std::make_unique<int>(9), body()); });
      CHECK(polled.poll().is_pending());
      CHECK_FALSE(seen.has_value());
    }
    CHECK(seen == 9);
  }

  TEST_CASE("the value may be taken out when the future is ready") {
    auto body = []() -> Task<int> { co_return number.get() + 1; };
    auto polled = test::spawn([&] { return number.scope(7, body()); });
    CHECK(*polled.poll() == 8);
    CHECK_THROWS_AS(static_cast<void>(polled.poll()), std::logic_error);
    CHECK(polled->take_value() == 7);
    CHECK_FALSE(polled->take_value().has_value());
  }

  TEST_CASE("without its value a future is outside of the outer scope's, too") {
    auto body = []() -> Task<bool> { co_return number.try_get().has_error(); };
    number.sync_scope(1, [&] {
      auto polled = test::spawn([&] { return number.scope(2, body()); });
      CHECK(polled->take_value() == 2);
      CHECK(*polled.poll());
      CHECK(number.get() == 1);
    });
  }
}
