#include <chrono>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/stream/chunks_timeout.hpp>
#include <ferry/stream/iter.hpp>
#include <ferry/stream/throttle.hpp>
#include <ferry/stream/timeout.hpp>
#include <ferry/task.hpp>
#include <ferry/testing/stream_mock.hpp>
#include <ferry/time.hpp>

#include "runtime/stream/feed.hpp"
#include "support/last_words.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;
using stream::SizeHint;
using test::Endless;
using test::Feed;
using testing::stream_mock::StreamMockBuilder;
using Ints = std::vector<int>;

// Milliseconds of the paused clock since the test began.
class Stopwatch {
 public:
  long long ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(start_.elapsed()).count();
  }

 private:
  time::Instant start_ = time::Instant::now();
};

// The items of a stream and when they came: "1@0 2@50 late@80 end@90".
template <class S>
Task<std::string> log_of(S stream) {
  const Stopwatch clock;
  std::string log;
  for (;;) {
    auto item = co_await stream::next(stream);
    const std::string at = "@" + std::to_string(clock.ms());
    if (!item) co_return log + "end" + at;
    if constexpr (std::same_as<stream::StreamItem<S>, Ints>) {
      for (const int i : *item) log += std::to_string(i) + (i == item->back() ? "" : "+");
    } else if constexpr (std::same_as<stream::StreamItem<S>, int>) {
      log += std::to_string(*item);
    } else {
      log += item->has_value() ? std::to_string(**item) : "late";
    }
    log += at + " ";
  }
}

template <class Make>
std::string play(Make&& make) {
  const runtime::Runtime rt = test::paused();
  const auto entered = rt.enter();
  return rt.block_on(log_of(make()));
}

TEST_SUITE("stream.timeout") {
  TEST_CASE("timeout says once that an item is late, and then waits for it") {
    CHECK(play([] {
            return StreamMockBuilder<int>().next(1).wait(50ms).next(2).wait(20ms).next(3).build() |
                   stream::timeout(30ms);
          }) == "1@0 late@30 2@50 3@70 end@70");
  }

  TEST_CASE("an item that is late is an error of its own, and timed out as one of I/O") {
    using Item = stream::StreamItem<decltype(Feed() | stream::timeout(1s))>;
    static_assert(std::same_as<Item, Result<int, stream::Elapsed>>);
    static_assert(!std::convertible_to<stream::Elapsed, time::error::Elapsed>);
    CHECK(stream::Elapsed().into_io() == boost::system::errc::timed_out);
    CHECK_THROWS_AS(Item(stream::Elapsed()).value(), std::runtime_error);
  }

  TEST_CASE("timeout counts from its call for the first item, and says that the end is late") {
    CHECK(play([] {
            return StreamMockBuilder<int>().wait(40ms).next(1).wait(40ms).build() | stream::timeout(30ms);
          }) == "late@30 1@40 late@70 end@80");
  }

  TEST_CASE("timeout gives items that are there though their time has come") {
    CHECK(play([] { return stream::iter({1, 2}) | stream::timeout(0ms); }) == "1@0 2@0 end@0");
  }

  TEST_CASE("timeout has an error before each item and before the end at most") {
    const runtime::Runtime rt = test::paused();
    const auto entered = rt.enter();
    CHECK((stream::iter({1, 2}) | stream::timeout(1s)).size_hint() == SizeHint(2, 5));
    CHECK((Feed() | stream::timeout(1s)).size_hint() == SizeHint());
  }

  TEST_CASE("cancelling next does not put the deadline of an item off") {
    const runtime::Runtime rt = test::paused();
    rt.block_on([]() -> Task<void> {
      const Stopwatch clock;
      Feed never;
      auto timed = never | stream::timeout(30ms);
      auto first = co_await time::timeout(20ms, stream::next(timed));
      CHECK(first.has_error());
      auto second = co_await stream::next(timed);
      CHECK(second->has_error());
      CHECK(clock.ms() == 30);
    }());
  }

  TEST_CASE("a stream that spends all budget on items that nobody wants does not hide its timeout") {
    class Busy {
     public:
      using Item = int;
      Poll<std::optional<int>> poll_next(Context& cx) {
        while (cx.poll_proceed()) continue;
        return ferry::pending;
      }
    };
    const runtime::Runtime rt = test::paused();
    rt.block_on([](Busy busy) -> Task<void> {
      auto timed = busy | stream::timeout(0ms);
      auto item = co_await stream::next(timed);
      CHECK(item->has_error());
    }({}));
  }

  TEST_CASE("timeout_repeating says at each tick that an item is late, counted from the item before") {
    CHECK(play([] {
            auto interval = time::interval_at(time::Instant::now() + 30ms, 30ms);
            return StreamMockBuilder<int>().wait(10ms).next(1).wait(70ms).next(2).wait(30ms).build() |
                   stream::timeout_repeating(std::move(interval));
          }) == "1@10 late@40 late@70 2@80 end@110");
  }

  TEST_CASE("timeout_repeating begins with an error when its interval ticks at once") {
    CHECK(play([] {
            return StreamMockBuilder<int>().wait(10ms).next(1).build() |
                   stream::timeout_repeating(time::interval(30ms));
          }) == "late@0 1@10 end@10");
  }
}

