#include <concepts>

#include <doctest/doctest.h>
#include <ferry/sync.hpp>
#include <ferry/v0_2/sync.hpp>

#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

static_assert(std::derived_from<legacy::sync::Notify, sync::Notify>);
template <class N>
concept HasNotify = requires(N& notify) { notify.notify(); };
static_assert(HasNotify<legacy::sync::Notify>);
static_assert(!HasNotify<sync::Notify>);

// What both do when `wake` is the verb of one of them.
template <class N, class Wake>
void check_wakes_one_and_stores_one(Wake wake) {
  N notify;
  wake(notify);
  wake(notify);
  auto first = test::spawn([&] { return notify.notified(); });
  auto second = test::spawn([&] { return notify.notified(); });
  CHECK(first.poll().is_ready());
  REQUIRE(second.poll().is_pending());

  auto third = test::spawn([&] { return notify.notified(); });
  REQUIRE(third.poll().is_pending());
  wake(notify);
  CHECK(second.is_woken());
  CHECK_FALSE(third.is_woken());
  CHECK(second.poll().is_ready());
  CHECK(third.poll().is_pending());
}

}  // namespace

TEST_SUITE("compat.sync.Notify") {
  TEST_CASE("notify stores one permit and wakes the longest-waiting task, as notify_one does (NOTIFY-01)") {
    check_wakes_one_and_stores_one<legacy::sync::Notify>([](auto& notify) { notify.notify(); });
    check_wakes_one_and_stores_one<sync::Notify>([](auto& notify) { notify.notify_one(); });
  }

  TEST_CASE("a waiter that was chosen and destroyed passes the wake-up on (NOTIFY-02)") {
    legacy::sync::Notify notify;
    auto second = test::spawn([&] { return notify.notified(); });
    {
      auto first = test::spawn([&] { return notify.notified(); });
      REQUIRE(first.poll().is_pending());
      REQUIRE(second.poll().is_pending());
      notify.notify();
      CHECK_FALSE(second.is_woken());
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("code of 1.x wakes waiters of 0.2") {
    legacy::sync::Notify notify;
    auto waiter = test::spawn([&] { return notify.notified(); });
    REQUIRE(waiter.poll().is_pending());
    sync::Notify& modern = notify;
    modern.notify_waiters();
    CHECK(waiter.poll().is_ready());
  }
}
