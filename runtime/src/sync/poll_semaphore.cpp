#include <ferry/assert.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/sync/poll_semaphore.hpp>

namespace ferry::sync {

Poll<std::optional<OwnedSemaphorePermit>> PollSemaphore::poll_acquire_many(Context& cx, std::size_t permits) {
  using Output = std::optional<OwnedSemaphorePermit>;
  FERRY_REQUIRE(semaphore_ != nullptr, "a PollSemaphore that was moved from is polled");
  if (waiting_ && waiting_->permits() != permits) waiting_.reset();
  if (!waiting_) {
    if (detail::must_yield(cx)) return pending;
    auto at_once = Semaphore::try_acquire_many_owned(semaphore_, permits);
    if (at_once.has_value() || at_once.error().kind() == error::TryAcquireError::Closed) {
      detail::spend_budget(cx);
      return at_once.has_value() ? Output(*std::move(at_once)) : Output();
    }
    waiting_.emplace(semaphore_, permits);
  }
  auto polled = waiting_->poll(cx);
  if (polled.is_pending()) return pending;
  waiting_.reset();
  return polled->has_value() ? Output(*std::move(*polled)) : Output();
}

}  // namespace ferry::sync
