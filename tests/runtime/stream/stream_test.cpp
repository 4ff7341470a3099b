#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/stream/collect.hpp>
#include <ferry/stream/iter.hpp>
#include <ferry/stream/map.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/stream/take.hpp>
#include <ferry/task/task.hpp>

#include "runtime/stream/feed.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::Feed;
using test::items_of;
using test::poll_next;

static_assert(stream::Stream<Feed>);
static_assert(stream::Stream<Feed&>);
static_assert(!stream::Stream<const Feed>);
static_assert(!stream::Stream<int>);
static_assert(Future<stream::Next<Feed>>);
static_assert(!std::move_constructible<stream::Next<Feed>>);

TEST_SUITE("stream") {
  TEST_CASE("next gives items in order, then no value at the end") {
    Feed feed;
    feed.put(1);
    feed.put(2);
    feed.close();
    for (const std::optional<int> expected : {std::optional(1), std::optional(2), std::optional<int>()}) {
      auto next = test::spawn([&] { return stream::next(feed); });
      auto polled = next.poll();
      REQUIRE(polled.is_ready());
      CHECK(*polled == expected);
    }
  }

  TEST_CASE("an item that comes after next was cancelled is given to the one that follows") {
    Feed feed;
    {
      auto cancelled = test::spawn([&] { return stream::next(feed); });
      REQUIRE(cancelled.poll().is_pending());
      feed.put(7);
      CHECK(cancelled.is_woken());
    }
    auto next = test::spawn([&] { return stream::next(feed); });
    CHECK(**next.poll() == 7);
  }

  Task<int> sum(Feed & feed) {
    int total = 0;
    while (auto item = co_await stream::next(feed)) total += *item;
    co_return total;
  }

  TEST_CASE("a task awaits one item after the other") {
    Feed feed;
    auto task = test::spawn([&] { return sum(feed); });
    REQUIRE(task.poll().is_pending());
    feed.put(3);
    feed.put(4);
    REQUIRE(task.is_woken());
    REQUIRE(task.poll().is_pending());
    feed.close();
    CHECK(*task.poll() == 7);
  }

  TEST_CASE("try_next puts the error of a result before the item, and goes on after it") {
    using Item = io::Result<int>;
    const io::Error late = make_error_code(boost::system::errc::timed_out);
    auto results = stream::iter({Item(1), Item(late), Item(2)});
    const auto next = [&] { return *test::spawn([&] { return stream::try_next(results); }).poll(); };
    CHECK(next().value() == 1);
    CHECK(next().error() == late);
    CHECK(next().value() == 2);
    CHECK(next().value() == std::nullopt);
  }

  TEST_CASE("try_next of results without a value gives std::monostate") {
    auto results = stream::once(io::Result<void>());
    const auto next = [&] { return *test::spawn([&] { return stream::try_next(results); }).poll(); };
    CHECK(next().value().has_value());
    CHECK_FALSE(next().value().has_value());
  }

  TEST_CASE("a size hint is what a stream says, and nothing where it does not") {
    using Hint = stream::SizeHint;
    const std::vector<int> values = {1, 2, 3};
    CHECK(stream::size_hint(stream::iter(values)) == Hint::exactly(3));
    CHECK(stream::size_hint(Feed()) == Hint(0, std::nullopt));
    constexpr auto kMost = std::numeric_limits<std::size_t>::max();
    CHECK(Hint::exactly(kMost) + Hint::exactly(1) == Hint(kMost, std::nullopt));
    CHECK(Hint(2, 4) + Hint(1, std::nullopt) == Hint(3, std::nullopt));
    CHECK(Hint(2, std::nullopt).at_most(5) == Hint(2, 5));
    CHECK(Hint(2, 7).without(3) == Hint(0, 4));
  }
}

int twice(int item) { return 2 * item; }
bool is_odd(int item) { return item % 2 != 0; }

// What cannot be moved is borrowed by its name.
class Fixed {
 public:
  using Item = int;
  Fixed() = default;
  Fixed(const Fixed&) = delete;
  Poll<std::optional<int>> poll_next(Context&) { return std::optional(++last); }
  int last = 0;
};

using Map = decltype(stream::map);
static_assert(std::invocable<Map, Fixed&, decltype(&twice)>);
static_assert(!std::invocable<Map, Fixed, decltype(&twice)>);
static_assert(!std::invocable<Map, Feed, std::string>);
static_assert(!std::invocable<Map, int, decltype(&twice)>);
template <class S, class Closure>
concept Pipes =
    requires(S&& stream, Closure&& closure) { std::forward<S>(stream) | std::forward<Closure>(closure); };
