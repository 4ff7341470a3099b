#include <concepts>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/sync.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;

namespace {

using Old = legacy::sync::Semaphore;
using New = sync::Semaphore;
static_assert(std::derived_from<Old, New>);
// SEM-01, SEM-02: a permit without a Result.
static_assert(std::is_same_v<FutureOutput<Old::Acquire>, sync::SemaphorePermit>);
static_assert(
    std::is_same_v<FutureOutput<New::Acquire>, Result<sync::SemaphorePermit, sync::error::AcquireError>>);
static_assert(std::is_same_v<FutureOutput<Old::AcquireOwned>, sync::OwnedSemaphorePermit>);
static_assert(std::is_same_v<legacy::sync::SemaphorePermit, sync::SemaphorePermit>);
static_assert(std::is_same_v<legacy::sync::error::TryAcquireError, sync::error::TryAcquireError>);

template <class S>
auto acquiring(S& semaphore) {
  return test::spawn([&] { return semaphore.acquire(); });
}

Task<void> acquire_both() {
  const Old old(1);
  {
    auto permit = co_await old.acquire();
    CHECK(permit.num_permits() == 1);
    CHECK(old.available_permits() == 0);
  }
  CHECK(old.available_permits() == 1);
  const New modern(1);
  {
    auto permit = (co_await modern.acquire()).value();
    CHECK(modern.available_permits() == 0);
  }
  CHECK(modern.available_permits() == 1);
}

}  // namespace

TEST_SUITE("compat.sync.Semaphore") {
  TEST_CASE("SEM-01: acquire gives a permit, in 1.x a Result of one") {
    test::current_thread().block_on(acquire_both());
  }

  TEST_CASE("SEM-01: waiters are served in turn, and one that is cancelled loses its place") {
    Old semaphore(0);
    auto first = acquiring(semaphore);
    REQUIRE(first.poll().is_pending());
    {
      auto second = acquiring(semaphore);
      REQUIRE(second.poll().is_pending());
    }
    auto third = acquiring(semaphore);
    REQUIRE(third.poll().is_pending());
    semaphore.add_permits(1);
    CHECK(first.is_woken());
    CHECK_FALSE(third.is_woken());
    {
      auto permit = *first.poll();
    }
    CHECK(third.is_woken());
    CHECK(third.poll().is_ready());
  }

  TEST_CASE("SEM-01: only code of 1.x can close it, and acquire then throws, where 1.x gives an error") {
    Old semaphore(0);
    auto old = acquiring(semaphore);
    REQUIRE(old.poll().is_pending());
    New& modern = semaphore;
    modern.close();
    CHECK(old.is_woken());
    CHECK_THROWS_WITH_AS(static_cast<void>(old.poll()), "semaphore closed", std::runtime_error);
    auto refused = acquiring(modern);
    CHECK((*refused.poll()).has_error());
  }

  TEST_CASE("SEM-02: an owned permit keeps the semaphore alive") {
    auto semaphore = std::make_shared<Old>(1);
    std::weak_ptr<const Old> watched = semaphore;
    auto acquiring = test::spawn([&] { return Old::acquire_owned(std::move(semaphore)); });
    {
      auto permit = *acquiring.poll();
      CHECK(permit.semaphore()->available_permits() == 0);
      CHECK(watched.lock() != nullptr);
    }
    CHECK(watched.lock()->available_permits() == 1);

    auto modern = std::make_shared<New>(1);
    auto owned = test::spawn([&] { return New::acquire_owned(modern); });
    CHECK((*owned.poll()).has_value());
  }

  TEST_CASE("SEM-03: try_acquire fails without a permit, also while a waiter is owed one") {
    const auto semaphore = std::make_shared<Old>(1);
    auto permit = semaphore->try_acquire();
    REQUIRE(permit.has_value());
    CHECK(semaphore->try_acquire().error() == sync::error::TryAcquireError::NoPermits);
    CHECK(Old::try_acquire_owned(semaphore).has_error());
    auto waiting = acquiring(*semaphore);
    REQUIRE(waiting.poll().is_pending());
    {
      auto released = *std::move(permit);
    }
    CHECK(waiting.is_woken());
    CHECK(semaphore->try_acquire().has_error());
  }

  TEST_CASE("SEM-04: permits are added, forgotten and limited") {
    Old semaphore(1);
    semaphore.add_permits(2);
    CHECK(semaphore.available_permits() == 3);
    (*semaphore.try_acquire()).forget();
    CHECK(semaphore.available_permits() == 2);
    const auto shared = std::make_shared<Old>(1);
    (*Old::try_acquire_owned(shared)).forget();
    CHECK(shared->available_permits() == 0);
    CHECK_THROWS_AS(Old(Old::kMaxPermits + 1), std::logic_error);
  }

  TEST_CASE("SEM-05: what 1.x has added is there, on what is legacy, too") {
    Old semaphore(3);
    auto two = semaphore.try_acquire_many(2);
    CHECK(semaphore.forget_permits(5) == 1);
    CHECK(two->split(1)->num_permits() == 1);
    CHECK(semaphore.available_permits() == 1);
    CHECK_FALSE(semaphore.is_closed());
  }
}
