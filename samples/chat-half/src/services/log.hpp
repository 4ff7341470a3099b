// What was said, a file a room.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <ferry/sync.hpp>
#include <ferry/task.hpp>

namespace chat {

/// Something to be written, or a wish to be told when all that came before is.
class LogEntry {
 public:
  using Written = ferry::sync::oneshot::Sender<bool>;

  LogEntry(std::string room, std::string line) : room_(std::move(room)), line_(std::move(line)) {}
  explicit LogEntry(Written written) : written_(std::move(written)) {}

  const std::string& room() const { return room_; }
  const std::string& line() const { return line_; }
  std::optional<Written>& written() { return written_; }

 private:
  std::string room_;
  std::string line_;
  std::optional<Written> written_;
};

/// Thread safety: every member may be called from any thread.
class Log {
 public:
  explicit Log(ferry::sync::mpsc::UnboundedSender<LogEntry> entries) : entries_(std::move(entries)) {}

  void write(const std::string& room, std::string line) const;
  /// Waits until all that was written before is in the files.
  ferry::Task<void> flush() const;

 private:
  ferry::sync::mpsc::UnboundedSender<LogEntry> entries_;
};

/// Writes what comes, now and then, until there is no Log any more.
ferry::Task<void> keep_log(std::filesystem::path directory,
                           ferry::sync::mpsc::UnboundedReceiver<LogEntry> entries);

}  // namespace chat
