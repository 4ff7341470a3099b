#include "health.hpp"

#include <algorithm>
#include <chrono>

#include <ferry/pin.hpp>
#include <ferry/time.hpp>

namespace proxy {
namespace {

using namespace std::chrono_literals;

/// Pauses that double from one to the next, counted from the end of the one before.
class Backoff {
 public:
  Backoff(ferry::time::Duration first, ferry::time::Duration longest)
      : pause_(first), longest_(longest), timer_(ferry::pin(ferry::time::sleep, first)) {}

  ferry::Task<void> wait() {
    co_await timer_;
    pause_ = std::min(pause_ * 2, longest_);
    timer_->reset(ferry::time::Instant::now() + pause_);
  }

 private:
  ferry::time::Duration pause_;
  ferry::time::Duration longest_;
  ferry::Pin<ferry::time::Sleep> timer_;
};

ferry::Task<void> mark_down(App& app, BackendPtr backend, Events events, std::string why) {
  if (!backend->is_up.exchange(false)) co_return;
  app.backend_down.notify_one();
  co_await tell(events, Event(Event::Kind::BackendDown, backend->address.to_string() + " is down: " + why));
}

}  // namespace

ferry::Task<std::optional<ferry::net::TcpStream>> connect_to(App& app, BackendPtr backend, Events events) {
  auto in_time = co_await ferry::time::timeout(app.options.connect_timeout,
                                               ferry::net::TcpStream::connect(backend->address));
  if (!in_time) {
    co_await tell(events, Event(Event::Kind::ConnectTimedOut));
    co_await mark_down(app, backend, events, "connecting took too long");
    co_return std::nullopt;
  }
  auto& connected = *in_time;
  if (!connected) {
    co_await tell(events, Event(Event::Kind::ConnectFailed));
    co_await mark_down(app, backend, events, connected.error().message());
    co_return std::nullopt;
  }
  co_return std::move(*connected);
}

ferry::Task<void> check_health(App& app, Events events) {
  auto ticks = ferry::time::interval(app.options.health_interval);
  // Probes that took long are not made up for.
  ticks.set_missed_tick_behavior(ferry::time::MissedTickBehavior::Skip);
  for (;;) {
    co_await ticks.tick();
    for (const auto& backend : app.pool.all()) {
      if (backend->is_up) (void)co_await connect_to(app, backend, events);
    }
  }
}

ferry::Task<void> bring_back(App& app, Events events) {
  for (;;) {
    co_await app.backend_down.notified();
    Backoff backoff(50ms, 1s);
    for (auto down = app.pool.down(); !down.empty(); down = app.pool.down()) {
      co_await backoff.wait();
      for (const auto& backend : down) {
        if (!co_await connect_to(app, backend, events)) continue;
        backend->is_up = true;
        co_await tell(events, Event(Event::Kind::BackendUp, backend->address.to_string() + " is up"));
      }
    }
  }
}

}  // namespace proxy
