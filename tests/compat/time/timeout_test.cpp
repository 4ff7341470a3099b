#include <chrono>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

using Receiver = sync::oneshot::Receiver<int>;

// TIME-08: a timeout of what can be moved could be moved.
static_assert(std::movable<legacy::time::Timeout<Receiver>>);
static_assert(!std::move_constructible<time::Timeout<Receiver>>);
static_assert(!std::move_constructible<legacy::time::Timeout<sync::mpsc::Recv<int>>>);
// TIME-10, TIME-11: the errors moved.
static_assert(std::is_same_v<legacy::time::Elapsed, time::error::Elapsed>);
static_assert(std::is_same_v<legacy::time::Error, time::error::Error>);
static_assert(std::is_same_v<legacy::time::Timeout<Receiver>::Output, time::Timeout<Receiver>::Output>);

Task<void> time_out_and_be_in_time() {
  const auto start = time::Instant::now();
  auto late = co_await legacy::time::timeout(20ms, time::sleep(1h));
  CHECK(late.error() == legacy::time::Elapsed());
  CHECK(late.error().into_io() == boost::system::errc::timed_out);
  CHECK(start.elapsed() >= 20ms);
  CHECK(start.elapsed() < 21ms);
  auto in_time = co_await legacy::time::timeout_at(start + 50ms, legacy::time::delay_for(10ms));
  CHECK(in_time.has_value());
  CHECK(start.elapsed() < 50ms);

  // A future that is ready wins over a deadline that has passed, in both.
  auto ready = [](Context&) -> Poll<int> { return 1; };
  auto old_first = co_await legacy::time::timeout(0ms, poll_fn(ready));
  auto new_first = co_await time::timeout(0ms, poll_fn(ready));
  CHECK(old_first.value() == 1);
  CHECK(new_first.value() == 1);
  auto passed = co_await legacy::time::timeout(0ms, time::sleep(1h));
  CHECK(passed.has_error());
}

Task<void> keep_in_a_vector() {
  const auto start = time::Instant::now();
  auto [tx, rx] = sync::oneshot::channel<int>();
  auto [unused, silent] = sync::oneshot::channel<int>();
  std::vector<legacy::time::Timeout<Receiver>> timeouts;
  timeouts.push_back(legacy::time::timeout(20ms, std::move(rx)));
  timeouts.push_back(legacy::time::timeout(30ms, std::move(silent)));
  Context nobody(Waker::noop());
  for (auto& timeout : timeouts) CHECK(timeout.poll(nobody).is_pending());
  auto first = std::move(timeouts.front());
  auto second = std::move(timeouts.back());
  CHECK(std::move(tx).send(7).has_value());
  CHECK((co_await first).value() == 7);
  CHECK((co_await second).has_error());
  CHECK(start.elapsed() >= 30ms);
}

Task<void> give_the_future_back() {
  auto [tx, rx] = sync::oneshot::channel<int>();
  auto old = legacy::time::timeout(20ms, std::move(rx));
  CHECK_FALSE(old.get_ref().is_terminated());
  old.get_mut().close();
  CHECK(tx.is_closed());
  auto back = std::move(old).into_inner();
  CHECK((co_await back).has_error());

  auto modern = time::timeout(20ms, std::move(back));
  CHECK(modern.get_ref().is_terminated());
}

// A timeout of 0.2 around what a stream gives next, again and again: the item after a timeout is not lost.
template <class Timeout>
Task<void> time_out_a_stream(Timeout timeout) {
  auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
  auto none = co_await timeout(10ms, legacy::stream::next(rx));
  CHECK(none.error() == time::error::Elapsed());
  CHECK(tx.try_send(1).has_value());
  auto one = co_await timeout(10ms, legacy::stream::next(rx));
  CHECK(one.value() == 1);
  {
    auto gone = std::move(tx);
  }
  auto end = co_await timeout(10ms, legacy::stream::next(rx));
  CHECK(end.value() == std::nullopt);
}

Task<void> time_out_streams() {
  auto old = [](auto duration, auto&& next) { return legacy::time::timeout(duration, std::move(next)); };
  auto modern = [](auto duration, auto&& next) { return time::timeout(duration, std::move(next)); };
  co_await time_out_a_stream(old);
  co_await time_out_a_stream(modern);
}

}  // namespace

TEST_SUITE("compat.time.Timeout") {
  TEST_CASE("TIME-08: the future is polled first, then the timer, as in both") {
    test::paused().block_on(time_out_and_be_in_time());
  }
  TEST_CASE("TIME-08: a timeout may be kept in a vector and moved after it was polled") {
    test::paused().block_on(keep_in_a_vector());
  }
  TEST_CASE("TIME-09: a timeout shows its future and gives it back") {
    test::paused().block_on(give_the_future_back());
  }
  TEST_CASE("TIME-08, TIME-10: a timeout around a stream's next gives Elapsed and loses no item, in both") {
    test::paused().block_on(time_out_streams());
  }
  TEST_CASE("TIME-10: Elapsed is in time::error") {
    const legacy::time::Elapsed elapsed = time::error::Elapsed();
    CHECK(elapsed.into_io() == boost::system::errc::timed_out);
  }
  TEST_CASE("TIME-11: an Error says what is wrong with a timer, and is in time::error") {
    CHECK(legacy::time::Error::shutdown().is_shutdown());
    CHECK(time::error::Error::at_capacity().is_at_capacity());
    CHECK(time::error::Error::invalid().is_invalid());
    CHECK(time::error::Error::invalid().what() == std::string("timer duration exceeds maximum duration"));
    CHECK_FALSE(time::error::Error::shutdown() == time::error::Error::invalid());
  }
}
