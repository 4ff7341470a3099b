// Copies between a client and a backend.
#pragma once

#include "counting_reader.hpp"

namespace proxy {

enum class RelayEnd { Completed, Idle, Failed };

/// Copies both ways until both sides have finished, one of them fails or nothing has moved for
/// `idle_timeout`. An end of input is passed on, so that a client may still read after it has said
/// everything.
rt::Task<RelayEnd> relay(rt::net::TcpStream& client, rt::net::TcpStream& backend, Traffic& traffic,
                         rt::time::Duration idle_timeout);

}  // namespace proxy
