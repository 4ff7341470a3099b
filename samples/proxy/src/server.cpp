#include "server.hpp"

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <ferry/select.hpp>
#include <ferry/signal.hpp>
#include <ferry/sync.hpp>
#include <ferry/time.hpp>

#include "admin.hpp"
#include "config.hpp"
#include "health.hpp"
#include "session.hpp"

namespace proxy {
namespace {

using namespace std::chrono_literals;

constexpr auto kDrainLimit = 5s;

ferry::Task<void> accept_clients(std::shared_ptr<App> app, ferry::net::TcpListener listener, Events events) {
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) {
      // Mostly "too many open files": wait until some have been closed.
      co_await tell(events, Event(Event::Kind::Trouble, "cannot accept: " + accepted.error().message()));
      co_await ferry::time::sleep(50ms);
      continue;
    }
    auto client = std::move(accepted->first);
    (void)client.set_nodelay(true);
    (void)ferry::spawn(serve_client(app, std::move(client), events));
  }
}

ferry::Task<void> drain(App& app) {
  auto limit = ferry::time::sleep(kDrainLimit);
  while (app.sessions > 0) {
    const auto first = co_await ferry::select(app.session_ended.notified(), limit);
    if (first.index() == 1) co_return;
  }
}

ferry::Task<void> wait_for_ever() {
  ferry::sync::Notify nobody;
  co_await nobody.notified();
}

ferry::Task<void> serve_admin_if_any(App& app, std::optional<ferry::net::TcpListener> listener,
                                     Config& config) {
  if (listener) co_await serve_admin(app, std::move(*listener), config);
  co_await wait_for_ever();
}

ferry::io::Result<std::optional<ferry::net::TcpListener>> open_admin(const Options& options) {
  if (!options.admin) return std::optional<ferry::net::TcpListener>();
  const auto fd = open_admin_socket(*options.admin);
  if (!fd) return fd.error();
  auto listener = ferry::net::TcpListener::from_std(ferry::net::nonblocking(*fd));
  if (!listener) return listener.error();
  return std::optional<ferry::net::TcpListener>(std::move(*listener));
}

/// Everything but the sessions ends with this call: the listeners are closed, what was watched is watched no
/// more.
ferry::Task<void> serve_until_interrupted(std::shared_ptr<App> app, ferry::net::TcpListener listener,
                                          std::optional<ferry::net::TcpListener> admin, Events events) {
  auto [publish, updates] = ferry::sync::watch::channel(app->options.backends);
  Config config(app->options.backends, app->options.config, std::move(publish), events);
  auto pool = follow_config(*app, std::move(updates));
  auto file = config.follow_file();
  auto clients = accept_clients(app, std::move(listener), events);
  auto admins = serve_admin_if_any(*app, std::move(admin), config);
  auto health = check_health(*app, events);
  auto repair = bring_back(*app, events);
  (void)co_await ferry::select(pool, file, clients, admins, health, repair, ferry::signal::ctrl_c());
}

int fail(const std::string& what, const ferry::io::Error& error) {
  std::cerr << "proxy: " + what + ": " + error.message() + "\n";
  return 1;
}

}  // namespace

ferry::Task<int> serve(Options options) {
  auto app = std::make_shared<App>(std::move(options));
  auto listener = co_await ferry::net::TcpListener::bind(*app->options.listen);
  if (!listener) co_return fail("cannot listen on " + app->options.listen->to_string(), listener.error());
  auto admin = open_admin(app->options);
  if (!admin) co_return fail("cannot listen on " + app->options.admin->to_string(), admin.error());
  std::cout << "listening on " << listener->local_addr().value().to_string() << "\n";
  if (*admin) std::cout << "admin on " << (*admin)->local_addr().value().to_string() << "\n";
  std::cout.flush();

  auto [events, reports] = ferry::sync::mpsc::channel<Event>(256);
  auto reporter = ferry::spawn(report_events(std::move(reports), app->statistics));
  co_await serve_until_interrupted(app, std::move(*listener), std::move(*admin), std::move(events));
  co_await drain(*app);
  (void)co_await ferry::select(reporter, ferry::time::sleep(1s));
  std::cout << app->statistics.totals().to_string();
  co_return 0;
}

}  // namespace proxy
