#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <doctest/doctest.h>
#include <ferry/join.hpp>
#include <ferry/sync.hpp>
#include <ferry/task/task.hpp>

#include "support/counted.hpp"
#include "support/spawn.hpp"

using namespace ferry;

namespace {

template <class T>
class Gate {
 public:
  using Output = T;
  Poll<T> poll(Context&) {
    ++polls;
    order = ++clock;
    if (!is_open) return pending;
    return std::move(value);
  }
  T value{};
  bool is_open = false;
  int polls = 0;
  int order = 0;
  static inline int clock = 0;
};

using TwoGates = decltype(join(std::declval<Gate<int>&>(), std::declval<Gate<int>&>()));
static_assert(Future<TwoGates> && !std::is_move_constructible_v<TwoGates>);
template <class... Ts>
concept CanTryJoin = requires(Ts... futures) { try_join(std::forward<Ts>(futures)...); };
static_assert(CanTryJoin<Gate<Result<int>>&> && !CanTryJoin<>);

Task<int> later(sync::Notify& notify, int value) {
  co_await notify.notified();
  co_return value;
}

}  // namespace

TEST_SUITE("join") {
  TEST_CASE("it is ready when all are, and polls only those that are not") {
    Gate<int> first;
    Gate<std::string> second;
    auto joining = test::spawn([&] { return join(first, second); });
    CHECK(joining.poll().is_pending());
    first.value = 1;
    first.is_open = true;
    CHECK(joining.poll().is_pending());
    CHECK(first.polls == 2);
    CHECK(joining.poll().is_pending());
    CHECK(first.polls == 2);
    CHECK(second.polls == 3);
    second.value = "two";
    second.is_open = true;
    auto all = joining.poll();
    REQUIRE(all.is_ready());
    CHECK(*all == std::tuple(1, std::string("two")));
  }

  TEST_CASE("a task that is moved in ends with all that it owns, however long the others take") {
    const auto send = [](sync::mpsc::Sender<int> sender) -> Task<int> {
      auto sent = co_await sender.send(1);
      co_return sent.has_value() ? 1 : 0;
    };
    const auto receive_all = [](sync::mpsc::Receiver<int> receiver) -> Task<int> {
      int sum = 0;
      while (auto value = co_await receiver.recv()) sum += *value;  // until the sender is gone
      co_return sum;
    };
    auto [sender, receiver] = sync::mpsc::channel<int>(1);
    auto sending = send(std::move(sender));
    auto receiving = receive_all(std::move(receiver));
    CHECK(*test::spawn([&] { return join(std::move(sending), std::move(receiving)); }).poll() ==
          std::tuple(1, 1));
  }

  TEST_CASE("a future that is borrowed is still there afterwards") {
    test::Counts counts;
    const auto own = [](test::Counted) -> Task<int> { co_return 1; };
    auto owning = own(test::Counted(counts));
    CHECK(*test::spawn([&] { return join(owning); }).poll() == std::tuple(1));
    CHECK(counts.alive == 1);
  }

  TEST_CASE("another branch is polled first each time") {
    Gate<int> first;
    Gate<int> second;
    auto joining = test::spawn([&] { return join(first, second); });
    CHECK(joining.poll().is_pending());
    CHECK(first.order < second.order);
    CHECK(joining.poll().is_pending());
    CHECK(second.order < first.order);
    CHECK(joining.poll().is_pending());
    CHECK(first.order < second.order);
  }

  TEST_CASE("join_biased polls in the order of its arguments, each time") {
    Gate<int> first;
    Gate<int> second;
    auto joining = test::spawn([&] { return join_biased(first, second); });
    for (int i = 0; i < 3; ++i) {
      CHECK(joining.poll().is_pending());
      CHECK(first.order < second.order);
    }
    first.value = 1;
    second.value = 2;
    first.is_open = second.is_open = true;
    CHECK(*joining.poll() == std::tuple(1, 2));
    auto nothing = test::spawn([] { return join_biased(); });
    CHECK(nothing.poll().is_ready());
  }

  TEST_CASE("a join waits for the budget like a leaf") {
    Gate<int> gate;
    gate.is_open = true;
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    Context cx(waker, 0);
    auto joining = join(gate);
    CHECK(joining.poll(cx).is_pending());
    CHECK(wakes.count() == 1);
    CHECK(gate.polls == 0);
  }

  TEST_CASE("void outputs are std::monostate, and none at all is ready at once") {
    sync::Notify notify;
    notify.notify_one();
    auto notified = notify.notified();
    auto joining = test::spawn([&] { return join(notified); });
    auto all = joining.poll();
    REQUIRE(all.is_ready());
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(*all)>, std::tuple<std::monostate>>);
    auto nothing = test::spawn([] { return join(); });
    CHECK(nothing.poll().is_ready());
  }

  TEST_CASE("outputs that can only be moved arrive") {
    Gate<std::unique_ptr<int>> gate;
    gate.value = std::make_unique<int>(3);
    gate.is_open = true;
    auto joining = test::spawn([&] { return join(gate); });
    auto all = joining.poll();
    REQUIRE(all.is_ready());
    CHECK(*std::get<0>(*all) == 3);
  }

  TEST_CASE("tasks run side by side in one task") {
    sync::Notify first;
    sync::Notify second;
    auto outer = [](sync::Notify& a, sync::Notify& b) -> Task<int> {
      auto all = co_await join(later(a, 1), later(b, 2));
      co_return std::get<0>(all) * 10 + std::get<1>(all);
    };
    auto task = test::spawn([&] { return outer(first, second); });
    CHECK(task.poll().is_pending());
    second.notify_one();
    CHECK(task.is_woken());
    CHECK(task.poll().is_pending());
    first.notify_one();
    CHECK(*task.poll() == 12);
  }

  TEST_CASE("destroying it destroys what the finished branches gave") {
    test::Counts counts;
    auto [tx, rx] = sync::mpsc::channel<test::Counted>(1);
    CHECK(tx.try_send(test::Counted(counts)).has_value());
    auto recv = rx.recv();
    Gate<int> never;
    {
      auto joining = test::spawn([&] { return join(recv, never); });
      CHECK(joining.poll().is_pending());
      CHECK(counts.alive == 1);
    }
    CHECK(counts.alive == 0);
  }
}

