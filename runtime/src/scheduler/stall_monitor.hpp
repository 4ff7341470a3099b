// Polls that take too long: what they are, and who looks out for them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <source_location>
#include <thread>
#include <vector>

#include <ferry/detail/scheduler.hpp>
#include <ferry/runtime/stall.hpp>

namespace ferry::detail {

/// What a thread that runs tasks polls. Written by that thread, read by the monitor.
class alignas(64) PollWatch {
 public:
  /// A poll begins that goes on at `resumes_at`. The id 0 is block_on's future.
  void begin(std::uint64_t id, std::source_location resumes_at) noexcept {
    id_.store(id, std::memory_order_relaxed);
    resumes_at_.store(resumes_at, std::memory_order_relaxed);
    // release: who sees the number sees which poll it is, or a later one.
    poll_.store(++polls_, std::memory_order_release);
  }
  /// No poll goes on.
  void end() noexcept { poll_.store(0, std::memory_order_relaxed); }

  struct Seen {
    std::uint64_t poll = 0;  ///< 0: none
    std::uint64_t id = 0;
    std::source_location resumes_at;
    bool is_same_as(const Seen& other) const noexcept { return poll == other.poll && id == other.id; }
  };
  Seen look() const noexcept {
    const std::uint64_t poll = poll_.load(std::memory_order_acquire);
    return {poll, id_.load(std::memory_order_relaxed), resumes_at_.load(std::memory_order_relaxed)};
  }

 private:
  std::uint64_t polls_ = 0;  // the thread's
  std::atomic<std::uint64_t> poll_{0};
  std::atomic<std::uint64_t> id_{0};
  std::atomic<std::source_location> resumes_at_{};
};

/// A thread that looks at the watches a few times in `limit`, reports each poll that goes on for longer,
/// once, and has `relieve` called as long as there is one.
class StallMonitor {
 public:
  using Report = std::function<void(const runtime::StalledTask&)>;

  StallMonitor(std::size_t watches, std::chrono::nanoseconds limit, Report report);
  StallMonitor(const StallMonitor&) = delete;
  StallMonitor& operator=(const StallMonitor&) = delete;
  ~StallMonitor();

  PollWatch& watch(std::size_t index) noexcept { return watched_[index].watch; }

  /// Throws std::system_error when there can be no thread. It keeps `scheduler` until `stop`.
  void start(Scheduler& scheduler);
  /// Ends the thread, and waits for that unless this is the thread itself.
  void stop(bool wait) noexcept;

 private:
  struct Watched {
    PollWatch watch;
    // The monitor's:
    PollWatch::Seen seen;
    std::chrono::steady_clock::time_point since;
    bool is_reported = false;
  };

  void run(Scheduler& scheduler);
  /// True while the poll is longer than allowed.
  bool look(Watched& watched, Scheduler& scheduler);

  const std::chrono::nanoseconds limit_;
  const Report report_;
  std::vector<Watched> watched_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace ferry::detail
