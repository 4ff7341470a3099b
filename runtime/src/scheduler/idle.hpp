// Which workers sleep and how many look for work, so that a wake-up reaches exactly as many as there is work
// for.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace ferry::detail {

/// Thread safety: every member may be called from any thread.
class Idle {
 public:
  explicit Idle(std::size_t workers)
      : workers_(static_cast<std::uint32_t>(workers)), word_(workers_ * kUnparked) {
    sleepers_.reserve(workers);
  }

  /// A worker that new work should wake, now counted as unparked and searching: none when somebody searches
  /// already or nobody sleeps. Comes after a seq_cst store that made the work visible.
  std::optional<std::size_t> worker_to_notify() noexcept {
    // seq_cst, like that store, and like the fence after transition_to_parked: either we see that the last
    // worker no longer searches, or it sees what the caller has queued.
    if (!should_wake_one()) return std::nullopt;
    std::lock_guard lock(mutex_);
    if (!should_wake_one() || sleepers_.empty()) return std::nullopt;
    word_.fetch_add(kUnparked + kSearching, std::memory_order_seq_cst);
    const std::size_t worker = sleepers_.back();
    sleepers_.pop_back();
    return worker;
  }

  /// True when the worker was the last one that searched: it looks once more, as work may have come
  /// meanwhile.
  bool transition_to_parked(std::size_t worker, bool is_searching) noexcept {
    std::lock_guard lock(mutex_);
    sleepers_.push_back(worker);
    const std::uint32_t before =
        word_.fetch_sub(kUnparked + (is_searching ? kSearching : 0), std::memory_order_seq_cst);
    std::atomic_thread_fence(std::memory_order_seq_cst);  // see worker_to_notify
    return is_searching && (before & kSearchingMask) == kSearching;
  }

  /// False when half of the workers search already.
  bool transition_to_searching() noexcept {
    const std::uint32_t now = word_.load(std::memory_order_seq_cst);
    if (2 * (now & kSearchingMask) >= workers_) return false;
    word_.fetch_add(kSearching, std::memory_order_seq_cst);
    return true;
  }

  /// True when it was the last one: it wakes another in its place.
  bool transition_from_searching() noexcept {
    return (word_.fetch_sub(kSearching, std::memory_order_seq_cst) & kSearchingMask) == kSearching;
  }

  /// The worker found work by itself. False when a notifier has taken it off the list already, as searching.
  bool unpark_by_itself(std::size_t worker) noexcept {
    std::lock_guard lock(mutex_);
    if (std::erase(sleepers_, worker) == 0) return false;
    word_.fetch_add(kUnparked, std::memory_order_seq_cst);
    return true;
  }

  /// Whether somebody sleeps or looks for work. A hint.
  bool is_any_idle() const noexcept {
    const std::uint32_t now = word_.load(std::memory_order_relaxed);
    return (now & kSearchingMask) != 0 || now / kUnparked < workers_;
  }

  bool is_parked(std::size_t worker) noexcept {
    std::lock_guard lock(mutex_);
    for (const std::size_t sleeper : sleepers_)
      if (sleeper == worker) return true;
    return false;
  }

 private:
  static constexpr std::uint32_t kSearching = 1;
  static constexpr std::uint32_t kSearchingMask = 0xffff;
  static constexpr std::uint32_t kUnparked = 1u << 16;

  bool should_wake_one() const noexcept {
    const std::uint32_t now = word_.load(std::memory_order_seq_cst);
    return (now & kSearchingMask) == 0 && now / kUnparked < workers_;
  }

  const std::uint32_t workers_;
  std::atomic<std::uint32_t> word_;  // how many search, and how many are not parked
  std::mutex mutex_;
  std::vector<std::size_t> sleepers_;
};

}  // namespace ferry::detail