TEST_SUITE("try_join") {
  TEST_CASE("it gives all values when nothing fails") {
    Gate<Result<int>> first;
    Gate<Result<void>> second;
    auto joining = test::spawn([&] { return try_join(first, second); });
    first.value = 1;
    first.is_open = true;
    CHECK(joining.poll().is_pending());
    second.is_open = true;
    auto all = joining.poll();
    REQUIRE(all.is_ready());
    REQUIRE(all->has_value());
    CHECK(std::get<0>(**all) == 1);
  }

  TEST_CASE("the first error ends it while others are pending") {
    Gate<Result<int>> first;
    Gate<Result<void>> second;
    auto joining = test::spawn([&] { return try_join(first, second); });
    CHECK(joining.poll().is_pending());
    second.value = make_error_code(boost::system::errc::timed_out);
    second.is_open = true;
    auto failed = joining.poll();
    REQUIRE(failed.is_ready());
    REQUIRE(failed->has_error());
    CHECK(failed->error() == boost::system::errc::timed_out);
  }

  TEST_CASE("an error keeps the branches that come after it from being polled") {
    Gate<Result<int>> first;
    Gate<Result<int>> second;
    first.value = make_error_code(boost::system::errc::timed_out);
    second.value = make_error_code(boost::system::errc::bad_address);
    first.is_open = second.is_open = true;
    auto joining = test::spawn([&] { return try_join(first, second); });
    CHECK(joining.poll()->error() == boost::system::errc::timed_out);
    CHECK(second.polls == 0);
  }

  TEST_CASE("try_join_biased polls in the order of its arguments: of two errors the first counts") {
    Gate<Result<int>> first;
    Gate<Result<int>> second;
    auto joining = test::spawn([&] { return try_join_biased(first, second); });
    for (int i = 0; i < 3; ++i) {
      CHECK(joining.poll().is_pending());
      CHECK(first.order < second.order);
    }
    first.value = make_error_code(boost::system::errc::timed_out);
    second.value = make_error_code(boost::system::errc::bad_address);
    first.is_open = second.is_open = true;
    CHECK(joining.poll()->error() == boost::system::errc::timed_out);
    CHECK(second.polls == 3);
  }

  TEST_CASE("values that were there are destroyed when another branch fails") {
    Gate<Result<std::shared_ptr<int>>> first;
    Gate<Result<void>> second;
    auto value = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = value;
    first.value = std::move(value);
    first.is_open = true;
    {
      auto joining = test::spawn([&] { return try_join(first, second); });
      CHECK(joining.poll().is_pending());
      second.value = make_error_code(boost::system::errc::timed_out);
      second.is_open = true;
      CHECK(joining.poll()->has_error());
    }
    first.value = Result<std::shared_ptr<int>>();
    CHECK(watched.expired());
  }
}
