#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/stream/chain.hpp>
#include <ferry/stream/collect.hpp>
#include <ferry/stream/fold.hpp>
#include <ferry/stream/fuse.hpp>
#include <ferry/stream/iter.hpp>
#include <ferry/stream/map.hpp>
#include <ferry/stream/merge.hpp>
#include <ferry/stream/peekable.hpp>
#include <ferry/stream/take.hpp>

#include "runtime/stream/feed.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using stream::SizeHint;
using test::Endless;
using test::Feed;
using test::items_of;
using test::poll_next;
using Ints = std::vector<int>;

const Ints kFour = {1, 2, 3, 4};
bool is_odd(int item) { return item % 2 != 0; }
std::optional<int> half(int item) { return item % 2 == 0 ? std::optional(item / 2) : std::nullopt; }

// An item, an end, and so on.
class Blinking {
 public:
  using Item = int;
  Poll<std::optional<int>> poll_next(Context&) {
    if (++polls_ % 2 != 0) return std::optional(polls_);
    return std::optional<int>();
  }

 private:
  int polls_ = 0;
};

TEST_SUITE("stream.map") {
  TEST_CASE("map gives what a function makes of each item, which may be of another type") {
    auto texts = stream::iter(kFour) | stream::map([](int item) { return std::to_string(item); });
    static_assert(std::same_as<stream::StreamItem<decltype(texts)>, std::string>);
    CHECK(texts.size_hint() == SizeHint::exactly(4));
    CHECK(items_of(texts) == std::vector<std::string>{"1", "2", "3", "4"});
  }

  TEST_CASE("map takes items that can only be moved, and functions that change") {
    auto boxes = stream::iter(kFour) | stream::map([](int item) { return std::make_unique<int>(item); });
    int calls = 0;
    auto sums = std::move(boxes) | stream::map([&, sum = 0](std::unique_ptr<int> item) mutable {
                  return ++calls, sum += *item;
                });
    CHECK(items_of(sums) == Ints{1, 3, 6, 10});
    CHECK(calls == 4);
  }

  TEST_CASE("map_while ends where its function gives nothing, and goes on when it is polled again") {
    auto halves = stream::iter({4, 6, 7, 8}) | stream::map_while(half);
    CHECK(halves.size_hint() == SizeHint(0, 4));
    CHECK(items_of(halves) == Ints{2, 3});
    CHECK(items_of(halves) == Ints{4});
  }

  TEST_CASE("filter gives the items that a predicate wants") {
    auto odd = stream::iter(kFour) | stream::filter(is_odd);
    CHECK(odd.size_hint() == SizeHint(0, 4));
    CHECK(items_of(odd) == Ints{1, 3});
  }

  TEST_CASE("filter_map gives what is in the options that a function gives") {
    auto halves = stream::iter(kFour) | stream::filter_map(half);
    CHECK(halves.size_hint() == SizeHint(0, 4));
    CHECK(items_of(halves) == Ints{1, 2});
  }

  TEST_CASE("an item whose function throws is gone, and the stream goes on") {
    auto checked = stream::iter(kFour) | stream::map([](int item) {
                     if (item == 2) throw item;
                     return item;
                   });
    CHECK(**poll_next(checked) == 1);
    CHECK_THROWS_AS(static_cast<void>(poll_next(checked)), int);
    CHECK(items_of(checked) == Ints{3, 4});
  }

  TEST_CASE("leaving out items of a source that is always ready uses the budget") {
    const auto never = [](int) { return false; };
    const auto polls_pending_and_woken = [](auto&& stream) {
      auto next = test::spawn([&] { return stream::next(stream); });
      return next.poll().is_pending() && next.is_woken();
    };
    CHECK(polls_pending_and_woken(Endless() | stream::filter(never)));
    CHECK(polls_pending_and_woken(Endless() | stream::filter_map([](int) { return std::optional<int>(); })));
    CHECK(polls_pending_and_woken(Endless() | stream::skip(1000)));
    CHECK(polls_pending_and_woken(Endless() | stream::skip_while([](int) { return true; })));
    auto fold = test::spawn([] { return Endless() | stream::fold(0, std::plus<>()); });
    CHECK((fold.poll().is_pending() && fold.is_woken()));
    auto any = test::spawn([&] { return Endless() | stream::any(never); });
    CHECK((any.poll().is_pending() && any.is_woken()));
    auto all = test::spawn([] { return Endless() | stream::collect<Ints>(); });
    CHECK((all.poll().is_pending() && all.is_woken()));
  }

  TEST_CASE("next of a chain of adapters that was cancelled has taken no item") {
    Feed feed;
    auto odd = feed | stream::filter(is_odd) | stream::map([](int item) { return -item; });
    {
      auto cancelled = test::spawn([&] { return stream::next(odd); });
      REQUIRE(cancelled.poll().is_pending());
      feed.put(2);
      REQUIRE(cancelled.is_woken());
      REQUIRE(cancelled.poll().is_pending());
      feed.put(3);
    }
    CHECK(**test::spawn([&] { return stream::next(odd); }).poll() == -3);
  }
}

