// mpsc: 0.2's, whose receivers are streams, and whose senders reserve places inside themselves.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/pin.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/mpsc.hpp>
#include <ferry/time/sleep.hpp>
#include <ferry/v0_2/moved.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::sync::mpsc {
namespace error {

using ferry::sync::mpsc::error::SendError;
using ferry::sync::mpsc::error::SendTimeoutError;
using ferry::sync::mpsc::error::TrySendError;

/// The receiver is gone or has closed. Tokio: 0.2's `mpsc::error::ClosedError`.
class FERRY_REPLACE("MPSC-06", safe, "ferry::sync::mpsc::error::SendError<void>") ClosedError
    : public ferry::sync::mpsc::error::SendError<void> {
 public:
  friend bool operator==(const ClosedError&, const ClosedError&) noexcept { return true; }
};

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

using ferry::sync::mpsc::OwnedPermit;
using ferry::sync::mpsc::Permit;
using ferry::sync::mpsc::PermitIterator;
using ferry::sync::mpsc::UnboundedSender;
using ferry::sync::mpsc::WeakSender;
using ferry::sync::mpsc::WeakUnboundedSender;

template <class T>
class Send;
template <class T>
class SendTimeout;
namespace detail {
template <class T>
class SendIntoPlace;
}  // namespace detail

/// Sends values to one receiver; a copy sends into the same channel and has reserved nothing. Like 0.2's it
/// is used by one task at a time. Can be used wherever a sender of 1.x is wanted.
///
/// What `poll_ready` reserves stays in the sender until it sends, or `disarm`, or its end. A `send` that is
/// cancelled gives its place up, as in 1.x; 0.2 kept it.
///
/// Thread safety: owned by one thread at a time; the const members may be called from any thread.
/// Cost: one pooled allocation for each place that `poll_ready` reserves.
/// Tokio: 0.2's `mpsc::Sender`.
template <class T>
class Sender : public ferry::sync::mpsc::Sender<T> {
  using Base = ferry::sync::mpsc::Sender<T>;

 public:
  /// For `channel` and `compat::into_legacy`.
  explicit Sender(Base sender) noexcept : Base(std::move(sender)) {}
  Sender(const Sender& other) noexcept : Base(other) {}
  Sender(Sender&& other) noexcept
      : Base(std::move(other)),
        reserving_(std::exchange(other.reserving_, std::nullopt)),
        place_(std::exchange(other.place_, std::nullopt)) {}
  Sender& operator=(Sender other) noexcept {
    std::swap(static_cast<Base&>(*this), static_cast<Base&>(other));
    std::swap(reserving_, other.reserving_);
    std::swap(place_, other.place_);
    return *this;
  }
  ~Sender() = default;

  /// Waits for a place and sends; into the place that was reserved, if there is one. A future of
  /// `Result<void, error::SendError<T>>`.
  ///
  /// Errors: the receiver is gone or has closed; the value comes back.
  /// Cancelling: safe, but the value is destroyed; a place that `poll_ready` has reserved stays so.
  /// Tokio: 0.2's `mpsc::Sender::send`.
  [[nodiscard]] Send<T> send(T value) {
    if (has_begun_to_reserve()) [[unlikely]]
      return Send<T>(*this, std::move(value), std::true_type());
    return Send<T>(static_cast<const Base&>(*this), std::move(value));
  }

  /// Sends if there is a place, or one was reserved. Errors: `Full` or `Closed`, with the value. Tokio: 0.2's
  /// `mpsc::Sender::try_send`.
  [[nodiscard]] Result<void, error::TrySendError<T>> try_send(T value) {
    if (!place_) return Base::try_send(std::move(value));
    send_reserved(std::move(value));
    return {};
  }

  /// As `send`, but gives up `duration` from now.
  ///
  /// Errors: `Timeout` or `Closed`, with the value.
  /// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
  /// Cancelling: as `send`.
  /// Tokio: 0.2's `mpsc::Sender::send_timeout`.
  FERRY_REVIEW("MPSC-04", "when its time is up the sender has lost its turn; that of 0.2 kept it, or a place")
  [[nodiscard]] SendTimeout<T> send_timeout(T value, std::chrono::nanoseconds duration) {
    return SendTimeout<T>(*this, std::move(value), duration);
  }

  /// Ready when a place is reserved in this sender, for its next `send` or `try_send`.
  ///
  /// Errors: the receiver is gone or has closed.
  /// Tokio: 0.2's `mpsc::Sender::poll_ready`.
  FERRY_NATIVE("MPSC-03", unsafe, "ferry::sync::mpsc::Sender::reserve, or a ferry::sync::PollSender")
  Poll<Result<void, error::ClosedError>> poll_ready(Context& cx) {
    using Ready = Result<void, error::ClosedError>;
    if (place_) return Ready();
    if (!reserving_) {
      const auto reserve = [this] { return Base(*this).reserve_owned(); };
      reserving_.emplace(std::in_place, reserve);
    }
    auto polled = reserving_->poll(cx);
    if (polled.is_pending()) return pending;
    reserving_.reset();
    if (polled->has_error()) return Ready(error::ClosedError());
    place_.emplace(**std::move(polled));
    return Ready();
  }

