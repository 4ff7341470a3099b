#include <atomic>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/detail/thread_park.hpp>
#include <ferry/pin.hpp>
#include <ferry/sync/semaphore.hpp>

#include "support/spawn.hpp"

using namespace ferry;
using sync::Semaphore;
using sync::error::TryAcquireError;

static_assert(Future<Semaphore::Acquire> && Future<Semaphore::AcquireOwned>);
static_assert(!std::is_move_constructible_v<Semaphore::Acquire>);
static_assert(!std::is_copy_constructible_v<sync::SemaphorePermit>);

namespace {

constinit Semaphore global(2);  // Tokio's const_new

}  // namespace

TEST_SUITE("sync.Semaphore") {
  TEST_CASE("a permit is taken at once while there are any and given back by its destructor") {
    const Semaphore semaphore(1);
    auto waiting = test::spawn([&] { return semaphore.acquire(); });
    {
      auto permit = semaphore.try_acquire();
      REQUIRE(permit.has_value());
      CHECK(semaphore.available_permits() == 0);
      CHECK(semaphore.try_acquire().error() == TryAcquireError::NoPermits);
      CHECK(waiting.poll().is_pending());
    }
    CHECK(waiting.is_woken());
    CHECK(waiting.poll()->has_value());
    CHECK(semaphore.available_permits() == 1);
  }

  TEST_CASE("a waiter that wants many blocks later ones and collects what is released") {
    Semaphore semaphore(2);
    auto many = test::spawn([&] { return semaphore.acquire_many(4); });
    auto one = test::spawn([&] { return semaphore.acquire(); });
    CHECK(many.poll().is_pending());
    CHECK(semaphore.available_permits() == 0);
    CHECK(one.poll().is_pending());
    semaphore.add_permits(1);
    CHECK_FALSE(many.is_woken());
    CHECK_FALSE(one.is_woken());
    semaphore.add_permits(1);
    CHECK(many.is_woken());
    CHECK_FALSE(one.is_woken());
    auto polled = many.poll();
    REQUIRE(polled.is_ready());
    CHECK((**polled).num_permits() == 4);
    CHECK(one.poll().is_pending());
    semaphore.add_permits(1);
    CHECK(one.poll().is_ready());
  }

  TEST_CASE("try_acquire never takes what a waiter is collecting") {
    const Semaphore semaphore(1);
    auto many = test::spawn([&] { return semaphore.acquire_many(2); });
    REQUIRE(many.poll().is_pending());
    CHECK(semaphore.try_acquire().error() == TryAcquireError::NoPermits);
    semaphore.add_permits(1);
    CHECK(many.is_woken());
    CHECK(semaphore.try_acquire().error() == TryAcquireError::NoPermits);
    CHECK((**many.poll()).num_permits() == 2);
  }

  TEST_CASE("none at all are had at once, unless the semaphore is closed") {
    const Semaphore semaphore(0);
    auto waiting = test::spawn([&] { return semaphore.acquire(); });
    REQUIRE(waiting.poll().is_pending());
    auto none = test::spawn([&] { return semaphore.acquire_many(0); });
    CHECK((**none.poll()).num_permits() == 0);
    CHECK((*semaphore.try_acquire_many(0)).num_permits() == 0);
    semaphore.close();
    auto closed = test::spawn([&] { return semaphore.acquire_many(0); });
    CHECK(closed.poll()->has_error());
    CHECK(semaphore.try_acquire_many(0).error() == TryAcquireError::Closed);
  }

  TEST_CASE("a waiter that is destroyed gives on what it collected") {
    Semaphore semaphore(2);
    auto two = test::spawn([&] { return semaphore.acquire_many(2); });
    {
      auto many = test::spawn([&] { return semaphore.acquire_many(3); });
      REQUIRE(many.poll().is_pending());
      REQUIRE(two.poll().is_pending());
    }
    CHECK(two.is_woken());
    CHECK(two.poll().is_ready());
    CHECK(semaphore.available_permits() == 2);
  }

  TEST_CASE("a waiter destroyed after it was served gives its permits on") {
    Semaphore semaphore(0);
    auto second = test::spawn([&] { return semaphore.acquire(); });
    {
      auto first = test::spawn([&] { return semaphore.acquire(); });
      REQUIRE(first.poll().is_pending());
      REQUIRE(second.poll().is_pending());
      semaphore.add_permits(1);
      CHECK(first.is_woken());
      CHECK_FALSE(second.is_woken());
    }
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("the last waiter that goes away lets later acquires take the fast way again") {
    Semaphore semaphore(0);
    {
      auto waiter = test::spawn([&] { return semaphore.acquire(); });
      REQUIRE(waiter.poll().is_pending());
    }
    semaphore.add_permits(1);
    CHECK(semaphore.available_permits() == 1);
    CHECK(semaphore.try_acquire().has_value());
  }

  TEST_CASE("closing fails present and future acquires and leaves held permits valid") {
    Semaphore semaphore(2);
    auto held = semaphore.try_acquire();
    REQUIRE(held.has_value());
    auto waiting = test::spawn([&] { return semaphore.acquire_many(2); });
    CHECK(waiting.poll().is_pending());
    semaphore.close();
    CHECK(semaphore.is_closed());
    CHECK(waiting.is_woken());
    CHECK(waiting.poll()->has_error());
    CHECK(semaphore.try_acquire().error() == TryAcquireError::Closed);
    CHECK_THROWS_AS(static_cast<void>(semaphore.try_acquire().value()), std::runtime_error);
    auto later = test::spawn([&] { return semaphore.acquire(); });
    CHECK(later.poll()->has_error());
    CHECK(semaphore.available_permits() == 1);  // what `waiting` had collected
    CHECK((*held).num_permits() == 1);
  }

  TEST_CASE("one release serves more waiters than fit into one batch") {
    Semaphore semaphore(0);
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    std::vector<Pin<Semaphore::Acquire>> waiters;
    for (int i = 0; i < 100; ++i) {
      waiters.push_back(pin([&] { return semaphore.acquire(); }));
      Context cx(waker);
      REQUIRE(waiters.back().poll(cx).is_pending());
    }
    semaphore.add_permits(101);
    CHECK(wakes.count() == 100);
    CHECK(semaphore.available_permits() == 1);
  }

  TEST_CASE("permits are split, merged and forgotten") {
    Semaphore semaphore(5);
    auto permit = semaphore.try_acquire_many(3);
    REQUIRE(permit.has_value());
    CHECK_FALSE((*permit).split(4).has_value());
    auto part = (*permit).split(1);
    REQUIRE(part.has_value());
    CHECK((*permit).num_permits() == 2);
    (*permit).merge(*std::move(part));
    CHECK((*permit).num_permits() == 3);
    Semaphore other(1);
    CHECK_THROWS_AS((*permit).merge(*other.try_acquire()), std::logic_error);
    (*std::move(permit)).forget();
    CHECK(semaphore.available_permits() == 2);
    CHECK(semaphore.forget_permits(1) == 1);
    CHECK(semaphore.forget_permits(5) == 1);
    CHECK(semaphore.available_permits() == 0);
  }

  TEST_CASE("more than kMaxPermits are refused") {
    CHECK_THROWS_AS(Semaphore(Semaphore::kMaxPermits + 1), std::logic_error);
    Semaphore semaphore(Semaphore::kMaxPermits);
    CHECK_THROWS_AS(semaphore.add_permits(1), std::logic_error);
  }

  TEST_CASE("an owned permit keeps the semaphore alive") {
    auto semaphore = std::make_shared<const Semaphore>(2);
    const std::weak_ptr<const Semaphore> watched = semaphore;
    {
      auto acquire = test::spawn([&] { return Semaphore::acquire_owned(semaphore); });
      auto polled = acquire.poll();
      REQUIRE(polled.is_ready());
      auto second = Semaphore::try_acquire_owned(semaphore);
      REQUIRE(second.has_value());
      (**polled).merge(*std::move(second));
      CHECK((**polled).num_permits() == 2);
      CHECK(semaphore->available_permits() == 0);
      semaphore.reset();
      CHECK_FALSE(watched.expired());
    }
    CHECK(watched.expired());
  }

  TEST_CASE("a task that acquires without end lets others run once its budget is spent") {
    Semaphore semaphore(1);
    test::WakeCounter wakes;
    const Waker waker = wakes.waker();
    Context cx(waker);
    for (std::uint32_t i = 0; i < Context::kBudget; ++i) REQUIRE(semaphore.acquire().poll(cx).is_ready());
    CHECK(semaphore.acquire().poll(cx).is_pending());
    CHECK(wakes.count() == 1);
    CHECK(semaphore.available_permits() == 1);
  }

  TEST_CASE("never more holders than permits, and no permit is lost, on many threads that also cancel") {
    constexpr std::size_t kPermits = 3;
    Semaphore semaphore(kPermits);
    std::atomic<std::size_t> held{0};
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        test::WakeCounter wakes;
        const Waker waker = wakes.waker();
        for (std::size_t i = 0; i < 4'000; ++i) {
          const std::size_t count = 1 + (i + t) % kPermits;
          {
            auto cancelled = semaphore.acquire_many(count);
            Context cx(waker);
            static_cast<void>(cancelled.poll(cx));
          }
          auto permit = detail::park_on(semaphore.acquire_many(count));
          REQUIRE(held.fetch_add(count) + count <= kPermits);
          held.fetch_sub(count);
        }
      });
    for (auto& thread : threads) thread.join();
    CHECK(semaphore.available_permits() == kPermits);
  }

  TEST_CASE("a waiter that collected permits is destroyed and the one behind it goes on") {
    auto semaphore = std::make_shared<const Semaphore>(1);
    auto one = test::spawn([&] { return Semaphore::acquire_owned(semaphore); });
    {
      auto many = test::spawn([&] { return Semaphore::acquire_many_owned(semaphore, 3); });
      REQUIRE(many.poll().is_pending());
      REQUIRE(one.poll().is_pending());
      CHECK(semaphore->available_permits() == 0);
    }
    CHECK(one.is_woken());
    CHECK(one.poll()->has_value());
  }

  TEST_CASE("try_acquire takes all it asks for or nothing") {
    auto semaphore = std::make_shared<const Semaphore>(2);
    CHECK(semaphore->try_acquire_many(3).error() == TryAcquireError::NoPermits);
    CHECK(Semaphore::try_acquire_many_owned(semaphore, 3).error() == TryAcquireError::NoPermits);
    CHECK(semaphore->available_permits() == 2);
    auto permits = Semaphore::try_acquire_many_owned(semaphore, 2);
    REQUIRE(permits.has_value());
    CHECK((*permits).semaphore() == semaphore);
    auto part = (*permits).split(1);
    REQUIRE(part);
    CHECK_FALSE((*permits).split(2));
    std::move(*part).forget();
    CHECK((*permits).num_permits() == 1);
    semaphore->close();
    CHECK(Semaphore::try_acquire_owned(semaphore).error() == TryAcquireError::Closed);
    auto owned = test::spawn([&] { return Semaphore::acquire_owned(semaphore); });
    CHECK(owned.poll()->has_error());
  }

  TEST_CASE("permits know their semaphore, and owned ones of another are refused") {
    const Semaphore semaphore(1);
    auto permit = semaphore.try_acquire();
    CHECK(&(*permit).semaphore() == &semaphore);
    auto first = Semaphore::try_acquire_owned(std::make_shared<const Semaphore>(1));
    auto second = Semaphore::try_acquire_owned(std::make_shared<const Semaphore>(1));
    CHECK_THROWS_AS((*first).merge(*std::move(second)), std::logic_error);
  }

  TEST_CASE("splitting into none and into all leaves the permits that there are") {
    const Semaphore semaphore(3);
    {
      auto permit = semaphore.try_acquire_many(3).value();
      auto none = permit.split(0);
      REQUIRE(none);
      CHECK(none->num_permits() == 0);
      auto all = permit.split(3);
      REQUIRE(all);
      CHECK(permit.num_permits() == 0);
      CHECK(semaphore.available_permits() == 0);
    }
    CHECK(semaphore.available_permits() == 3);
  }

  TEST_CASE("blocking_acquire waits in a thread") {
    auto semaphore = std::make_shared<const Semaphore>(0);
    std::thread adds([&] { semaphore->add_permits(6); });
    {
      const auto one = semaphore->blocking_acquire();
      const auto two = semaphore->blocking_acquire_many(2);
      const auto owned = Semaphore::blocking_acquire_owned(semaphore);
      const auto owned_two = Semaphore::blocking_acquire_many_owned(semaphore, 2);
      CHECK((*one).num_permits() + (*two).num_permits() + (*owned).num_permits() +
                (*owned_two).num_permits() ==
            6);
      CHECK(semaphore->available_permits() == 0);
    }
    adds.join();
    CHECK(semaphore->available_permits() == 6);
    semaphore->close();
    CHECK(semaphore->blocking_acquire().has_error());
    CHECK_THROWS_AS(static_cast<void>(semaphore->blocking_acquire_many(Semaphore::kMaxPermits + 1)),
                    std::logic_error);
  }

  TEST_CASE("a global semaphore needs no start-up code") { CHECK(global.available_permits() == 2); }
}
