// Barrier: lets a number of tasks wait until all of them have come.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include <ferry/poll.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/waker.hpp>

namespace ferry::sync {

/// Says which of the tasks that met is the leader.
///
/// Tokio: `sync::BarrierWaitResult`.
class BarrierWaitResult {
 public:
  /// True for exactly one of those that met: the one that came last.
  bool is_leader() const noexcept { return is_leader_; }

 private:
  friend class Barrier;
  explicit BarrierWaitResult(bool is_leader) noexcept : is_leader_(is_leader) {}
  bool is_leader_;
};

/// Lets `n` tasks wait for each other, again and again: the n-th that comes lets all of them go on and starts
/// over.
///
/// Thread safety: every member may be called from any thread at any time.
/// Cost: no allocation; one lock to arrive, one more to wait.
/// Tokio: `sync::Barrier`.
class Barrier {
 public:
  class Wait;

  /// For `n` tasks; 0 acts as 1.
  explicit Barrier(std::size_t n) noexcept : n_(n > 0 ? n : 1) {}
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  /// Arrives, at the first poll, and waits for the others. A future of `BarrierWaitResult`.
  ///
  /// Cancelling: not safe; one that is destroyed after its first poll has arrived all the same, and the
  /// others go on without it.
  /// Tokio: `Barrier::wait`.
  [[nodiscard]] Wait wait() const noexcept;

 private:
  bool arrive(std::uint64_t& generation) const noexcept;

  const std::size_t n_;
  mutable std::mutex mutex_;
  mutable std::size_t arrived_ = 0;                   // under `mutex_`
  mutable std::atomic<std::uint64_t> generation_{0};  // how often all have come; changes under `mutex_`
  Notify all_came_;
};

/// Waits for the others. Cannot be moved.
///
/// Thread safety: belongs to one task.
class [[nodiscard]] Barrier::Wait {
 public:
  using Output = BarrierWaitResult;
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  Poll<Output> poll(Context& cx);

 private:
  friend class Barrier;
  explicit Wait(const Barrier& barrier) noexcept : barrier_(&barrier) {}

  struct Waiter {
    explicit Waiter(const Notify& notify) noexcept : notified(notify.notified()) {}
    Notify::Notified notified;
  };
  const Barrier* barrier_;
  std::uint64_t generation_ = 0;
  bool has_arrived_ = false;
  std::optional<Waiter> waiter_;
};

inline Barrier::Wait Barrier::wait() const noexcept { return Wait(*this); }

}  // namespace ferry::sync
