#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <doctest/doctest.h>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task/task.hpp>

#include "support/counted.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace mpsc = ferry::sync::mpsc;

namespace {

// Counts how often it is polled; ready when told so.
class Probe {
 public:
  using Output = int;
  Poll<int> poll(Context&) {
    order = ++clock;
    ++polls;
    if (!is_ready) return pending;
    return polls;
  }
  bool is_ready = false;
  int polls = 0;
  int order = 0;
  static inline int clock = 0;
};

class Throws {
 public:
  using Output = void;
  Poll<void> poll(Context&) { throw std::runtime_error("branch"); }
};

using TwoProbes = decltype(select(std::declval<Probe&>(), std::declval<Probe&>()));
static_assert(Future<TwoProbes>);
static_assert(!std::is_move_constructible_v<TwoProbes> && !std::is_copy_constructible_v<TwoProbes>);
template <class... Ts>
concept CanSelect = requires(Ts... futures) { select(std::forward<Ts>(futures)...); };
static_assert(CanSelect<Probe&, Probe&&> && !CanSelect<> && !CanSelect<int&, Probe&>);
static_assert(std::is_same_v<decltype(select(std::declval<Probe&>(), std::declval<Throws&>()))::Output,
                             SelectResult<int, std::monostate>>);

Task<int> number(int value, sync::Notify& when_notified) {
  co_await when_notified.notified();
  co_return value;
}

Task<std::string> receive_until_stopped(mpsc::Receiver<int>& rx, sync::Notify& stop) {
  std::string seen;
  auto stopped = stop.notified();
  for (;;) {
    auto first = co_await select(rx.recv(), stopped);
    if (first.index() == 1) co_return seen + ".";
    if (auto value = get<0>(std::move(first)))
      seen += std::to_string(*value);
    else
      co_return seen + "|";
  }
}

}  // namespace

