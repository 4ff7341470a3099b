#include "session.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/stream.hpp>
#include <ferry/v0_2/time.hpp>
#include <ferry/v0_2/util.hpp>

#include "client.hpp"

namespace chat {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kOutboxCapacity = 16;
constexpr auto kNever = 24h;

/// Counts itself among the sessions for as long as it lives.
class Session {
 public:
  explicit Session(App& app) : app_(app) {
    ++app_.sessions;
    ++app_.totals.clients;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    --app_.sessions;
    app_.session_ended.notify();
  }

 private:
  App& app_;
};

rt::Task<void> until_closing(Closing& closing) {
  while (auto is_closing = co_await closing.recv()) {
    if (*is_closing) co_return;
  }
}

/// Says why the client goes; nothing when it is not there any more.
template <class Lines>
rt::Task<std::string> converse(App& app, Lines lines, Outbox& outbox, Closing closing) {
  Client client(app, outbox);
  auto patience = rt::time::delay_for(kNever);
  bool is_idle = false;
  for (;;) {
    // What there is for the client waits where it is until it can be written. Then a slow client misses
    // messages, and nobody waits for it.
    auto ready = co_await rt::select(outbox.ready(), until_closing(closing));
    if (ready.index() == 1) co_return "shutdown";
    if (!get<0>(ready)) co_return "";
    auto first = co_await rt::select(rt::stream::next(lines), client.next_message(), client.next_presence(),
                                     patience, until_closing(closing));
    if (first.index() == 1 && get<1>(first)) outbox.put(*get<1>(std::move(first)));
    if (first.index() == 2) outbox.put(get<2>(std::move(first)));
    if (first.index() == 3) co_return "idle";
    if (first.index() == 4) co_return "shutdown";
    if (first.index() != 0) continue;

    auto& line = get<0>(first);
    if (!line) co_return "";
    if (!*line) {  // it is late
      is_idle = true;
      client.show(Presence::Away);
      outbox.put(Reply("ping"));
      patience.reset(rt::time::Instant::now() + app.options.idle);
      continue;
    }
    if (std::exchange(is_idle, false)) {
      client.show(Presence::Here);
      patience.reset(rt::time::Instant::now() + kNever);
    }
    auto& command = **line;
    if (!command) {
      outbox.put(Reply::err("LINE", command.error().message()));
      continue;
    }
    outbox.release();
    const bool goes_on = co_await client.execute(std::move(*command));
    if (!goes_on) co_return "quit";
  }
}

}  // namespace

rt::Task<void> serve_client(std::shared_ptr<App> app, Connection connection, Closing closing,
                            rt::sync::OwnedSemaphorePermit place) {
  const auto kept = std::move(place);
  const Session session(*app);
  auto [sink, commands] = rt::util::split(Framed(std::move(connection), ChatCodec(app->options.line_limit)));
  auto [replies, to_write] = rt::sync::mpsc::channel<Reply>(kOutboxCapacity);
  auto writer = rt::spawn(write_replies(std::move(to_write), std::move(sink)));
  std::string why;
  {
    Outbox outbox(std::move(replies));
    auto lines =
        rt::stream::timeout(rt::time::throttle(app->options.rate, std::move(commands)), app->options.idle);
    why = co_await converse(*app, std::move(lines), outbox, std::move(closing));
    outbox.put(Reply("bye " + why));
  }
  (void)co_await writer;
}

}  // namespace chat
