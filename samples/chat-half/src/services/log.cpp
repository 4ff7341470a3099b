#include "log.hpp"

#include <chrono>
#include <iostream>
#include <map>

#include <ferry/fs.hpp>
#include <ferry/select.hpp>
#include <ferry/time.hpp>

namespace chat {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 200ms;

/// The lines that are to be written, by room.
class Pending {
 public:
  explicit Pending(std::filesystem::path directory) : directory_(std::move(directory)) {}

  void add(const LogEntry& entry) { lines_[entry.room()] += entry.line() + "\n"; }

  ferry::Task<void> write() {
    for (const auto& [room, lines] : std::exchange(lines_, {})) {
      const auto written = co_await append(directory_ / (room + ".log"), lines);
      if (!written) std::clog << "chat: the log of " + room + ": " + written.error().message() + "\n";
    }
  }

 private:
  static ferry::Task<ferry::io::Result<void>> append(std::filesystem::path path, std::string lines) {
    auto file = co_await ferry::fs::OpenOptions().append(true).create(true).mode(0600).open(std::move(path));
    if (!file) co_return file.error();
    const auto written = co_await file->write_all(lines);
    if (!written) co_return written.error();
    co_return co_await file->flush();
  }

  std::filesystem::path directory_;
  std::map<std::string, std::string> lines_;
};

}  // namespace

void Log::write(const std::string& room, std::string line) const {
  (void)entries_.send(LogEntry(room, std::move(line)));
}

ferry::Task<void> Log::flush() const {
  auto [written, is_written] = ferry::sync::oneshot::channel<bool>();
  if (entries_.send(LogEntry(std::move(written)))) (void)co_await is_written;
}

ferry::Task<void> keep_log(std::filesystem::path directory,
                           ferry::sync::mpsc::UnboundedReceiver<LogEntry> entries) {
  Pending pending(std::move(directory));
  auto ticks = ferry::time::interval(kInterval);
  for (;;) {
    auto first = co_await ferry::select(entries.recv(), ticks.tick());
    if (first.index() == 1) {
      co_await pending.write();
      continue;
    }
    auto& entry = get<0>(first);
    if (!entry) break;
    if (entry->written()) {
      co_await pending.write();
      (void)std::move(*entry->written()).send(true);
    } else {
      pending.add(*entry);
    }
  }
  co_await pending.write();
}

}  // namespace chat
