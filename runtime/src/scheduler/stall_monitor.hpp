// StallMonitor: looks out for polls that take too long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <ferry/detail/scheduler.hpp>
#include <ferry/runtime/stall.hpp>

#include "task/poll_watch.hpp"

namespace ferry::detail {

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
