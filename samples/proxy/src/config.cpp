#include "config.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <utility>

#include <ferry/task.hpp>
#include <ferry/time.hpp>

namespace proxy {
namespace {

using namespace std::chrono_literals;

/// Reads the file on a thread that may block. Lines that are no address are reported and left out.
std::optional<BackendList> read_backends(const std::string& path, const Events& events) {
  std::ifstream file(path);
  if (!file) {
    (void)events.blocking_send(Event(Event::Kind::Trouble, path + ": cannot be read"));
    return std::nullopt;
  }
  BackendList backends;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    line.erase(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (line.empty()) continue;
    if (const auto address = ferry::net::SocketAddr::parse(line)) {
      backends.push_back(*address);
    } else {
      auto text = path + ":" + std::to_string(number) + ": not an address: " + line;
      (void)events.blocking_send(Event(Event::Kind::Trouble, std::move(text)));
    }
  }
  return backends;
}

}  // namespace

Config::Config(BackendList fixed, std::string path, ferry::sync::watch::Sender<BackendList> updates,
               Events events)
    : fixed_(std::move(fixed)),
      path_(std::move(path)),
      updates_(std::move(updates)),
      events_(std::move(events)) {}

ferry::Task<void> Config::reload() {
  if (path_.empty()) co_return;
  auto read = [path = path_, events = events_] { return read_backends(path, events); };
  auto backends = co_await ferry::task::spawn_blocking(std::move(read));
  if (!backends || !*backends) co_return;

  BackendList all = fixed_;
  all.insert(all.end(), (*backends)->begin(), (*backends)->end());
  auto text = path_ + ": " + std::to_string(all.size()) + " backends";
  if (updates_.send(std::move(all))) co_await tell(events_, Event(Event::Kind::Configured, std::move(text)));
}

ferry::Task<void> Config::follow_file() {
  auto ticks = ferry::time::interval(100ms);
  for (;;) {
    co_await ticks.tick();
    std::error_code failure;
    const auto modified = std::filesystem::last_write_time(path_, failure);
    if (failure || modified == modified_) continue;
    modified_ = modified;
    co_await reload();
  }
}

ferry::Task<void> follow_config(App& app, ferry::sync::watch::Receiver<BackendList> updates) {
  for (;;) {
    app.pool.replace(*updates.borrow_and_update());
    const auto changed = co_await updates.changed();
    if (!changed) co_return;
  }
}

}  // namespace proxy
