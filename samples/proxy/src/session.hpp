// One client.
#pragma once

#include <memory>

#include <ferry/net.hpp>
#include <ferry/task.hpp>

#include "app.hpp"

namespace proxy {

/// Finds the client a backend, trying one after the other, and copies until they are done with each other.
ferry::Task<void> serve_client(std::shared_ptr<App> app, ferry::net::TcpStream client, Events events);

}  // namespace proxy
