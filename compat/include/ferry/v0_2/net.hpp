// Sockets as in 0.2.
#pragma once

#include <ferry/net.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/tcp_listener.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>
#include <ferry/v0_2/result.hpp>

namespace ferry::v0_2::net {

using ferry::net::IpAddr;
using ferry::net::lookup_host;
using ferry::net::nonblocking;
using ferry::net::SocketAddr;
using ferry::net::ToSocketAddrs;

}  // namespace ferry::v0_2::net
