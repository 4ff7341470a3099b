// Adapters that make streams of what were streams in 0.2. Each takes over what it adapts, of 1.x or of 0.2,
// and gives the items that 0.2 gave. What is a stream in 1.x, too, is here under its own name.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/throttle.hpp>
#include <ferry/stream/wrappers.hpp>
#include <ferry/sync/broadcast.hpp>
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

/// What a broadcast channel receives. Where values were overwritten before that, an item is the error of
/// `recv`, as in 0.2; that of stream::wrappers::BroadcastStream is a type of its own. Ends when every sender
/// is gone and everything was received.
///
/// Cost: one allocation.
/// Tokio: 0.2's `broadcast::Receiver::into_stream`.
template <class T>
class BroadcastStream {
 public:
  using Item = Result<T, sync::broadcast::error::RecvError>;

  explicit BroadcastStream(sync::broadcast::Receiver<T> receiver) : values_(std::move(receiver)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    using boost::system::in_place_error;
    using Ready = Poll<std::optional<Item>>;
    auto polled = values_.poll_next(cx);
    if (polled.is_pending()) return pending;
    if (!*polled) return std::optional<Item>();
    if (**polled) return Ready::ready(std::in_place, boost::system::in_place_value, ***std::move(polled));
    return Ready::ready(std::in_place, in_place_error, (*polled)->error().skipped());
  }

 private:
  stream::wrappers::BroadcastStream<T> values_;
};

}  // namespace ferry::compat
