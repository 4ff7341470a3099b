#include "server.hpp"

#include <chrono>
#include <iostream>
#include <utility>

#include <ferry/compat/legacy.hpp>
#include <ferry/v0_2/fs.hpp>
#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/signal.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/time.hpp>

#include "app.hpp"
#include "session.hpp"

namespace chat {
namespace {

using namespace std::chrono_literals;

constexpr auto kDrainLimit = 5s;

/// Accepts from both listeners, while there are places.
rt::Task<void> accept_clients(std::shared_ptr<App> app, rt::net::TcpListener listener,
                              rt::net::UnixListener local, Closing closing) {
  const auto connect = [app](auto accepted) -> rt::io::Result<Connection> {
    if (!accepted) return accepted.error();
    return Connection(std::move(*accepted), std::shared_ptr<Totals>(app, &app->totals));
  };
  auto connections = rt::stream::merge(rt::stream::map(listener.incoming(), connect),
                                       rt::stream::map(std::move(local), connect));
  for (;;) {
    auto place = co_await rt::sync::Semaphore::acquire_owned(app->places);
    auto accepted = co_await rt::stream::next(connections);
    if (!accepted) co_return;
    if (!*accepted) {
      // Mostly "too many open files": wait until some have been closed.
      std::clog << "chat: cannot accept: " + accepted->error().message() + "\n";
      co_await rt::time::delay_for(50ms);
      continue;
    }
    (void)rt::spawn(serve_client(app, std::move(**accepted), closing, std::move(place)));
  }
}

rt::Task<void> drain(App& app) {
  auto limit = rt::time::delay_for(kDrainLimit);
  while (app.sessions > 0) {
    const auto first = co_await rt::select(app.session_ended.notified(), limit);
    if (first.index() == 1) co_return;
  }
}

int fail(const std::string& what, const rt::io::Error& error) {
  std::cerr << "chat: " + what + ": " + error.message() + "\n";
  return 1;
}

rt::Task<void> bot_if_any(std::string command, Questions questions) {
  if (!command.empty()) co_await run_bot(std::move(command), std::move(questions));
}

}  // namespace

rt::Task<int> serve(Options options, rt::net::UnixListener local) {
  const auto made = co_await rt::fs::create_dir_all(options.logs());
  if (!made) co_return fail("cannot use " + options.data.string(), made.error());
  auto listener = co_await rt::net::TcpListener::bind(*options.listen);
  if (!listener) co_return fail("cannot listen on " + options.listen->to_string(), listener.error());
  std::cout << "listening on " << listener->local_addr().value().to_string() << "\n";
  std::cout << "unix on " << options.socket().string() << "\n" << std::flush;

  auto [entries, to_write] = rt::sync::mpsc::unbounded_channel<LogEntry>();
  auto [ask, questions] = rt::sync::mpsc::channel<Question>(16);
  auto [close, closing] = rt::sync::watch::channel(false);
  auto log = rt::spawn(keep_log(options.logs(), ferry::compat::from_legacy(std::move(to_write))));
  auto bot = rt::spawn(bot_if_any(options.bot, ferry::compat::from_legacy(std::move(questions))));
  auto app = std::make_shared<App>(std::move(options), Log(std::move(entries)), std::move(ask));
  {
    auto clients = accept_clients(app, std::move(*listener), std::move(local), std::move(closing));
    auto limiter = app->limiter.run();
    (void)co_await rt::select(clients, limiter, rt::signal::ctrl_c());
  }
  (void)co_await rt::fs::remove_file(app->options.socket());
  (void)close.broadcast(true);
  co_await drain(*app);
  const std::string totals = app->totals.to_string();
  app.reset();  // without clients the log and the bot have nothing to wait for then
  (void)co_await rt::select(log, rt::time::delay_for(1s));
  (void)co_await rt::select(bot, rt::time::delay_for(1s));
  std::cout << totals;
  co_return 0;
}

}  // namespace chat
