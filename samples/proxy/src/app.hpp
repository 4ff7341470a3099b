// What the parts of the program share.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

#include <ferry/sync.hpp>

#include "events.hpp"
#include "pool.hpp"

namespace proxy {

struct App {
  explicit App(Options given) : options(std::move(given)) {}

  const Options options;
  Pool pool;
  Statistics statistics;
  ferry::sync::Notify backend_down;   // wakes whoever brings backends back
  ferry::sync::Notify session_ended;  // wakes whoever waits for the last client
  std::atomic<std::size_t> sessions{0};
};

}  // namespace proxy
