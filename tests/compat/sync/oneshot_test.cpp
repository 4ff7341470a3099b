#include <concepts>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/sync.hpp>
#include <ferry/v0_2/sync.hpp>

#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

namespace oneshot = ferry::v0_2::sync::oneshot;
static_assert(std::is_same_v<oneshot::Sender<int>, sync::oneshot::Sender<int>>);
static_assert(std::is_same_v<oneshot::Receiver<int>, sync::oneshot::Receiver<int>>);
static_assert(std::is_same_v<oneshot::error::RecvError, sync::oneshot::error::RecvError>);
static_assert(std::is_same_v<oneshot::error::TryRecvError, sync::oneshot::error::TryRecvError>);
static_assert(std::movable<oneshot::Receiver<int>>);

}  // namespace

TEST_SUITE("compat.sync.oneshot") {
  TEST_CASE("ONE-01: a receiver may be moved after it was polled, and gives the value once") {
    auto [tx, rx] = oneshot::channel<int>();
    Context nobody(Waker::noop());
    REQUIRE(rx.poll(nobody).is_pending());
    auto waiting = test::spawn([&] { return std::move(rx); });
    REQUIRE(waiting.poll().is_pending());
    CHECK(std::move(tx).send(1).has_value());
    CHECK(waiting.is_woken());
    CHECK((*waiting.poll()).value() == 1);

    auto refused = oneshot::channel<int>();
    {
      auto gone = std::move(refused.second);
    }
    auto sent = std::move(refused.first).send(2);
    CHECK(std::move(sent).error().into_inner() == 2);
  }

  TEST_CASE("ONE-02: try_recv says Closed after the value was taken, where 0.2 panicked") {
    auto [tx, rx] = oneshot::channel<int>();
    CHECK(rx.try_recv().error() == oneshot::error::TryRecvError::Empty);
    CHECK(std::move(tx).send(1).has_value());
    CHECK(rx.try_recv().value() == 1);
    CHECK(rx.try_recv().error() == oneshot::error::TryRecvError::Closed);
    rx.close();  // and this is allowed
    CHECK(rx.try_recv().error() == oneshot::error::TryRecvError::Closed);
  }

  TEST_CASE("ONE-03, ONE-04: closed and poll_closed are ready once the receiver has closed") {
    auto [tx, rx] = oneshot::channel<int>();
    Context nobody(Waker::noop());
    CHECK(tx.poll_closed(nobody).is_pending());
    auto closed = test::spawn([&] { return tx.closed(); });
    REQUIRE(closed.poll().is_pending());
    CHECK_FALSE(tx.is_closed());
    rx.close();
    CHECK(closed.is_woken());
    CHECK(closed.poll().is_ready());
    CHECK(tx.poll_closed(nobody).is_ready());
    CHECK(tx.is_closed());
  }

  TEST_CASE("ONE-05: what 1.x has added is there") {
    auto [tx, rx] = oneshot::channel<int>();
    CHECK(rx.is_empty());
    CHECK(std::move(tx).send(1).has_value());
    CHECK(std::move(rx).blocking_recv().value() == 1);
    CHECK(rx.is_terminated());
  }
}
