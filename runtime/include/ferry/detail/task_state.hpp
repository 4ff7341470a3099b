// TaskState: who owns what of a spawned task.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>

#include <ferry/assert.hpp>

namespace ferry::detail {

// Who may touch what is decided by one word. Every bit is written only by the transition_* functions below.
//
//   bit        means                                             who owns what while it is set
//   kRunning   a thread polls or destroys the future, or a run   that thread owns the future and its frames;
//              queue entry keeps it for the thread that takes    an entry owns them until it is taken up
//              the entry up (TaskHeader::entry)
//   kComplete  the output is stored; never cleared               the JoinHandle owns the output until it
//   gives
//                                                                up kJoinInterest, then whoever completes it
//   kNotified  one run queue entry exists, or the runner will    the entry holds one reference
//              make one when the poll ends
//   kCancelled the future is to be destroyed at the next chance
//   kJoinInterest  a JoinHandle exists
//   kJoinWaker the join waker is set                             whoever completes the task uses it up;
//   without
//                                                                the bit the JoinHandle owns the slot
//   kInspected with kRunning: a dump reads the frames, and wakes whoever waits to run or destroy them
//   kRef and up    the number of owners: run queue entry, list of tasks, JoinHandle, wakers
//
// Orders: every transition that takes kRunning acquires what the thread before released with it; every
// transition that gives it up, or says that there is something to see (kNotified, kComplete, kJoinWaker),
// releases. They are acq_rel throughout: on the machines ferry runs on a read-modify-write costs the same.
// A wake is a read-modify-write even where it changes nothing: what its caller did happens before the poll.
class TaskState {
  using Bits = std::uint64_t;

  // Replaces the word by `next(word)` until nobody interferes. `next` gives {word, result}.
  template <class Next>
  auto transition(Next next) noexcept {
    Bits now = bits_.load(std::memory_order_acquire);
    for (;;) {
      const auto [then, result] = next(now);
      if (bits_.compare_exchange_weak(now, then, std::memory_order_acq_rel, std::memory_order_acquire))
        return result;
    }
  }
  // The same with `next(word)` alone, while the task has not completed.
  template <class Next>
  bool unless_complete(Next next) noexcept {
    return transition([next](Bits now) -> std::pair<Bits, bool> {
      if ((now & kComplete) != 0) return {now, false};
      return {next(now), true};
    });
  }

 public:
  static constexpr std::uint64_t kRunning = 1u << 0;
  static constexpr std::uint64_t kComplete = 1u << 1;
  static constexpr std::uint64_t kNotified = 1u << 2;
  static constexpr std::uint64_t kCancelled = 1u << 3;
  static constexpr std::uint64_t kJoinInterest = 1u << 4;
  static constexpr std::uint64_t kJoinWaker = 1u << 5;
  static constexpr std::uint64_t kInspected = 1u << 6;
  static constexpr std::uint64_t kRef = 1u << 7;

  /// A new task: owned by its first run queue entry, the list of tasks and a JoinHandle. `holds_running`: the
  /// entry owns the future.
  explicit TaskState(bool holds_running) noexcept
      : bits_((holds_running ? kRunning : kNotified) | kJoinInterest | 3 * kRef) {}

  enum class [[nodiscard]] OnRun { Poll, Cancel, Skip, Destroy };
  enum class [[nodiscard]] OnIdle { Parked, Requeue, Cancel, Destroy };
  enum class [[nodiscard]] OnWake { Nothing, Enqueue, Destroy };
  enum class [[nodiscard]] OnInspect { Ready, Waiting, Running, Complete };