static_assert(Pipes<Feed&, decltype(stream::map(&twice))>);
static_assert(!Pipes<Fixed, decltype(stream::map(&twice))>);
static_assert(!Pipes<Feed&, decltype(stream::map(std::string()))>);

TEST_SUITE("stream.adapter") {
  TEST_CASE("a function of a stream is called with it, or stands behind it") {
    CHECK(items_of(stream::map(Feed({1, 2}), twice)) == std::vector<int>{2, 4});
    CHECK(items_of(Feed({1, 2, 3, 5}) | stream::filter(is_odd) | stream::take(2) | stream::map(twice)) ==
          std::vector<int>{2, 6});
  }

  TEST_CASE("what stands behind a stream can be kept, joined and used again") {
    const auto firsts = stream::map(twice) | stream::take(2);
    CHECK(items_of(Feed({1, 2, 3}) | firsts) == std::vector<int>{2, 4});
    CHECK(items_of(Feed({4, 5, 6}) | firsts | stream::map(twice)) == std::vector<int>{16, 20});
  }

  TEST_CASE("a stream that has a name is borrowed and goes on afterwards") {
    Feed feed({1, 2, 3});
    CHECK(items_of(feed | stream::take(2)) == std::vector<int>{1, 2});
    CHECK(items_of(stream::take(feed, 2)) == std::vector<int>{3});
  }

  TEST_CASE("a stream that cannot be moved is borrowed by adapters that can") {
    Fixed fixed;
    auto adapted = fixed | stream::filter(is_odd) | stream::map(twice);
    CHECK(**poll_next(adapted) == 2);
    auto moved = std::move(adapted);
    CHECK(**poll_next(moved) == 6);
    CHECK(fixed.last == 3);
  }

  TEST_CASE("a stream that is moved in is gone from its name") {
    std::vector<int> values = {1, 2};
    auto source = stream::iter(std::move(values));
    auto adapted = std::move(source) | stream::map(twice);
    CHECK(items_of(adapted) == std::vector<int>{2, 4});
  }

  TEST_CASE("a function that can only be moved is moved in, and one in std::ref is borrowed") {
    auto times = [factor = std::make_unique<int>(3)](int item) { return *factor * item; };
    CHECK(items_of(Feed({1, 2}) | stream::map(std::ref(times))) == std::vector<int>{3, 6});
    CHECK(items_of(Feed({1, 2}) | stream::map(std::move(times))) == std::vector<int>{3, 6});
  }
}

TEST_SUITE("stream.iter") {
  TEST_CASE("a range that has a name is copied from, and a temporary moved from") {
    std::vector<std::unique_ptr<int>> owned;
    owned.push_back(std::make_unique<int>(1));
    auto moved_from = stream::iter(std::move(owned));
    CHECK(***poll_next(moved_from) == 1);
    const std::vector<int> named = {1, 2};
    CHECK(items_of(stream::iter(named)) == named);
    CHECK(items_of(stream::iter(named.begin() + 1, named.end())) == std::vector<int>{2});
  }

  TEST_CASE("a temporary range whose elements are in itself may be moved between polls") {
    auto letters = stream::iter(std::string("ab"));
    CHECK(**poll_next(letters) == 'a');
    auto moved = std::move(letters);
    CHECK(**poll_next(moved) == 'b');
    CHECK_FALSE(poll_next(moved)->has_value());
  }

  TEST_CASE("a view copies what it shows") {
    const std::vector<std::string> words = {"a longer text than fits into a string"};
    CHECK(items_of(stream::iter(std::views::take(words, 1))) == words);
    CHECK(items_of(stream::iter(std::views::filter(words, [](auto&) { return true; }))) == words);
    CHECK(words.front().size() > 20);
  }

  TEST_CASE("a stream of ready items uses the task's budget") {
    auto numbers = stream::iter(std::views::iota(0));
    Context cx(Waker::noop());
    for (std::uint32_t i = 0; i < Context::kBudget; ++i) REQUIRE(numbers.poll_next(cx).is_ready());
    CHECK(numbers.poll_next(cx).is_pending());
    CHECK(**poll_next(numbers) == static_cast<int>(Context::kBudget));
  }

  TEST_CASE("once gives one value, empty none, and pending never ends") {
    CHECK(items_of(stream::once(1)) == std::vector<int>{1});
    CHECK(stream::once(1).size_hint() == stream::SizeHint::exactly(1));
    CHECK(items_of(stream::empty<int>()).empty());
    CHECK(stream::empty<int>().size_hint() == stream::SizeHint::exactly(0));
    auto never = stream::pending<int>();
    CHECK(poll_next(never).is_pending());
    CHECK(stream::size_hint(never) == stream::SizeHint());
  }
}

}  // namespace
}  // namespace ferry
