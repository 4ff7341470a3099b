#include "session.hpp"

#include <chrono>

#include <ferry/time.hpp>

#include "health.hpp"
#include "relay.hpp"

namespace proxy {
namespace {

using namespace std::chrono_literals;

/// Counts itself among the sessions for as long as it lives.
class Presence {
 public:
  explicit Presence(App& app) : app_(app) { ++app_.sessions; }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;
  ~Presence() {
    --app_.sessions;
    app_.session_ended.notify_one();
  }

 private:
  App& app_;
};

struct Upstream {
  BackendPtr backend;
  std::optional<ferry::net::TcpStream> stream;
};

ferry::Task<Upstream> find_backend(App& app, Events events) {
  Upstream found;
  const auto start = ferry::time::Instant::now();
  while (!found.stream) {
    found.backend = app.pool.next();
    if (!found.backend) break;
    found.stream = co_await connect_to(app, found.backend, events);
  }
  if (start.elapsed() >= 250ms) co_await tell(events, Event(Event::Kind::SlowConnect));
  co_return std::move(found);
}

}  // namespace

ferry::Task<void> serve_client(std::shared_ptr<App> app, ferry::net::TcpStream client, Events events) {
  const Presence presence(*app);
  co_await tell(events, Event(Event::Kind::Accepted));
  auto upstream = co_await find_backend(*app, events);
  if (!upstream.stream) {
    co_await tell(events, Event(Event::Kind::NoBackend, "a client was turned away: no backend is up"));
    co_return;
  }
  ++upstream.backend->served;

  Traffic traffic;
  auto kind = Event::Kind::Completed;
  switch (co_await relay(client, *upstream.stream, traffic, app->options.idle_timeout)) {
    case RelayEnd::Completed:
      break;
    case RelayEnd::Idle:
      kind = Event::Kind::IdleClosed;
      break;
    case RelayEnd::Failed:
      kind = Event::Kind::Failed;
      break;
  }
  co_await tell(events, Event(kind, traffic.up, traffic.down));
}

}  // namespace proxy
