#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/stream/buffered.hpp>
#include <ferry/stream/for_each.hpp>
#include <ferry/stream/generator.hpp>
#include <ferry/stream/iter.hpp>
#include <ferry/stream/map.hpp>
#include <ferry/stream/take.hpp>
#include <ferry/stream/then.hpp>
#include <ferry/stream/unfold.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/sync/oneshot.hpp>
#include <ferry/task.hpp>

#include "runtime/stream/feed.hpp"
#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using stream::SizeHint;
using test::Feed;
using test::items_of;
using test::poll_next;
using Ints = std::vector<int>;

Task<int> twice(int item) { co_return 2 * item; }
Task<void> nothing(int) { co_return; }

// Answers that a test gives, by number.
class Answers {
 public:
  explicit Answers(int count) {
    for (int i = 0; i < count; ++i) {
      auto [sender, receiver] = sync::oneshot::channel<int>();
      senders_.emplace_back(std::move(sender));
      receivers_.emplace_back(std::move(receiver));
    }
  }
  Task<int> ask(int number) {
    ++asked;
    const test::Counted running(counts);
    auto answer = co_await std::move(*receivers_[static_cast<std::size_t>(number)]);
    ++resumed;
    co_return answer.value();
  }
  auto asking() {
    return [this](int number) { return ask(number); };
  }
  void answer(int number, int value) {
    auto sender = std::move(*senders_[static_cast<std::size_t>(number)]);
    CHECK(std::move(sender).send(value).has_value());
  }

  int asked = 0;
  int resumed = 0;
  test::Counts counts;

 private:
  std::vector<std::optional<sync::oneshot::Sender<int>>> senders_;
  std::vector<std::optional<sync::oneshot::Receiver<int>>> receivers_;
};

TEST_SUITE("stream.then") {
  TEST_CASE("then gives what a coroutine makes of each item") {
    auto doubled = stream::iter({1, 2}) | stream::then(twice);
    CHECK(doubled.size_hint() == SizeHint::exactly(2));
    CHECK(items_of(doubled) == Ints{2, 4});
  }

  TEST_CASE("after an exception then goes on with the next item") {
    const auto check = [](int item) -> Task<int> {
      if (item == 2) throw std::runtime_error("two");
      co_return item;
    };
    auto checked = stream::iter({1, 2, 3}) | stream::then(check);
    CHECK(**test::spawn([&] { return stream::next(checked); }).poll() == 1);
    auto second = test::spawn([&] { return stream::next(checked); });
    CHECK_THROWS_WITH(static_cast<void>(second.poll()), "two");
    CHECK(**test::spawn([&] { return stream::next(checked); }).poll() == 3);
    CHECK_FALSE((*test::spawn([&] { return stream::next(checked); }).poll()).has_value());
  }

  TEST_CASE("then gives std::monostate where its futures give nothing") {
    CHECK(items_of(stream::iter({1, 2}) | stream::then(nothing)) == std::vector<std::monostate>(2));
  }

  TEST_CASE("the future that then waits for outlives next, and the stream may be moved meanwhile") {
    Answers answers(2);
    auto answered = stream::iter({0, 1}) | stream::then(answers.asking());
    {
      auto cancelled = test::spawn([&] { return stream::next(answered); });
      REQUIRE(cancelled.poll().is_pending());
      answers.answer(0, 10);
      REQUIRE(cancelled.is_woken());
    }
    CHECK(answered.size_hint() == SizeHint::exactly(2));
    auto moved = std::move(answered);
    CHECK(**poll_next(moved) == 10);
    CHECK(answers.asked == 1);
    CHECK(moved.size_hint() == SizeHint::exactly(1));
  }

  TEST_CASE("then may be moved though its futures cannot") {
    sync::Notify notify;
    auto notified = stream::iter({1, 2}) | stream::then([&](int) { return notify.notified(); });
    static_assert(!std::move_constructible<sync::Notify::Notified>);
    REQUIRE(poll_next(notified).is_pending());
    auto moved = std::move(notified);
    notify.notify_one();
    CHECK(poll_next(moved)->has_value());
    CHECK(poll_next(moved).is_pending());
    notify.notify_one();
    CHECK(poll_next(moved)->has_value());
    CHECK_FALSE(poll_next(moved)->has_value());
  }

  TEST_CASE("destroying then cancels its future") {
    Answers answers(1);
    {
      auto answered = stream::iter({0}) | stream::then(answers.asking());
      REQUIRE(poll_next(answered).is_pending());
      CHECK(answers.counts.alive == 1);
    }
    CHECK(answers.counts.alive == 0);
  }
}