  /// Gives the place back that `poll_ready` has reserved. Result: whether there was one. Tokio: 0.2's
  /// `mpsc::Sender::disarm`.
  FERRY_NATIVE("MPSC-05", unsafe, "the destructor of a ferry::sync::mpsc::Permit")
  bool disarm() noexcept {
    const bool was_armed = place_.has_value();
    place_.reset();
    return was_armed;
  }

 private:
  friend class detail::SendIntoPlace<T>;

  bool has_begun_to_reserve() const noexcept { return place_ || reserving_; }
  void send_reserved(T&& value) {
    std::move(*place_).send(std::move(value));
    place_.reset();
  }

  std::optional<Pin<ferry::sync::mpsc::ReserveOwned<T>>> reserving_;
  std::optional<OwnedPermit<T>> place_;
};

namespace detail {

/// Waits for a place, which may be the one that its sender has reserved, and puts its value there.
template <class T>
class SendIntoPlace {
 public:
  SendIntoPlace(Sender<T>& sender, T&& value)
      : value(std::move(value)), sender_(&sender), reserve_(sender.reserve()) {}

  /// Ready with false: the channel is closed, and the value still here.
  Poll<bool> poll(Context& cx) {
    if (sender_->has_begun_to_reserve()) {
      const auto ready = sender_->poll_ready(cx);
      if (ready.is_pending()) return pending;
      if (ready->has_error()) return false;
      sender_->send_reserved(std::move(value));
    } else {
      auto reserved = reserve_.poll(cx);
      if (reserved.is_pending()) return pending;
      if (reserved->has_error()) return false;
      (**std::move(reserved)).send(std::move(value));
    }
    return true;
  }

  T value;

 private:
  Sender<T>* sender_;
  ferry::sync::mpsc::Reserve<T> reserve_;
};

}  // namespace detail

/// Waits for a place and puts its value there. Cannot be moved.
///
/// Cancelling: see `Sender::send`.
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] Send {
 public:
  using Output = Result<void, error::SendError<T>>;
  Send(const Send&) = delete;
  Send& operator=(const Send&) = delete;
  ~Send() {
    if (is_plain_) [[likely]]
      std::destroy_at(&plain_);
    else
      destroy_into_place();
  }

  Poll<Output> poll(Context& cx) {
    if (is_plain_) [[likely]]
      return plain_.poll(cx);
    return poll_into_place(cx);
  }

 private:
  friend class Sender<T>;
  using Plain = ferry::sync::mpsc::Send<T>;

  Send(const ferry::sync::mpsc::Sender<T>& sender, T&& value)
      : is_plain_(true), plain_(sender.send(std::move(value))) {}
  [[gnu::noinline]] Send(Sender<T>& sender, T&& value, std::true_type /*has_begun_to_reserve*/)
      : is_plain_(false), into_place_(sender, std::move(value)) {}

  // Apart, so that a plain send is inlined as that of 1.x is.
  [[gnu::noinline]] void destroy_into_place() noexcept { std::destroy_at(&into_place_); }
  [[gnu::noinline]] Poll<Output> poll_into_place(Context& cx) {
    const Poll<bool> sent = into_place_.poll(cx);
    if (sent.is_pending()) return pending;
    if (!*sent) return Output(boost::system::in_place_error, std::move(into_place_.value));
    return Output();
  }

  const bool is_plain_;
  union {
    Plain plain_;
    detail::SendIntoPlace<T> into_place_;
  };
};

/// Waits for a place and puts its value there, unless a timer comes first. Cannot be moved.
///
/// Cancelling: see `Sender::send`.
/// Thread safety: belongs to one task.
template <class T>
class [[nodiscard]] SendTimeout {
 public:
  using Output = Result<void, error::SendTimeoutError<T>>;

  Poll<Output> poll(Context& cx) {
    using E = error::SendTimeoutError<T>;
    if (const Poll<bool> sent = send_.poll(cx); sent.is_ready()) {
      if (*sent) return Output();
      return Output(boost::system::in_place_error, E::Closed, std::move(send_.value));
    }
    if (timer_.poll(cx).is_pending()) return pending;
    return Output(boost::system::in_place_error, E::Timeout, std::move(send_.value));
  }

 private:
  friend class Sender<T>;
  SendTimeout(Sender<T>& sender, T&& value, std::chrono::nanoseconds duration)
      : send_(sender, std::move(value)), timer_(ferry::time::sleep(duration)) {}

  detail::SendIntoPlace<T> send_;
  ferry::time::Sleep timer_;
};

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
  FERRY_REVIEW("MPSC-07",
               "after close() an empty channel says Disconnected; 0.2 said Empty while there were senders")
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
  return {Sender<T>(std::move(made.first)), Receiver<T>(std::move(made.second))};
}

/// A channel of many senders and one receiver that holds any number of values. Tokio:
/// `mpsc::unbounded_channel`.
template <class T>
[[nodiscard]] std::pair<UnboundedSender<T>, UnboundedReceiver<T>> unbounded_channel() {
  auto made = ferry::sync::mpsc::unbounded_channel<T>();
  return {std::move(made.first), UnboundedReceiver<T>(std::move(made.second))};
}

}  // namespace ferry::v0_2::sync::mpsc

#pragma GCC diagnostic pop
