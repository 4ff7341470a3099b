#include <optional>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/v0_2/sync.hpp>

#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

// MPSC-11: streams then, none now. MPSC-02: the sender is the same.
static_assert(stream::Stream<legacy::sync::mpsc::Receiver<int>>);
static_assert(stream::Stream<legacy::sync::mpsc::UnboundedReceiver<int>>);
static_assert(!stream::Stream<sync::mpsc::Receiver<int>>);
static_assert(std::is_same_v<legacy::sync::mpsc::Sender<int>, sync::mpsc::Sender<int>>);

using legacy::sync::mpsc::error::TryRecvError;

template <class Rx>
auto next_of(Rx& rx) {
  return test::spawn([&] { return rx.next(); });
}

}  // namespace

TEST_SUITE("compat.sync.mpsc") {
  TEST_CASE("next gives what was sent in order, then none, as recv does (MPSC-11)") {
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

  TEST_CASE("an unbounded receiver is a stream, too (MPSC-11)") {
    auto [tx, rx] = legacy::sync::mpsc::unbounded_channel<int>();
    REQUIRE(tx.send(7).has_value());
    auto item = test::spawn([&] { return stream::next(rx); });
    CHECK(*item.poll() == 7);
    auto waiting = next_of(rx);
    CHECK(waiting.poll().is_pending());
  }

  TEST_CASE("a value that comes while next is cancelled is given to the next one") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    {
      auto cancelled = next_of(rx);
      REQUIRE(cancelled.poll().is_pending());
      REQUIRE(tx.try_send(3).has_value());
    }
    CHECK(*next_of(rx).poll() == 3);
  }

  TEST_CASE(
      "try_recv of a closed channel says Empty while there are senders; 1.x says Disconnected (MPSC-07)") {
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

  TEST_CASE("try_recv gives a value that is there") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    REQUIRE(tx.try_send(3).has_value());
    CHECK(rx.try_recv().value() == 3);
  }

  TEST_CASE("a slot that was reserved before close is delivered, then the stream ends (MPSC-09)") {
    auto [tx, rx] = legacy::sync::mpsc::channel<int>(1);
    auto permit = tx.try_reserve();
    REQUIRE(permit.has_value());
    rx.close();
    std::move(*permit).send(9);
    CHECK(*next_of(rx).poll() == 9);
    CHECK(*next_of(rx).poll() == std::nullopt);
  }
}
