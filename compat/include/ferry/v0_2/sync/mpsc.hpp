// mpsc: 0.2's, whose receivers are streams.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/annotate.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::sync::mpsc {
namespace error {

using ferry::sync::mpsc::error::SendError;
using ferry::sync::mpsc::error::TrySendError;

/// Why there is no value: not yet, or never again. Tokio: 0.2's `mpsc::error::TryRecvError`.
enum class TryRecvError : unsigned char {
  Empty,
  Closed FERRY_REPLACE("MPSC-08", safe, "ferry::sync::mpsc::error::TryRecvError::Disconnected"),
};

[[noreturn]] inline void throw_exception_from_error(TryRecvError error, const boost::source_location& where) {
  boost::throw_with_location(
      std::runtime_error(error == TryRecvError::Empty ? "channel empty" : "channel closed"), where);
}

}  // namespace error

using ferry::sync::mpsc::Sender;
using ferry::sync::mpsc::UnboundedSender;

/// A receiver that is also a stream of what `recv` gives. `Base` is one of the receivers of 1.x.
///
/// Thread safety: owned by one thread at a time.
template <class T, class Base>
class StreamReceiver : public Base {
 public:
  using Item = T;

  explicit StreamReceiver(Base receiver) noexcept : Base(std::move(receiver)) {}

  /// The next value; none at the end.
  ///
  /// Cancelling: safe; a value leaves the channel only when it is given.
  /// Tokio: 0.2's `StreamExt::next` on a receiver.
  FERRY_REPLACE("MPSC-11", safe, "$this.recv()")
  [[nodiscard]] ferry::sync::mpsc::Recv<T> next() noexcept { return this->recv(); }

  /// As a stream.
  Poll<std::optional<T>> poll_next(Context& cx) { return this->poll_recv(cx); }

  /// A value if one is there. Errors: `Empty`, also on a closed channel while there are senders; `Closed`
  /// without them. Tokio: 0.2's `mpsc::Receiver::try_recv`.
  [[nodiscard]] Result<T, error::TryRecvError> try_recv() {
    using R = Result<T, error::TryRecvError>;
    auto received = Base::try_recv();
    if (received) return R(boost::system::in_place_value, *std::move(received));
    const bool is_end = received.error() == ferry::sync::mpsc::error::TryRecvError::Disconnected &&
                        this->sender_strong_count() == 0;
    return R(boost::system::in_place_error, static_cast<error::TryRecvError>(is_end));
  }
};

/// Tokio: 0.2's `mpsc::Receiver`.
template <class T>
class Receiver : public StreamReceiver<T, ferry::sync::mpsc::Receiver<T>> {
  using StreamReceiver<T, ferry::sync::mpsc::Receiver<T>>::StreamReceiver;
};

/// Tokio: 0.2's `mpsc::UnboundedReceiver`.
template <class T>
class UnboundedReceiver : public StreamReceiver<T, ferry::sync::mpsc::UnboundedReceiver<T>> {
  using StreamReceiver<T, ferry::sync::mpsc::UnboundedReceiver<T>>::StreamReceiver;
};

/// A channel of many senders and one receiver that holds up to `capacity` values.
///
/// Throws: std::logic_error when `capacity` is 0.
/// Tokio: `mpsc::channel`.
template <class T>
[[nodiscard]] std::pair<Sender<T>, Receiver<T>> channel(std::size_t capacity) {
  auto made = ferry::sync::mpsc::channel<T>(capacity);
  return {std::move(made.first), Receiver<T>(std::move(made.second))};
}

/// A channel of many senders and one receiver that holds any number of values. Tokio:
/// `mpsc::unbounded_channel`.
template <class T>
[[nodiscard]] std::pair<UnboundedSender<T>, UnboundedReceiver<T>> unbounded_channel() {
  auto made = ferry::sync::mpsc::unbounded_channel<T>();
  return {std::move(made.first), UnboundedReceiver<T>(std::move(made.second))};
}

}  // namespace ferry::v0_2::sync::mpsc
