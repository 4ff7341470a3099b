// Signals, as in 0.2: ctrl_c has not changed.
#pragma once

#include <ferry/signal.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::signal {

using ferry::signal::ctrl_c;

}  // namespace ferry::v0_2::signal
