// BroadcastCore: what a broadcast channel has whatever it carries.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include <ferry/detail/wait_list.hpp>
#include <ferry/poll.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// A place of the ring: which value is there, and for how many receivers.
///
/// The lock word counts the readers, and kWriting says that a sender wants in or is in. There is one sender
/// at a time, as it holds the core's mutex. A reader copies the value under the lock, so who waits sleeps.
class BroadcastSlot {
 public:
  /// A reader's.
  void lock_shared() noexcept;
  void unlock_shared() noexcept {
    // release: the value is read before it is replaced.
    if (lock_.fetch_sub(1, std::memory_order_release) == kWriting + 1) lock_.notify_all();
  }

  /// The sender's.
  void lock() noexcept;
  void unlock() noexcept {
    lock_.store(0, std::memory_order_release);  // publishes the value
    lock_.notify_all();
  }

  static constexpr std::uint64_t kNothing = ~std::uint64_t{0};

  std::uint64_t position = kNothing;   // of the value that came last; under the lock
  std::atomic<std::size_t> unread{0};  // receivers that have to read it or skip it; 0: there is no value

 private:
  static constexpr std::uint32_t kWriting = std::uint32_t{1} << 31;
  std::atomic<std::uint32_t> lock_{0};
};

/// Where the next value goes, the counts of who uses the channel, and the receivers that wait.
///
/// Owned by all senders together, by each weak sender, by each receiver, and by each place to wait that may
/// outlive its receiver. Locks are taken in the order mutex, slot.
class BroadcastCore {
 public:
  class Waiter;
  enum class [[nodiscard]] Leave : unsigned char { Alive, Free };
  enum class [[nodiscard]] Found : unsigned char { Value, Empty, Closed, Lagged };

  explicit BroadcastCore(std::size_t capacity) noexcept : capacity_(capacity) {}
  BroadcastCore(const BroadcastCore&) = delete;
  BroadcastCore& operator=(const BroadcastCore&) = delete;

  /// At least 1 and at most half of what a size_t can say, rounded up to a power of two. Throws
  /// std::logic_error otherwise.
  static std::size_t checked_capacity(std::size_t capacity);

  std::size_t capacity() const noexcept { return capacity_; }
  std::size_t mask() const noexcept { return capacity_ - 1; }

  // A sender's.
  std::mutex& mutex() noexcept { return mutex_; }
  std::uint64_t tail() const noexcept { return tail_; }             // under the mutex
  void advance() noexcept { ++tail_; }                              // under the mutex
  void wake_receivers(std::unique_lock<std::mutex> lock) noexcept;  // takes over the mutex and releases it
  const sync::Notify& unheard() const noexcept { return unheard_; }

  // A receiver's.
  /// Looks for the value at `next`, which would be in `slot`. Value: the slot is locked for reading. Lagged:
  /// `next` has moved on to the oldest value by `skipped`. Empty: `waiter`, if there is one, is woken by the
  /// next value.
  Found find(BroadcastSlot& slot, std::uint64_t& next, std::uint64_t& skipped, Waiter* waiter,
             const Waker* waker);
  std::size_t length(std::uint64_t next) const noexcept;

  // Owners.
  void add_owner() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void add_sender() noexcept { senders_.fetch_add(1, std::memory_order_relaxed); }
  Leave drop_sender() noexcept;
  [[nodiscard]] bool upgrade() noexcept;
  void add_weak() noexcept;
  Leave drop_weak() noexcept;
  /// Gives the position of the first value that the new receiver sees.
  std::uint64_t add_receiver() noexcept;
  /// Values are no longer kept for this receiver. Gives the position up to which it has to read or skip them
  /// before it calls `drop_owner`.
  std::uint64_t leave_receiver() noexcept;
  Leave drop_owner() noexcept;

  std::size_t senders() const noexcept { return senders_.load(std::memory_order_acquire); }
  std::size_t weak() const noexcept { return weak_.load(std::memory_order_acquire); }
  std::size_t receivers() const noexcept { return receivers_.load(std::memory_order_acquire); }
  bool is_closed() const noexcept { return senders() == 0; }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::uint64_t tail_ = 0;                 // the position of the next value; under the mutex
  bool is_closed_ = false;                 // all senders are gone; under the mutex
  IntrusiveList<Waiter> waiters_;          // under the mutex
  std::atomic<std::size_t> receivers_{1};  // changes under the mutex
  std::atomic<std::size_t> senders_{1};
  std::atomic<std::size_t> weak_{0};
  std::atomic<std::size_t> owners_{2};
  sync::Notify unheard_;  // the last receiver has gone
};

/// A receiver's place among those that wait for the next value.
class BroadcastCore::Waiter : public ListNode<Waiter> {
 public:
  explicit Waiter(BroadcastCore& core) noexcept : core_(&core) {}
  ~Waiter() {
    // acquire: who unlinked the node is done with it.
    if (is_waiting_.load(std::memory_order_acquire)) cancel();
  }

 private:
  friend class BroadcastCore;
  void cancel() noexcept;

  BroadcastCore* core_;
  Waker waker_ = Waker(Waker::noop());   // under the mutex while linked
  std::atomic<bool> is_waiting_{false};  // cleared last by who unlinks it; then the node is the owner's alone
};

/// Completes once a channel has no receiver.
class BroadcastClosed {
 public:
  using Output = void;
  explicit BroadcastClosed(const BroadcastCore& core) noexcept : core_(&core) {}
  BroadcastClosed(const BroadcastClosed&) = delete;
  BroadcastClosed& operator=(const BroadcastClosed&) = delete;

  Poll<void> poll(Context& cx);

 private:
  struct Waiter {
    explicit Waiter(const BroadcastCore& core) noexcept : notified(core.unheard().notified()) {}
    sync::Notify::Notified notified;
  };
  const BroadcastCore* core_;
  std::optional<Waiter> notified_;
};

}  // namespace ferry::detail
