// The program as a whole.
#pragma once

#include "options.hpp"

namespace proxy {

/// Serves until the process is interrupted, then lets the clients finish. The result is the exit status.
rt::Task<int> serve(Options options);

}  // namespace proxy
