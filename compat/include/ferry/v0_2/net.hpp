// Sockets as in 0.2.
#pragma once

#include <ferry/net.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/datagram_split.hpp>
#include <ferry/v0_2/net/modules.hpp>
#include <ferry/v0_2/net/split.hpp>
#include <ferry/v0_2/net/tcp_listener.hpp>
#include <ferry/v0_2/net/tcp_split.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>
#include <ferry/v0_2/net/ucred.hpp>
#include <ferry/v0_2/net/udp_socket.hpp>
#include <ferry/v0_2/net/unix_datagram.hpp>
#include <ferry/v0_2/net/unix_listener.hpp>
#include <ferry/v0_2/net/unix_split.hpp>
#include <ferry/v0_2/net/unix_stream.hpp>
#include <ferry/v0_2/result.hpp>

namespace ferry::v0_2::net {

using ferry::net::IpAddr;
using ferry::net::lookup_host;
using ferry::net::LookupHost;
using ferry::net::nonblocking;
using ferry::net::Readiness;
using ferry::net::ReadyFor;
using ferry::net::Shutdown;
using ferry::net::Socket;
using ferry::net::SocketAddr;
using ferry::net::TcpSocket;
using ferry::net::ToSocketAddrs;
using ferry::net::UnixSocket;
using ferry::net::UnixSocketAddr;
namespace pipe = ferry::net::pipe;

}  // namespace ferry::v0_2::net