TEST_SUITE("stream.buffered") {
  TEST_CASE("buffer_unordered runs so many futures at a time and gives outputs as they come") {
    Answers answers(4);
    auto answered = stream::iter({0, 1, 2, 3}) | stream::map(answers.asking()) | stream::buffer_unordered(2);
    auto next = test::spawn([&] { return stream::next(answered); });
    REQUIRE(next.poll().is_pending());
    CHECK(answers.asked == 2);
    CHECK(answered.size_hint() == SizeHint::exactly(4));
    answers.answer(1, 10);
    REQUIRE(next.is_woken());
    CHECK(**next.poll() == 10);
    REQUIRE(next.poll().is_pending());
    CHECK(answers.asked == 3);
    CHECK_FALSE(next.is_woken());
    answers.answer(0, 20);
    answers.answer(2, 30);
    answers.answer(3, 40);
    CHECK(items_of(answered) == Ints{20, 30, 40});
  }

  TEST_CASE("buffer_unordered polls only the futures that were woken") {
    Answers answers(3);
    auto polls = std::make_shared<Ints>(3);
    const auto ask = [&, polls](int number) {
      return poll_fn([task = answers.ask(number), polls, number](Context& cx) mutable {
        ++(*polls)[static_cast<std::size_t>(number)];
        return task.poll(cx);
      });
    };
    auto answered = stream::iter({0, 1, 2}) | stream::map(ask) | stream::buffer_unordered(3);
    REQUIRE(poll_next(answered).is_pending());
    CHECK(*polls == Ints{1, 1, 1});
    answers.answer(1, 5);
    CHECK(**poll_next(answered) == 5);
    CHECK(*polls == Ints{1, 2, 1});
  }

  TEST_CASE("buffered gives outputs in the order of the stream, and counts those that have to wait") {
    Answers answers(4);
    auto answered = stream::iter({0, 1, 2, 3}) | stream::map(answers.asking()) | stream::buffered(2);
    REQUIRE(poll_next(answered).is_pending());
    answers.answer(1, 10);
    REQUIRE(poll_next(answered).is_pending());
    CHECK(answers.resumed == 1);
    CHECK(answers.asked == 2);
    CHECK(answered.size_hint() == SizeHint::exactly(4));
    answers.answer(0, 20);
    CHECK(**poll_next(answered) == 20);
    answers.answer(3, 30);
    CHECK(**poll_next(answered) == 10);
    REQUIRE(poll_next(answered).is_pending());
    CHECK(answers.asked == 4);
    answers.answer(2, 40);
    CHECK(items_of(answered) == Ints{40, 30});
  }

  TEST_CASE("futures in flight outlive next, and the stream may be moved meanwhile") {
    const auto check = [](auto adapter) {
      Answers answers(2);
      auto answered = stream::iter({0, 1}) | stream::map(answers.asking()) | std::move(adapter);
      auto moved = [&] {
        auto cancelled = test::spawn([&] { return stream::next(answered); });
        REQUIRE(cancelled.poll().is_pending());
        answers.answer(0, 10);
        answers.answer(1, 11);
        REQUIRE(cancelled.is_woken());
        return std::move(answered);
      }();
      CHECK(items_of(moved) == Ints{10, 11});
      CHECK(answers.asked == 2);
    };
    check(stream::buffered(2));
    check(stream::buffer_unordered(2));
  }

  TEST_CASE("a future that wakes itself all the time does not keep the task from ending its poll") {
    const auto busy = [](int) {
      return poll_fn([](Context& cx) -> Poll<int> {
        cx.waker().wake_by_ref();
        return ferry::pending;
      });
    };
    auto never = stream::iter({1, 2}) | stream::map(busy) | stream::buffer_unordered(2);
    auto next = test::spawn([&] { return stream::next(never); });
    CHECK(next.poll().is_pending());
    CHECK(next.is_woken());
  }

  TEST_CASE("futures that use up the budget take it from the task") {
    const auto spend = [](int) {
      return poll_fn([](Context& cx) -> Poll<int> {
        while (cx.poll_proceed()) continue;
        return ferry::pending;
      });
    };
    auto spenders = stream::iter({1, 2}) | stream::map(spend) | stream::buffer_unordered(2);
    Context cx(Waker::noop());
    CHECK(spenders.poll_next(cx).is_pending());
    CHECK_FALSE(cx.has_budget_remaining());
  }

  TEST_CASE("a waker may outlive the stream that its future was in") {
    Waker kept = Waker::noop();
    const auto keep = [&](int) {
      return poll_fn([&](Context& cx) -> Poll<int> {
        kept = cx.waker();
        return ferry::pending;
      });
    };
    {
      auto waiting = stream::iter({1}) | stream::map(keep) | stream::buffer_unordered(1);
      auto next = test::spawn([&] { return stream::next(waiting); });
      REQUIRE(next.poll().is_pending());
      kept.wake_by_ref();
      CHECK(next.is_woken());
    }
    std::move(kept).wake();
  }

  Task<int> fails_at(int bad, int item) {
    if (item == bad) throw std::runtime_error("bad");
    co_return item;
  }

  TEST_CASE("what a future throws leaves next, buffer_unordered goes on with the others") {
    auto checked = stream::iter({1, 2, 3}) | stream::map([](int item) { return fails_at(2, item); }) |
                   stream::buffer_unordered(3);
    CHECK(**poll_next(checked) == 1);
    CHECK_THROWS_AS(static_cast<void>(poll_next(checked)), std::runtime_error);
    CHECK(items_of(checked) == Ints{3});
  }

  TEST_CASE("what a future throws ends buffered and cancels the others") {
    Answers answers(1);
    const auto ask = [&](int item) { return item == 0 ? answers.ask(0) : fails_at(2, item); };
    auto checked = stream::iter({1, 0, 2}) | stream::map(ask) | stream::buffered(3);
    CHECK_THROWS_AS(while (poll_next(checked).is_ready()) continue, std::runtime_error);
    CHECK(answers.asked == 1);
    CHECK(answers.counts.alive == 0);
    CHECK_FALSE(poll_next(checked)->has_value());
  }

  TEST_CASE("there has to be room for a future") {
    auto tasks = [] { return stream::iter({1}) | stream::map(twice); };
    CHECK_THROWS_AS(static_cast<void>(tasks() | stream::buffered(0)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(tasks() | stream::buffer_unordered(0)), std::logic_error);
  }

  Task<int> on_another_worker(int item) {
    auto joined = co_await task::spawn(twice(item));
    co_return joined.value();
  }

  TEST_CASE("futures may be woken from other threads at the same time") {
    const runtime::Runtime rt = test::multi_thread(3);
    const int kItems = 2000;
    const int sum = rt.block_on([](int items) -> Task<int> {
      auto doubled = stream::iter(std::views::iota(0, items)) | stream::map(on_another_worker) |
                     stream::buffer_unordered(16);
      int total = 0;
      while (auto item = co_await stream::next(doubled)) total += *item;
      co_return total;
    }(kItems));
    CHECK(sum == kItems * (kItems - 1));
  }
}

TEST_SUITE("stream.for_each") {
  TEST_CASE("for_each awaits a future for each item, one after the other") {
    Answers answers(2);
    auto done = test::spawn([&] { return stream::iter({0, 1}) | stream::for_each(answers.asking()); });
    REQUIRE(done.poll().is_pending());
    CHECK(answers.asked == 1);
    answers.answer(0, 0);
    REQUIRE(done.is_woken());
    REQUIRE(done.poll().is_pending());
    CHECK(answers.asked == 2);
    answers.answer(1, 0);
    CHECK(done.poll().is_ready());
  }

  TEST_CASE("for_each_concurrent awaits so many at a time") {
    Answers answers(3);
    auto done = test::spawn(
        [&] { return stream::for_each_concurrent(stream::iter({0, 1, 2}), 2, answers.asking()); });
    REQUIRE(done.poll().is_pending());
    CHECK(answers.asked == 2);
    answers.answer(1, 0);
    REQUIRE(done.is_woken());
    REQUIRE(done.poll().is_pending());
    CHECK(answers.asked == 3);
    answers.answer(2, 0);
    answers.answer(0, 0);
    CHECK(done.poll().is_ready());
  }
}

Task<std::optional<std::pair<int, int>>> count_down(int from) {
  co_await task::yield_now();
  if (from == 0) co_return std::nullopt;
  co_return std::pair(from, from - 1);
}

TEST_SUITE("stream.unfold") {
  TEST_CASE("unfold gives items while its future gives an item and a state") {
    auto numbers = stream::unfold(2, count_down);
    const auto next = [&] {
      CHECK(poll_next(numbers).is_pending());
      auto moved = std::move(numbers);
      numbers = std::move(moved);
      return *poll_next(numbers);
    };
    CHECK(next() == 2);
    CHECK(next() == 1);
    CHECK(next() == std::nullopt);
    CHECK(*poll_next(numbers) == std::nullopt);
  }

  TEST_CASE("poll_fn polls a callable") {
    auto numbers = stream::poll_fn([left = 2](Context&) mutable -> Poll<std::optional<int>> {
      if (left == 0) return std::optional<int>();
      return std::optional(left--);
    });
    static_assert(stream::Stream<decltype(numbers)>);
    CHECK(items_of(numbers) == Ints{2, 1});
  }
}

stream::Generator<int> doubled(Feed& feed) {
  while (auto item = co_await stream::next(feed)) {
    const int result = co_await twice(*item);
    co_yield result;
  }
}
stream::Generator<int> counting() {
  for (int i = 0;; ++i) co_yield i;
}
stream::Generator<std::string> failing() {
  co_yield "one";
  throw std::runtime_error("bad");
}
stream::Generator<int> holding(test::Counts& counts, sync::Notify& notify) {
  const test::Counted held(counts);
  co_yield 1;
  co_await notify.notified();
}

TEST_SUITE("stream.Generator") {
  TEST_CASE("a generator runs from one item to the next while it is polled") {
    Feed feed;
    auto items = doubled(feed);
    CHECK(feed.polls == 0);
    {
      auto cancelled = test::spawn([&] { return stream::next(items); });
      REQUIRE(cancelled.poll().is_pending());
      feed.put(1);
      feed.put(2);
      CHECK(cancelled.is_woken());
    }
    CHECK(**poll_next(items) == 2);
    auto moved = std::move(items);
    CHECK(**poll_next(moved) == 4);
    CHECK(poll_next(moved).is_pending());
    feed.close();
    CHECK_FALSE(poll_next(moved)->has_value());
    CHECK_FALSE(poll_next(moved)->has_value());
  }

  TEST_CASE("an exception that leaves a generator arrives at who polls it, and ends it") {
    auto items = failing();
    CHECK(**poll_next(items) == "one");
    CHECK_THROWS_WITH_AS(static_cast<void>(poll_next(items)), "bad", std::runtime_error);
    CHECK_FALSE(poll_next(items)->has_value());
  }

  TEST_CASE(
      "destroying a generator destroys its variables, before it has begun, at an item and at an await") {
    test::Counts counts;
    sync::Notify notify;
    for (int polls = 0; polls < 3; ++polls) {
      {
        auto items = holding(counts, notify);
        for (int i = 0; i < polls; ++i) CHECK(poll_next(items).is_ready() == (i == 0));
        CHECK(counts.alive == (polls == 0 ? 0 : 1));
      }
      CHECK(counts.alive == 0);
    }
  }

  TEST_CASE("a generator that awaits nothing uses the budget") {
    auto numbers = counting();
    Context cx(Waker::noop());
    for (std::uint32_t i = 0; i < Context::kBudget; ++i) REQUIRE(numbers.poll_next(cx).is_ready());
    CHECK(numbers.poll_next(cx).is_pending());
    CHECK(**poll_next(numbers) == static_cast<int>(Context::kBudget));
  }

  TEST_CASE("a generator is adapted as any stream") {
    Feed feed({1, 2, 3});
    CHECK(items_of(doubled(feed) | stream::take(2)) == Ints{2, 4});
  }
}

}  // namespace
}  // namespace ferry
