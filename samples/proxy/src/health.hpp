// Finds out which backends are there.
#pragma once

#include <optional>

#include <ferry/net.hpp>
#include <ferry/task.hpp>

#include "app.hpp"

namespace proxy {

/// Connects within the time allowed. A backend that cannot be reached is marked down, and somebody told.
ferry::Task<std::optional<ferry::net::TcpStream>> connect_to(App& app, BackendPtr backend, Events events);

/// Tries every backend that is up, at the interval asked for. Never ends.
ferry::Task<void> check_health(App& app, Events events);

/// Whenever a backend went down: tries those that are down, at growing intervals, until all are back. Never
/// ends.
ferry::Task<void> bring_back(App& app, Events events);

}  // namespace proxy
