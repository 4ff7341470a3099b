// What the parts of the program share.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include <ferry/v0_2/sync.hpp>

#include "net/totals.hpp"
#include "options.hpp"
#include "rooms/directory.hpp"
#include "rooms/limiter.hpp"
#include "rooms/members.hpp"
#include "services/bot.hpp"
#include "services/log.hpp"

namespace chat {

struct App {
  App(Options given, Log log_to, rt::sync::mpsc::Sender<Question> ask)
      : options(std::move(given)),
        log(std::move(log_to)),
        bot(std::move(ask)),
        limiter(options.burst, options.mute),
        places(std::make_shared<rt::sync::Semaphore>(options.clients)) {}

  const Options options;
  Totals totals;
  Log log;
  rt::sync::mpsc::Sender<Question> bot;
  Directory directory;
  Members members;
  Limiter limiter;
  std::shared_ptr<rt::sync::Semaphore> places;  // one for each client that is served
  rt::sync::Notify session_ended;               // wakes whoever waits for the last client
  std::atomic<std::size_t> sessions{0};
};

/// False until the program is about to end.
using Closing = rt::sync::watch::Receiver<bool>;

}  // namespace chat
