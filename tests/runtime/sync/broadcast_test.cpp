#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/pin.hpp>
#include <ferry/sync/broadcast.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace broadcast = ferry::sync::broadcast;
using broadcast::error::RecvError;
using broadcast::error::TryRecvError;

static_assert(Future<broadcast::Recv<int>> && !std::is_move_constructible_v<broadcast::Recv<int>>);
static_assert(!std::is_copy_constructible_v<broadcast::Receiver<int>> &&
              std::is_move_constructible_v<broadcast::Receiver<int>>);
static_assert(!std::is_aggregate_v<broadcast::Recv<int>>);

namespace {

using Shared = std::shared_ptr<int>;  // its use_count says how many copies there are

template <class T>
void check_next(broadcast::Receiver<T>& rx, const T& value) {
  auto received = rx.try_recv();
  REQUIRE(received.has_value());
  CHECK(*received == value);
}

template <class T>
void check_empty(broadcast::Receiver<T>& rx) {
  CHECK(rx.try_recv().error() == TryRecvError::Empty);
}

class ThrowsWhenCopied {
 public:
  explicit ThrowsWhenCopied(bool throws) noexcept : throws_(throws) {}
  ThrowsWhenCopied(const ThrowsWhenCopied& other) : throws_(other.throws_) {
    if (throws_) throw std::runtime_error("no copies");
  }
  ThrowsWhenCopied(ThrowsWhenCopied&& other) noexcept = default;

 private:
  bool throws_;
};

// Copying one goes on until it is let go.
class SlowToCopy {
 public:
  struct Gate {
    std::atomic<bool> is_copying{false};
    std::atomic<bool> is_open{false};
  };
  explicit SlowToCopy(Gate& gate) noexcept : gate_(&gate) {}
  SlowToCopy(const SlowToCopy& other) : gate_(other.gate_) {
    gate_->is_copying = true;
    while (!gate_->is_open) std::this_thread::yield();
  }
  SlowToCopy(SlowToCopy&& other) noexcept = default;

 private:
  Gate* gate_;
};

}  // namespace

