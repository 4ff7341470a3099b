#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/sync/mpsc.hpp>
#include <ferry/sync/semaphore.hpp>

#include "support/counted.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace mpsc = ferry::sync::mpsc;
using ferry::test::Counted;
using ferry::test::Counts;
using mpsc::error::TryRecvError;

static_assert(Future<mpsc::Send<int>> && Future<mpsc::Recv<int>> && Future<mpsc::Reserve<int>>);
static_assert(!std::is_move_constructible_v<mpsc::Send<int>>);
static_assert(!std::is_move_constructible_v<mpsc::Recv<int>>);
static_assert(!std::is_copy_constructible_v<mpsc::Receiver<int>> &&
              std::is_move_constructible_v<mpsc::Receiver<int>>);
static_assert(!std::is_aggregate_v<mpsc::Send<int>> && !std::is_aggregate_v<mpsc::Recv<int>>);

template <class T>
concept CanReserveOwned = requires(T tx) { std::forward<T>(tx).reserve_owned(); };
template <class T>
concept CanSendPermit = requires(T permit) { std::forward<T>(permit).send(1); };
static_assert(CanReserveOwned<mpsc::Sender<int>&&> && !CanReserveOwned<mpsc::Sender<int>&>);
static_assert(CanSendPermit<mpsc::Permit<int>&&> && !CanSendPermit<mpsc::Permit<int>&>);

