#include <concepts>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/v0_2/sync.hpp>

#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
namespace broadcast = ferry::sync::broadcast;
namespace old_broadcast = ferry::v0_2::sync::broadcast;

namespace {

static_assert(std::derived_from<old_broadcast::Sender<int>, broadcast::Sender<int>>);
static_assert(std::derived_from<old_broadcast::Receiver<int>, broadcast::Receiver<int>>);
static_assert(std::movable<old_broadcast::Receiver<int>>);
// BCAST-02: the errors moved.
static_assert(std::is_same_v<old_broadcast::SendError<int>, broadcast::error::SendError<int>>);
static_assert(std::is_same_v<old_broadcast::RecvError, broadcast::error::RecvError>);
static_assert(std::is_same_v<old_broadcast::TryRecvError, broadcast::error::TryRecvError>);
// BCAST-05: a stream then, none now.
static_assert(stream::Stream<old_broadcast::Receiver<int>>);
static_assert(!stream::Stream<broadcast::Receiver<int>>);

template <class Rx>
auto receiving(Rx& rx) {
  return test::spawn([&] { return rx.recv(); });
}
template <class S>
auto next_of(S& stream) {
  return test::spawn([&] { return stream::next(stream); });
}
auto polling(old_broadcast::Receiver<int>& rx) {
  return test::spawn([&] { return poll_fn([&](Context& cx) { return rx.poll_recv(cx); }); });
}

// BCAST-03: what both do.
template <class Channel>
void check_channel(Channel channel) {
  auto& [tx, rx] = channel;
  CHECK(rx.try_recv().error() == broadcast::error::TryRecvError::Empty);
  {
    auto cancelled = receiving(rx);
    REQUIRE(cancelled.poll().is_pending());
    CHECK(tx.send(1).value() == 1);
    CHECK(cancelled.is_woken());
  }
  auto late = tx.subscribe();
  CHECK(tx.receiver_count() == 2);
  CHECK((*receiving(rx).poll()).value() == 1);
  CHECK(late.try_recv().error() == broadcast::error::TryRecvError::Empty);

  for (int value = 2; value <= 6; ++value) CHECK(tx.send(value).has_value());
  CHECK((*receiving(rx).poll()).error().skipped() == 3);
  CHECK(rx.try_recv().value() == 5);
  CHECK((*receiving(rx).poll()).value() == 6);
  CHECK(late.try_recv().error() == broadcast::error::TryRecvError(broadcast::error::TryRecvError::Lagged, 3));
  {
    auto gone = std::move(rx);
    auto gone_too = std::move(late);
  }
  auto refused = tx.send(7);
  CHECK(std::move(refused).error().into_inner() == 7);
  auto again = tx.subscribe();
  {
    auto gone = std::move(tx);
  }
  CHECK((*receiving(again).poll()).error().is_closed());
  CHECK(again.try_recv().error() == broadcast::error::TryRecvError::Closed);
}

}  // namespace

