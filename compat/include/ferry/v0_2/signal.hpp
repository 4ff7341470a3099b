// Signals, as in 0.2.
#pragma once

#include <ferry/annotate.hpp>
#include <ferry/signal.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/result.hpp>
#include <ferry/v0_2/signal/signal.hpp>

namespace ferry::v0_2::signal {

using ferry::signal::ctrl_c;
using ferry::signal::CtrlC;

/// `unix` is its other name, as of net::unix_. Tokio: 0.2's `signal::unix`.
namespace FERRY_MOVED("SIG-02", safe, "ferry::signal") unix_ {}
namespace unix_ {

using v0_2::signal::signal;
using v0_2::signal::Signal;
using v0_2::signal::SignalKind;

}  // namespace unix_

#if !defined(unix)
namespace unix = unix_;
#endif

}  // namespace ferry::v0_2::signal
