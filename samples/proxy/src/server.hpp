// The program as a whole.
#pragma once

#include <ferry/task.hpp>

#include "options.hpp"

namespace proxy {

/// Serves until the process is interrupted, then lets the clients finish. The result is the exit status.
ferry::Task<int> serve(Options options);

}  // namespace proxy
