// The admin listener: one command a connection.
#pragma once

#include <ferry/net.hpp>
#include <ferry/task.hpp>

#include "app.hpp"
#include "config.hpp"

namespace proxy {

/// A listening socket from the operating system, as any C program would make it.
ferry::io::Result<int> open_admin_socket(const ferry::net::SocketAddr& address);

/// Answers `status` with the totals and the backends, and `reload` by reading the configuration again. Never
/// ends.
ferry::Task<void> serve_admin(App& app, ferry::net::TcpListener listener, Config& config);

}  // namespace proxy
