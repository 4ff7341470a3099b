#include <optional>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/task_header.hpp>

// Orders: every transition that takes the frame's lock (kRunning) acquires what the thread before released
// with it; every transition that gives the lock up, or says that there is something to see (kNotified,
// kComplete, kJoinWaker), releases. They are acq_rel throughout: on the machines ferry runs on a
// read-modify-write costs the same.

namespace ferry::detail {
namespace {

// Replaces the word by `next(word)` until nobody interferes. `next` gives {word, result}.
template <class Next>
auto transition(std::atomic<std::uint64_t>& bits, Next next) noexcept {
  std::uint64_t now = bits.load(std::memory_order_acquire);
  for (;;) {
    const auto [then, result] = next(now);
    if (bits.compare_exchange_weak(now, then, std::memory_order_acq_rel, std::memory_order_acquire))
      return result;
  }
}

using Bits = std::uint64_t;

}  // namespace

TaskState::OnRun TaskState::transition_to_running() noexcept {
  for (;;) {
    const std::optional<OnRun> result =
        transition(bits_, [](Bits now) -> std::pair<Bits, std::optional<OnRun>> {
          FERRY_ASSERT((now & kNotified) != 0, "a run queue entry exists only for a notified task");
          if ((now & (kRunning | kComplete)) != 0) {
            if ((now & kInspected) != 0) return {now, std::nullopt};
            const Bits then = now - kRef;
            return {then, then < kRef ? OnRun::Destroy : OnRun::Skip};
          }
          return {(now & ~kNotified) | kRunning, (now & kCancelled) != 0 ? OnRun::Cancel : OnRun::Poll};
        });
    if (result) [[likely]]
      return *result;
    wait_until_inspected();
  }
}

TaskState::OnIdle TaskState::transition_to_idle(bool yields) noexcept {
  return transition(bits_, [yields](Bits now) -> std::pair<Bits, OnIdle> {
    FERRY_ASSERT((now & kRunning) != 0, "only a running task becomes idle");
    if ((now & kCancelled) != 0) return {now, OnIdle::Cancel};
    if (yields || (now & kNotified) != 0) return {(now & ~kRunning) | kNotified, OnIdle::Requeue};
    const Bits then = (now & ~kRunning) - kRef;
    return {then, then < kRef ? OnIdle::Destroy : OnIdle::Parked};
  });
}

std::uint64_t TaskState::transition_to_complete() noexcept {
  return bits_.fetch_xor(kRunning | kComplete, std::memory_order_acq_rel);
}

TaskState::OnWake TaskState::transition_to_notified_by_val() noexcept {
  return transition(bits_, [](Bits now) -> std::pair<Bits, OnWake> {
    if ((now & kRunning) != 0)
      return {(now | kNotified) - kRef, OnWake::Nothing};  // the poll holds a reference
    if ((now & (kComplete | kNotified)) != 0) {
      const Bits then = now - kRef;
      return {then, then < kRef ? OnWake::Destroy : OnWake::Nothing};
    }
    return {now | kNotified, OnWake::Enqueue};
  });
}

TaskState::OnWake TaskState::transition_to_notified_by_ref() noexcept {
  return transition(bits_, [](Bits now) -> std::pair<Bits, OnWake> {
    if ((now & (kComplete | kNotified)) != 0) return {now, OnWake::Nothing};
    if ((now & kRunning) != 0) return {now | kNotified, OnWake::Nothing};
    return {(now | kNotified) + kRef, OnWake::Enqueue};
  });
}

TaskState::OnWake TaskState::transition_to_notified_and_cancel() noexcept {
  return transition(bits_, [](Bits now) -> std::pair<Bits, OnWake> {
    if ((now & (kComplete | kCancelled)) != 0) return {now, OnWake::Nothing};
    if ((now & kRunning) != 0) return {now | kNotified | kCancelled, OnWake::Nothing};
    if ((now & kNotified) != 0) return {now | kCancelled, OnWake::Nothing};
    return {(now | kNotified | kCancelled) + kRef, OnWake::Enqueue};
  });
}

bool TaskState::transition_to_shutdown() noexcept {
  for (;;) {
    const std::optional<bool> result =
        transition(bits_, [](Bits now) -> std::pair<Bits, std::optional<bool>> {
          if ((now & kInspected) != 0) return {now, std::nullopt};
          const bool is_idle = (now & (kRunning | kComplete)) == 0;
          return {now | kCancelled | (is_idle ? kRunning : 0), is_idle};
        });
    if (result) return *result;
    wait_until_inspected();
  }
}

TaskState::OnInspect TaskState::transition_to_inspected() noexcept {
  for (;;) {
    const std::optional<OnInspect> result =
        transition(bits_, [](Bits now) -> std::pair<Bits, std::optional<OnInspect>> {
          if ((now & kInspected) != 0) return {now, std::nullopt};
          if ((now & kComplete) != 0) return {now, OnInspect::Complete};
          if ((now & kRunning) != 0) return {now, OnInspect::Running};
          return {now | kRunning | kInspected,
                  (now & kNotified) != 0 ? OnInspect::Ready : OnInspect::Waiting};
        });
    if (result) return *result;
    wait_until_inspected();
  }
}

bool TaskState::transition_from_inspected(OnInspect was) noexcept {
  // The entry of a task that was ready is still there: whoever takes it up waits for this.
  const bool must_enqueue = transition(bits_, [was](Bits now) -> std::pair<Bits, bool> {
    const bool is_woken = was == OnInspect::Waiting && (now & kNotified) != 0;
    return {(now & ~(kRunning | kInspected)) + (is_woken ? kRef : 0), is_woken};
  });
  bits_.notify_all();
  return must_enqueue;
}

void TaskState::wait_until_inspected() const noexcept {
  const Bits now = bits_.load(std::memory_order_acquire);
  if ((now & kInspected) != 0) bits_.wait(now, std::memory_order_acquire);
}

bool TaskState::unset_join_interest() noexcept {
  return transition(bits_, [](Bits now) -> std::pair<Bits, bool> {
    if ((now & kComplete) != 0) return {now, false};
    return {now & ~(kJoinInterest | kJoinWaker), true};
  });
}

bool TaskState::set_join_waker() noexcept {
  return transition(bits_, [](Bits now) -> std::pair<Bits, bool> {
    if ((now & kComplete) != 0) return {now, false};
    return {now | kJoinWaker, true};
  });
}

bool TaskState::unset_join_waker() noexcept {
  return transition(bits_, [](Bits now) -> std::pair<Bits, bool> {
    if ((now & kComplete) != 0) return {now, false};
    return {now & ~kJoinWaker, true};
  });
}

}  // namespace ferry::detail
