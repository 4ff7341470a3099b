#include <chrono>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/sync.hpp>

#include "support/counted.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

// MPSC-11: streams then, none now.
static_assert(stream::Stream<legacy::sync::mpsc::Receiver<int>>);
static_assert(stream::Stream<legacy::sync::mpsc::UnboundedReceiver<int>>);
static_assert(!stream::Stream<sync::mpsc::Receiver<int>>);
// MPSC-02: a sender was used by one task at a time.
template <class Tx>
concept SharesSending = requires(const Tx& tx) {
  tx.send(1);
  tx.try_send(1);
  tx.send_timeout(1, 1s);
};
static_assert(SharesSending<sync::mpsc::Sender<int>> &&
              !SharesSending<const legacy::sync::mpsc::Sender<int>>);
static_assert(std::derived_from<legacy::sync::mpsc::Sender<int>, sync::mpsc::Sender<int>>);
static_assert(std::copyable<legacy::sync::mpsc::Sender<int>>);
static_assert(std::is_same_v<legacy::sync::mpsc::UnboundedSender<int>, sync::mpsc::UnboundedSender<int>>);
// MPSC-12: the errors are the same.
static_assert(std::is_same_v<legacy::sync::mpsc::error::SendError<int>, sync::mpsc::error::SendError<int>>);
static_assert(
    std::is_same_v<legacy::sync::mpsc::error::TrySendError<int>, sync::mpsc::error::TrySendError<int>>);
static_assert(std::is_same_v<legacy::sync::mpsc::error::SendTimeoutError<int>,
                             sync::mpsc::error::SendTimeoutError<int>>);
// MPSC-06: what poll_ready fails with is what reserve fails with.
static_assert(std::derived_from<legacy::sync::mpsc::error::ClosedError, sync::mpsc::error::SendError<void>>);

using legacy::sync::mpsc::error::TryRecvError;

template <class Rx>
auto next_of(Rx& rx) {
  return test::spawn([&] { return rx.next(); });
}

template <class Tx>
auto sending(Tx& tx, int value) {
  return test::spawn([&tx, value] { return tx.send(value); });
}

// Of a sender of 0.2, as a future.
template <class T>
auto readying(legacy::sync::mpsc::Sender<T>& tx) {
  return test::spawn([&] { return poll_fn([&](Context& cx) { return tx.poll_ready(cx); }); });
}

// MPSC-04: in both, a send that is given up gives its place up.
template <class Channel>
void check_cancelled_send_leaves_nothing(Channel channel) {
  auto& [tx, rx] = channel;
  REQUIRE(tx.try_send(1).has_value());
  {
    auto cancelled = sending(tx, 2);
    REQUIRE(cancelled.poll().is_pending());
    CHECK(rx.try_recv().value() == 1);
    CHECK(cancelled.is_woken());  // the place was handed over already
  }
  auto other = tx;
  CHECK(other.try_send(3).has_value());
  CHECK(rx.try_recv().value() == 3);
}

Task<void> send_within_a_time() {
  auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
  auto first = co_await tx.send_timeout(1, 10ms);
  CHECK(first.has_value());
  auto late = co_await tx.send_timeout(2, 10ms);
  REQUIRE(late.has_error());
  CHECK(late.error().is_timeout());
  CHECK(std::move(late).error().into_inner() == 2);
  auto as_modern = co_await static_cast<const sync::mpsc::Sender<int>&>(tx).send_timeout(2, 10ms);
  CHECK(as_modern.error().is_timeout());
  {
    auto gone = std::move(rx);
  }
  auto closed = co_await tx.send_timeout(3, 10ms);
  CHECK(closed.error().is_closed());
}

}  // namespace

