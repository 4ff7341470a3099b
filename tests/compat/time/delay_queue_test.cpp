#include <chrono>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/stream.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/time.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

using Old = legacy::time::DelayQueue<int>;
using New = time::DelayQueue<int>;

static_assert(std::derived_from<Old, New>);
static_assert(std::is_same_v<legacy::time::delay_queue::DelayQueue<int>, Old>);
static_assert(std::is_same_v<time::delay_queue::DelayQueue<int>, New>);
static_assert(std::is_same_v<legacy::time::delay_queue::Key, time::delay_queue::Key>);
static_assert(std::is_same_v<legacy::time::delay_queue::Expired<int>, time::delay_queue::Expired<int>>);
// TIME-20: the items were results.
static_assert(std::is_same_v<stream::StreamItem<Old>, Result<New::Expired, time::error::Error>>);
static_assert(std::is_same_v<stream::StreamItem<New>, New::Expired>);

// TIME-19: what both do with keys and deadlines; `value_of` an item.
template <class Queue, class ValueOf>
Task<void> check_queue(ValueOf value_of) {
  const auto start = time::Instant::now();
  auto queue = Queue::with_capacity(4);
  CHECK(queue.capacity() >= 4);
  const auto removed = queue.insert(1, 10ms);
  const auto moved = queue.insert(2, 20ms);
  queue.insert_at(3, start + 30ms);
  CHECK(queue.len() == 3);
  CHECK(queue.remove(removed).get_ref() == 1);
  CHECK_THROWS_AS(queue.remove(removed), std::out_of_range);
  CHECK_THROWS_AS(queue.reset(removed, 1s), std::out_of_range);
  queue.reset(moved, 40ms);
  for (int wanted : {3, 2}) {
    auto item = co_await stream::next(queue);
    CHECK(value_of(*item) == wanted);
  }
  CHECK(start.elapsed() >= 40ms);
  auto end = co_await stream::next(queue);
  CHECK_FALSE(end.has_value());
  queue.insert(4, 1s);
  queue.clear();
  CHECK(queue.is_empty());
}

Task<void> use_both() {
  co_await check_queue<Old>([](Old::Item& item) { return std::move(item).value().into_inner(); });
  co_await check_queue<New>([](New::Item& item) { return std::move(item).into_inner(); });
}

Task<void> expire_as_results() {
  Old queue;
  Context nobody(Waker::noop());
  CHECK_FALSE((*queue.poll_expired(nobody)).has_value());
  queue.insert(5, 10ms);
  CHECK(queue.poll_expired(nobody).is_pending());
  auto item = co_await queue.next();
  REQUIRE(item.has_value());
  CHECK(item->value().get_ref() == 5);

  // The same queue for code of 1.x, and back.
  queue.insert(6, 10ms);
  New modern = compat::from_legacy(std::move(queue));
  auto expired = co_await stream::next(modern);
  CHECK(expired->get_ref() == 6);
  modern.insert(7, 10ms);
  auto back = compat::into_legacy(std::move(modern));
  auto last = co_await back.next();
  CHECK(last->value().get_ref() == 7);
}

}  // namespace

TEST_SUITE("compat.time.DelayQueue") {
  TEST_CASE("TIME-19: a DelayQueue keeps its contracts") { test::paused().block_on(use_both()); }
  TEST_CASE("TIME-20: values expire as results, which 1.x does without") {
    test::paused().block_on(expire_as_results());
  }
}
