#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/task/task.hpp>
#include <ferry/task/yield_now.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;

namespace {

Task<int> immediate(int value) { co_return value; }

Task<int> nested(int depth) {
  if (depth == 0) co_return 0;
  co_return co_await nested(depth - 1) + 1;
}

Task<int> nested_yield(int depth) {
  if (depth == 0) {
    co_await task::yield_now();
    co_return 0;
  }
  co_return co_await nested_yield(depth - 1) + 1;
}

// Ready when it is told so; counts its polls.
class Switch {
 public:
  using Output = int;
  Switch() noexcept {}
  Poll<int> poll(Context& cx) {
    ++polls;
    if (value) return *value;
    waker = cx.waker();
    return pending;
  }
  void set(int v) {
    value = v;
    std::exchange(waker, Waker::noop()).wake();
  }
  std::optional<int> value;
  Waker waker = Waker::noop();
  int polls = 0;
};

Task<int> wait_for(Switch& a, Switch& b) {
  const int first = co_await a;
  const int second = co_await b;
  co_return first + second;
}

Task<int> keep(test::Counted value, Switch& gate) {
  co_await gate;
  co_return value.value;
}

Task<int> nested_wait(int depth, Switch& gate) {
  if (depth == 0) co_return co_await gate;
  co_return co_await nested_wait(depth - 1, gate) + 1;
}

// Notes its number when it ends.
class Noted {
 public:
  Noted(std::vector<int>& notes, int number) : notes_(&notes), number_(number) {}
  Noted(Noted&& other) noexcept : notes_(std::exchange(other.notes_, nullptr)), number_(other.number_) {}
  ~Noted() {
    if (notes_ != nullptr) notes_->push_back(number_);
  }

 private:
  std::vector<int>* notes_;
  int number_;
};

Task<void> hold(std::vector<int>& notes, int depth, Switch& gate) {
  const Noted local(notes, depth);
  if (depth == 0)
    co_await gate;
  else
    co_await hold(notes, depth - 1, gate);
}

}  // namespace

