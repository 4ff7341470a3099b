// Adapters that make streams of what were streams in 0.2. Each takes over what it adapts, of 1.x or of 0.2,
// and gives the items that 0.2 gave. What is a stream in 1.x, too, is here under its own name.
#pragma once

#include <ferry/compat/broadcast_stream.hpp>
#include <ferry/stream/throttle.hpp>
#include <ferry/stream/wrappers.hpp>
#include <ferry/time/delay_queue.hpp>
#include <ferry/util/reader_stream.hpp>

namespace ferry::compat {

/// The connections that a listener accepts, without their addresses.
using ListenerStream = stream::wrappers::TcpListenerStream;
using stream::wrappers::UnixListenerStream;
/// The ticks of an interval.
using stream::wrappers::IntervalStream;
/// What a receiver receives.
using stream::wrappers::ReceiverStream;
using stream::wrappers::UnboundedReceiverStream;
/// The values of a watch channel, the present one first, as in 0.2.
using stream::wrappers::WatchStream;
/// The occurrences of a signal.
using stream::wrappers::SignalStream;
/// What lies between the line ends, or the delimiters, of a reader's input.
using stream::wrappers::LinesStream;
using stream::wrappers::SplitStream;
/// What a directory holds.
using stream::wrappers::ReadDirStream;
/// The bytes of a reader in chunks.
using util::ReaderStream;
/// Values in the order of their deadlines, each when its deadline has come. An item is the value that has
/// expired; that of 0.2 was a result, which was never an error.
using time::DelayQueue;
/// A stream that does not give its items too fast.
using stream::Throttle;

}  // namespace ferry::compat