  /// A run queue entry is taken up. Its reference goes on to the poll, or is given up with Skip and Destroy.
  OnRun transition_to_running() noexcept {
    for (;;) {
      const std::optional<OnRun> result = transition([](Bits now) -> std::pair<Bits, std::optional<OnRun>> {
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

  /// The same for an entry that holds kRunning. Wakes that came since are served by the poll that begins.
  OnRun continue_running() noexcept {
    Bits now = bits_.load(std::memory_order_acquire);
    if ((now & kNotified) != 0) [[unlikely]]
      now = bits_.fetch_and(~kNotified, std::memory_order_acq_rel);
    return (now & kCancelled) != 0 ? OnRun::Cancel : OnRun::Poll;
  }

  /// The poll ended without completing. Gives up the poll's reference unless a wake arrived meanwhile or the
  /// task yields.
  OnIdle transition_to_idle(bool yields) noexcept {
    return transition([yields](Bits now) -> std::pair<Bits, OnIdle> {
      FERRY_ASSERT((now & kRunning) != 0, "only a running task becomes idle");
      if ((now & kCancelled) != 0) return {now, OnIdle::Cancel};
      if (yields || (now & kNotified) != 0) return {(now & ~kRunning) | kNotified, OnIdle::Requeue};
      const Bits then = (now & ~kRunning) - kRef;
      return {then, then < kRef ? OnIdle::Destroy : OnIdle::Parked};
    });
  }

  /// The output is stored. Gives the state from before.
  std::uint64_t transition_to_complete() noexcept {
    return bits_.fetch_xor(kRunning | kComplete, std::memory_order_acq_rel);
  }

  /// The same, giving up `references` at once. False when there is more to do, nothing has changed then: a
  /// waker to call, or an output that nobody will take.
  [[nodiscard]] bool transition_to_complete_and_release(std::uint64_t references) noexcept {
    Bits now = bits_.load(std::memory_order_acquire);
    while ((now & (kJoinInterest | kJoinWaker)) == kJoinInterest) {
      const Bits then = (now ^ (kRunning | kComplete)) - references * kRef;
      if (bits_.compare_exchange_weak(now, then, std::memory_order_acq_rel, std::memory_order_acquire))
        return true;
    }
    return false;
  }

  /// A waker is used up. With Enqueue its reference goes into the run queue entry.
  OnWake transition_to_notified_by_val() noexcept {
    return transition([](Bits now) -> std::pair<Bits, OnWake> {
      if ((now & kRunning) != 0)
        return {(now | kNotified) - kRef, OnWake::Nothing};  // the poll holds a reference
      if ((now & (kComplete | kNotified)) != 0) {
        const Bits then = now - kRef;
        return {then, then < kRef ? OnWake::Destroy : OnWake::Nothing};
      }
      return {now | kNotified, OnWake::Enqueue};
    });
  }

  /// A wake that keeps its waker. With Enqueue a new reference goes into the run queue entry.
  OnWake transition_to_notified_by_ref() noexcept {
    return transition([](Bits now) -> std::pair<Bits, OnWake> {
      if ((now & (kComplete | kNotified)) != 0) return {now, OnWake::Nothing};
      if ((now & kRunning) != 0) return {now | kNotified, OnWake::Nothing};
      return {(now | kNotified) + kRef, OnWake::Enqueue};
    });
  }

  /// abort(): as a wake by reference, and cancelled.
  OnWake transition_to_notified_and_cancel() noexcept {
    return transition([](Bits now) -> std::pair<Bits, OnWake> {
      if ((now & (kComplete | kCancelled)) != 0) return {now, OnWake::Nothing};
      if ((now & kRunning) != 0) return {now | kNotified | kCancelled, OnWake::Nothing};
      if ((now & kNotified) != 0) return {now | kCancelled, OnWake::Nothing};
      return {(now | kNotified | kCancelled) + kRef, OnWake::Enqueue};
    });
  }

  /// Shutdown: marks it cancelled; true when the caller now holds kRunning and destroys the future.
  bool transition_to_shutdown() noexcept;
  /// A dump takes the frames' lock of a task that it keeps alive, with Ready and Waiting. Meanwhile whoever
  /// wants to run or destroy the task waits.
  OnInspect transition_to_inspected() noexcept;
  /// Gives the lock up. True when the task was woken meanwhile and the caller enqueues it, with a new
  /// reference.
  [[nodiscard]] bool transition_from_inspected(OnInspect was) noexcept;

  /// The JoinHandle goes, its waker with it; false when the task has completed: the bits stay as they are
  /// then.
  bool unset_join_interest() noexcept {
    return unless_complete([](Bits now) { return now & ~(kJoinInterest | kJoinWaker); });
  }
  /// The JoinHandle publishes its waker; false when the task completed meanwhile.
  bool set_join_waker() noexcept {
    return unless_complete([](Bits now) { return now | kJoinWaker; });
  }
  /// The JoinHandle takes the waker's slot back to change it; false when the task completed meanwhile.
  bool unset_join_waker() noexcept {
    return unless_complete([](Bits now) { return now & ~kJoinWaker; });
  }

  // relaxed: a new owner is made from an owner, which already keeps the task alive.
  void retain() noexcept { bits_.fetch_add(kRef, std::memory_order_relaxed); }
  /// True for the last owner.
  [[nodiscard]] bool release() noexcept { return release(1); }
  [[nodiscard]] bool release(std::uint64_t count) noexcept {
    // Nobody but an owner can make another one, so who sees only its own references is the last one, and
    // spares itself the read-modify-write. acquire and acq_rel: what other owners did happens before the last
    // one frees.
    if (bits_.load(std::memory_order_acquire) / kRef == count) return true;
    return bits_.fetch_sub(count * kRef, std::memory_order_acq_rel) / kRef == count;
  }
  // acquire: kComplete publishes the output.
  std::uint64_t load() const noexcept { return bits_.load(std::memory_order_acquire); }

 private:
  void wait_until_inspected() const noexcept;

  std::atomic<std::uint64_t> bits_;
};

}  // namespace ferry::detail
