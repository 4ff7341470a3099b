// PollSemaphore: a semaphore for futures that are written by hand.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include <ferry/pin.hpp>
#include <ferry/poll.hpp>
#include <ferry/sync/semaphore.hpp>
#include <ferry/waker.hpp>

namespace ferry::sync {

/// Acquires permits of a semaphore from a `poll` that is written by hand, and keeps its turn in the queue
/// from one poll to the next. A copy waits for itself. It is a stream of permits, too, which ends when the
/// semaphore is closed.
///
/// Cancelling: destroying it gives up its turn; permits handed over already go to the next waiter.
/// Thread safety: owned by one thread at a time.
/// Cost: one pooled allocation each time it has to wait.
/// Tokio: `tokio_util::sync::PollSemaphore`.
class PollSemaphore {
 public:
  using Item = OwnedSemaphorePermit;

  explicit PollSemaphore(std::shared_ptr<const Semaphore> semaphore) noexcept
      : semaphore_(std::move(semaphore)) {}
  PollSemaphore(const PollSemaphore& other) noexcept : semaphore_(other.semaphore_) {}
  PollSemaphore(PollSemaphore&& other) noexcept
      : semaphore_(std::move(other.semaphore_)), waiting_(std::exchange(other.waiting_, std::nullopt)) {}
  PollSemaphore& operator=(PollSemaphore other) noexcept {
    semaphore_.swap(other.semaphore_);
    waiting_.swap(other.waiting_);
    return *this;
  }
  ~PollSemaphore() = default;

  /// Ready with a permit, or with none once the semaphore is closed. Tokio: `PollSemaphore::poll_acquire`.
  Poll<std::optional<OwnedSemaphorePermit>> poll_acquire(Context& cx) { return poll_acquire_many(cx, 1); }

  /// The same for `permits` at once. Who asks for another number than before while it waits, gives its turn
  /// up and queues again.
  ///
  /// Throws: std::logic_error above `Semaphore::kMaxPermits`.
  /// Tokio: `PollSemaphore::poll_acquire_many`.
  Poll<std::optional<OwnedSemaphorePermit>> poll_acquire_many(Context& cx, std::size_t permits);

  /// As `poll_acquire`, for streams.
  Poll<std::optional<Item>> poll_next(Context& cx) { return poll_acquire(cx); }

  /// As the members of `Semaphore`.
  void close() const noexcept { semaphore_->close(); }
  std::size_t available_permits() const noexcept { return semaphore_->available_permits(); }
  void add_permits(std::size_t permits) const { semaphore_->add_permits(permits); }

  /// The semaphore. Tokio: `PollSemaphore::clone_inner`.
  const std::shared_ptr<const Semaphore>& clone_inner() const noexcept { return semaphore_; }
  /// The semaphore; gives the turn up. Tokio: `PollSemaphore::into_inner`.
  std::shared_ptr<const Semaphore> into_inner() && noexcept {
    waiting_.reset();
    return std::move(semaphore_);
  }

 private:
  class Waiting {
   public:
    Waiting(const std::shared_ptr<const Semaphore>& semaphore, std::size_t permits)
        : permits_(permits),
          acquire_(std::in_place, [&] { return Semaphore::acquire_many_owned(semaphore, permits); }) {}
    std::size_t permits() const noexcept { return permits_; }
    auto poll(Context& cx) { return acquire_.poll(cx); }

   private:
    std::size_t permits_;
    Pin<Semaphore::AcquireOwned> acquire_;
  };

  std::shared_ptr<const Semaphore> semaphore_;
  std::optional<Waiting> waiting_;
};

}  // namespace ferry::sync
