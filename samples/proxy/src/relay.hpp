// Copies between a client and a backend.
#pragma once

#include <ferry/task.hpp>

#include "counting_reader.hpp"

namespace proxy {

enum class RelayEnd { Completed, Idle, Failed };

/// Copies both ways until both sides have finished, one of them fails or nothing has moved for
/// `idle_timeout`. An end of input is passed on, so that a client may still read after it has said
/// everything.
ferry::Task<RelayEnd> relay(const ferry::net::TcpStream& client, const ferry::net::TcpStream& backend,
                            Traffic& traffic, ferry::time::Duration idle_timeout);

}  // namespace proxy
