#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/stream.hpp>
#include <ferry/testing/stream_mock.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

#include "runtime/stream/feed.hpp"
#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

using testing::stream_mock::StreamMockBuilder;

// One error for all timeouts, and one for streams only.
using Legacy = decltype(std::declval<test::Feed&>() | legacy::stream::timeout(1s));
using Modern = decltype(std::declval<test::Feed&>() | stream::timeout(1s));
static_assert(std::same_as<stream::StreamItem<Legacy>, Result<int, legacy::time::Elapsed>>);
static_assert(std::same_as<stream::StreamItem<Modern>, Result<int, stream::Elapsed>>);
static_assert(std::same_as<legacy::time::Elapsed, time::error::Elapsed>);
static_assert(!std::convertible_to<stream::Elapsed, time::error::Elapsed>);
static_assert(std::movable<Legacy>);

// The items of a stream and when they came: "1@0 late@30 end@90".
template <class S>
Task<std::string> log_of(S stream) {
  const auto start = time::Instant::now();
  std::string log;
  for (;;) {
    auto item = co_await stream::next(stream);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(start.elapsed()).count();
    const std::string at = "@" + std::to_string(ms);
    if (!item) co_return log + "end" + at;
    log += (item->has_value() ? std::to_string(**item) : "late") + at + " ";
  }
}

template <class Make>
std::string play(Make&& make) {
  const runtime::Runtime rt = test::paused();
  const auto entered = rt.enter();
  return rt.block_on(log_of(make()));
}

auto slow() { return StreamMockBuilder<int>().next(1).wait(50ms).next(2).wait(80ms).build(); }

// Code of 0.2 that has one error for whatever takes too long.
legacy::Task<Result<int, legacy::time::Elapsed>> first_or_late(test::Feed& feed) {
  auto timed = legacy::stream::timeout(feed, 10ms);
  auto item = co_await legacy::stream::next(timed);
  co_return *item;
}
legacy::Task<Result<int, legacy::time::Elapsed>> wait_or_late(test::Feed& feed) {
  auto item = co_await legacy::time::timeout(10ms, legacy::stream::next(feed));
  if (!item) co_return item.error();
  co_return **item;
}

// Gives an item, an end, and so on.
class Blinking {
 public:
  using Item = int;
  Poll<std::optional<int>> poll_next(Context&) {
    is_lit_ = !is_lit_;
    return is_lit_ ? std::optional(1) : std::nullopt;
  }

 private:
  bool is_lit_ = false;
};

}  // namespace

TEST_SUITE("compat.stream.timeout") {
  TEST_CASE("STRM-08: a late item is said once and waited for, in both") {
    const std::string expected = "1@0 late@30 2@50 late@80 end@130";
    CHECK(play([] { return slow() | legacy::stream::timeout(30ms); }) == expected);
    CHECK(play([] { return legacy::stream::timeout(slow(), 30ms); }) == expected);
    CHECK(play([] { return slow() | stream::timeout(30ms); }) == expected);
  }

  TEST_CASE("STRM-08: a timeout can be moved while it waits, and its time goes on") {
    const runtime::Runtime rt = test::paused();
    rt.block_on([]() -> Task<void> {
      const auto start = time::Instant::now();
      test::Feed never;
      auto made = never | legacy::stream::timeout(30ms);
      CHECK(test::poll_next(made).is_pending());
      co_await time::sleep(10ms);
      auto moved = std::move(made);
      auto late = co_await legacy::stream::next(moved);
      CHECK(late->has_error());
      CHECK(std::chrono::floor<std::chrono::milliseconds>(start.elapsed()) == 30ms);
    }());
  }

  TEST_CASE("STRM-08: a timeout stays at the end of its stream") {
    const runtime::Runtime rt = test::paused();
    const auto entered = rt.enter();
    auto timed = Blinking() | legacy::stream::timeout(1s);
    CHECK((*test::poll_next(timed))->value() == 1);
    CHECK(*test::poll_next(timed) == std::nullopt);
    CHECK(*test::poll_next(timed) == std::nullopt);
    CHECK(timed.size_hint().upper() == 1);  // an end that is late
  }

  TEST_CASE("STRM-20: the error of a stream's timeout was that of any other") {
    const runtime::Runtime rt = test::paused();
    rt.block_on([]() -> Task<void> {
      test::Feed never;
      auto item = co_await first_or_late(never);
      auto wait = co_await wait_or_late(never);
      CHECK(item.error() == wait.error());

      auto timed = never | stream::timeout(10ms);
      auto modern = co_await stream::next(timed);
      const legacy::time::Elapsed elapsed = compat::into_legacy(modern->error());
      CHECK(elapsed == item.error());
      CHECK(elapsed.into_io() == modern->error().into_io());
    }());
  }
}
