#include <algorithm>
#include <chrono>
#include <concepts>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/fs.hpp>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/select.hpp>
#include <ferry/signal.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

#include "runtime/stream/feed.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

using test::Feed;
using test::items_of;
using test::poll_next;
using Ints = std::vector<int>;

// A concept of 0.2 is that of 1.x. The types of 1.x do not fulfil it, the same types of 0.2 do.
static_assert(legacy::stream::Stream<Feed> && !legacy::stream::Stream<int>);
static_assert(!stream::Stream<sync::mpsc::Receiver<int>> && !stream::Stream<sync::watch::Receiver<int>>);
static_assert(!stream::Stream<time::Interval> && !stream::Stream<net::TcpListener>);
static_assert(stream::Stream<legacy::sync::mpsc::Receiver<int>>);
static_assert(stream::Stream<legacy::sync::watch::Receiver<int>> && stream::Stream<legacy::time::Interval>);
static_assert(std::same_as<legacy::stream::StreamItem<legacy::time::Interval>, time::Instant>);

// A future could be moved then, and cannot any more.
static_assert(std::movable<legacy::stream::Next<Feed>> && !std::copyable<legacy::stream::Next<Feed>>);
static_assert(!std::move_constructible<stream::Next<Feed>>);
using Results = stream::Once<io::Result<int>>;
static_assert(std::movable<legacy::stream::TryNext<Results>> && !std::movable<stream::TryNext<Results>>);
static_assert(std::same_as<FutureOutput<legacy::stream::Next<Feed>>, FutureOutput<stream::Next<Feed>>>);
// That of a fold can be moved in both.
using Sum = decltype(legacy::stream::fold(Feed(), 0, std::plus<int>()));
static_assert(std::movable<Sum> && std::same_as<Sum, legacy::stream::Fold<Feed, int, std::plus<int>>>);

// The functions are the same objects, their types the same types.
template <const auto& a, const auto& b>
constexpr bool kIsSame = static_cast<const void*>(&a) == &b;
static_assert(kIsSame<legacy::stream::map, stream::map> && kIsSame<legacy::stream::filter, stream::filter>);
static_assert(kIsSame<legacy::stream::filter_map, stream::filter_map> &&
              kIsSame<legacy::stream::fuse, stream::fuse>);
static_assert(kIsSame<legacy::stream::take, stream::take> &&
              kIsSame<legacy::stream::take_while, stream::take_while>);
static_assert(kIsSame<legacy::stream::skip, stream::skip> &&
              kIsSame<legacy::stream::skip_while, stream::skip_while>);
static_assert(kIsSame<legacy::stream::chain, stream::chain> && kIsSame<legacy::stream::merge, stream::merge>);
static_assert(kIsSame<legacy::stream::all, stream::all> && kIsSame<legacy::stream::any, stream::any>);
static_assert(kIsSame<legacy::stream::fold, stream::fold> &&
              kIsSame<legacy::stream::throttle, stream::throttle>);
static_assert(kIsSame<legacy::stream::then, stream::then> &&
              kIsSame<legacy::stream::map_while, stream::map_while>);
static_assert(std::same_as<legacy::stream::Fuse<Feed>, stream::Fuse<Feed>>);
static_assert(std::same_as<legacy::stream::Take<Feed>, stream::Take<Feed>>);
static_assert(std::same_as<legacy::stream::Skip<Feed>, stream::Skip<Feed>>);
static_assert(std::same_as<legacy::stream::Chain<Feed, Feed>, stream::Chain<Feed, Feed>>);
static_assert(std::same_as<legacy::stream::Merge<Feed, Feed>, stream::Merge<Feed, Feed>>);
static_assert(std::same_as<legacy::stream::StreamMap<int, Feed>, stream::StreamMap<int, Feed>>);
static_assert(std::same_as<legacy::stream::Once<int>, stream::Once<int>>);
static_assert(std::same_as<legacy::stream::Empty<int>, stream::Empty<int>>);
static_assert(std::same_as<legacy::stream::Pending<int>, stream::Pending<int>>);

bool is_odd(int item) { return item % 2 != 0; }
Feed feed(int first, int last) {
  std::deque<int> items;
  for (int i = first; i <= last; ++i) items.push_back(i);
  return Feed(std::move(items));
}

template <class Make>
auto output_of(Make&& make) {
  auto polled = test::spawn(std::forward<Make>(make)).poll();
  REQUIRE(polled.is_ready());
  return *std::move(polled);
}

