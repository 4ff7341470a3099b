// What happens, told by everybody to one reporter, which counts it and writes the log.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

#include <ferry/sync.hpp>
#include <ferry/task.hpp>

namespace proxy {

struct Event {
  enum class Kind {
    Accepted,
    Completed,
    Failed,
    IdleClosed,
    NoBackend,
    ConnectFailed,
    ConnectTimedOut,
    SlowConnect,
    BackendUp,
    BackendDown,
    Configured,
    Trouble,
  };

  explicit Event(Kind what, std::string details = {}) : kind(what), text(std::move(details)) {}
  Event(Kind what, std::uint64_t up, std::uint64_t down) : kind(what), bytes_up(up), bytes_down(down) {}

  Kind kind;
  std::string text;
  std::uint64_t bytes_up = 0;    // from the client to the backend
  std::uint64_t bytes_down = 0;  // from the backend to the client
};

using Events = ferry::sync::mpsc::Sender<Event>;

struct Totals {
  std::uint64_t accepted = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t idle_closed = 0;
  std::uint64_t connect_failures = 0;
  std::uint64_t connect_timeouts = 0;
  std::uint64_t slow_connects = 0;
  std::uint64_t bytes_up = 0;
  std::uint64_t bytes_down = 0;

  std::uint64_t active() const { return accepted - completed - failed - idle_closed; }
  std::string to_string() const;
};

/// Thread safety: every member may be called from any thread.
class Statistics {
 public:
  void count(const Event& event);
  Totals totals() const;

 private:
  mutable std::mutex mutex_;
  Totals totals_;
};

/// Tells the reporter. Nothing to do when it has gone: then the program is about to end.
ferry::Task<void> tell(Events events, Event event);

/// Counts and logs until every sender has gone.
ferry::Task<void> report_events(ferry::sync::mpsc::Receiver<Event> events, Statistics& statistics);

}  // namespace proxy
