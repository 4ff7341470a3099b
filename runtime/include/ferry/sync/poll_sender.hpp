// PollSender: an mpsc sender for futures that are written by hand.
#pragma once

#include <optional>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/given_back.hpp>
#include <ferry/detail/sync_error.hpp>
#include <ferry/pin.hpp>
#include <ferry/poll.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/mpsc/bounded.hpp>
#include <ferry/waker.hpp>

namespace ferry::sync {
namespace error {

/// The receiver is gone or has closed, or the sender was closed; holds the value that was to be sent, if
/// there was one. Tokio: `tokio_util::sync::PollSendError`.
template <class T>
class PollSendError : public detail::SyncError {
 public:
  PollSendError() = default;
  explicit PollSendError(T&& value) : value_(std::in_place, std::move(value)) {}

  /// The value; none when it was a place that could not be had. Tokio: `PollSendError::into_inner`.
  std::optional<T> into_inner() && {
    if (!value_) return std::nullopt;
    return std::move(*value_).into_inner();
  }
  const char* what() const noexcept { return "channel closed"; }

 private:
  std::optional<detail::GivenBack<T>> value_;
};

}  // namespace error

/// Sends into a bounded channel in two steps, for a `poll` that is written by hand: `poll_reserve` until
/// there is a place, then `send_item`. A copy sends into the same channel and has reserved nothing.
///
/// It is a `util::Sink` of values, too: `util::send(sender, value)` waits for a place and sends. Closing it
/// as a sink is `close`; a value that was sent needs no flushing.
///
/// Closing it closes this sender only: the channel stays open for the others.
///
/// Cancelling: destroying it, or `abort_send`, gives up the place, or its turn in the queue of senders.
/// Thread safety: owned by one thread at a time.
/// Cost: one pooled allocation for each place that is reserved.
/// Tokio: `tokio_util::sync::PollSender`.
template <class T>
class PollSender {
 public:
  /// Of the sink.
  using Error = error::PollSendError<T>;

  explicit PollSender(mpsc::Sender<T> sender) noexcept : sender_(std::move(sender)) {}
  PollSender(const PollSender& other) noexcept : sender_(other.sender_) {}
  PollSender(PollSender&& other) noexcept
      : sender_(std::exchange(other.sender_, std::nullopt)),
        is_over_(other.is_over_),
        reserving_(std::exchange(other.reserving_, std::nullopt)),
        place_(std::exchange(other.place_, std::nullopt)) {}
  PollSender& operator=(PollSender other) noexcept {
    std::swap(sender_, other.sender_);
    std::swap(is_over_, other.is_over_);
    std::swap(reserving_, other.reserving_);
    std::swap(place_, other.place_);
    return *this;
  }
  ~PollSender() = default;

  /// Ready when there is a place for one value, which stays reserved. A place that is reserved already is
  /// said so at once.
  ///
  /// Errors: the receiver is gone or has closed, or this sender was closed.
  /// Tokio: `PollSender::poll_reserve`.
  Poll<Result<void, error::PollSendError<T>>> poll_reserve(Context& cx) {
    using Output = Result<void, error::PollSendError<T>>;
    if (place_) return Output();
    if (is_closed()) return Output(error::PollSendError<T>());
    if (!reserving_) {
      const auto reserve = [this] { return mpsc::Sender<T>(*sender_).reserve_owned(); };
      reserving_.emplace(std::in_place, reserve);
    }
    auto polled = reserving_->poll(cx);
    if (polled.is_pending()) return pending;
    reserving_.reset();
    if (polled->has_error()) {
      is_over_ = true;
      return Output(error::PollSendError<T>());
    }
    place_.emplace(std::move(**polled));
    return Output();
  }

  /// Sends into the place that `poll_reserve` has reserved, also after `close`. A receiver that has closed
  /// since still gets the value; for one that is gone it is destroyed with the channel.
  ///
  /// Errors: this sender is closed, and no place is reserved; the value comes back.
  /// Throws: std::logic_error without a `poll_reserve` that was ready.
  /// Tokio: `PollSender::send_item`.
  [[nodiscard]] Result<void, error::PollSendError<T>> send_item(T value) {
    if (!place_) {
      FERRY_REQUIRE(is_closed(), "PollSender::send_item needs a place: call poll_reserve until it is ready");
      return error::PollSendError<T>(std::move(value));
    }
    std::move(*place_).send(std::move(value));
    place_.reset();
    return {};
  }

  /// Gives up the place that is reserved, or the wait for one. True when there was either. It may be reserved
  /// again, unless this sender is closed. Tokio: `PollSender::abort_send`.
  bool abort_send() noexcept {
    const bool had_any = reserving_.has_value() || place_.has_value();
    reserving_.reset();
    place_.reset();
    return had_any;
  }

  /// Closes this sender, and gives up its wait for a place. A place that is reserved already can still be
  /// used, once, or given up with `abort_send`. Tokio: `PollSender::close`.
  void close() noexcept {
    sender_.reset();
    reserving_.reset();
  }
  /// Whether this sender was closed, or a `poll_reserve` has failed. The channel itself may be open. Tokio:
  /// `PollSender::is_closed`.
  bool is_closed() const noexcept { return !sender_ || is_over_; }

  /// `poll_reserve`. Tokio: `Sink::poll_ready`.
  Poll<Result<void, Error>> poll_ready(Context& cx) { return poll_reserve(cx); }
  /// `send_item`. Tokio: `Sink::start_send`.
  [[nodiscard]] Result<void, Error> start_send(T value) { return send_item(std::move(value)); }
  /// Ready: what was sent is in the channel. Tokio: `Sink::poll_flush`.
  Poll<Result<void, Error>> poll_flush(Context&) noexcept { return Result<void, Error>(); }
  /// `close`, and ready. Tokio: `Sink::poll_close`.
  Poll<Result<void, Error>> poll_close(Context&) noexcept {
    close();
    return Result<void, Error>();
  }

  /// The sender that it was made from; nullptr after `close`. Tokio: `PollSender::get_ref`.
  const mpsc::Sender<T>* get_ref() const noexcept { return sender_ ? &*sender_ : nullptr; }

 private:
  std::optional<mpsc::Sender<T>> sender_;
  bool is_over_ = false;  // a `poll_reserve` has failed
  std::optional<Pin<mpsc::ReserveOwned<T>>> reserving_;
  std::optional<mpsc::OwnedPermit<T>> place_;
};

}  // namespace ferry::sync
