// Network: addresses, lookups, TCP, UDP, and the sockets and pipes between processes of one machine.
#pragma once

#include <ferry/io/async_io.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/datagram_socket.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/net/native_addr.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/net/pipe.hpp>
#include <ferry/net/readiness.hpp>
#include <ferry/net/socket.hpp>
#include <ferry/net/split.hpp>
#include <ferry/net/stream_socket.hpp>
#include <ferry/net/tcp_listener.hpp>
#include <ferry/net/tcp_socket.hpp>
#include <ferry/net/tcp_split.hpp>
#include <ferry/net/tcp_stream.hpp>
#include <ferry/net/ucred.hpp>
#include <ferry/net/udp_socket.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/net/unix_datagram.hpp>
#include <ferry/net/unix_listener.hpp>
#include <ferry/net/unix_socket.hpp>
#include <ferry/net/unix_split.hpp>
#include <ferry/net/unix_stream.hpp>