TEST_SUITE("select") {
  TEST_CASE("the branch that is ready first gives the result") {
    Probe first;
    Probe second;
    auto selecting = test::spawn([&] { return select(first, second); });
    CHECK(selecting.poll().is_pending());
    CHECK(first.polls == 1);
    CHECK(second.polls == 1);
    second.is_ready = true;
    auto result = selecting.poll();
    REQUIRE(result.is_ready());
    CHECK(result->index() == 1);
    CHECK(get<1>(*result) == 2);
    CHECK_THROWS_AS(get<0>(*result), std::bad_variant_access);
  }

  TEST_CASE("each branch is first about equally often") {
    Probe first;
    Probe second;
    Probe third;
    first.is_ready = second.is_ready = third.is_ready = true;
    std::array<int, 3> wins{};
    for (int i = 0; i < 3'000; ++i) {
      auto selecting = test::spawn([&] { return select(first, second, third); });
      ++wins[selecting.poll()->index()];
    }
    for (int count : wins) CHECK(count > 700);
  }

  TEST_CASE("select_biased polls in the order of its arguments") {
    Probe first;
    Probe second;
    first.is_ready = second.is_ready = true;
    for (int i = 0; i < 50; ++i) {
      auto selecting = test::spawn([&] { return select_biased(first, second); });
      CHECK(selecting.poll()->index() == 0);
    }
    CHECK(second.polls == 0);
  }

  TEST_CASE("a disabled branch is not polled, and select throws when all are") {
    Probe first;
    Probe second;
    first.is_ready = true;
    When off = when(false, first);
    When on = when(true, second);
    auto selecting = test::spawn([&] { return select(off, on); });
    CHECK(selecting.poll().is_pending());
    second.is_ready = true;
    CHECK(selecting.poll()->index() == 1);
    auto none = test::spawn([&] { return select(off); });
    CHECK_THROWS_AS(static_cast<void>(none.poll()), std::logic_error);
    CHECK(first.polls == 0);
  }

  TEST_CASE("an exception of a branch arrives where the select is awaited") {
    Throws throws;
    Probe probe;
    auto selecting = test::spawn([&] { return select_biased(probe, throws); });
    CHECK_THROWS_AS(static_cast<void>(selecting.poll()), std::runtime_error);
  }

  TEST_CASE("a void branch gives std::monostate, and visit sees the value") {
    sync::Notify notify;
    notify.notify_one();
    auto notified = notify.notified();
    Probe probe;
    auto selecting = test::spawn([&] { return select(probe, notified); });
    auto result = selecting.poll();
    REQUIRE(result.is_ready());
    CHECK(std::holds_alternative<std::monostate>(result->variant()));
    CHECK(visit([](auto value) { return std::is_same_v<decltype(value), std::monostate>; }, *result));
  }

  TEST_CASE("values that can only be moved come out of it") {
    auto [tx, rx] = mpsc::channel<std::unique_ptr<int>>(1);
    REQUIRE(tx.try_send(std::make_unique<int>(4)).has_value());
    Probe probe;
    auto recv = rx.recv();
    auto selecting = test::spawn([&] { return select(recv, probe); });
    auto result = selecting.poll();
    REQUIRE(result.is_ready());
    auto value = get<0>(*std::move(result));
    CHECK(**value == 4);
  }

  TEST_CASE("in a loop, futures passed by name keep their place and temporaries are made anew") {
    auto [tx, rx] = mpsc::channel<int>(8);
    sync::Notify stop;
    auto task = test::spawn([&, &rx = rx] { return receive_until_stopped(rx, stop); });
    CHECK(task.poll().is_pending());
    REQUIRE(tx.try_send(1));
    REQUIRE(tx.try_send(2));
    CHECK(task.is_woken());
    CHECK(task.poll().is_pending());
    stop.notify_waiters();
    CHECK(task.is_woken());
    CHECK(*task.poll() == "12.");
  }

  TEST_CASE("tasks are branches, the one that loses is destroyed where it waits") {
    sync::Notify slow;
    sync::Notify fast;
    auto outer = [](sync::Notify& a, sync::Notify& b) -> Task<int> {
      auto first = co_await select(number(1, a), number(2, b));
      co_return first.index() == 0 ? get<0>(first) : get<1>(first);
    };
    auto task = test::spawn([&] { return outer(slow, fast); });
    CHECK(task.poll().is_pending());
    fast.notify_one();
    CHECK(task.is_woken());
    CHECK(*task.poll() == 2);
    slow.notify_one();  // nobody waits there any more: the permit is stored
    auto permit = test::spawn([&] { return slow.notified(); });
    CHECK(permit.poll().is_ready());
  }

  TEST_CASE("a task chosen but beaten by another branch passes its wake-up on") {
    sync::Notify notify;
    auto other = test::spawn([&] { return notify.notified(); });
    {
      auto losing = notify.notified();
      Probe winner;
      auto selecting = test::spawn([&] { return select_biased(winner, losing); });
      CHECK(selecting.poll().is_pending());
      REQUIRE(other.poll().is_pending());
      notify.notify_one();  // chooses `losing`
      winner.is_ready = true;
      CHECK(selecting.poll()->index() == 0);
      CHECK_FALSE(other.is_woken());
    }
    CHECK(other.is_woken());
  }

  TEST_CASE("there may be as many branches as one likes") {
    std::array<Probe, 65> probes;
    const auto select_all = [&]<std::size_t... Is>(std::index_sequence<Is...>) {
      return select(probes[Is]...);
    };
    auto selecting = test::spawn([&] { return select_all(std::make_index_sequence<65>()); });
    CHECK(selecting.poll().is_pending());
    for (const Probe& probe : probes) CHECK(probe.polls == 1);
    probes[64].is_ready = true;
    CHECK(selecting.poll()->index() == 64);
  }

  TEST_CASE("a select waits for the budget like a leaf") {
    Probe probe;
    probe.is_ready = true;
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    Context cx(waker);
    while (cx.has_budget_remaining()) static_cast<void>(cx.poll_proceed());
    auto selecting = select(probe);
    CHECK(selecting.poll(cx).is_pending());
    CHECK(wakes.count() == 1);
    CHECK(probe.polls == 0);
  }
}
