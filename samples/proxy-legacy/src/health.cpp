#include "health.hpp"

#include <algorithm>
#include <chrono>

#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/time.hpp>

namespace proxy {
namespace {

using namespace std::chrono_literals;

/// Pauses that double from one to the next.
class Backoff {
 public:
  Backoff(rt::time::Duration first, rt::time::Duration longest)
      : pause_(first), longest_(longest), delay_(rt::time::delay_for(first)) {}

  rt::Task<void> wait() {
    co_await delay_;
    pause_ = std::min(pause_ * 2, longest_);
    delay_.reset(rt::time::Instant::now() + pause_);
  }

 private:
  rt::time::Duration pause_;
  rt::time::Duration longest_;
  rt::time::Delay delay_;
};

rt::Task<void> mark_down(App& app, BackendPtr backend, Events events, std::string why) {
  if (!backend->is_up.exchange(false)) co_return;
  app.backend_down.notify();
  co_await tell(events, Event(Event::Kind::BackendDown, backend->address.to_string() + " is down: " + why));
}

}  // namespace

rt::Task<std::optional<rt::net::TcpStream>> connect_to(App& app, BackendPtr backend, Events events) {
  auto first = co_await rt::select(rt::net::TcpStream::connect(backend->address),
                                   rt::time::delay_for(app.options.connect_timeout));
  if (first.index() == 1) {
    co_await tell(events, Event(Event::Kind::ConnectTimedOut));
    co_await mark_down(app, backend, events, "connecting took too long");
    co_return std::nullopt;
  }
  auto& connected = get<0>(first);
  if (!connected) {
    co_await tell(events, Event(Event::Kind::ConnectFailed));
    co_await mark_down(app, backend, events, connected.error().message());
    co_return std::nullopt;
  }
  co_return std::move(*connected);
}

rt::Task<void> check_health(App& app, Events events) {
  auto ticks = rt::time::interval(app.options.health_interval);
  while (co_await ticks.next()) {
    for (const auto& backend : app.pool.all()) {
      if (backend->is_up) (void)co_await connect_to(app, backend, events);
    }
  }
}

rt::Task<void> bring_back(App& app, Events events) {
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
