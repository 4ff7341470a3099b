// Adapters that make streams of what were streams in 0.2 and are none in 1.x.
#pragma once

#include <ferry/stream/wrappers.hpp>

namespace ferry::compat {

/// The connections that a listener accepts, without their addresses.
using ListenerStream = stream::wrappers::TcpListenerStream;
/// The ticks of an interval.
using stream::wrappers::IntervalStream;
/// What a receiver receives.
using stream::wrappers::ReceiverStream;
using stream::wrappers::UnboundedReceiverStream;
/// The values of a watch channel, the present one first, as in 0.2.
using stream::wrappers::WatchStream;

}  // namespace ferry::compat