TEST_SUITE("compat.sync.broadcast") {
  TEST_CASE("BCAST-01: a channel keeps its capacity rounded up to a power of two, and at least one value") {
    CHECK_THROWS_AS(static_cast<void>(old_broadcast::channel<int>(0)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(broadcast::channel<int>(0)), std::logic_error);
    auto old = old_broadcast::channel<int>(3);
    auto modern = broadcast::channel<int>(3);
    for (int value = 0; value < 4; ++value) {
      CHECK(old.first.send(value).has_value());
      CHECK(modern.first.send(value).has_value());
    }
    CHECK(old.second.try_recv().value() == 0);
    CHECK(modern.second.try_recv().value() == 0);
  }

  TEST_CASE("BCAST-02: the errors have the same enumerators under their old names") {
    auto [tx, rx] = old_broadcast::channel<int>(1);
    const old_broadcast::TryRecvError empty = rx.try_recv().error();
    CHECK(empty == old_broadcast::TryRecvError::Empty);
    CHECK(tx.send(1).has_value());
    CHECK(tx.send(2).has_value());
    const old_broadcast::RecvError lagged = (*receiving(rx).poll()).error();
    CHECK(lagged.kind() == old_broadcast::RecvError::Lagged);
  }

  TEST_CASE("BCAST-03: recv and try_recv give every value or say how many were missed, as in both") {
    check_channel(old_broadcast::channel<int>(2));
    check_channel(broadcast::channel<int>(2));
  }

  TEST_CASE("BCAST-04: poll_recv waits inside the receiver, which may be moved meanwhile") {
    auto [tx, rx] = old_broadcast::channel<int>(2);
    auto first = polling(rx);
    REQUIRE(first.poll().is_pending());
    auto moved = std::move(rx);
    REQUIRE(tx.send(1).has_value());
    CHECK(first.is_woken());
    auto second = polling(moved);
    CHECK((*second.poll()).value() == 1);
    REQUIRE(second.poll().is_pending());
    {
      auto gone = std::move(tx);
    }
    CHECK(second.is_woken());
    CHECK((*second.poll()).error().is_closed());
  }

  TEST_CASE("BCAST-04: a receiver that waits may be destroyed or assigned to") {
    auto [tx, rx] = old_broadcast::channel<int>(2);
    auto other = tx.subscribe();
    auto first = polling(rx);
    REQUIRE(first.poll().is_pending());
    auto second = polling(other);
    REQUIRE(second.poll().is_pending());
    rx = std::move(other);
    {
      auto gone = std::move(rx);
    }
    CHECK(tx.send(1).value() == 1);  // `other` is the receiver that `rx` was
    CHECK_FALSE(first.is_woken());
    CHECK_FALSE(second.is_woken());
  }

  TEST_CASE("BCAST-04: a receiver that waits may become one of another channel") {
    auto [tx, rx] = old_broadcast::channel<int>(2);
    auto other = broadcast::channel<int>(2);
    auto waiting = polling(rx);
    REQUIRE(waiting.poll().is_pending());
    static_cast<broadcast::Receiver<int>&>(rx) = std::move(other.second);
    REQUIRE(waiting.poll().is_pending());
    CHECK(other.first.send(5).has_value());
    CHECK(waiting.is_woken());
    CHECK((*waiting.poll()).value() == 5);
  }

  TEST_CASE("BCAST-04: a receiver that waits may become one of 1.x and outlive that") {
    auto [tx, rx] = old_broadcast::channel<int>(2);
    REQUIRE(polling(rx).poll().is_pending());
    {
      broadcast::Receiver<int> modern = std::move(rx);
      CHECK(tx.send(1).has_value());
      CHECK(modern.try_recv().value() == 1);
      auto gone = std::move(tx);
    }
    rx = old_broadcast::channel<int>(2).second;
    CHECK((*polling(rx).poll()).error().is_closed());
  }

  TEST_CASE("BCAST-05: a receiver is a stream with its errors as items, which ends when senders are gone") {
    auto [tx, rx] = old_broadcast::channel<int>(2);
    auto waiting = test::spawn([&] { return rx.next(); });
    REQUIRE(waiting.poll().is_pending());
    for (int value = 1; value <= 5; ++value) REQUIRE(tx.send(value).has_value());
    CHECK(waiting.is_woken());
    CHECK((*waiting.poll())->error() == old_broadcast::RecvError(std::uint64_t{3}));
    auto stream = std::move(rx).into_stream();
    CHECK((*next_of(stream).poll())->value() == 4);
    {
      auto gone = std::move(tx);
    }
    CHECK((*next_of(stream).poll())->value() == 5);
    CHECK_FALSE((*next_of(stream).poll()).has_value());
  }

  TEST_CASE("BCAST-05: the wrapper of 1.x gives the same values, and an error of its own") {
    auto old = old_broadcast::channel<int>(2);
    stream::wrappers::BroadcastStream<int> stream(compat::from_legacy(std::move(old.second)));
    for (int value = 1; value <= 5; ++value) REQUIRE(old.first.send(value).has_value());
    CHECK((*next_of(stream).poll())->error() ==
          stream::wrappers::errors::BroadcastStreamRecvError(std::uint64_t{3}));
    CHECK((*next_of(stream).poll())->value() == 4);
  }

  TEST_CASE("BCAST-06: what 1.x has added is there, on what is legacy, too") {
    auto [tx, rx] = old_broadcast::channel<int>(4);
    REQUIRE(tx.send(1).has_value());
    auto later = compat::into_legacy(rx.resubscribe());
    CHECK(rx.len() == 1);
    CHECK(later.is_empty());
    auto copy = compat::into_legacy(compat::from_legacy(tx));
    CHECK(copy.same_channel(tx));
    auto closed = test::spawn([&] { return tx.closed(); });
    CHECK(closed.poll().is_pending());
  }
}