// Half-migrated: names of both are found without saying which, and those of 0.2 are taken.
legacy::Task<int> unqualified() {
  using legacy::stream::next;
  auto mapped = stream::map(feed(1, 3), [](int i) { return 10 * i; });
  auto waiting = next(mapped);
  auto moved = std::move(waiting);
  static_assert(std::same_as<decltype(moved), legacy::stream::Next<decltype(mapped)>>);
  const auto first = co_await std::move(moved);
  const auto second = co_await stream::next(mapped);
  co_return *first + *second;
}

// A future that was made before it is known what it is waited for with.
legacy::Task<std::string> next_or_tired(Feed& feed) {
  std::vector<legacy::stream::Next<Feed>> futures;
  futures.push_back(legacy::stream::next(feed));
  auto either = co_await select(std::move(futures.front()), time::sleep(10ms));
  co_return either.index() == 0 ? "item" : "tired";
}

legacy::Task<std::vector<long>> throttled(auto stream) {
  const auto start = time::Instant::now();
  std::vector<long> times;
  while (auto item = co_await legacy::stream::next(stream))
    times.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(start.elapsed()).count());
  co_return times;
}

}  // namespace

TEST_SUITE("compat.stream") {
  TEST_CASE("STRM-01: one concept: streams of 1.x are used by code of 0.2, and the reverse") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(4);
    for (int i = 1; i <= 4; ++i) REQUIRE(tx.try_send(i).has_value());
    auto odd = std::move(rx) | stream::filter(is_odd) | legacy::stream::take(2);
    CHECK(items_of(odd) == Ints{1, 3});
  }

  TEST_CASE("STRM-02: functions behind a bar, kept and combined") {
    const auto firsts = legacy::stream::map([](int i) { return 10 * i; }) | legacy::stream::take(2);
    CHECK(items_of(feed(1, 4) | firsts) == Ints{10, 20});
    CHECK(items_of(legacy::stream::skip(feed(1, 4), 3)) == Ints{4});
  }

  TEST_CASE("STRM-02: throttle keeps items apart, but not the first") {
    const runtime::Runtime rt = test::paused();
    const auto entered = rt.enter();
    CHECK(rt.block_on(throttled(feed(1, 3) | legacy::stream::throttle(20ms))) ==
          std::vector<long>{0, 20, 40});
    CHECK(rt.block_on(throttled(feed(1, 3) | legacy::stream::throttle(0ms))) == std::vector<long>{0, 0, 0});
  }

  TEST_CASE(
      "STRM-03: the future of next can be moved, also between polls, and takes no item before its time") {
    Feed source;
    auto first = test::spawn([&] { return legacy::stream::next(source); });
    REQUIRE(first.poll().is_pending());
    {
      auto moved = test::spawn([&] { return std::move(*first); });
      REQUIRE(moved.poll().is_pending());
      source.put(1);
      CHECK(moved.is_woken());
    }  // cancelled: the item stays
    CHECK(*output_of([&] { return legacy::stream::next(source); }) == 1);
    CHECK(test::current_thread().block_on(unqualified()) == 30);
    CHECK(test::paused().block_on(next_or_tired(source)) == "tired");
    source.put(2);
    CHECK(test::paused().block_on(next_or_tired(source)) == "item");
  }

  TEST_CASE("STRM-03: try_next gives an error first, and the stream goes on") {
    using Item = io::Result<int>;
    const io::Error late = make_error_code(boost::system::errc::timed_out);
    auto items = stream::iter({Item(1), Item(late), Item(2)});
    const auto next = [&] {
      auto made = legacy::stream::try_next(items);
      return output_of([&] { return std::move(made); });
    };
    CHECK(next().value() == 1);
    CHECK(next().error() == late);
    CHECK(next().value() == 2);
    CHECK(next().value() == std::nullopt);
  }

  TEST_CASE("STRM-04, STRM-13: adapters are the same, and so is what they do") {
    using namespace legacy::stream;
    CHECK(items_of(feed(1, 5) | filter(is_odd) | map([](int i) { return i * i; })) == Ints{1, 9, 25});
    CHECK(items_of(merge(feed(1, 3), feed(11, 12))) == Ints{1, 11, 2, 12, 3});
    CHECK(items_of(feed(1, 2) | chain(feed(3, 3))) == Ints{1, 2, 3});
    CHECK(items_of(feed(1, 5) | skip_while(is_odd) | take_while([](int i) { return i < 4; })) == Ints{2, 3});
    auto even = [](int i) { return is_odd(i) ? std::nullopt : std::optional(i / 2); };
    CHECK(items_of(feed(1, 4) | filter_map(even) | fuse()) == Ints{1, 2});

    Feed untouched = feed(1, 3);
    CHECK(items_of(untouched | take(0)).empty());
    CHECK(untouched.polls == 0);
  }

  TEST_CASE("STRM-05: all and any stop at the first item that decides, behind which the stream goes on") {
    using namespace legacy::stream;
    Feed items = feed(1, 5);
    CHECK_FALSE(output_of([&] { return items | all(is_odd); }));
    CHECK(output_of([&] { return items | any(is_odd); }));
    CHECK(output_of([&] { return items | fold(100, std::plus<int>()); }) == 109);
    CHECK(output_of([&] { return items | all(is_odd); }));
    CHECK_FALSE(output_of([&] { return items | any(is_odd); }));
  }

  TEST_CASE("STRM-05: a fold can be moved between polls") {
    Feed source;
    source.put(1);
    auto sum = test::spawn([&] { return source | legacy::stream::fold(0, std::plus<int>()); });
    REQUIRE(sum.poll().is_pending());
    auto moved = test::spawn([&] { return std::move(*sum); });
    source.put(2);
    source.close();
    CHECK(*moved.poll() == 3);
  }

  TEST_CASE("STRM-09: the items of a range are paid for from the task's budget") {
    test::current_thread().block_on([]() -> Task<void> {
      bool has_run = false;
      auto other = task::spawn([](bool& has_run) -> Task<void> {
        has_run = true;
        co_return;
      }(has_run));
      auto numbers = legacy::stream::iter(Ints(1000, 1));
      for (int i = 0; i < 1000; ++i) {
        auto item = co_await legacy::stream::next(numbers);
        CHECK(item.has_value());
      }
      CHECK(has_run);  // there was always a next item, and yet others had their turn
      CHECK((co_await other).has_value());
    }());
  }

  TEST_CASE("STRM-10: empty ends, once gives its value and ends, pending never says anything") {
    auto none = legacy::stream::empty<int>();
    CHECK(items_of(none).empty());
    auto one = legacy::stream::once(std::string("a"));
    CHECK(items_of(one) == std::vector<std::string>{"a"});
    auto never = legacy::stream::pending<int>();
    CHECK(poll_next(never).is_pending());
  }

  TEST_CASE("STRM-11: a map of streams gives items with their keys, and loses what has ended") {
    auto map = legacy::stream::StreamMap<std::string, Feed>::with_capacity(4);
    CHECK(map.capacity() >= 4);
    CHECK(map.is_empty());
    CHECK(*poll_next(map) == std::nullopt);

    CHECK(map.insert("a", feed(1, 1)) == std::nullopt);
    map.insert("b", Feed());
    auto replaced = map.insert("a", feed(2, 3));
    CHECK(items_of(*replaced) == Ints{1});
    CHECK(map.len() == 2);
    CHECK(map.contains_key("b"));
    std::set<std::string> keys(map.keys().begin(), map.keys().end());
    CHECK(keys == std::set<std::string>{"a", "b"});
    for (Feed& source : map.values_mut()) source.polls = 0;
    CHECK(std::ranges::all_of(map.values(), [](const Feed& source) { return source.polls == 0; }));

    for (const int expected : {2, 3}) CHECK(*poll_next(map) == std::pair(std::string("a"), expected));
    CHECK(poll_next(map).is_pending());
    CHECK(map.len() == 1);  // "a" has ended
    CHECK_FALSE(map.contains_key("a"));
    CHECK(map.remove("b").has_value());
    CHECK(*poll_next(map) == std::nullopt);
    map.insert("c", Feed());
    map.clear();
    CHECK(map.is_empty());
  }

  TEST_CASE("STRM-11: a map of receivers begins each poll anywhere, so that nobody starves") {
    legacy::stream::StreamMap<int, test::Endless> map;
    for (int key = 0; key < 4; ++key) map.insert(key, test::Endless());
    std::map<int, int> items;
    for (int i = 0; i < 400; ++i) ++items[(**poll_next(map)).first];
    CHECK(items.size() == 4);
  }
}
