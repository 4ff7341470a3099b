#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/sync/oneshot.hpp>

#include "support/counted.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace oneshot = ferry::sync::oneshot;
using ferry::test::Counted;
using ferry::test::Counts;
using oneshot::error::TryRecvError;

static_assert(Future<oneshot::Receiver<int>> && Future<oneshot::Receiver<int>&>);
static_assert(std::is_move_constructible_v<oneshot::Receiver<int>> &&
              !std::is_copy_constructible_v<oneshot::Receiver<int>>);
static_assert(!std::is_move_constructible_v<oneshot::Closed<int>>);
template <class T>
concept CanSend = requires(T sender) { std::forward<T>(sender).send(1); };
static_assert(CanSend<oneshot::Sender<int>&&> && !CanSend<oneshot::Sender<int>&>);

namespace {
template <class T>
Poll<typename oneshot::Receiver<T>::Output> poll_once(oneshot::Receiver<T>& receiver, const Waker& waker) {
  Context cx(waker);
  return receiver.poll(cx);
}
}  // namespace

TEST_SUITE("sync.oneshot") {
  TEST_CASE("the value arrives and wakes who waits") {
    auto [tx, rx] = oneshot::channel<std::string>();
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    CHECK(poll_once(rx, waker).is_pending());
    CHECK(wakes.count() == 0);
    CHECK(std::move(tx).send("value"));
    CHECK(wakes.count() == 1);
    auto received = poll_once(rx, waker);
    REQUIRE(received.is_ready());
    CHECK((*received).value() == "value");
    CHECK(rx.is_terminated());
  }

  TEST_CASE("a value sent before anybody waits is there at the first poll") {
    auto [tx, rx] = oneshot::channel<int>();
    CHECK(rx.is_empty());
    CHECK(std::move(tx).send(1));
    CHECK_FALSE(rx.is_empty());
    CHECK((*poll_once(rx, Waker::noop())).value() == 1);
  }

  TEST_CASE("a sender that goes without sending makes the receiver see an error") {
    auto [tx, rx] = oneshot::channel<int>();
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    CHECK(poll_once(rx, waker).is_pending());
    {
      auto gone = std::move(tx);
    }
    CHECK(wakes.count() == 1);
    auto failed = poll_once(rx, waker);
    REQUIRE(failed.is_ready());
    CHECK((*failed).has_error());
    CHECK_THROWS_AS((*failed).value(), std::runtime_error);
  }

  TEST_CASE("sending to a receiver that is gone gives the value back") {
    Counts counts;
    {
      auto [tx, rx] = oneshot::channel<Counted>();
      {
        auto gone = std::move(rx);
      }
      CHECK(tx.is_closed());
      auto refused = std::move(tx).send(Counted(counts, 5));
      REQUIRE(refused.has_error());
      CHECK(refused.error().into_inner().value == 5);
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("a value that nobody takes is destroyed with the receiver") {
    Counts counts;
    auto [tx, rx] = oneshot::channel<Counted>();
    CHECK(std::move(tx).send(Counted(counts)));
    CHECK(counts.alive == 1);
    {
      auto gone = std::move(rx);
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("close refuses later values and keeps an earlier one") {
    auto [late_tx, late_rx] = oneshot::channel<int>();
    late_rx.close();
    CHECK(late_tx.is_closed());
    CHECK(std::move(late_tx).send(1).has_error());
    CHECK(late_rx.try_recv().error() == TryRecvError::Closed);

    auto [tx, rx] = oneshot::channel<int>();
    CHECK(std::move(tx).send(2));
    rx.close();
    CHECK(rx.try_recv().value() == 2);
  }

  TEST_CASE("a receiver that has closed and waits learns at once that nothing comes") {
    auto [tx, rx] = oneshot::channel<int>();
    rx.close();
    CHECK((*poll_once(rx, Waker::noop())).has_error());
  }

  TEST_CASE("try_recv says empty, then the value, then closed") {
    auto [tx, rx] = oneshot::channel<int>();
    CHECK(rx.try_recv().error() == TryRecvError::Empty);
    CHECK(std::move(tx).send(1));
    CHECK(rx.try_recv().value() == 1);
    CHECK(rx.try_recv().error() == TryRecvError::Closed);
  }

  TEST_CASE("a receiver that has given its value, or was moved from, says so when it is awaited") {
    auto [tx, rx] = oneshot::channel<int>();
    REQUIRE(std::move(tx).send(1));
    CHECK((*poll_once(rx, Waker::noop())).value() == 1);
    CHECK_THROWS_WITH_AS(static_cast<void>(poll_once(rx, Waker::noop())),
                         doctest::Contains("after it was ready"), std::logic_error);
    auto [other_tx, from] = oneshot::channel<int>();
    auto to = std::move(from);
    CHECK_THROWS_AS(static_cast<void>(poll_once(from, Waker::noop())), std::logic_error);
    CHECK(poll_once(to, Waker::noop()).is_pending());
  }

  TEST_CASE("a sender sends once") {
    auto [tx, rx] = oneshot::channel<int>();
    REQUIRE(std::move(tx).send(1));
    CHECK_THROWS_AS(static_cast<void>(std::move(tx).send(2)), std::logic_error);
    CHECK(rx.try_recv().value() == 1);
  }

  TEST_CASE("closed completes when the receiver closes or goes") {
    auto [tx, rx] = oneshot::channel<int>();
    auto closed = test::spawn([&, &tx = tx] { return tx.closed(); });
    CHECK(closed.poll().is_pending());
    CHECK(closed.poll().is_pending());
    rx.close();
    CHECK(closed.is_woken());
    CHECK(closed.poll().is_ready());

    auto [other_tx, other_rx] = oneshot::channel<int>();
    auto gone = test::spawn([&, &other_tx = other_tx] { return other_tx.closed(); });
    CHECK(gone.poll().is_pending());
    {
      auto dropped = std::move(other_rx);
    }
    CHECK(gone.is_woken());
    CHECK(gone.poll().is_ready());
  }

  TEST_CASE("only the waker of the latest poll is kept, on both sides, and dropped with the channel") {
    test::WakeCounter old_wakes;
    test::WakeCounter new_wakes;
    auto [tx, rx] = oneshot::channel<int>();
    for (const Waker& waker : {old_wakes.waker(), new_wakes.waker()}) {
      Context cx(waker);
      CHECK(rx.poll(cx).is_pending());
      CHECK(tx.poll_closed(cx).is_pending());
    }
    CHECK(std::move(tx).send(1));
    CHECK(old_wakes.count() == 0);
    CHECK(new_wakes.count() == 1);
    {
      auto gone = std::move(rx);  // the sender that waited for this is gone
    }
    CHECK(new_wakes.count() == 1);
  }

  TEST_CASE("the receiver can be moved while it waits") {
    auto [tx, rx] = oneshot::channel<int>();
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    CHECK(poll_once(rx, waker).is_pending());
    auto moved = std::move(rx);
    CHECK(std::move(tx).send(3));
    CHECK(wakes.count() == 1);
    CHECK((*poll_once(moved, waker)).value() == 3);
  }

  TEST_CASE("a value aligned beyond what operator new gives arrives") {
    struct alignas(64) Line {
      explicit Line(int v) : value(v) {}
      int value;
    };
    auto [tx, rx] = oneshot::channel<Line>();
    CHECK(std::move(tx).send(Line(4)).has_value());
    CHECK((*poll_once(rx, Waker::noop())).value().value == 4);
  }

  TEST_CASE("either side may be polled again while the other one ends the wait") {
    const test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    for (int i = 0; i < 300; ++i) {
      auto [tx, rx] = oneshot::channel<int>();
      auto [closing_tx, closing_rx] = oneshot::channel<int>();
      std::atomic<bool> is_polled = false;
      std::thread other([&, tx = std::move(tx), closing_rx = std::move(closing_rx)]() mutable {
        while (!is_polled) std::this_thread::yield();
        CHECK(std::move(tx).send(i).has_value());
        closing_rx.close();
      });
      while (poll_once(rx, waker).is_pending()) {
        is_polled = true;
        std::this_thread::yield();
      }
      for (bool is_closed = false; !is_closed;) {
        Context cx(waker);
        is_closed = closing_tx.poll_closed(cx).is_ready();
        std::this_thread::yield();
      }
      other.join();
    }
  }

  TEST_CASE("threads send and wait, close and drop at the same time") {
    for (int i = 0; i < 3'000; ++i) {
      auto [tx, rx] = oneshot::channel<std::unique_ptr<int>>();
      auto [back_tx, back_rx] = oneshot::channel<std::unique_ptr<int>>();
      std::thread other([i, rx = std::move(rx), back_tx = std::move(back_tx)]() mutable {
        auto received = std::move(rx).blocking_recv();
        if (i % 3 == 0) return;
        if (i % 3 == 1) detail::park_on(back_tx.closed());
        static_cast<void>(std::move(back_tx).send(*std::move(received)));
      });
      CHECK(std::move(tx).send(std::make_unique<int>(i)).has_value());
      if (i % 3 == 1) {
        auto dropped = std::move(back_rx);
      } else {
        CHECK(std::move(back_rx).blocking_recv().has_value() == (i % 3 == 2));
      }
      other.join();
    }
  }

  TEST_CASE("is_empty and is_terminated follow the value") {
    auto [tx, rx] = oneshot::channel<int>();
    CHECK(rx.is_empty());
    CHECK_FALSE(rx.is_terminated());
    REQUIRE(std::move(tx).send(1));
    CHECK_FALSE(rx.is_empty());
    CHECK(rx.try_recv().value() == 1);
    CHECK(rx.is_empty());
    CHECK(rx.is_terminated());

    auto [gone, never] = oneshot::channel<int>();
    {
      auto dropped = std::move(gone);
    }
    CHECK(never.is_empty());
    CHECK_FALSE(never.is_terminated());  // it has not said so yet
    CHECK(never.try_recv().error() == TryRecvError::Closed);
    CHECK(never.is_terminated());
  }
}