TEST_SUITE("stream.take") {
  TEST_CASE("take gives so many items and then does not poll the stream") {
    Feed feed({1, 2, 3});
    auto two = feed | stream::take(2);
    CHECK(items_of(two) == Ints{1, 2});
    CHECK(feed.polls == 2);
    CHECK(two.size_hint() == SizeHint::exactly(0));
    CHECK((stream::iter(kFour) | stream::take(3)).size_hint() == SizeHint::exactly(3));
    CHECK((stream::iter(kFour) | stream::take(9)).size_hint() == SizeHint::exactly(4));
    CHECK(stream::take(feed, 3).size_hint() == SizeHint(0, 3));
  }

  TEST_CASE("take stays at an end that comes early") {
    auto blinking = Blinking() | stream::take(5);
    CHECK(items_of(blinking) == Ints{1});
    CHECK(items_of(blinking).empty());
  }

  TEST_CASE("take_while ends at the first item that is not wanted, for good") {
    Feed feed({1, 3, 4, 5});
    auto odd = feed | stream::take_while(is_odd);
    CHECK(odd.size_hint() == SizeHint());
    CHECK(items_of(odd) == Ints{1, 3});
    CHECK(items_of(odd).empty());
    CHECK(odd.size_hint() == SizeHint::exactly(0));
    CHECK(items_of(feed) == Ints{5});
  }

  TEST_CASE("skip leaves the first items out") {
    auto rest = stream::iter(kFour) | stream::skip(3);
    CHECK(rest.size_hint() == SizeHint::exactly(1));
    CHECK(items_of(rest) == Ints{4});
    CHECK(items_of(stream::iter(kFour) | stream::skip(9)).empty());
  }

  TEST_CASE("skip_while gives all items from the first one that it does not leave out") {
    auto rest = stream::iter({1, 3, 4, 5}) | stream::skip_while(is_odd);
    CHECK(rest.size_hint() == SizeHint(0, 4));
    CHECK(**poll_next(rest) == 4);
    CHECK(rest.size_hint() == SizeHint::exactly(1));
    CHECK(items_of(rest) == Ints{5});
  }
}

TEST_SUITE("stream.fuse") {
  TEST_CASE("a fused stream stays at its first end") {
    auto blinking = Blinking();
    CHECK(items_of(blinking) == Ints{1});
    CHECK(items_of(blinking) == Ints{3});
    auto fused = Blinking() | stream::fuse();
    CHECK(items_of(fused) == Ints{1});
    CHECK(items_of(fused).empty());
    CHECK(fused.size_hint() == SizeHint::exactly(0));
    CHECK(stream::fuse(stream::iter(kFour)).size_hint() == SizeHint::exactly(4));
  }

  TEST_CASE("a fused stream is destroyed at its end") {
    const auto alive = std::make_shared<int>(0);
    auto fused = stream::iter(kFour) | stream::map([alive](int item) { return item; }) | stream::fuse();
    CHECK(alive.use_count() == 2);
    CHECK(items_of(fused) == kFour);
    CHECK(alive.use_count() == 1);
  }
}

