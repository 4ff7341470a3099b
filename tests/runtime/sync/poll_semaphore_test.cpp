#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/stream/stream.hpp>
#include <ferry/sync/poll_semaphore.hpp>

#include "support/spawn.hpp"

using namespace ferry;
using sync::PollSemaphore;
using sync::Semaphore;

static_assert(stream::Stream<PollSemaphore>);

namespace {

// `poll_acquire_many` as a future.
class Acquire {
 public:
  using Output = std::optional<sync::OwnedSemaphorePermit>;
  Acquire(PollSemaphore& semaphore, std::size_t permits) noexcept
      : semaphore_(&semaphore), permits_(permits) {}
  Poll<Output> poll(Context& cx) { return semaphore_->poll_acquire_many(cx, permits_); }

 private:
  PollSemaphore* semaphore_;
  std::size_t permits_;
};
auto acquire(PollSemaphore& semaphore, std::size_t permits) {
  return test::spawn([&] { return Acquire(semaphore, permits); });
}

}  // namespace

TEST_SUITE("sync.PollSemaphore") {
  TEST_CASE("a permit is had at once, or waited for from poll to poll") {
    PollSemaphore semaphore(std::make_shared<Semaphore>(1));
    auto acquiring = acquire(semaphore, 1);
    {
      auto permit = acquiring.poll();
      REQUIRE(permit.is_ready());
      REQUIRE(permit->has_value());
      CHECK((*permit)->num_permits() == 1);
      CHECK(semaphore.available_permits() == 0);
      CHECK(acquiring.poll().is_pending());
      CHECK(acquiring.poll().is_pending());
    }
    CHECK(acquiring.is_woken());
    CHECK(acquiring.poll()->has_value());
    CHECK(semaphore.available_permits() == 1);
  }

  TEST_CASE("the turn in the queue is kept between polls") {
    const auto shared = std::make_shared<Semaphore>(0);
    PollSemaphore first(shared);
    PollSemaphore second(first);  // a copy waits for itself
    auto of_first = acquire(first, 1);
    auto of_second = acquire(second, 1);
    CHECK(of_first.poll().is_pending());
    CHECK(of_second.poll().is_pending());
    CHECK(of_first.poll().is_pending());
    shared->add_permits(1);
    CHECK(of_first.is_woken());
    CHECK_FALSE(of_second.is_woken());
    CHECK(of_first.poll()->has_value());  // and given back
    CHECK(of_second.is_woken());
  }

  TEST_CASE("asking for another number queues again") {
    PollSemaphore semaphore(std::make_shared<Semaphore>(1));
    auto two = acquire(semaphore, 2);
    auto one = acquire(semaphore, 1);
    CHECK(two.poll().is_pending());
    CHECK(semaphore.available_permits() == 0);  // collected for the two
    auto permit = one.poll();
    REQUIRE(permit.is_ready());
    CHECK(permit->value().num_permits() == 1);
    CHECK(two.poll().is_pending());
    semaphore.add_permits(2);
    CHECK(two.is_woken());
    CHECK(two.poll()->value().num_permits() == 2);
    CHECK_THROWS_AS(static_cast<void>(acquire(semaphore, Semaphore::kMaxPermits + 1).poll()),
                    std::logic_error);
  }

  TEST_CASE("closing it ends every wait with none") {
    PollSemaphore semaphore(std::make_shared<Semaphore>(0));
    auto acquiring = acquire(semaphore, 1);
    CHECK(acquiring.poll().is_pending());
    semaphore.close();
    CHECK(acquiring.is_woken());
    for (int i = 0; i < 2; ++i) {
      auto none = acquiring.poll();
      REQUIRE(none.is_ready());
      CHECK_FALSE(none->has_value());
    }
    CHECK(semaphore.clone_inner()->is_closed());
  }

  TEST_CASE("destroying it, or taking the semaphore out, passes its turn on") {
    const auto shared = std::make_shared<Semaphore>(0);
    auto next = test::spawn([&] { return shared->acquire(); });
    PollSemaphore first(shared);
    CHECK(acquire(first, 1).poll().is_pending());
    CHECK(next.poll().is_pending());
    shared->add_permits(1);  // handed to `first`, which never looks
    CHECK_FALSE(next.is_woken());
    SUBCASE("destroyed") { const PollSemaphore gone = std::move(first); }
    SUBCASE("taken out") { CHECK(std::move(first).into_inner() == shared); }
    CHECK(next.is_woken());
    CHECK(next.poll()->has_value());
  }

  TEST_CASE("it is a stream of permits, which ends when it is closed") {
    PollSemaphore semaphore(std::make_shared<Semaphore>(1));
    auto first = test::spawn([&] { return stream::next(semaphore); });
    CHECK(first.poll()->has_value());
    semaphore.close();
    auto second = test::spawn([&] { return stream::next(semaphore); });
    CHECK_FALSE(second.poll()->has_value());
  }

  TEST_CASE("permits that are had at once use the budget") {
    PollSemaphore semaphore(std::make_shared<Semaphore>(1));
    const Waker waker = Waker::noop();
    Context cx(waker, 1);
    CHECK(semaphore.poll_acquire(cx).is_ready());
    CHECK(semaphore.poll_acquire(cx).is_pending());
    CHECK(semaphore.available_permits() == 1);
  }

  TEST_CASE("one that was moved from says so when it is polled") {
    sync::PollSemaphore semaphore(std::make_shared<const sync::Semaphore>(1));
    const sync::PollSemaphore other = std::move(semaphore);
    CHECK(other.available_permits() == 1);
    const Waker& waker = Waker::noop();
    Context cx(waker);
    CHECK_THROWS_WITH_AS(static_cast<void>(semaphore.poll_acquire(cx)),
                         doctest::Contains("PollSemaphore that was moved from"), std::logic_error);
  }
}
