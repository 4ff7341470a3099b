#include <deque>
#include <optional>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/stream/stream.hpp>
#include <ferry/task/task.hpp>

#include "support/spawn.hpp"

namespace ferry {
namespace {

// Gives what is put into it; pending while there is nothing.
class Feed {
 public:
  using Item = int;
  Poll<std::optional<int>> poll_next(Context& cx) {
    if (!items_.empty()) {
      const int item = items_.front();
      items_.pop_front();
      return std::optional(item);
    }
    if (is_closed_) return std::optional<int>();
    waker_ = cx.waker();
    return pending;
  }
  void put(int item) {
    items_.push_back(item);
    waker_.wake_by_ref();
  }
  void close() {
    is_closed_ = true;
    waker_.wake_by_ref();
  }

 private:
  std::deque<int> items_;
  bool is_closed_ = false;
  Waker waker_ = Waker::noop();
};

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
}

}  // namespace
}  // namespace ferry
