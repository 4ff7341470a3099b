#include <algorithm>
#include <concepts>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/stream/any_stream.hpp>
#include <ferry/stream/chain.hpp>
#include <ferry/stream/iter.hpp>
#include <ferry/stream/map.hpp>
#include <ferry/stream/notify_close.hpp>
#include <ferry/stream/stream_map.hpp>

#include "runtime/stream/feed.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using stream::AnyStream;
using stream::SizeHint;
using stream::StreamMap;
using stream::StreamNotifyClose;
using test::Endless;
using test::Feed;
using test::items_of;
using test::poll_next;

static_assert(std::movable<StreamMap<int, Feed>> && std::movable<AnyStream<int>>);
static_assert(std::convertible_to<Feed, AnyStream<int>>);
static_assert(!std::convertible_to<Feed&, AnyStream<int>>);
static_assert(!std::convertible_to<Feed, AnyStream<long>>);

template <class K, class T>
std::vector<std::pair<K, T>> sorted(std::vector<std::pair<K, T>> items) {
  std::sort(items.begin(), items.end());
  return items;
}
using Items = std::vector<std::pair<char, int>>;

TEST_SUITE("stream.StreamMap") {
  TEST_CASE("a map without streams has ended, and goes on when one is inserted") {
    StreamMap<char, Feed> map;
    CHECK(map.is_empty());
    CHECK_FALSE(poll_next(map)->has_value());
    map.insert('a', Feed({1}));
    CHECK(items_of(map) == Items{{'a', 1}});
    CHECK(map.is_empty());
  }

  TEST_CASE("items come with the key of their stream, and streams that have ended are removed") {
    StreamMap<char, Feed> map;
    map.insert('a', Feed({1, 2}));
    map.insert('b', Feed({3}));
    map.insert('c', Feed(std::deque<int>()));
    CHECK(sorted(items_of(map)) == Items{{'a', 1}, {'a', 2}, {'b', 3}});
    CHECK(map.len() == 0);
  }

  TEST_CASE("an item of any stream wakes who waits") {
    Feed feeds[3];
    StreamMap<int, AnyStream<int>> map;
    for (int i = 0; i < 3; ++i) map.insert(i, stream::map(feeds[i], [](int item) { return item; }));
    auto next = test::spawn([&] { return stream::next(map); });
    for (int i = 0; i < 3; ++i) {
      REQUIRE(next.poll().is_pending());
      feeds[i].put(10 + i);
      REQUIRE(next.is_woken());
      CHECK(*next.poll() == std::pair(i, 10 + i));
    }
    REQUIRE(next.poll().is_pending());
    feeds[1].close();
    REQUIRE(next.is_woken());
    REQUIRE(next.poll().is_pending());
    CHECK(map.len() == 2);
    CHECK_FALSE(map.contains_key(1));
  }

  TEST_CASE("inserting a key again gives the old stream back, and so does removing it") {
    auto map = StreamMap<std::string, Feed>::with_capacity(4);
    CHECK(map.capacity() >= 4);
    CHECK_FALSE(map.insert("a", Feed({1})).has_value());
    auto replaced = map.insert("a", Feed({2}));
    REQUIRE(replaced.has_value());
    CHECK(items_of(*replaced) == std::vector<int>{1});
    CHECK(map.len() == 1);
    auto removed = map.remove("a");
    REQUIRE(removed.has_value());
    CHECK(items_of(*removed) == std::vector<int>{2});
    CHECK_FALSE(map.remove("a").has_value());
    CHECK(map.is_empty());
  }

  TEST_CASE("keys, streams and hints can be looked at") {
    StreamMap<char, Feed> map;
    map.insert('a', Feed({1}));
    map.insert('b', Feed());
    CHECK(std::set<char>(map.keys().begin(), map.keys().end()) == std::set<char>{'a', 'b'});
    for (Feed& feed : map.values_mut()) feed.put(7);
    CHECK(std::ranges::distance(map.values()) == 2);
    for (const auto& [key, feed] : map.iter()) CHECK(feed.polls == 0);
    CHECK(map.size_hint() == SizeHint());
    map.clear();
    CHECK(map.size_hint() == SizeHint::exactly(0));
    StreamMap<int, AnyStream<int>> hinted;
    hinted.insert(1, stream::once(1));
    hinted.insert(2, stream::iter({1, 2}));
    CHECK(hinted.size_hint() == SizeHint::exactly(3));
  }

  TEST_CASE("no stream starves another one") {
    StreamMap<int, Endless> map;
    for (int key = 0; key < 4; ++key) map.insert(key, Endless());
    std::vector<int> counts(4);
    for (int i = 0; i < 400; ++i) ++counts[static_cast<std::size_t>((*poll_next(map))->first)];
    CHECK(*std::min_element(counts.begin(), counts.end()) > 0);
  }

  TEST_CASE("one poll looks at each stream once, though streams end and others take their places") {
    for (int run = 0; run < 200; ++run) {
      std::vector<std::unique_ptr<Feed>> feeds;
      StreamMap<int, AnyStream<int>> map;
      for (int key = 0; key < 5; ++key) {
        feeds.push_back(std::make_unique<Feed>());
        if ((run >> key & 1) != 0) feeds.back()->close();
        map.insert(key, stream::map(*feeds.back(), [](int item) { return item; }));
      }
      const bool has_ended = poll_next(map).is_ready();
      CHECK(has_ended == map.is_empty());
      for (const auto& feed : feeds) CHECK(feed->polls == 1);
      for (int key = 0; key < 5; ++key) CHECK(map.contains_key(key) == ((run >> key & 1) == 0));
    }
  }

  TEST_CASE("streams whose closures cannot be assigned are removed, too") {
    int calls = 0;
    const auto make = [&](int item) {
      return stream::once(item) | stream::map([&calls](int i) { return ++calls, i; });
    };
    using S = decltype(make(1));
    static_assert(!std::is_move_assignable_v<S>);
    StreamMap<char, S> map;
    map.insert('a', make(1));
    map.insert('b', make(2));
    map.insert('c', make(3));
    CHECK(map.remove('a').has_value());
    CHECK(sorted(items_of(map)) == Items{{'b', 2}, {'c', 3}});
    CHECK(calls == 2);
  }

  TEST_CASE("next_many takes what is there, up to its limit") {
    StreamMap<char, Feed> map;
    map.insert('a', Feed({1, 2}));
    map.insert('b', Feed({3}));
    Items buffer = {{'z', 0}};
    const auto next_many = [&](std::size_t limit) {
      return *test::spawn([&] { return map.next_many(buffer, limit); }).poll();
    };
    CHECK(next_many(0) == 0);
    CHECK(next_many(2) == 2);
    CHECK(buffer.size() == 3);
    CHECK(next_many(9) == 1);
    buffer.erase(buffer.begin());
    CHECK(sorted(buffer) == Items{{'a', 1}, {'a', 2}, {'b', 3}});
    CHECK(next_many(9) == 0);
  }

  TEST_CASE("next_many waits for the first item, and cancelling it loses none") {
    Feed feed;
    StreamMap<char, AnyStream<int>> map;
    map.insert('a', stream::map(feed, [](int item) { return item; }));
    Items buffer;
    {
      auto cancelled = test::spawn([&] { return map.next_many(buffer, 9); });
      REQUIRE(cancelled.poll().is_pending());
      feed.put(1);
      feed.put(2);
      REQUIRE(cancelled.is_woken());
    }
    CHECK(buffer.empty());
    CHECK(*test::spawn([&] { return map.next_many(buffer, 9); }).poll() == 2);
    CHECK(buffer == Items{{'a', 1}, {'a', 2}});
  }

  TEST_CASE("next_many of streams that are always ready stops where the budget is spent") {
    StreamMap<char, Endless> map;
    map.insert('a', Endless());
    Items buffer;
    CHECK(*test::spawn([&] { return map.next_many(buffer, 1000); }).poll() == Context::kBudget);
  }
}

