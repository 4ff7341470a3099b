#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/pin.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/sync/oneshot.hpp>
#include <ferry/task/task.hpp>

#include "support/counted.hpp"
#include "support/spawn.hpp"

using namespace ferry;

namespace {

class Fixed {
 public:
  Fixed(test::Counts& counts, int value) : counted_(counts, value) {}
  Fixed(const Fixed&) = delete;
  Fixed& operator=(const Fixed&) = delete;
  int value() const { return counted_.value; }

 private:
  test::Counted counted_;
};

Fixed make_fixed(test::Counts& counts, int value) { return Fixed(counts, value); }
Fixed make_nothing() { throw std::runtime_error("no"); }
Task<int> seven() { co_return 7; }

static_assert(!Future<Pin<Fixed>> && Future<Pin<sync::Notify::Notified>>);
static_assert(std::is_move_constructible_v<Pin<Fixed>> && !std::is_copy_constructible_v<Pin<Fixed>>);
template <class T>
concept CanPin = requires(T future) { pin(std::forward<T>(future)); };
static_assert(CanPin<Task<int>&&> && !CanPin<Task<int>&> && !CanPin<Fixed&&>);

}  // namespace

TEST_SUITE("pin") {
  TEST_CASE("what a function returns is made on the heap and never moved") {
    test::Counts counts;
    {
      auto first = pin(make_fixed, counts, 3);
      CHECK(counts.made == 1);
      CHECK(counts.moved == 0);
      const Fixed* const address = &*first;
      auto moved = std::move(first);
      CHECK(&*moved == address);
      CHECK(moved->value() == 3);
      CHECK(counts.moved == 0);
    }
    CHECK(counts.alive == 0);
  }

  TEST_CASE("an exception while it is made leaves nothing behind") {
    CHECK_THROWS_AS(static_cast<void>(pin(make_nothing)), std::runtime_error);
  }

  TEST_CASE("a pinned future can be moved while it waits") {
    sync::Notify notify;
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    std::vector<Pin<sync::Notify::Notified>> waiters;
    for (int i = 0; i < 20; ++i) {  // the vector grows and moves them
      waiters.push_back(pin([&] { return notify.notified(); }));
      Context cx(waker);
      REQUIRE(waiters.back().poll(cx).is_pending());
    }
    notify.notify_one();
    CHECK(wakes.count() == 1);
    Context cx(waker);
    CHECK(waiters.front().poll(cx).is_ready());
    waiters.erase(waiters.begin() + 1);
    notify.notify_one();
    CHECK(waiters[1].poll(cx).is_ready());
  }

  TEST_CASE("a future that can be moved is moved there") {
    auto task = pin(seven());
    auto outer = [](Pin<Task<int>> inner) -> Task<int> { co_return co_await inner; };
    auto polled = test::spawn([&] { return outer(std::move(task)); });
    CHECK(*polled.poll() == 7);
  }
}
