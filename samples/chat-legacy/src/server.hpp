// Accepts clients until the program is interrupted.
#pragma once

#include <ferry/v0_2/net.hpp>

#include "options.hpp"

namespace chat {

/// Serves, and gives the exit status. `local` listens on the options' socket.
rt::Task<int> serve(Options options, rt::net::UnixListener local);

}  // namespace chat