TEST_SUITE("compat.sync.mpsc") {
  TEST_CASE("MPSC-11: next gives what was sent in order, then none, as recv does") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(4);
    REQUIRE(tx.try_send(1).has_value());
    REQUIRE(tx.try_send(2).has_value());
    CHECK(*next_of(rx).poll() == 1);
    auto received = test::spawn([&] { return rx.recv(); });
    CHECK(*received.poll() == 2);
    auto waiting = next_of(rx);
    REQUIRE(waiting.poll().is_pending());
    {
      auto gone = std::move(tx);
    }
    CHECK(waiting.is_woken());
    CHECK(*waiting.poll() == std::nullopt);
  }

  TEST_CASE("MPSC-11: an unbounded receiver is a stream, too") {
    auto [tx, rx] = legacy::sync::mpsc::unbounded_channel<int>();
    REQUIRE(tx.send(7).has_value());
    auto item = test::spawn([&] { return stream::next(rx); });
    CHECK(*item.poll() == 7);
    auto waiting = next_of(rx);
    CHECK(waiting.poll().is_pending());
  }

  TEST_CASE("MPSC-11: a value that comes while next is cancelled is given to the next one") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    {
      auto cancelled = next_of(rx);
      REQUIRE(cancelled.poll().is_pending());
      REQUIRE(tx.try_send(3).has_value());
    }
    CHECK(*next_of(rx).poll() == 3);
  }

  TEST_CASE(
      "MPSC-07: try_recv of a closed channel says Empty while there are senders, 1.x says Disconnected") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    CHECK(rx.try_recv().error() == TryRecvError::Empty);
    rx.close();
    CHECK(rx.try_recv().error() == TryRecvError::Empty);
    {
      auto gone = std::move(tx);
    }
    CHECK(rx.try_recv().error() == TryRecvError::Closed);

    auto modern = sync::mpsc::channel<int>(1);
    CHECK(modern.second.try_recv().error() == sync::mpsc::error::TryRecvError::Empty);
    modern.second.close();
    CHECK(modern.second.try_recv().error() == sync::mpsc::error::TryRecvError::Disconnected);
  }

  TEST_CASE("MPSC-07: try_recv gives a value that is there") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    REQUIRE(tx.try_send(3).has_value());
    CHECK(rx.try_recv().value() == 3);
  }

  TEST_CASE("MPSC-09: a slot that was reserved before close is delivered, then the stream ends") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto permit = tx.try_reserve();
    REQUIRE(permit.has_value());
    rx.close();
    std::move(*permit).send(9);
    CHECK(*next_of(rx).poll() == 9);
    CHECK(*next_of(rx).poll() == std::nullopt);
  }

  TEST_CASE("MPSC-01: a channel holds so many values and places that are reserved, and at least one") {
    CHECK_THROWS_AS(static_cast<void>(legacy::sync::mpsc::channel<int>(0)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(sync::mpsc::channel<int>(0)), std::logic_error);
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(2);
    REQUIRE(tx.try_send(1).has_value());
    auto permit = tx.try_reserve();
    REQUIRE(permit.has_value());
    CHECK(tx.try_send(3).error().is_full());
    auto unbounded = legacy::sync::mpsc::unbounded_channel<int>();
    for (int i = 0; i < 100; ++i) REQUIRE(unbounded.first.send(i).has_value());
    CHECK(unbounded.second.len() == 100);
  }

  TEST_CASE("MPSC-02: a sender sends when there is a place, and waits in a queue of all senders") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto other = tx;
    CHECK((*sending(tx, 1).poll()).has_value());
    auto second = sending(tx, 2);
    auto third = sending(other, 3);
    REQUIRE(second.poll().is_pending());
    REQUIRE(third.poll().is_pending());
    CHECK(rx.try_recv().value() == 1);
    CHECK(second.is_woken());
    CHECK_FALSE(third.is_woken());
    CHECK((*second.poll()).has_value());
    rx.close();
    auto refused = *third.poll();
    CHECK(std::move(refused).error().into_inner() == 3);
  }

  TEST_CASE("MPSC-02, MPSC-12: send_timeout gives the value back when time is up or the channel closed") {
    test::paused().block_on(send_within_a_time());
  }

  TEST_CASE("MPSC-03: poll_ready reserves a place inside the sender, which try_send uses") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto other = tx;
    CHECK((*readying(tx).poll()).has_value());
    CHECK((*readying(tx).poll()).has_value());  // the same place
    CHECK(other.try_send(2).error().is_full());
    CHECK(tx.try_send(1).has_value());
    CHECK(tx.try_send(3).error().is_full());
    auto waiting = readying(other);
    REQUIRE(waiting.poll().is_pending());
    CHECK(rx.try_recv().value() == 1);
    CHECK(waiting.is_woken());
    CHECK((*waiting.poll()).has_value());
    CHECK(tx.try_send(3).error().is_full());
    CHECK((*sending(other, 2).poll()).has_value());  // send uses it, too
    CHECK(rx.try_recv().value() == 2);
  }

  TEST_CASE("MPSC-03: a send goes on where poll_ready has begun to wait") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto other = tx;
    REQUIRE(tx.try_send(1).has_value());
    REQUIRE(readying(tx).poll().is_pending());  // the sender keeps its place in the queue
    auto second = sending(other, 3);
    REQUIRE(second.poll().is_pending());
    auto first = sending(tx, 2);
    REQUIRE(first.poll().is_pending());
    CHECK(rx.try_recv().value() == 1);
    CHECK(first.is_woken());
    CHECK_FALSE(second.is_woken());
    CHECK((*first.poll()).has_value());
    CHECK(rx.try_recv().value() == 2);
    CHECK((*second.poll()).has_value());
  }

  TEST_CASE("MPSC-03: reserve of 1.x keeps the place in a permit instead") {
    auto [tx, rx] = sync::mpsc::channel<int>(1);
    auto reserving = test::spawn([&] { return tx.reserve(); });
    {
      auto permit = *reserving.poll();
      REQUIRE(permit.has_value());
      CHECK(tx.try_send(1).error().is_full());
    }
    CHECK(tx.try_send(1).has_value());
  }

  TEST_CASE("MPSC-04: an armed sender holds its place until its end, a copy of it has none") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto other = tx;
    CHECK((*readying(tx).poll()).has_value());
    auto copy = tx;
    CHECK(copy.try_send(1).error().is_full());
    auto moved = std::move(tx);
    CHECK(other.try_send(1).error().is_full());
    moved = copy;
    CHECK(other.try_send(1).has_value());
  }

  TEST_CASE("MPSC-04: a cancelled send leaves no place behind, as in 1.x") {
    check_cancelled_send_leaves_nothing(legacy::sync::mpsc::channel<int>(1));
    check_cancelled_send_leaves_nothing(sync::mpsc::channel<int>(1));
  }

  TEST_CASE("MPSC-05: disarm gives the place back, and says whether there was one") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto other = tx;
    CHECK_FALSE(tx.disarm());
    CHECK((*readying(tx).poll()).has_value());
    CHECK(tx.disarm());
    CHECK_FALSE(tx.disarm());
    CHECK(other.try_send(1).has_value());
    REQUIRE(readying(tx).poll().is_pending());
    CHECK_FALSE(tx.disarm());  // it only waits
  }

  TEST_CASE("MPSC-06: poll_ready of a closed channel fails, but not with a place that was reserved before") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto other = tx;
    CHECK((*readying(tx).poll()).has_value());
    rx.close();
    CHECK((*readying(other).poll()).error() == legacy::sync::mpsc::error::ClosedError());
    CHECK((*readying(tx).poll()).has_value());
    CHECK(tx.try_send(1).has_value());
    CHECK(rx.try_recv().value() == 1);
    CHECK((*readying(tx).poll()).has_error());
    CHECK(tx.try_send(2).error().is_closed());
  }

  TEST_CASE("MPSC-08: the end is called Closed, in 1.x Disconnected") {
    auto old = legacy::sync::mpsc::unbounded_channel<int>();
    auto modern = sync::mpsc::unbounded_channel<int>();
    {
      auto gone = std::move(old.first);
      auto gone_too = std::move(modern.first);
    }
    CHECK(old.second.try_recv().error() == TryRecvError::Closed);
    CHECK(modern.second.try_recv().error() == sync::mpsc::error::TryRecvError::Disconnected);
    CHECK_THROWS_WITH_AS(static_cast<void>(old.second.try_recv().value()), "channel closed",
                         std::runtime_error);
  }

  TEST_CASE("MPSC-10: poll_recv is pending until there is a value") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto receiving = test::spawn([&] { return poll_fn([&](Context& cx) { return rx.poll_recv(cx); }); });
    REQUIRE(receiving.poll().is_pending());
    REQUIRE(tx.try_send(4).has_value());
    CHECK(receiving.is_woken());
    CHECK(*receiving.poll() == 4);
  }

  TEST_CASE("MPSC-13: what 1.x has added is there, on what is legacy, too") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto weak = tx.downgrade();
    CHECK(weak.upgrade()->same_channel(tx));
    auto permit = std::move(*weak.upgrade()).try_reserve_owned();
    REQUIRE(permit.has_value());
    CHECK(tx.try_send(2).error().is_full());
    static_cast<void>((*std::move(permit)).send(1));
    CHECK(rx.try_recv().value() == 1);
    // A sender of 1.x in 0.2 and back.
    auto modern = compat::from_legacy(tx);
    auto old = compat::into_legacy(std::move(modern));
    CHECK((*readying(old).poll()).has_value());
    CHECK(old.same_channel(tx));
  }
}
