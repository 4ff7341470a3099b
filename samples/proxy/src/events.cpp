#include "events.hpp"

#include <iostream>
#include <sstream>

namespace proxy {
namespace {

void log(const Event& event) {
  switch (event.kind) {
    case Event::Kind::Failed:
    case Event::Kind::ConnectFailed:
    case Event::Kind::ConnectTimedOut:
    case Event::Kind::NoBackend:
    case Event::Kind::BackendUp:
    case Event::Kind::BackendDown:
    case Event::Kind::Configured:
    case Event::Kind::Trouble:
      if (!event.text.empty()) std::clog << "proxy: " + event.text + "\n";
      break;
    default:
      break;
  }
}

}  // namespace

void Statistics::count(const Event& event) {
  std::lock_guard lock(mutex_);
  totals_.bytes_up += event.bytes_up;
  totals_.bytes_down += event.bytes_down;
  switch (event.kind) {
    case Event::Kind::Accepted:
      ++totals_.accepted;
      break;
    case Event::Kind::Completed:
      ++totals_.completed;
      break;
    case Event::Kind::Failed:
    case Event::Kind::NoBackend:
      ++totals_.failed;
      break;
    case Event::Kind::IdleClosed:
      ++totals_.idle_closed;
      break;
    case Event::Kind::ConnectFailed:
      ++totals_.connect_failures;
      break;
    case Event::Kind::ConnectTimedOut:
      ++totals_.connect_timeouts;
      break;
    case Event::Kind::SlowConnect:
      ++totals_.slow_connects;
      break;
    default:
      break;
  }
}

Totals Statistics::totals() const {
  std::lock_guard lock(mutex_);
  return totals_;
}

std::string Totals::to_string() const {
  std::ostringstream text;
  text << "accepted " << accepted << "\nactive " << active() << "\ncompleted " << completed << "\nfailed "
       << failed << "\nidle_closed " << idle_closed << "\nconnect_failures " << connect_failures
       << "\nconnect_timeouts " << connect_timeouts << "\nslow_connects " << slow_connects << "\nbytes_up "
       << bytes_up << "\nbytes_down " << bytes_down << "\n";
  return text.str();
}

ferry::Task<void> tell(Events events, Event event) { (void)co_await events.send(std::move(event)); }

ferry::Task<void> report_events(ferry::sync::mpsc::Receiver<Event> events, Statistics& statistics) {
  while (auto event = co_await events.recv()) {
    statistics.count(*event);
    log(*event);
  }
}

}  // namespace proxy
