// Signals, as in 0.2.
#pragma once

#include <ferry/signal.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/signal/signal.hpp>

namespace ferry::v0_2::signal {

using ferry::signal::ctrl_c;
using ferry::signal::CtrlC;

}  // namespace ferry::v0_2::signal