TEST_SUITE("sync.broadcast") {
  TEST_CASE("every receiver gets every value, in order") {
    auto [tx, rx1] = broadcast::channel<std::string>(16);
    auto rx2 = tx.subscribe();
    CHECK(tx.receiver_count() == 2);
    CHECK(tx.send("first").value() == 2);
    CHECK(tx.send("second").value() == 2);
    for (auto* rx : {&rx1, &rx2}) {
      check_next<std::string>(*rx, "first");
      check_next<std::string>(*rx, "second");
      check_empty(*rx);
    }
  }

  TEST_CASE("recv waits until a value is sent, and one value wakes all who wait") {
    auto [tx, rx1] = broadcast::channel<int>(4);
    auto rx2 = tx.subscribe();
    auto first = test::spawn([&rx = rx1] { return rx.recv(); });
    auto second = test::spawn([&] { return rx2.recv(); });
    CHECK(first.poll().is_pending());
    CHECK(second.poll().is_pending());
    REQUIRE(tx.send(7).has_value());
    CHECK(first.is_woken());
    CHECK(second.is_woken());
    auto received = first.poll();
    REQUIRE(received.is_ready());
    CHECK(**received == 7);
    CHECK(**second.poll() == 7);
  }

  TEST_CASE("a value wakes more receivers than fit into one batch") {
    const broadcast::Sender<int> tx(2);
    std::vector<broadcast::Receiver<int>> receivers;
    for (int i = 0; i < 100; ++i) receivers.push_back(tx.subscribe());
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    std::vector<Pin<broadcast::Recv<int>>> waiting;
    for (auto& rx : receivers) {
      waiting.push_back(pin([&] { return rx.recv(); }));
      Context cx(waker);
      REQUIRE(waiting.back().poll(cx).is_pending());
    }
    CHECK(tx.send(1).value() == 100);
    CHECK(wakes.count() == 100);
    for (auto& recv : waiting) {
      Context cx(waker);
      CHECK(recv.poll(cx).is_ready());
    }
  }

  TEST_CASE("only the waker of the latest poll counts") {
    auto [tx, rx] = broadcast::channel<int>(1);
    test::WakeCounter old_task;
    const Waker old_waker = old_task.waker();
    auto recv = test::spawn([&rx = rx] { return rx.recv(); });
    Context cx(old_waker);
    CHECK((*recv).poll(cx).is_pending());
    CHECK(recv.poll().is_pending());
    REQUIRE(tx.send(1).has_value());
    CHECK(old_task.count() == 0);
    CHECK(recv.is_woken());
  }

  TEST_CASE("sending without receivers gives the value back and stores nothing") {
    const broadcast::Sender<std::string> tx(4);
    CHECK(tx.receiver_count() == 0);
    auto refused = tx.send("nobody");
    REQUIRE(refused.has_error());
    CHECK(refused.error().value() == "nobody");
    auto rx = tx.subscribe();
    check_empty(rx);
    CHECK(tx.send("somebody").value() == 1);
    check_next<std::string>(rx, "somebody");
  }

  TEST_CASE("a subscriber sees what is sent later only") {
    auto [tx, rx1] = broadcast::channel<int>(4);
    REQUIRE(tx.send(1).has_value());
    auto rx2 = tx.subscribe();
    auto rx3 = rx1.resubscribe();
    check_empty(rx2);
    check_empty(rx3);
    CHECK(tx.send(2).value() == 3);
    check_next(rx2, 2);
    check_next(rx3, 2);
    check_next(rx1, 1);
    check_next(rx1, 2);
  }

  TEST_CASE("resubscribing to a closed channel finds the end") {
    auto [tx, rx] = broadcast::channel<int>(4);
    REQUIRE(tx.send(1).has_value());
    {
      const auto gone = std::move(tx);
    }
    auto late = rx.resubscribe();
    CHECK(late.try_recv().error() == TryRecvError::Closed);
    check_next(rx, 1);
  }

  TEST_CASE("who lags behind is told once how much it missed and goes on with the oldest value") {
    auto [tx, rx] = broadcast::channel<int>(2);
    for (int i = 0; i < 5; ++i) REQUIRE(tx.send(i).has_value());
    CHECK(rx.len() == 5);
    SUBCASE("with recv") {
      auto lagged = test::spawn([&rx = rx] { return rx.recv(); });
      auto polled = lagged.poll();
      REQUIRE(polled.is_ready());
      REQUIRE(polled->has_error());
      CHECK(polled->error().is_lagged());
      CHECK(polled->error().kind() == RecvError::Lagged);
      CHECK(polled->error().skipped() == 3);
      CHECK(polled->error().what() == std::string("channel lagged"));
    }
    SUBCASE("with try_recv") {
      const auto lagged = rx.try_recv();
      REQUIRE(lagged.has_error());
      CHECK(lagged.error().is_lagged());
      CHECK(lagged.error().skipped() == 3);
    }
    CHECK(rx.len() == 2);
    check_next(rx, 3);
    check_next(rx, 4);
    check_empty(rx);
  }

  TEST_CASE("a receiver that keeps up does not lag when others do") {
    auto [tx, slow] = broadcast::channel<int>(2);
    auto fast = tx.subscribe();
    for (int i = 0; i < 10; ++i) {
      REQUIRE(tx.send(i).has_value());
      check_next(fast, i);
    }
    CHECK(slow.try_recv().error().skipped() == 8);
    REQUIRE(tx.send(10).has_value());  // overwrites 8, which `slow` would have received next
    CHECK(slow.try_recv().error().skipped() == 1);
    check_next(slow, 9);
    check_next(slow, 10);
  }

  TEST_CASE("a receiver lags and then finds the end") {
    auto [tx, rx] = broadcast::channel<int>(2);
    for (int i = 0; i < 4; ++i) REQUIRE(tx.send(i).has_value());
    {
      const auto gone = std::move(tx);
    }
    CHECK(rx.try_recv().error().skipped() == 2);
    check_next(rx, 2);
    check_next(rx, 3);
    CHECK(rx.try_recv().error() == TryRecvError::Closed);
    CHECK(rx.try_recv().error() == TryRecvError::Closed);
  }

  TEST_CASE("the capacity is rounded up to a power of two") {
    auto [tx, rx] = broadcast::channel<int>(3);
    for (int i = 0; i < 4; ++i) REQUIRE(tx.send(i).has_value());
    for (int i = 0; i < 4; ++i) check_next(rx, i);
    auto [tx1, rx1] = broadcast::channel<int>(1);
    REQUIRE(tx1.send(1).has_value());
    check_next(rx1, 1);
  }

  TEST_CASE("a capacity of zero is refused, and one that no ring can have") {
    CHECK_THROWS_AS(static_cast<void>(broadcast::channel<int>(0)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(broadcast::channel<int>(SIZE_MAX / 2 + 1)), std::logic_error);
    CHECK_THROWS_AS(broadcast::Sender<int>(0), std::logic_error);
  }

  TEST_CASE("the last sender that goes wakes who waits, after everything was received") {
    auto [tx, rx] = broadcast::channel<int>(4);
    auto tx2 = tx;
    REQUIRE(tx.send(1).has_value());
    check_next(rx, 1);
    auto recv = test::spawn([&rx = rx] { return rx.recv(); });
    CHECK(recv.poll().is_pending());
    {
      const auto gone = std::move(tx);
    }
    CHECK_FALSE(recv.is_woken());
    CHECK_FALSE(rx.is_closed());
    REQUIRE(tx2.send(2).has_value());
    {
      const auto gone = std::move(tx2);
    }
    CHECK(recv.is_woken());
    CHECK(rx.is_closed());
    CHECK(**recv.poll() == 2);
    auto end = test::spawn([&rx = rx] { return rx.recv(); });
    auto polled = end.poll();
    REQUIRE(polled->has_error());
    CHECK(polled->error().is_closed());
    CHECK(polled->error().skipped() == 0);
    CHECK_THROWS_AS(static_cast<void>(polled->value()), std::runtime_error);
  }

  TEST_CASE("a recv destroyed while it waits, or after it was woken, loses nothing") {
    auto [tx, rx] = broadcast::channel<int>(4);
    {
      auto recv = test::spawn([&rx = rx] { return rx.recv(); });
      REQUIRE(recv.poll().is_pending());
    }
    REQUIRE(tx.send(1).has_value());
    {
      auto woken = test::spawn([&rx = rx] { return rx.recv(); });
      auto polled = woken.poll();
      CHECK(**polled == 1);
    }
    {
      auto woken = test::spawn([&rx = rx] { return rx.recv(); });
      REQUIRE(woken.poll().is_pending());
      REQUIRE(tx.send(2).has_value());
      CHECK(woken.is_woken());
    }
    check_next(rx, 2);
  }

  TEST_CASE("a value is destroyed when every receiver has received it") {
    auto [tx, rx1] = broadcast::channel<Shared>(4);
    auto rx2 = tx.subscribe();
    auto value = std::make_shared<int>(1);
    REQUIRE(tx.send(value).has_value());
    CHECK(value.use_count() == 2);
    CHECK(**rx1.try_recv() == 1);
    CHECK(value.use_count() == 2);
    {
      auto last = rx2.try_recv();  // gets the value itself, not a copy
      CHECK(value.use_count() == 2);
    }
    CHECK(value.use_count() == 1);
  }

  TEST_CASE("a value is destroyed when it is overwritten, or skipped by the receiver that goes") {
    auto [tx, rx1] = broadcast::channel<Shared>(2);
    auto first = std::make_shared<int>(1);
    auto second = std::make_shared<int>(2);
    REQUIRE(tx.send(first).has_value());
    REQUIRE(tx.send(second).has_value());
    REQUIRE(tx.send(nullptr).has_value());
    CHECK(first.use_count() == 1);
    CHECK(second.use_count() == 2);
    {
      auto rx2 = tx.subscribe();
      const auto gone = std::move(rx1);
    }
    CHECK(second.use_count() == 1);
    CHECK(tx.receiver_count() == 0);
    CHECK(tx.is_empty());
  }

  TEST_CASE("a receiver that goes leaves the values that others have to receive") {
    auto [tx, rx1] = broadcast::channel<Shared>(4);
    auto value = std::make_shared<int>(1);
    {
      auto rx2 = tx.subscribe();
      REQUIRE(tx.send(value).has_value());
    }
    CHECK(value.use_count() == 2);
    check_next(rx1, value);
    CHECK(value.use_count() == 1);
  }

  TEST_CASE("an exception from copying counts as received") {
    auto [tx, rx1] = broadcast::channel<ThrowsWhenCopied>(2);
    auto rx2 = tx.subscribe();
    static_cast<void>(tx.send(ThrowsWhenCopied(true)));
    static_cast<void>(tx.send(ThrowsWhenCopied(false)));
    CHECK_THROWS_AS(static_cast<void>(rx1.try_recv()), std::runtime_error);
    CHECK(rx1.try_recv().has_value());
    CHECK(rx2.try_recv().has_value());  // the last one gets the value itself
    CHECK(tx.len() == 1);
  }

  TEST_CASE("len counts what is not received, on both sides") {
    auto [tx, rx1] = broadcast::channel<int>(4);
    auto rx2 = tx.subscribe();
    CHECK(tx.is_empty());
    CHECK(rx1.is_empty());
    for (int i = 1; i <= 3; ++i) REQUIRE(tx.send(i).has_value());
    CHECK(tx.len() == 3);
    CHECK(rx1.len() == 3);
    check_next(rx1, 1);
    CHECK(rx1.len() == 2);
    CHECK(tx.len() == 3);  // rx2 has it before it
    check_next(rx2, 1);
    check_next(rx2, 2);
    CHECK(tx.len() == 2);
    CHECK(rx2.len() == 1);
    for (int i = 4; i <= 9; ++i) REQUIRE(tx.send(i).has_value());
    CHECK(tx.len() == 4);
    CHECK(rx1.len() == 8);
  }

  TEST_CASE("closed completes when the last receiver goes, and a subscriber reopens") {
    auto [tx, rx1] = broadcast::channel<int>(4);
    auto rx2 = tx.subscribe();
    auto closed = test::spawn([&tx = tx] { return tx.closed(); });
    CHECK(closed.poll().is_pending());
    {
      const auto gone = std::move(rx1);
    }
    CHECK_FALSE(closed.is_woken());
    {
      const auto gone = std::move(rx2);
    }
    CHECK(closed.is_woken());
    CHECK(closed.poll().is_ready());
    auto late = test::spawn([&tx = tx] { return tx.closed(); });
    auto rx3 = tx.subscribe();
    CHECK(late.poll().is_pending());
  }

  TEST_CASE("a closed that was woken waits on when somebody has subscribed meanwhile") {
    const broadcast::Sender<int> tx(1);
    auto closed = test::spawn([&] { return tx.closed(); });
    {
      auto rx = tx.subscribe();
      REQUIRE(closed.poll().is_pending());
    }
    CHECK(closed.is_woken());
    auto rx = tx.subscribe();
    CHECK(closed.poll().is_pending());
  }

  TEST_CASE("a weak sender does not keep the channel open and upgrades while a strong one is left") {
    auto [tx, rx] = broadcast::channel<int>(4);
    auto weak = tx.downgrade();
    auto weak2 = weak;
    CHECK(tx.weak_count() == 2);
    CHECK(tx.strong_count() == 1);
    {
      auto strong = weak.upgrade();
      REQUIRE(strong);
      CHECK(strong->same_channel(tx));
      CHECK(weak.strong_count() == 2);
      CHECK(rx.sender_strong_count() == 2);
      CHECK(rx.sender_weak_count() == 2);
      REQUIRE(strong->send(1).has_value());
    }
    auto recv = test::spawn([&rx = rx] { return rx.recv(); });
    CHECK(**recv.poll() == 1);
    auto waiting = test::spawn([&rx = rx] { return rx.recv(); });
    CHECK(waiting.poll().is_pending());
    {
      const auto gone = std::move(tx);
    }
    CHECK(waiting.is_woken());
    CHECK(waiting.poll()->has_error());
    CHECK_FALSE(weak2.upgrade());
    CHECK(weak2.strong_count() == 0);
    CHECK(weak2.weak_count() == 2);
  }

  TEST_CASE("a weak sender outlives everything else") {
    auto value = std::make_shared<int>(1);
    const auto weak = [&] {
      auto [tx, rx] = broadcast::channel<Shared>(4);
      REQUIRE(tx.send(value).has_value());
      return tx.downgrade();
    }();
    CHECK(value.use_count() == 1);
    CHECK_FALSE(weak.upgrade());
  }

  TEST_CASE("same_channel tells channels apart") {
    auto [tx1, rx1] = broadcast::channel<int>(1);
    auto [tx2, rx2] = broadcast::channel<int>(1);
    CHECK(tx1.same_channel(broadcast::Sender<int>(tx1)));
    CHECK_FALSE(tx1.same_channel(tx2));
    CHECK(rx1.same_channel(rx1.resubscribe()));
    CHECK_FALSE(rx1.same_channel(rx2));
  }

  TEST_CASE("a task that receives without end lets others run once its budget is spent") {
    auto [tx, rx] = broadcast::channel<int>(256);
    for (int i = 0; i < 256; ++i) REQUIRE(tx.send(i).has_value());
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    Context cx(waker);
    for (std::uint32_t i = 0; i < Context::kBudget; ++i) REQUIRE(rx.recv().poll(cx).is_ready());
    CHECK(rx.recv().poll(cx).is_pending());
    CHECK(wakes.count() == 1);
    CHECK(rx.len() == 256 - Context::kBudget);
  }

  TEST_CASE("blocking_recv waits in a thread and is refused inside a task") {
    auto [tx, rx] = broadcast::channel<int>(4);
    std::thread sender([tx = std::move(tx)] {
      for (int i = 0; i < 3; ++i) static_cast<void>(tx.send(i));
    });
    int received = 0;
    while (auto value = rx.blocking_recv()) CHECK(*value == received++);
    CHECK(received == 3);
    sender.join();
    auto in_task = [](broadcast::Receiver<int>& inner) -> Task<void> {
      CHECK_THROWS_AS(static_cast<void>(inner.blocking_recv()), std::logic_error);
      co_return;
    };
    test::current_thread().block_on(in_task(rx));
  }

  TEST_CASE("a value that is being copied is not overwritten before that is done") {
    SlowToCopy::Gate gate;
    auto [tx, rx] = broadcast::channel<SlowToCopy>(1);
    auto keep = tx.subscribe();  // so that `rx` is not the last one, which gets no copy
    REQUIRE(tx.send(SlowToCopy(gate)).has_value());
    std::thread reader([&rx = rx] { CHECK(rx.try_recv().has_value()); });
    while (!gate.is_copying) std::this_thread::yield();
    std::atomic<bool> is_sent{false};
    std::thread sender([&, &tx = tx] {
      static_cast<void>(tx.send(SlowToCopy(gate)));
      is_sent = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK_FALSE(is_sent);
    gate.is_open = true;
    reader.join();
    sender.join();
    CHECK(is_sent);
    CHECK(keep.try_recv().error().skipped() == 1);
    CHECK(keep.try_recv().has_value());
  }

  TEST_CASE("receivers on other threads see each value or are told that they missed it") {
    constexpr std::uint64_t kSenders = 2;
    constexpr std::uint64_t kValues = 20'000;
    auto [tx, rx] = broadcast::channel<std::shared_ptr<std::uint64_t>>(16);
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t)
      threads.emplace_back([rx = rx.resubscribe()]() mutable {
        std::uint64_t seen = 0;
        std::vector<std::uint64_t> last(kSenders, 0);
        for (;;) {
          auto received = rx.blocking_recv();
          if (received.has_value()) {
            ++seen;
            const std::uint64_t from = **received % kSenders;
            REQUIRE(**received / kSenders > last[from]);  // in order
            last[from] = **received / kSenders;
          } else if (received.error().is_lagged()) {
            seen += received.error().skipped();
          } else {
            break;
          }
        }
        CHECK(seen == kSenders * kValues);
      });
    {
      const auto gone = std::move(rx);
    }
    for (std::uint64_t s = 0; s < kSenders; ++s)
      threads.emplace_back([tx = tx, s] {
        for (std::uint64_t i = 1; i <= kValues; ++i)
          REQUIRE(tx.send(std::make_shared<std::uint64_t>(i * kSenders + s)).has_value());
      });
    {
      const auto gone = std::move(tx);
    }
    for (auto& thread : threads) thread.join();
  }

  TEST_CASE("receivers come and go, and cancel, while values are sent") {
    auto value = std::make_shared<int>(1);
    {
      auto [tx, keep] = broadcast::channel<Shared>(4);
      std::vector<std::thread> threads;
      for (int t = 0; t < 3; ++t)
        threads.emplace_back([rx = keep.resubscribe()] {
          test::WakeCounter wakes;
          const Waker waker = wakes.waker();
          for (int i = 0; i < 3'000; ++i) {
            auto own = rx.resubscribe();
            for (int polls = 0; polls < 3; ++polls) {
              auto recv = own.recv();
              Context cx(waker);
              static_cast<void>(recv.poll(cx));
            }
          }
        });
      for (int i = 0; i < 10'000; ++i) static_cast<void>(tx.send(value));
      for (auto& thread : threads) thread.join();
    }
    CHECK(value.use_count() == 1);
  }
}
