// Wrappers: what gives many values, as streams.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/net/tcp_listener.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/sync/watch.hpp>
#include <ferry/time/interval.hpp>

namespace ferry::stream::wrappers {

/// The connections that a listener accepts, without their addresses. Never ends.
/// Tokio: `tokio_stream::wrappers::TcpListenerStream`.
class TcpListenerStream {
 public:
  using Item = io::Result<net::TcpStream>;

  explicit TcpListenerStream(net::TcpListener listener) noexcept : listener_(std::move(listener)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    Poll<io::Result<net::TcpListener::Accepted>> accepted = listener_.poll_accept(cx);
    if (accepted.is_pending()) return pending;
    if (!*accepted) return std::optional<Item>(accepted->error());
    return std::optional<Item>((**std::move(accepted)).first);
  }

  net::TcpListener into_inner() && { return std::move(listener_); }
  const net::TcpListener& as_ref() const noexcept { return listener_; }

 private:
  net::TcpListener listener_;
};

/// The ticks of an interval. Never ends.
/// Tokio: `tokio_stream::wrappers::IntervalStream`.
class IntervalStream {
 public:
  using Item = time::Instant;

  explicit IntervalStream(time::Interval interval) noexcept : interval_(std::move(interval)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    const Poll<time::Instant> tick = interval_.poll_tick(cx);
    if (tick.is_pending()) return pending;
    return std::optional<Item>(*tick);
  }

  time::Interval into_inner() && { return std::move(interval_); }
  const time::Interval& as_ref() const noexcept { return interval_; }

 private:
  time::Interval interval_;
};

/// What a bounded channel receives. Ends when every sender is gone and everything was received.
/// Tokio: `tokio_stream::wrappers::ReceiverStream`.
template <class T>
class ReceiverStream {
 public:
  using Item = T;

  explicit ReceiverStream(sync::mpsc::Receiver<T> receiver) noexcept : receiver_(std::move(receiver)) {}

  Poll<std::optional<T>> poll_next(Context& cx) { return receiver_.poll_recv(cx); }
  /// No more can be sent; what was sent can still be received.
  void close() { receiver_.close(); }

  sync::mpsc::Receiver<T> into_inner() && { return std::move(receiver_); }
  const sync::mpsc::Receiver<T>& as_ref() const noexcept { return receiver_; }

 private:
  sync::mpsc::Receiver<T> receiver_;
};

/// What an unbounded channel receives. Ends when every sender is gone and everything was received.
/// Tokio: `tokio_stream::wrappers::UnboundedReceiverStream`.
template <class T>
class UnboundedReceiverStream {
 public:
  using Item = T;

  explicit UnboundedReceiverStream(sync::mpsc::UnboundedReceiver<T> receiver) noexcept
      : receiver_(std::move(receiver)) {}

  Poll<std::optional<T>> poll_next(Context& cx) { return receiver_.poll_recv(cx); }
  /// No more can be sent; what was sent can still be received.
  void close() { receiver_.close(); }

  sync::mpsc::UnboundedReceiver<T> into_inner() && { return std::move(receiver_); }
  const sync::mpsc::UnboundedReceiver<T>& as_ref() const noexcept { return receiver_; }

 private:
  sync::mpsc::UnboundedReceiver<T> receiver_;
};

/// Copies of a watched value: the present one at once, then one whenever it has changed. Changes between two
/// polls give one item, the latest. Ends when every sender is gone and the last value was seen.
///
/// Cost: one allocation.
/// Tokio: `tokio_stream::wrappers::WatchStream`.
template <class T>
class WatchStream {
 public:
  using Item = T;

  explicit WatchStream(sync::watch::Receiver<T> receiver)
      : state_(std::make_unique<State>(std::move(receiver))) {
    state_->receiver.mark_changed();
  }
  /// Leaves the present value out. Tokio: `WatchStream::from_changes`.
  static WatchStream from_changes(sync::watch::Receiver<T> receiver) {
    WatchStream stream(std::move(receiver));
    stream.state_->receiver.mark_unchanged();
    return stream;
  }

  Poll<std::optional<T>> poll_next(Context& cx) {
    if (!state_->waiting) state_->waiting.emplace(state_->receiver);
    const auto changed = state_->waiting->changed.poll(cx);
    if (changed.is_pending()) return pending;
    state_->waiting.reset();
    if (changed->has_error()) return std::optional<T>();
    return std::optional<T>(*state_->receiver.borrow_and_update());
  }

 private:
  // The wait cannot be moved and refers to the receiver; the stream can be moved.
  struct Waiting {
    explicit Waiting(sync::watch::Receiver<T>& receiver) : changed(receiver.changed()) {}
    sync::watch::Changed<T> changed;
  };
  struct State {
    explicit State(sync::watch::Receiver<T> receiver) : receiver(std::move(receiver)) {}
    sync::watch::Receiver<T> receiver;
    std::optional<Waiting> waiting;
  };
  std::unique_ptr<State> state_;
};

}  // namespace ferry::stream::wrappers
