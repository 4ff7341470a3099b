// The admin listener: one command a connection.
#pragma once

#include <ferry/v0_2/net.hpp>

#include "app.hpp"
#include "config.hpp"

namespace proxy {

/// A listening socket from the operating system, as any C program would make it.
rt::io::Result<int> open_admin_socket(const rt::net::SocketAddr& address);

/// Answers `status` with the totals and the backends, and `reload` by reading the configuration again. Never
/// ends.
rt::Task<void> serve_admin(App& app, rt::net::TcpListener listener, Config& config);

}  // namespace proxy
