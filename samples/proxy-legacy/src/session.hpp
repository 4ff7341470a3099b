// One client.
#pragma once

#include <memory>

#include <ferry/v0_2/net.hpp>

#include "app.hpp"

namespace proxy {

/// Finds the client a backend, trying one after the other, and copies until they are done with each other.
rt::Task<void> serve_client(std::shared_ptr<App> app, rt::net::TcpStream client, Events events);

}  // namespace proxy
