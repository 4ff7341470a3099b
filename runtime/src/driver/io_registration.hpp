// IoRegistration: one descriptor's readiness and who waits for it, whatever tells of it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/spin_lock.hpp>
#include <ferry/detail/wait_list.hpp>

namespace ferry::detail {

/// Wakers that are taken under the locks of descriptors, where any number may wait, to be called when all are
/// released.
using Woken = std::vector<Waker>;
void wake_all(Woken& woken) noexcept;

/// A descriptor in a reactor. Readiness is remembered: an event sets bits, and only who finds that an
/// operation would have blocked clears them.
class IoRegistration : public ListNode<IoRegistration> {
 public:
  Poll<io::Result<ReadyEvent>> poll_ready(Direction direction, Context& cx);
  Poll<io::Result<ReadyEvent>> poll_ready(Context& cx, ReadinessWaiter& waiter);
  void cancel(ReadinessWaiter& waiter) noexcept;
  io::Result<ReadyEvent> ready_now(io::Interest interest) const noexcept;
  /// False when some of it is for ever.
  bool clear_ready(io::Ready ready, ReadyEvent event) noexcept;

  /// Ends every wait with an error, now and from now on.
  void shut_down(Woken& woken) noexcept { set(kShutDown, woken); }
  /// Somebody else closed the descriptor: every wait is EBADF from now on.
  void lose(Woken& woken) noexcept;
  bool is_lost() const noexcept { return (readiness_.load(std::memory_order_acquire) & kLost) != 0; }

  /// Takes the descriptor out of its reactor, which frees this. False when somebody else closed it, as far as
  /// the reactor can tell.
  bool retire() noexcept;
  /// The reactor's part of it: there are no more events, but for those of the turn that goes on. False when
  /// the system does not know the descriptor.
  virtual bool leave() noexcept = 0;
  virtual void release() noexcept = 0;  ///< frees this

  int fd() const noexcept { return fd_; }

 protected:
  IoRegistration(int fd, SchedulerRef owner);
  virtual ~IoRegistration() = default;

  /// Sees to it that the next event of each kind is told of by `on_event`. Called once until `disarm`; from
  /// any thread.
  virtual void arm(io::Interest interest) = 0;
  /// Kinds that `arm` has been called for and need not be again.
  void set_armed(io::Interest interest) noexcept;
  /// The next wait for `interest` has to call `arm` again.
  void disarm(io::Interest interest) noexcept;

  /// These events of poll(2) came. Wakers go to `woken`.
  void on_events(unsigned events, Woken& woken) noexcept;

  /// The reactor's part of `lose`, before anybody watches the number again.
  virtual void forget() noexcept {}

 private:
  // The word: the bits of io::Ready, two for ends, then a counter of events, so that clearing what was seen
  // does not clear what came since.
  static constexpr std::uint32_t kLost = 1u << 6;
  static constexpr std::uint32_t kShutDown = 1u << 7;
  static constexpr std::uint32_t kEnded = kLost | kShutDown;
  static constexpr std::uint32_t kTick = 1u << 8;

  static ReadyEvent seen(std::uint32_t word, io::Ready mask) noexcept;
  static io::Error end_of(std::uint32_t word) noexcept;
  /// `wait(waker)`, under the lock, keeps the waker and may swap another one for it.
  template <class Wait>
  Poll<io::Result<ReadyEvent>> poll_ready(Context& cx, io::Interest interest, Wait&& wait);
  void begin_waiting(io::Interest interest);
  io::Ready closed_by(unsigned events) const noexcept;
  bool is_socket() const noexcept;
  void set(std::uint32_t bits, Woken& woken) noexcept;

  // Ordered by size: there is one for every connection.
  SchedulerRef owner_;
  std::array<Waker, 2> slots_{Waker::noop(), Waker::noop()};
  IntrusiveList<ReadinessWaiter> waiters_;
  const int fd_;
  std::atomic<std::uint32_t> readiness_;
  std::atomic<std::uint8_t> armed_{0};
  SpinLock lock_;  // for the slots and the waiters
};

}  // namespace ferry::detail