TEST_SUITE("stream.chain") {
  TEST_CASE("chain gives the second stream after the end of the first") {
    auto both = stream::iter({1, 2}) | stream::chain(stream::iter({3}));
    CHECK(both.size_hint() == SizeHint::exactly(3));
    CHECK(items_of(both) == Ints{1, 2, 3});
  }

  TEST_CASE("chain waits for the first stream though the second one has items") {
    Feed first;
    Feed second({2});
    auto both = stream::chain(first, second);
    CHECK(poll_next(both).is_pending());
    CHECK(second.polls == 0);
    first.put(1);
    first.close();
    CHECK(items_of(both) == Ints{1, 2});
    const int polls = first.polls;
    CHECK(items_of(both).empty());
    CHECK(first.polls == polls);
  }

  TEST_CASE("a stream that stands behind chain by its name is borrowed, also in a closure that is kept") {
    Feed second({2, 3});
    const auto then_second = stream::chain(second) | stream::take(2);
    CHECK(items_of(stream::once(1) | then_second) == Ints{1, 2});
    CHECK(items_of(second) == Ints{3});
  }
}

TEST_SUITE("stream.merge") {
  TEST_CASE("merge takes turns where both streams have items, and ends when both have ended") {
    auto both = stream::iter({1, 2, 3}) | stream::merge(stream::iter({10}));
    CHECK(both.size_hint() == SizeHint::exactly(4));
    CHECK(items_of(both) == Ints{1, 10, 2, 3});
  }

  TEST_CASE("merge gives items of either stream as they come") {
    Feed a;
    Feed b;
    auto both = stream::merge(a, b);
    auto next = test::spawn([&] { return stream::next(both); });
    REQUIRE(next.poll().is_pending());
    b.put(2);
    REQUIRE(next.is_woken());
    CHECK(**next.poll() == 2);
    b.close();
    REQUIRE(next.poll().is_pending());
    a.put(1);
    REQUIRE(next.is_woken());
    CHECK(**next.poll() == 1);
    a.close();
    CHECK_FALSE(next.poll()->has_value());
  }
}

TEST_SUITE("stream.peekable") {
  TEST_CASE("peek shows the next item and leaves it") {
    auto items = stream::iter({1, 2}) | stream::peekable();
    const auto peek = [&] { return *test::spawn([&] { return items.peek(); }).poll(); };
    REQUIRE(peek() != nullptr);
    CHECK(*peek() == 1);
    *peek() = 7;
    CHECK(items.size_hint() == SizeHint::exactly(2));
    CHECK(items_of(items) == Ints{7, 2});
    CHECK(peek() == nullptr);
  }

  TEST_CASE("peek waits for an item, and cancelling it loses none") {
    Feed feed;
    auto items = stream::peekable(feed);
    {
      auto cancelled = test::spawn([&] { return items.peek(); });
      REQUIRE(cancelled.poll().is_pending());
      feed.put(1);
      REQUIRE(cancelled.is_woken());
      CHECK(**cancelled.poll() == 1);
    }
    CHECK(**poll_next(items) == 1);
  }

  TEST_CASE("next_if takes the next item only if it is as wanted") {
    auto items = stream::iter({1, 2}) | stream::peekable();
    CHECK(*test::spawn([&] { return items.next_if(is_odd); }).poll() == 1);
    CHECK(*test::spawn([&] { return items.next_if(is_odd); }).poll() == std::nullopt);
    CHECK(*test::spawn([&] { return items.next_if_eq(3); }).poll() == std::nullopt);
    CHECK(*test::spawn([&] { return items.next_if_eq(2); }).poll() == 2);
    CHECK(*test::spawn([&] { return items.next_if_eq(2); }).poll() == std::nullopt);
  }
}

template <class Make>
auto output_of(Make&& make) {
  auto future = test::spawn(std::forward<Make>(make));
  auto polled = future.poll();
  REQUIRE(polled.is_ready());
  return *std::move(polled);
}