TEST_SUITE("sync.mpsc") {
  TEST_CASE("a value arrives, and receiving waits until it does") {
    auto [tx, rx] = mpsc::channel<std::string>(2);
    auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
    CHECK(recv.poll().is_pending());
    CHECK_FALSE(recv.is_woken());

    REQUIRE(tx.try_send("first"));
    CHECK(recv.is_woken());
    auto received = recv.poll();
    REQUIRE(received.is_ready());
    CHECK(**received == "first");
  }

  TEST_CASE("sending waits while the channel is full, first come, first served") {
    auto [tx, rx] = mpsc::channel<int>(1);
    REQUIRE(tx.try_send(0));
    auto first = test::spawn([&, &tx = tx] { return tx.send(1); });
    auto second = test::spawn([&, &tx = tx] { return tx.send(2); });
    CHECK(first.poll().is_pending());
    CHECK(second.poll().is_pending());
    CHECK(tx.capacity() == 0);

    CHECK(rx.try_recv().value() == 0);
    CHECK(first.is_woken());
    CHECK_FALSE(second.is_woken());
    CHECK(tx.try_send(9).error().is_full());  // the place is spoken for
    CHECK(first.poll().is_ready());
    CHECK(rx.try_recv().value() == 1);
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
    CHECK(rx.try_recv().value() == 2);
  }

  TEST_CASE("try_send gives the value back and says whether the channel is full or closed") {
    auto [tx, rx] = mpsc::channel<std::string>(1);
    REQUIRE(tx.try_send("a"));
    auto full = tx.try_send("b");
    REQUIRE(full.has_error());
    CHECK(full.error().kind() == mpsc::error::TrySendError<std::string>::Full);
    CHECK(std::move(full).error().into_inner() == "b");
    rx.close();
    auto closed = tx.try_send("c");
    REQUIRE(closed.has_error());
    CHECK(closed.error().is_closed());
    CHECK(std::move(closed).error().into_inner() == "c");
    CHECK_THROWS_AS(tx.try_send("d").value(), std::runtime_error);
  }

  TEST_CASE("a capacity of zero is refused") {
    CHECK_THROWS_AS(static_cast<void>(mpsc::channel<int>(0)), std::logic_error);
  }

  TEST_CASE("send fails with the value once the receiver is gone, also when it waits already") {
    auto [tx, rx] = mpsc::channel<std::string>(1);
    auto waiting = test::spawn([&, &tx = tx] { return tx.send("waiting"); });
    {
      auto gone = std::move(rx);
      REQUIRE(tx.try_send("queued"));
      REQUIRE(waiting.poll().is_pending());
      CHECK_FALSE(tx.is_closed());
    }
    CHECK(waiting.is_woken());
    auto failed = waiting.poll();
    REQUIRE(failed.is_ready());
    REQUIRE(failed->has_error());
    CHECK((*std::move(failed)).error().into_inner() == "waiting");
    CHECK(tx.is_closed());
    auto late = test::spawn([&, &tx = tx] { return tx.send("late"); });
    auto polled = late.poll();
    REQUIRE(polled.is_ready());
    CHECK((*polled).error().value() == "late");
  }

  TEST_CASE("recv gives what is queued and then nothing when the last sender is gone") {
    auto [first, rx] = mpsc::channel<int>(4);
    auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
    {
      auto tx = std::move(first);
      auto copy = tx;
      REQUIRE(copy.try_send(1));
      CHECK(**recv.poll() == 1);
      CHECK(recv.poll().is_pending());
    }
    CHECK(recv.is_woken());
    auto end = recv.poll();
    REQUIRE(end.is_ready());
    CHECK_FALSE((*end).has_value());
    CHECK(rx.try_recv().error() == TryRecvError::Disconnected);
    CHECK(rx.is_closed());
  }

  TEST_CASE("a closed channel gives what is queued, waits for permits, then ends") {
    auto [tx, rx] = mpsc::channel<int>(3);
    REQUIRE(tx.try_send(1));
    auto permit = tx.try_reserve();
    auto unused = tx.try_reserve();
    REQUIRE(permit.has_value());
    REQUIRE(unused.has_value());
    rx.close();
    CHECK(tx.is_closed());
    CHECK(tx.try_reserve().error().is_closed());

    auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
    CHECK(**recv.poll() == 1);
    CHECK(recv.poll().is_pending());
    CHECK(rx.try_recv().error() == TryRecvError::Empty);
    std::move(*permit).send(2);
    CHECK(recv.is_woken());
    CHECK(**recv.poll() == 2);
    CHECK(recv.poll().is_pending());
    {
      auto returned = std::move(*unused);
    }
    CHECK(recv.is_woken());
    auto end = recv.poll();
    REQUIRE(end.is_ready());
    CHECK_FALSE((*end).has_value());
  }

  TEST_CASE("a send that was handed its place and is destroyed ends a closed channel") {
    auto [tx, rx] = mpsc::channel<int>(1);
    REQUIRE(tx.try_send(1));
    auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
    {
      auto chosen = test::spawn([&, &tx = tx] { return tx.send(2); });
      REQUIRE(chosen.poll().is_pending());
      CHECK(**recv.poll() == 1);
      CHECK(chosen.is_woken());
      rx.close();
      CHECK(recv.poll().is_pending());  // the place may still be used
    }
    CHECK(recv.is_woken());
    CHECK_FALSE((*recv.poll()).has_value());
  }

  TEST_CASE("a send destroyed while it waits drops its value and passes its place on") {
    Counts counts;
    auto [tx, rx] = mpsc::channel<Counted>(1);
    REQUIRE(tx.try_send(Counted(counts, 0)));
    auto second = test::spawn([&, &tx = tx] { return tx.send(Counted(counts, 2)); });
    {
      auto first = test::spawn([&, &tx = tx] { return tx.send(Counted(counts, 1)); });
      REQUIRE(first.poll().is_pending());
      REQUIRE(second.poll().is_pending());
      CHECK(counts.alive == 3);
      CHECK(rx.try_recv().value().value == 0);  // chooses `first`, which is destroyed before it runs
      CHECK(first.is_woken());
      CHECK_FALSE(second.is_woken());
    }
    CHECK(counts.alive == 1);
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
    CHECK(rx.try_recv().value().value == 2);
    CHECK(counts.alive == 1);  // what `second` was moved from
  }

  TEST_CASE("a send that was cancelled keeps no place: the next value takes it") {
    auto [tx, rx] = mpsc::channel<int>(1);
    REQUIRE(tx.try_send(0));
    {
      auto cancelled = test::spawn([&, &tx = tx] { return tx.send(1); });
      REQUIRE(cancelled.poll().is_pending());
    }
    CHECK(rx.try_recv().value() == 0);
    CHECK(tx.try_send(2).has_value());
    CHECK(rx.try_recv().value() == 2);
  }

  TEST_CASE("a recv destroyed while it waits loses nothing") {
    auto [tx, rx] = mpsc::channel<int>(1);
    {
      auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
      REQUIRE(recv.poll().is_pending());
      REQUIRE(tx.try_send(1));
      CHECK(recv.is_woken());
    }
    CHECK(rx.try_recv().value() == 1);
  }

  TEST_CASE("the receiver destroys what is queued, the channel what a permit sends later") {
    Counts counts;
    {
      auto [tx, rx] = mpsc::channel<Counted>(100);
      for (int i = 0; i < 70; ++i) REQUIRE(tx.try_send(Counted(counts, i)));
      auto permit = tx.try_reserve();
      REQUIRE(permit.has_value());
      CHECK(counts.alive == 70);
      {
        auto gone = std::move(rx);
      }
      CHECK(counts.alive == 0);
      std::move(*permit).send(Counted(counts, 70));
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("reserve holds a place that the permit uses or gives back") {
    auto [tx, rx] = mpsc::channel<int>(1);
    auto reserve = test::spawn([&, &tx = tx] { return tx.reserve(); });
    {
      auto polled = reserve.poll();
      REQUIRE(polled.is_ready());
      CHECK(tx.capacity() == 0);
      CHECK(tx.try_send(1).error().is_full());
    }
    CHECK(tx.capacity() == 1);
    auto again = test::spawn([&, &tx = tx] { return tx.reserve(); });
    auto polled = again.poll();
    REQUIRE(polled.is_ready());
    std::move(**polled).send(5);
    CHECK(tx.capacity() == 0);
    CHECK(rx.try_recv().value() == 5);
    CHECK(tx.capacity() == 1);
  }

  TEST_CASE("reserving fails once the channel is closed, also while it waits") {
    auto [tx, rx] = mpsc::channel<int>(2);
    REQUIRE(tx.try_send(1));
    REQUIRE(tx.try_send(2));
    auto one = test::spawn([&, &tx = tx] { return tx.reserve(); });
    auto two = test::spawn([&, &tx = tx] { return tx.reserve_many(2); });
    auto owned = test::spawn([&, &tx = tx] { return mpsc::Sender<int>(tx).reserve_owned(); });
    CHECK(one.poll().is_pending());
    CHECK(two.poll().is_pending());
    CHECK(owned.poll().is_pending());
    rx.close();
    CHECK(one.is_woken());
    CHECK(two.is_woken());
    CHECK(owned.is_woken());
    CHECK(one.poll()->has_error());
    CHECK(two.poll()->has_error());
    CHECK(owned.poll()->has_error());
    auto late = test::spawn([&, &tx = tx] { return tx.reserve(); });
    CHECK(late.poll()->has_error());
    CHECK(tx.try_reserve_many(1).error().is_closed());
    auto closed = mpsc::Sender<int>(tx).try_reserve_owned();
    REQUIRE(closed.has_error());
    CHECK(closed.error().is_closed());
    // What is queued can still be received, and then it is over.
    CHECK(rx.try_recv().value() == 1);
    CHECK(rx.try_recv().value() == 2);
    CHECK(rx.try_recv().error() == TryRecvError::Disconnected);
  }

  TEST_CASE("places that were reserved and are not used are given back together") {
    auto [tx, rx] = mpsc::channel<int>(3);
    auto waiting = test::spawn([&, &tx = tx] { return tx.send(9); });
    {
      auto permits = tx.try_reserve_many(3).value();
      CHECK(permits.size() == 3);
      permits.next().send(1);
      CHECK(permits.size() == 2);
      CHECK(tx.capacity() == 0);
      CHECK(waiting.poll().is_pending());
    }
    CHECK(waiting.is_woken());
    CHECK(tx.capacity() == 1);  // the other one is for who waits
    CHECK(waiting.poll()->has_value());
    CHECK(rx.try_recv().value() == 1);
    CHECK(rx.try_recv().value() == 9);
  }

  TEST_CASE("a permit is used once, and an iterator gives no more than there are") {
    auto [tx, rx] = mpsc::channel<int>(2);
    auto permit = tx.try_reserve().value();
    std::move(permit).send(1);
    CHECK_THROWS_AS(std::move(permit).send(2), std::logic_error);
    auto permits = tx.try_reserve_many(1).value();
    permits.next().send(2);
    CHECK_THROWS_AS(static_cast<void>(permits.next()), std::logic_error);
    CHECK(rx.len() == 2);
  }

  TEST_CASE("reserve_many waits for all its places and hands them out one by one") {
    auto [tx, rx] = mpsc::channel<int>(3);
    REQUIRE(tx.try_send(0));
    auto reserve = test::spawn([&, &tx = tx] { return tx.reserve_many(3); });
    CHECK(reserve.poll().is_pending());
    CHECK(tx.try_reserve().error().is_full());
    CHECK(rx.try_recv().value() == 0);
    CHECK(reserve.is_woken());
    auto polled = reserve.poll();
    REQUIRE(polled.is_ready());
    int next = 1;
    for (auto permit : **polled) std::move(permit).send(next++);
    CHECK(next == 4);
    CHECK(rx.len() == 3);
    CHECK(tx.try_reserve_many(1).error().is_full());
    auto never = test::spawn([&, &tx = tx] { return tx.reserve_many(4); });
    CHECK((*never.poll()).has_error());
  }

  TEST_CASE("an owned permit keeps the channel open and gives its sender back") {
    auto [tx, rx] = mpsc::channel<int>(1);
    auto reserve = test::spawn([&, &tx = tx] { return std::move(tx).reserve_owned(); });
    auto polled = reserve.poll();
    REQUIRE(polled.is_ready());
    auto permit = std::move(**polled);
    auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
    CHECK(recv.poll().is_pending());
    auto sender = std::move(permit).send(7);
    CHECK(**recv.poll() == 7);
    CHECK(sender.capacity() == 1);
    auto owned = std::move(sender).try_reserve_owned();
    REQUIRE(owned.has_value());
    auto released = std::move(*owned).release();
    CHECK(released.capacity() == 1);
    REQUIRE(released.try_send(1));
    auto full = std::move(released).try_reserve_owned();
    REQUIRE(full.has_error());
    CHECK(full.error().is_full());
    auto back = std::move(full).error().into_inner();
    CHECK(back.max_capacity() == 1);
  }

  TEST_CASE("closed completes when the receiver closes or is gone") {
    auto [tx, rx] = mpsc::channel<int>(1);
    auto closed = test::spawn([&, &tx = tx] { return tx.closed(); });
    CHECK(closed.poll().is_pending());
    rx.close();
    CHECK(closed.is_woken());
    CHECK(closed.poll().is_ready());
    auto after = test::spawn([&, &tx = tx] { return tx.closed(); });
    CHECK(after.poll().is_ready());
  }

  TEST_CASE("a weak sender does not keep the channel open and upgrades while a strong one is left") {
    auto [first, rx] = mpsc::channel<int>(1);
    auto weak = first.downgrade();
    CHECK(rx.sender_weak_count() == 1);
    {
      auto tx = std::move(first);
      auto upgraded = weak.upgrade();
      REQUIRE(upgraded.has_value());
      CHECK(upgraded->same_channel(tx));
      CHECK(tx.strong_count() == 2);
      auto weak_copy = weak;
      CHECK(tx.weak_count() == 2);
    }
    CHECK(weak.strong_count() == 0);
    CHECK(weak.weak_count() == 1);
    CHECK_FALSE(weak.upgrade().has_value());
    CHECK(rx.try_recv().error() == TryRecvError::Disconnected);
  }

  TEST_CASE("recv_many takes what is there, up to the limit") {
    auto [tx, rx] = mpsc::channel<int>(100);
    std::vector<int> buffer;
    auto none = test::spawn([&, &rx = rx] { return rx.recv_many(buffer, 0); });
    CHECK(*none.poll() == 0);
    auto many = test::spawn([&, &rx = rx] { return rx.recv_many(buffer, 40); });
    CHECK(many.poll().is_pending());
    for (int i = 0; i < 50; ++i) REQUIRE(tx.try_send(i));
    CHECK(many.is_woken());
    CHECK(*many.poll() == 40);
    CHECK(*many.poll() == 10);
    CHECK(tx.capacity() == 100);
    REQUIRE(buffer.size() == 50);
    for (int i = 0; i < 50; ++i) CHECK(buffer[static_cast<std::size_t>(i)] == i);
    rx.close();
    CHECK(*many.poll() == 0);
  }

  TEST_CASE("an unbounded channel takes any number of values in order") {
    auto [tx, rx] = mpsc::unbounded_channel<int>();
    auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
    CHECK(recv.poll().is_pending());
    for (int i = 0; i < 1000; ++i) REQUIRE(tx.send(i));
    CHECK(recv.is_woken());
    CHECK(rx.len() == 1000);
    for (int i = 0; i < 1000; ++i) CHECK(rx.try_recv().value() == i);
    CHECK(rx.is_empty());
    auto weak = tx.downgrade();
    CHECK(weak.upgrade().has_value());
    rx.close();
    auto refused = tx.send(1);
    REQUIRE(refused.has_error());
    CHECK(refused.error().value() == 1);
    CHECK_FALSE((*recv.poll()).has_value());
  }

  TEST_CASE("an unbounded channel is closed, counted and received from like a bounded one") {
    auto [tx, rx] = mpsc::unbounded_channel<int>();
    auto [other, unused] = mpsc::unbounded_channel<int>();
    auto copy = tx;
    CHECK(tx.same_channel(copy));
    CHECK_FALSE(tx.same_channel(other));
    const auto weak = tx.downgrade();
    CHECK(tx.strong_count() == 2);
    CHECK(tx.weak_count() == 1);
    CHECK(rx.sender_strong_count() == 2);
    CHECK(rx.sender_weak_count() == 1);
    REQUIRE(tx.send(1));
    REQUIRE(copy.send(2));
    std::vector<int> values;
    auto many = test::spawn([&, &rx = rx] { return rx.recv_many(values, 8); });
    CHECK(*many.poll() == 2);
    CHECK(values == std::vector{1, 2});
    auto closed = test::spawn([&, &tx = tx] { return tx.closed(); });
    CHECK(closed.poll().is_pending());
    CHECK_FALSE(tx.is_closed());
    rx.close();
    CHECK(closed.is_woken());
    CHECK(closed.poll().is_ready());
    CHECK(tx.is_closed());
    CHECK(weak.upgrade().has_value());
    {
      const auto gone = std::move(tx);
      const auto copy_gone = std::move(copy);
    }
    CHECK_FALSE(weak.upgrade().has_value());
    CHECK(weak.strong_count() == 0);
    CHECK(rx.try_recv().error() == TryRecvError::Disconnected);
  }

  TEST_CASE("a weak unbounded sender does not keep the channel open") {
    auto [first, rx] = mpsc::unbounded_channel<int>();
    auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
    const auto weak = first.downgrade();
    {
      const auto tx = std::move(first);
      CHECK(recv.poll().is_pending());
    }
    CHECK(recv.is_woken());
    CHECK_FALSE((*recv.poll()).has_value());
    CHECK(weak.weak_count() == 1);
  }

  TEST_CASE("a task that receives without end lets others run once its budget is spent") {
    auto [tx, rx] = mpsc::unbounded_channel<int>();
    for (std::uint32_t i = 0; i <= Context::kBudget; ++i) REQUIRE(tx.send(1));
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    Context cx(waker);
    for (std::uint32_t i = 0; i < Context::kBudget; ++i) REQUIRE(rx.poll_recv(cx).is_ready());
    CHECK(rx.poll_recv(cx).is_pending());
    CHECK(wakes.count() == 1);
    CHECK(rx.len() == 1);
  }

  TEST_CASE("the waker that a cancelled recv left behind is replaced by the next one") {
    auto [tx, rx] = mpsc::channel<int>(1);
    {
      auto cancelled = test::spawn([&, &rx = rx] { return rx.recv(); });
      REQUIRE(cancelled.poll().is_pending());
    }
    auto recv = test::spawn([&, &rx = rx] { return rx.recv(); });
    REQUIRE(recv.poll().is_pending());
    REQUIRE(tx.try_send(1));
    CHECK(recv.is_woken());
    CHECK(**recv.poll() == 1);
  }

  TEST_CASE("values of any size and alignment arrive") {
    struct alignas(128) Line {
      explicit Line(int v) : value(v) {}
      int value;
      char rest[300] = {};
    };
    auto [tx, rx] = mpsc::unbounded_channel<Line>();
    for (int i = 0; i < 100; ++i) CHECK(tx.send(Line(i)).has_value());
    for (int i = 0; i < 100; ++i) CHECK(rx.try_recv().value().value == i);
  }

  TEST_CASE("blocking calls wait for each other across threads") {
    auto [tx, rx] = mpsc::channel<int>(1);
    std::thread sender([tx = std::move(tx)] {
      for (int i = 0; i < 1000; ++i) CHECK(tx.blocking_send(i));
    });
    for (int i = 0; i < 1000; ++i) CHECK(rx.blocking_recv() == i);
    CHECK_FALSE(rx.blocking_recv().has_value());
    sender.join();
  }

  template <class Tx, class Rx, class Send>
  void hammer(Tx tx, Rx rx, Send send) {
    constexpr int kSenders = 3;
    constexpr int kValues = 20'000;
    std::vector<std::thread> senders;
    for (int s = 0; s < kSenders; ++s)
      senders.emplace_back([s, tx, &send] {
        for (int i = 0; i < kValues; ++i) send(tx, std::pair(s, i));
      });
    {
      auto gone = std::move(tx);
    }
    std::vector<int> next(kSenders, 0);
    int received = 0;
    while (auto value = detail::park_on(rx.recv())) {
      REQUIRE(value->second == next[static_cast<std::size_t>(value->first)]++);
      ++received;
    }
    CHECK(received == kSenders * kValues);
    for (auto& sender : senders) sender.join();
  }

  TEST_CASE("many threads send into one bounded channel: each one's values arrive once and in order") {
    for (std::size_t capacity : {1, 2, 33, 1000}) {
      auto [tx, rx] = mpsc::channel<std::pair<int, int>>(capacity);
      hammer(std::move(tx), std::move(rx),
             [](auto& sender, auto value) { REQUIRE(sender.blocking_send(value)); });
    }
  }

  TEST_CASE("many threads send into one unbounded channel: each one's values arrive once and in order") {
    auto [tx, rx] = mpsc::unbounded_channel<std::pair<int, int>>();
    hammer(std::move(tx), std::move(rx), [](auto& sender, auto value) { REQUIRE(sender.send(value)); });
  }

  TEST_CASE("a receiver that goes while threads send leaves no value behind") {
    for (int round = 0; round < 200; ++round) {
      std::atomic<int> alive{0};
      struct Tracked {
        explicit Tracked(std::atomic<int>& count) : count(&count) { ++count; }
        Tracked(Tracked&& other) noexcept : count(other.count) { ++*count; }
        Tracked& operator=(Tracked&&) noexcept { return *this; }
        ~Tracked() { --*count; }
        std::atomic<int>* count;
      };
      {
        auto [tx, rx] = mpsc::channel<Tracked>(2);
        std::vector<std::thread> senders;
        for (int s = 0; s < 2; ++s)
          senders.emplace_back([&alive, tx = tx] {
            while (tx.blocking_send(Tracked(alive))) {
            }
          });
        for (int i = 0; i < 50; ++i) REQUIRE(rx.blocking_recv().has_value());
        {
          auto gone = std::move(rx);
        }
        for (auto& sender : senders) sender.join();
      }
      REQUIRE(alive == 0);
    }
  }

  TEST_CASE("a capacity above what a semaphore has is refused") {
    CHECK_THROWS_AS(static_cast<void>(mpsc::channel<int>(sync::Semaphore::kMaxPermits + 1)),
                    std::logic_error);
  }

  TEST_CASE("the receiver counts senders, free places and values") {
    auto [tx, rx] = mpsc::channel<int>(3);
    auto other = tx;
    const auto weak = tx.downgrade();
    CHECK(rx.sender_strong_count() == 2);
    CHECK(rx.sender_weak_count() == 1);
    CHECK(rx.max_capacity() == 3);
    CHECK(rx.is_empty());
    REQUIRE(tx.try_send(1));
    auto permit = tx.try_reserve();
    REQUIRE(permit.has_value());
    CHECK(rx.capacity() == 1);
    CHECK(rx.len() == 1);  // a permit is no value
    CHECK_FALSE(rx.is_empty());
    CHECK_FALSE(rx.is_closed());
    rx.close();
    CHECK(rx.is_closed());
    CHECK(tx.is_closed());
  }

  TEST_CASE("a permit knows whether it came from the same channel") {
    auto [tx1, rx1] = mpsc::channel<int>(2);
    auto [tx2, rx2] = mpsc::channel<int>(2);
    auto first = mpsc::Sender<int>(tx1).try_reserve_owned();
    auto second = mpsc::Sender<int>(tx1).try_reserve_owned();
    auto other = mpsc::Sender<int>(tx2).try_reserve_owned();
    CHECK((*first).same_channel(*second));
    CHECK_FALSE((*first).same_channel(*other));
    CHECK((*first).same_channel_as_sender(tx1));
    CHECK_FALSE((*first).same_channel_as_sender(tx2));
  }

  TEST_CASE("reserving more places than there can be fails, waiting or not") {
    auto [tx, rx] = mpsc::channel<int>(2);
    auto reserve = test::spawn([&, &tx = tx] { return tx.reserve_many(3); });
    CHECK(reserve.poll()->has_error());
    CHECK(tx.try_reserve_many(3).error().is_full());
    auto none = test::spawn([&, &tx = tx] { return tx.reserve_many(0); });
    CHECK((**none.poll()).size() == 0);
  }

  TEST_CASE("several values are received by polling and by blocking") {
    auto [tx, rx] = mpsc::channel<int>(8);
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    Context cx(waker);
    std::vector<int> values{0};
    CHECK(rx.poll_recv_many(cx, values, 2).is_pending());
    for (int i = 1; i <= 3; ++i) REQUIRE(tx.try_send(i));
    CHECK(wakes.count() == 1);
    CHECK(*rx.poll_recv_many(cx, values, 2) == 2);
    CHECK(values == std::vector{0, 1, 2});
    CHECK(rx.blocking_recv_many(values, 8) == 1);
    CHECK(values.back() == 3);
    {
      auto gone = std::move(tx);
    }
    CHECK(rx.blocking_recv_many(values, 8) == 0);
  }
}
