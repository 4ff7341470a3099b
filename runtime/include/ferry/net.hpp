// Network: addresses, lookups and TCP.
#pragma once

#include <ferry/net/addr.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/net/tcp_listener.hpp>
#include <ferry/net/tcp_socket.hpp>
#include <ferry/net/tcp_split.hpp>
#include <ferry/net/tcp_stream.hpp>
