#include "log.hpp"

#include <chrono>
#include <iostream>
#include <map>

#include <ferry/v0_2/fs.hpp>
#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/time.hpp>

namespace chat {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 200ms;

/// The lines that are to be written, by room.
class Pending {
 public:
  explicit Pending(std::filesystem::path directory) : directory_(std::move(directory)) {}

  void add(const LogEntry& entry) { lines_[entry.room()] += entry.line() + "\n"; }

  rt::Task<void> write() {
    for (const auto& [room, lines] : std::exchange(lines_, {})) {
      const auto written = co_await append(directory_ / (room + ".log"), lines);
      if (!written) std::clog << "chat: the log of " + room + ": " + written.error().message() + "\n";
    }
  }

 private:
  static rt::Task<rt::io::Result<void>> append(std::filesystem::path path, std::string lines) {
    auto file = co_await rt::fs::OpenOptions().append(true).create(true).mode(0600).open(std::move(path));
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

rt::Task<void> Log::flush() const {
  auto [written, is_written] = rt::sync::oneshot::channel<bool>();
  if (entries_.send(LogEntry(std::move(written)))) (void)co_await is_written;
}

rt::Task<void> keep_log(std::filesystem::path directory,
                        rt::sync::mpsc::UnboundedReceiver<LogEntry> entries) {
  Pending pending(std::move(directory));
  auto ticks = rt::time::interval(kInterval);
  for (;;) {
    auto first = co_await rt::select(entries.next(), ticks.next());
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