TEST_SUITE("stream.StreamNotifyClose") {
  TEST_CASE("the end of the stream is an item, and the end comes after it") {
    StreamNotifyClose closing(Feed({1, 2}));
    using Item = std::optional<int>;
    CHECK(*poll_next(closing) == std::optional<Item>(Item(1)));
    CHECK(*poll_next(closing) == std::optional<Item>(Item(2)));
    CHECK(*poll_next(closing) == std::optional<Item>(Item()));
    CHECK(*poll_next(closing) == std::optional<Item>());
    CHECK_FALSE(std::move(closing).into_inner().has_value());
  }

  TEST_CASE("it waits as its stream does, counts the end, and gives the stream back") {
    StreamNotifyClose closing(Feed{});
    CHECK(poll_next(closing).is_pending());
    CHECK(std::move(closing).into_inner().has_value());
    CHECK(StreamNotifyClose(stream::once(1)).size_hint() == SizeHint::exactly(2));
  }

  TEST_CASE("a map says which of its streams has ended") {
    StreamMap<char, StreamNotifyClose<Feed>> map;
    map.insert('a', StreamNotifyClose(Feed(std::deque<int>())));
    map.insert('b', StreamNotifyClose(Feed()));
    using Item = std::pair<char, std::optional<int>>;
    CHECK(**poll_next(map) == Item('a', std::nullopt));
    CHECK(poll_next(map).is_pending());
    CHECK(map.len() == 1);
  }
}

TEST_SUITE("stream.AnyStream") {
  TEST_CASE("streams of any type are one type, and keep their hints") {
    std::vector<AnyStream<int>> streams;
    streams.emplace_back(stream::iter({1, 2}));
    streams.emplace_back(stream::once(3) | stream::map([](int item) { return item; }));
    CHECK(streams[0].size_hint() == SizeHint::exactly(2));
    AnyStream both = std::move(streams[0]) | stream::chain(std::move(streams[1]));
    static_assert(std::same_as<decltype(both), AnyStream<int>>);
    CHECK(items_of(both) == std::vector<int>{1, 2, 3});
  }

  TEST_CASE("the stream inside is owned, and pending as it is") {
    const auto alive = std::make_shared<int>(0);
    {
      AnyStream<int> never = stream::pending<int>() | stream::map([alive](int item) { return item; });
      CHECK(poll_next(never).is_pending());
      AnyStream<int> moved = std::move(never);
      CHECK(alive.use_count() == 2);
    }
    CHECK(alive.use_count() == 1);
  }
}

}  // namespace
}  // namespace ferry
