// Tests as docs/contributing.md shows them.
#include <doctest/doctest.h>
#include <ferry/sync/notify.hpp>

#include "support/spawn.hpp"

namespace ferry::test {
namespace {

TEST_SUITE("docs.snippets") {
  // [poll]
  TEST_CASE("a waiter destroyed after being chosen passes the wake-up on") {
    sync::Notify notify;
    auto second = test::spawn([&] { return notify.notified(); });
    {
      auto first = test::spawn([&] { return notify.notified(); });
      REQUIRE(first.poll().is_pending());
      REQUIRE(second.poll().is_pending());
      notify.notify_one();  // chooses `first`, which is destroyed before it runs
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }
  // [poll]
}

}  // namespace
}  // namespace ferry::test
