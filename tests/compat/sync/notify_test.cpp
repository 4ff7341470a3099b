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
  TEST_CASE("NOTIFY-01: notify stores one permit and wakes the longest-waiting task, as notify_one does") {
    check_wakes_one_and_stores_one<legacy::sync::Notify>([](auto& notify) { notify.notify(); });
    check_wakes_one_and_stores_one<sync::Notify>([](auto& notify) { notify.notify_one(); });
  }

  TEST_CASE("NOTIFY-02: a waiter that was chosen and destroyed passes the wake-up on") {
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

  TEST_CASE("NOTIFY-03: code of 1.x wakes waiters of 0.2") {
    legacy::sync::Notify notify;
    auto waiter = test::spawn([&] { return notify.notified(); });
    REQUIRE(waiter.poll().is_pending());
    sync::Notify& modern = notify;
    modern.notify_waiters();
    CHECK(waiter.poll().is_ready());
  }

  TEST_CASE("NOTIFY-02: a wake-up before the first poll is stored for it, in both") {
    const auto check = [](auto& notify, auto wake) {
      auto early = test::spawn([&] { return notify.notified(); });
      auto late = test::spawn([&] { return notify.notified(); });
      wake();
      CHECK(late.poll().is_ready());  // whoever comes first takes it, not who was made first
      CHECK(early.poll().is_pending());
    };
    legacy::sync::Notify old;
    check(old, [&] { old.notify(); });
    sync::Notify modern;
    check(modern, [&] { modern.notify_one(); });
  }

  TEST_CASE("NOTIFY-03: notify_waiters stores nothing and reaches futures that were made before") {
    legacy::sync::Notify notify;
    auto before = test::spawn([&] { return notify.notified(); });
    notify.notify_waiters();
    CHECK(before.poll().is_ready());
    auto after = test::spawn([&] { return notify.notified(); });
    CHECK(after.poll().is_pending());
  }

  TEST_CASE("NOTIFY-04: what 1.x has added is there, on what is legacy, too") {
    legacy::sync::Notify notify;
    auto first = test::spawn([&] { return notify.notified(); });
    auto last = test::spawn([&] { return notify.notified(); });
    CHECK_FALSE(first->enable());
    CHECK_FALSE(last->enable());
    notify.notify_last();
    CHECK(first.poll().is_pending());
    CHECK(last.poll().is_ready());
  }
}
