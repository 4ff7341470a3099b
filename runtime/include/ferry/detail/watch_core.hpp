// WatchCore: what a watch channel has whatever it carries.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <shared_mutex>

#include <ferry/poll.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// The version of the value, the counts of who uses the channel, and who waits on either side.
///
/// Owned by all senders together, by all receivers together, and by each place to wait that may outlive its
/// receiver.
class WatchCore {
 public:
  using Version = std::uint64_t;
  enum class [[nodiscard]] Leave : unsigned char { Alive, Free };
  enum class [[nodiscard]] Seen : unsigned char { Nothing, Change, Closed };

  /// Readers of the value hold it shared; who writes the value or the version, exclusively.
  std::shared_mutex& lock() noexcept { return lock_; }

  Version version() const noexcept { return state_.load(std::memory_order_acquire) & ~kClosed; }
  /// `seen` made older, so that the present value counts as a change.
  static Version before(Version seen) noexcept { return seen - kStep; }

  /// Under the lock, after the value was written.
  void advance() noexcept { state_.fetch_add(kStep, std::memory_order_release); }  // publishes the value
  /// After the lock was released.
  void notify_receivers() const noexcept { changed_.notify_waiters(); }

  /// What a receiver that has seen `seen` finds: a change counts more than the end.
  Seen look(Version seen) const noexcept {
    const Version now = state_.load(std::memory_order_acquire);  // sees the value
    if ((now & ~kClosed) != seen) return Seen::Change;
    return now & kClosed ? Seen::Closed : Seen::Nothing;
  }
  bool has_no_sender() const noexcept { return state_.load(std::memory_order_acquire) & kClosed; }

  std::size_t receivers() const noexcept { return receivers_.load(std::memory_order_acquire); }
  std::size_t senders() const noexcept { return senders_.load(std::memory_order_acquire); }
  void add_sender() noexcept { senders_.fetch_add(1, std::memory_order_relaxed); }
  void add_receiver() noexcept;
  Leave drop_sender() noexcept;
  void add_owner() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  /// True when it was the last one: it is still an owner, until it calls `drop_owner`.
  [[nodiscard]] bool leave_receiver() noexcept;
  Leave drop_owner() noexcept;

  const sync::Notify& changed() const noexcept { return changed_; }
  const sync::Notify& unwatched() const noexcept { return unwatched_; }

 private:
  static constexpr Version kClosed = 1;  // all senders are gone
  static constexpr Version kStep = 2;

  std::atomic<Version> state_{0};
  std::atomic<std::size_t> senders_{1};
  std::atomic<std::size_t> receivers_{1};
  std::atomic<std::size_t> owners_{2};
  std::shared_mutex lock_;
  sync::Notify changed_;
  sync::Notify unwatched_;
};

/// Waits until a receiver finds something new.
class WatchWait {
 public:
  explicit WatchWait(const WatchCore& core) noexcept : core_(&core) { notified_.emplace(core); }

  /// Never `Nothing` when ready.
  Poll<WatchCore::Seen> poll(Context& cx, WatchCore::Version seen);

 private:
  struct Waiter {
    explicit Waiter(const WatchCore& core) noexcept : notified(core.changed().notified()) {}
    sync::Notify::Notified notified;
  };
  const WatchCore* core_;
  std::optional<Waiter> notified_;
};

/// Completes once a watch channel has no receiver.
class WatchClosed {
 public:
  using Output = void;
  explicit WatchClosed(const WatchCore& core) noexcept : core_(&core) {}
  WatchClosed(const WatchClosed&) = delete;
  WatchClosed& operator=(const WatchClosed&) = delete;

  Poll<void> poll(Context& cx);

 private:
  struct Waiter {
    explicit Waiter(const WatchCore& core) noexcept : notified(core.unwatched().notified()) {}
    sync::Notify::Notified notified;
  };
  const WatchCore* core_;
  std::optional<Waiter> notified_;
};

}  // namespace ferry::detail