TEST_SUITE("task.Task") {
  TEST_CASE("nothing runs before the first poll") {
    bool has_run = false;
    auto body = [&]() -> Task<void> {
      has_run = true;
      co_return;
    };
    auto task = test::spawn([&] { return body(); });
    CHECK_FALSE(has_run);
    CHECK(task.poll().is_ready());
    CHECK(has_run);
  }

  TEST_CASE(
      "a task that is awaited for good ends with all that it owns, one that is awaited by name is still "
      "there") {
    test::Counts counts;
    const auto own = [](test::Counted) -> Task<int> { co_return 1; };
    int moved = -1;
    int named = -1;
    auto body = [&]() -> Task<void> {
      auto given_away = own(test::Counted(counts));
      co_await std::move(given_away);
      moved = counts.alive;
      auto kept = own(test::Counted(counts));
      co_await kept;
      named = counts.alive;
    };
    CHECK(test::spawn([&] { return body(); }).poll().is_ready());
    CHECK(moved == 0);
    CHECK(named == 1);
    CHECK(counts.alive == 0);
  }

  TEST_CASE("a task that awaits tasks gives its value through any depth") {
    auto task = test::spawn([] { return nested(1000); });
    auto polled = task.poll();
    REQUIRE(polled.is_ready());
    CHECK(*polled == 1000);
  }

  TEST_CASE("a loop of awaits that finish at once needs no stack") {
    auto body = []() -> Task<int> {
      int sum = 0;
      for (int i = 0; i < 1'000'000; ++i) sum += co_await immediate(1);
      co_return sum;
    };
    auto task = test::spawn([&] { return body(); });
    auto polled = task.poll();
    REQUIRE(polled.is_ready());
    CHECK(*polled == 1'000'000);
  }

  TEST_CASE("a wake-up polls the innermost future once and goes on there") {
    Switch a;
    Switch b;
    auto outer = [&]() -> Task<int> { co_return co_await wait_for(a, b); };
    auto task = test::spawn([&] { return outer(); });
    REQUIRE(task.poll().is_pending());
    CHECK(a.polls == 1);
    a.set(1);
    CHECK(task.is_woken());
    REQUIRE(task.poll().is_pending());
    CHECK(a.polls == 2);
    CHECK(b.polls == 1);
    b.set(2);
    auto polled = task.poll();
    REQUIRE(polled.is_ready());
    CHECK(*polled == 3);
  }

  TEST_CASE("a poll without a wake-up does not move a task that waits") {
    Switch a;
    Switch b;
    auto task = test::spawn([&] { return wait_for(a, b); });
    REQUIRE(task.poll().is_pending());
    REQUIRE(task.poll().is_pending());
    a.set(1);
    b.set(2);
    CHECK(*task.poll() == 3);
  }

  TEST_CASE("destroying a suspended task destroys its values, at every depth") {
    test::Counts counts;
    Switch gate;
    {
      auto outer = [&]() -> Task<int> {
        const test::Counted local(counts);
        co_return co_await keep(test::Counted(counts, 5), gate);
      };
      auto task = test::spawn([&] { return outer(); });
      REQUIRE(task.poll().is_pending());
      CHECK(counts.alive >= 2);
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("destroying a suspended task begins with the innermost one") {
    std::vector<int> notes;
    Switch gate;
    {
      auto task = test::spawn([&] { return hold(notes, 5, gate); });
      REQUIRE(task.poll().is_pending());
      CHECK(notes.empty());
    }
    CHECK(notes == std::vector{0, 1, 2, 3, 4, 5});
  }

  TEST_CASE("destroying a suspended task needs no stack, however deep it is") {
    Switch gate;
    auto by_hand = test::spawn([&] { return nested_wait(400'000, gate); });
    REQUIRE(by_hand.poll().is_pending());
    const auto rt = test::current_thread();
    auto spawned = rt.spawn(nested_wait(400'000, gate));
    rt.block_on(task::yield_now());
    spawned.abort();
    const auto joined = rt.block_on(spawned);
    REQUIRE(joined.has_error());
    CHECK(joined.error().is_cancelled());
  }

  TEST_CASE("destroying a task that has not started destroys its arguments") {
    test::Counts counts;
    Switch gate;
    {
      auto task = keep(test::Counted(counts), gate);
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("an exception arrives where the task is awaited") {
    auto failing = []() -> Task<int> {
      co_await task::yield_now();
      throw std::runtime_error("broken");
    };
    auto catching = [&]() -> Task<std::string> {
      try {
        co_await failing();
      } catch (const std::runtime_error& error) {
        co_return error.what();
      }
      co_return "";
    };
    auto task = test::spawn([&] { return catching(); });
    REQUIRE(task.poll().is_pending());
    auto polled = task.poll();
    REQUIRE(polled.is_ready());
    CHECK(*polled == "broken");
  }

  TEST_CASE("an exception of a hand-written future arrives where it is awaited, also after a suspension") {
    int polls = 0;
    auto throwing = [&](Context& cx) -> Poll<int> {
      if (++polls == 2) throw std::runtime_error("late");
      cx.waker().wake_by_ref();
      return pending;
    };
    auto body = [&]() -> Task<bool> {
      auto future = poll_fn(throwing);
      try {
        co_await future;
      } catch (const std::runtime_error&) {
        co_return true;
      }
      co_return false;
    };
    auto task = test::spawn([&] { return body(); });
    REQUIRE(task.poll().is_pending());
    auto polled = task.poll();
    REQUIRE(polled.is_ready());
    CHECK(*polled);
  }

  TEST_CASE("a task that was polled by hand can be awaited by another one") {
    auto inner = nested_yield(3);
    {
      const Waker waker = Waker::noop();
      Context cx(waker);
      REQUIRE(inner.poll(cx).is_pending());
    }
    auto outer = [&]() -> Task<int> { co_return co_await inner; };
    auto task = test::spawn([&] { return outer(); });
    auto polled = task.poll();
    REQUIRE(polled.is_ready());
    CHECK(*polled == 3);
  }

  TEST_CASE("a task that is awaited by name goes on after the one that awaited it is gone") {
    Switch gate;
    Switch ready;
    ready.value = 1;
    auto inner = wait_for(ready, gate);
    auto outer = [&]() -> Task<int> { co_return co_await inner; };
    {
      auto first = test::spawn([&] { return outer(); });
      REQUIRE(first.poll().is_pending());
    }
    auto second = test::spawn([&] { return outer(); });
    REQUIRE(second.poll().is_pending());
    gate.set(2);
    CHECK(second.is_woken());
    auto polled = second.poll();
    REQUIRE(polled.is_ready());
    CHECK(*polled == 3);
  }

#if defined(__GNUC__) && !defined(__clang__)
  TEST_CASE("a body that g++ leaves out is not taken for one that has run") {
    bool has_run = false;
    const auto check = [](bool& ran) -> Task<void> {
      if (co_await immediate(1) == 1) ran = true;
    };
    const auto outer = [&](bool& ran) -> Task<void> {
      auto inner = check(ran);
      co_await inner;
    };
    for (bool is_nested : {false, true}) {
      auto task = test::spawn([&] { return is_nested ? outer(has_run) : check(has_run); });
      try {
        CHECK(task.poll().is_ready());
        CHECK(has_run);  // a compiler without the fault
      } catch (const std::logic_error& error) {
        CHECK(std::string(error.what()).find("left out the body") != std::string::npos);
      }
    }
  }
#endif

  TEST_CASE("a move-only result is moved out") {
    auto body = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(9); };
    auto task = test::spawn([&] { return body(); });
    auto polled = task.poll();
    REQUIRE(polled.is_ready());
    CHECK(**polled == 9);
  }

  TEST_CASE("a task can be moved while it waits") {
    Switch a;
    Switch b;
    auto task = wait_for(a, b);
    const Waker waker = Waker::noop();
    Context cx(waker);
    REQUIRE(task.poll(cx).is_pending());
    auto moved = std::move(task);
    a.set(1);
    b.set(1);
    Context again(waker);
    CHECK(*moved.poll(again) == 2);
  }

  TEST_CASE("a task that has nothing to give any more says so when it is awaited") {
    const runtime::Runtime rt = test::current_thread();
    auto answer = []() -> Task<int> { co_return 42; };
    auto nothing = []() -> Task<void> { co_return; };
    auto body = [&]() -> Task<void> {
      auto moved = answer();
      const auto taken = std::move(moved);
      CHECK_THROWS_AS(co_await std::move(moved), std::logic_error);
      auto once = answer();
      const int first = co_await std::move(once);
      CHECK(first == 42);
      CHECK_THROWS_AS(co_await std::move(once), std::logic_error);
      auto by_name = answer();
      const int second = co_await by_name;
      CHECK(second == 42);
      CHECK_THROWS_AS(co_await by_name, std::logic_error);
      CHECK_THROWS_AS(co_await std::move(by_name), std::logic_error);
      auto of_nothing = nothing();
      co_await of_nothing;
      CHECK_THROWS_AS(co_await of_nothing, std::logic_error);
    };
    rt.block_on(body());
    auto finished = answer();
    CHECK(rt.block_on(finished) == 42);
    CHECK_THROWS_AS(static_cast<void>(rt.block_on(finished)), std::logic_error);
  }
}
