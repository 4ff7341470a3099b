#include "server.hpp"

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/signal.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/time.hpp>

#include "admin.hpp"
#include "config.hpp"
#include "health.hpp"
#include "session.hpp"

namespace proxy {
namespace {

using namespace std::chrono_literals;

constexpr auto kDrainLimit = 5s;

rt::Task<void> accept_clients(std::shared_ptr<App> app, rt::net::TcpListener listener, Events events) {
  auto incoming = listener.incoming();
  while (auto accepted = co_await incoming.next()) {
    if (!*accepted) {
      // Mostly "too many open files": wait until some have been closed.
      co_await tell(events, Event(Event::Kind::Trouble, "cannot accept: " + accepted->error().message()));
      co_await rt::time::delay_for(50ms);
      continue;
    }
    auto client = std::move(**accepted);
    (void)client.set_nodelay(true);
    (void)rt::spawn(serve_client(app, std::move(client), events));
  }
}

rt::Task<void> drain(App& app) {
  auto limit = rt::time::delay_for(kDrainLimit);
  while (app.sessions > 0) {
    const auto first = co_await rt::select(app.session_ended.notified(), limit);
    if (first.index() == 1) co_return;
  }
}

rt::Task<void> wait_for_ever() {
  rt::sync::Notify nobody;
  co_await nobody.notified();
}

rt::Task<void> serve_admin_if_any(App& app, std::optional<rt::net::TcpListener> listener, Config& config) {
  if (listener) co_await serve_admin(app, std::move(*listener), config);
  co_await wait_for_ever();
}

rt::io::Result<std::optional<rt::net::TcpListener>> open_admin(const Options& options) {
  if (!options.admin) return std::optional<rt::net::TcpListener>();
  const auto fd = open_admin_socket(*options.admin);
  if (!fd) return fd.error();
  auto listener = rt::net::TcpListener::from_std(*fd);
  if (!listener) return listener.error();
  return std::optional<rt::net::TcpListener>(std::move(*listener));
}

/// Everything but the sessions ends with this call: the listeners are closed, what was watched is watched no
/// more.
rt::Task<void> serve_until_interrupted(std::shared_ptr<App> app, rt::net::TcpListener listener,
                                       std::optional<rt::net::TcpListener> admin, Events events) {
  auto [publish, updates] = rt::sync::watch::channel(app->options.backends);
  Config config(app->options.backends, app->options.config, std::move(publish), events);
  auto pool = follow_config(*app, std::move(updates));
  auto file = config.follow_file();
  auto clients = accept_clients(app, std::move(listener), events);
  auto admins = serve_admin_if_any(*app, std::move(admin), config);
  auto health = check_health(*app, events);
  auto repair = bring_back(*app, events);
  (void)co_await rt::select(pool, file, clients, admins, health, repair, rt::signal::ctrl_c());
}

int fail(const std::string& what, const rt::io::Error& error) {
  std::cerr << "proxy: " + what + ": " + error.message() + "\n";
  return 1;
}

}  // namespace

rt::Task<int> serve(Options options) {
  auto app = std::make_shared<App>(std::move(options));
  auto listener = co_await rt::net::TcpListener::bind(*app->options.listen);
  if (!listener) co_return fail("cannot listen on " + app->options.listen->to_string(), listener.error());
  auto admin = open_admin(app->options);
  if (!admin) co_return fail("cannot listen on " + app->options.admin->to_string(), admin.error());
  std::cout << "listening on " << listener->local_addr().value().to_string() << "\n";
  if (*admin) std::cout << "admin on " << (*admin)->local_addr().value().to_string() << "\n";
  std::cout.flush();

  auto [events, reports] = rt::sync::mpsc::channel<Event>(256);
  auto reporter = rt::spawn(report_events(std::move(reports), app->statistics));
  co_await serve_until_interrupted(app, std::move(*listener), std::move(*admin), std::move(events));
  co_await drain(*app);
  (void)co_await rt::select(reporter, rt::time::delay_for(1s));
  std::cout << app->statistics.totals().to_string();
  co_return 0;
}

}  // namespace proxy