TEST_SUITE("stream.throttle") {
  TEST_CASE("throttle keeps items apart, and the end as far from the last") {
    CHECK(play([] { return stream::iter({1, 2, 3}) | stream::throttle(20ms); }) == "1@0 2@20 3@40 end@60");
  }

  TEST_CASE("throttle does not delay items that come slowly") {
    CHECK(play([] {
            return StreamMockBuilder<int>().next(1).wait(50ms).next(2).build() | stream::throttle(20ms);
          }) == "1@0 2@70 end@90");
  }

  TEST_CASE("throttle by nothing does not delay") {
    CHECK(play([] { return stream::iter({1, 2}) | stream::throttle(0ms); }) == "1@0 2@0 end@0");
  }

  TEST_CASE(
      "throttle does not poll its stream during a delay, and takes no item for a next that is cancelled") {
    const runtime::Runtime rt = test::paused();
    rt.block_on([]() -> Task<void> {
      Feed feed({1, 2});
      auto slow = feed | stream::throttle(20ms);
      CHECK(co_await stream::next(slow) == 1);
      auto cancelled = co_await time::timeout(10ms, stream::next(slow));
      CHECK(cancelled.has_error());
      CHECK(feed.polls == 1);
      CHECK(co_await stream::next(slow) == 2);
    }());
  }
}

TEST_SUITE("stream.chunks_timeout") {
  TEST_CASE("chunks_timeout gives chunks that are full, late, or the last") {
    CHECK(play([] {
            auto script =
                StreamMockBuilder<int>().next(1).next(2).next(3).wait(50ms).next(4).wait(10ms).next(5);
            return std::move(script).build() | stream::chunks_timeout(2, 30ms);
          }) == "1+2@0 3@30 4+5@60 end@60");
    CHECK(play([] { return stream::iter({1, 2, 3}) | stream::chunks_timeout(2, 30ms); }) ==
          "1+2@0 3@0 end@0");
  }

  TEST_CASE("a chunk's time begins with its first item") {
    CHECK(play([] {
            auto script = StreamMockBuilder<int>().wait(100ms).next(1).wait(20ms).next(2).wait(20ms).next(3);
            return std::move(script).build() | stream::chunks_timeout(9, 30ms);
          }) == "1+2@130 3@140 end@140");
  }

  TEST_CASE("the items of a chunk that was begun outlive next, and can be had without waiting") {
    const runtime::Runtime rt = test::paused();
    rt.block_on([]() -> Task<void> {
      Feed feed;
      feed.put(1);
      auto chunks = feed | stream::chunks_timeout(3, 30ms);
      auto cancelled = co_await time::timeout(10ms, stream::next(chunks));
      CHECK(cancelled.has_error());
      auto moved = std::move(chunks);
      feed.put(2);
      auto chunk = co_await stream::next(moved);
      CHECK(*chunk == Ints{1, 2});
      feed.put(3);
      auto again = co_await time::timeout(10ms, stream::next(moved));
      CHECK(again.has_error());
      CHECK(std::move(moved).into_remainder() == Ints{3});
    }());
  }

  TEST_CASE("chunks are counted as the items allow") {
    CHECK((stream::iter({1, 2, 3, 4, 5}) | stream::chunks_timeout(2, 1s)).size_hint() == SizeHint(2, 5));
  }

  TEST_CASE("a chunk has room for an item") {
    CHECK_THROWS_AS(static_cast<void>(Endless() | stream::chunks_timeout(0, 1s)), std::logic_error);
  }
}

TEST_SUITE("testing.stream_mock") {
  TEST_CASE("a mock gives its items, waits where it says so, and ends") {
    CHECK(play([] {
            return StreamMockBuilder<int>().wait(10ms).next(1).wait(5ms).next(2).wait(5ms).build();
          }) == "1@10 2@15 end@20");
  }

  TEST_CASE("a mock that is not read to its end aborts") {
    CHECK(test::last_words([] {
            auto unread = StreamMockBuilder<int>().next(1).build();
            auto moved = std::move(unread);
          }) == "ferry: a StreamMock was destroyed before its last step\n");
    CHECK(test::last_words([] {
            auto read = StreamMockBuilder<int>().next(1).build();
            static_cast<void>(test::poll_next(read));
          }).empty());
  }
}

}  // namespace
}  // namespace ferry