TEST_SUITE("stream.fold") {
  TEST_CASE("fold gives what all items come to, from the first to the last") {
    const auto append = [](std::string text, int item) { return std::move(text) + std::to_string(item); };
    CHECK(output_of([&] { return stream::iter(kFour) | stream::fold(std::string("0"), append); }) == "01234");
    CHECK(output_of([&] { return stream::fold(stream::empty<int>(), 7, std::plus<>()); }) == 7);
  }

  TEST_CASE("fold waits for the end") {
    Feed feed;
    auto sum = test::spawn([&] { return stream::fold(feed, 0, std::plus<>()); });
    REQUIRE(sum.poll().is_pending());
    feed.put(2);
    REQUIRE(sum.poll().is_pending());
    feed.put(3);
    feed.close();
    CHECK(*sum.poll() == 5);
  }

  TEST_CASE("all and any stop at the first item that decides") {
    Feed feed({1, 2, 3});
    CHECK_FALSE(output_of([&] { return stream::all(feed, is_odd); }));
    CHECK(items_of(feed) == Ints{3});
    Feed other({2, 3, 4});
    CHECK(output_of([&] { return stream::any(other, is_odd); }));
    CHECK(items_of(other) == Ints{4});
  }

  TEST_CASE("without an item all is true and any is false") {
    CHECK(output_of([] { return stream::all(stream::empty<int>(), is_odd); }));
    CHECK_FALSE(output_of([] { return stream::any(stream::empty<int>(), is_odd); }));
  }
}

// Whether it can put the items into the container.
static_assert(std::invocable<decltype(stream::collect<Ints>), Feed>);
static_assert(!std::invocable<decltype(stream::collect<std::vector<std::string>>), Feed>);
static_assert(!std::invocable<decltype(stream::collect<io::Result<Ints>>), Feed>);

TEST_SUITE("stream.collect") {
  TEST_CASE("collect fills containers, whichever way they take items") {
    CHECK(output_of([] { return stream::iter(kFour) | stream::collect<Ints>(); }) == kFour);
    CHECK(output_of([] { return stream::iter({2, 1, 2}) | stream::collect<std::set<int>>(); }) ==
          std::set<int>{1, 2});
    using Map = std::map<int, char>;
    const Map pairs = {{1, 'a'}, {2, 'b'}};
    CHECK(output_of([&] { return stream::collect<Map>(stream::iter(pairs)); }) == pairs);
    CHECK(output_of([] { return stream::empty<int>() | stream::collect<Ints>(); }).empty());
  }

  TEST_CASE("collect appends characters and strings to a string") {
    CHECK(output_of([] { return stream::iter(std::string("abc")) | stream::collect<std::string>(); }) ==
          "abc");
    const std::vector<std::string> words = {"one ", "two"};
    CHECK(output_of([&] { return stream::iter(words) | stream::collect<std::string>(); }) == "one two");
  }

  TEST_CASE("collect into a result stops at the first error, behind which the stream goes on") {
    using Item = io::Result<int>;
    using All = io::Result<Ints>;
    const io::Error late = make_error_code(boost::system::errc::timed_out);
    auto items = stream::iter({Item(1), Item(late), Item(2), Item(3)});
    CHECK(output_of([&] { return items | stream::collect<All>(); }).error() == late);
    CHECK(output_of([&] { return items | stream::collect<All>(); }).value() == Ints{2, 3});
  }

  TEST_CASE("collect of items that say nothing waits for the end, or for the first error") {
    static_assert(stream::FromStream<std::monostate, std::monostate>);
    static_assert(!stream::FromStream<std::monostate, int>);
    Feed feed(std::deque<int>{1, 2, 3});
    auto ended = test::spawn([&] {
      return feed | stream::map([](int) { return std::monostate(); }) | stream::collect<std::monostate>();
    });
    CHECK(ended.poll().is_ready());
    CHECK(feed.polls == 4);

    using Item = io::Result<void>;
    const io::Error late = make_error_code(boost::system::errc::timed_out);
    auto items = stream::iter({Item(), Item(late), Item()});
    CHECK(output_of([&] { return items | stream::collect<Item>(); }).error() == late);
    CHECK(output_of([&] { return items | stream::collect<Item>(); }).has_value());
  }

  TEST_CASE("collect reserves what the stream is sure to have") {
    const auto collected = output_of([] { return stream::iter(kFour) | stream::collect<Ints>(); });
    CHECK(collected.capacity() == 4);
  }
}

}  // namespace
}  // namespace ferry
