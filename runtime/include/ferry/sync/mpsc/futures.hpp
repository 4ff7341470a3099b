// The futures of a bounded channel's senders. None of them can be moved; each belongs to one task.
#pragma once

#include <cstddef>
#include <utility>

#include <ferry/detail/mpsc_channel.hpp>
#include <ferry/result.hpp>
#include <ferry/sync/mpsc/error.hpp>
#include <ferry/sync/mpsc/permit.hpp>

namespace ferry::sync::mpsc {

/// Waits for a place and puts its value there.
template <class T>
class [[nodiscard]] Send {
 public:
  using Output = Result<void, error::SendError<T>>;

  Poll<Output> poll(Context& cx) {
    const Poll<bool> polled = acquire_.poll(cx);
    if (polled.is_pending()) return pending;
    if (!*polled) return Output(boost::system::in_place_error, std::move(value_));
    channel_->push(std::move(value_));
    return Output();
  }

 private:
  friend class Sender<T>;
  Send(detail::MpscChannel<T>& channel, T&& value) noexcept
      : channel_(&channel), acquire_(channel, 1), value_(std::move(value)) {}

  detail::MpscChannel<T>* channel_;
  detail::MpscAcquire acquire_;
  T value_;
};

/// Waits for a place and puts its value there, unless a timer comes first.
template <class T, class Timer>
class [[nodiscard]] SendTimeout {
 public:
  using Output = Result<void, error::SendTimeoutError<T>>;

  Poll<Output> poll(Context& cx) {
    using E = error::SendTimeoutError<T>;
    if (const Poll<bool> polled = acquire_.poll(cx); polled.is_ready()) {
      if (!*polled) return Output(boost::system::in_place_error, E::Closed, std::move(value_));
      channel_->push(std::move(value_));
      return Output();
    }
    if (timer_.poll(cx).is_pending()) return pending;
    return Output(boost::system::in_place_error, E::Timeout, std::move(value_));
  }

 private:
  friend class Sender<T>;
  template <class MakeTimer>
  SendTimeout(detail::MpscChannel<T>& channel, T&& value, MakeTimer make_timer)
      : channel_(&channel), acquire_(channel, 1), value_(std::move(value)), timer_(make_timer()) {}

  detail::MpscChannel<T>* channel_;
  detail::MpscAcquire acquire_;
  T value_;
  Timer timer_;
};

/// Waits for a place.
template <class T>
class [[nodiscard]] Reserve {
 public:
  using Output = Result<Permit<T>, error::SendError<void>>;

  Poll<Output> poll(Context& cx) {
    const Poll<bool> polled = acquire_.poll(cx);
    if (polled.is_pending()) return pending;
    if (!*polled) return Output(error::SendError<void>());
    return Output(Permit<T>(*channel_));
  }

 private:
  friend class Sender<T>;
  explicit Reserve(detail::MpscChannel<T>& channel) noexcept : channel_(&channel), acquire_(channel, 1) {}

  detail::MpscChannel<T>* channel_;
  detail::MpscAcquire acquire_;
};

/// Waits for several places.
template <class T>
class [[nodiscard]] ReserveMany {
 public:
  using Output = Result<PermitIterator<T>, error::SendError<void>>;

  Poll<Output> poll(Context& cx) {
    if (permits_ > channel_->max_capacity()) return Output(error::SendError<void>());
    const Poll<bool> polled = acquire_.poll(cx);
    if (polled.is_pending()) return pending;
    if (!*polled) return Output(error::SendError<void>());
    return Output(PermitIterator<T>(*channel_, permits_));
  }

 private:
  friend class Sender<T>;
  ReserveMany(detail::MpscChannel<T>& channel, std::size_t permits) noexcept
      : channel_(&channel), permits_(permits), acquire_(channel, permits) {}

  detail::MpscChannel<T>* channel_;
  std::size_t permits_;
  detail::MpscAcquire acquire_;
};

/// Waits for a place and takes its sender along.
template <class T>
class [[nodiscard]] ReserveOwned {
 public:
  using Output = Result<OwnedPermit<T>, error::SendError<void>>;

  Poll<Output> poll(Context& cx) {
    const Poll<bool> polled = acquire_.poll(cx);
    if (polled.is_pending()) return pending;
    if (!*polled) return Output(error::SendError<void>());
    return Output(OwnedPermit<T>(sender_));
  }

 private:
  friend class Sender<T>;
  explicit ReserveOwned(detail::MpscSenderRef<T> sender) noexcept
      : sender_(std::move(sender)), acquire_(*sender_, 1) {}

  detail::MpscSenderRef<T> sender_;
  detail::MpscAcquire acquire_;
};

}  // namespace ferry::sync::mpsc
