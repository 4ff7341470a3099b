// timeout, timeout_repeating: streams that say when an item is late.
#pragma once

#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/assert/source_location.hpp>
#include <ferry/pin.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/adapter.hpp>
#include <ferry/time/interval.hpp>
#include <ferry/time/sleep.hpp>

namespace ferry::detail {

/// Polls the timer of a stream that has just said pending. One that has used the whole budget up must not
/// keep the timer from being seen.
template <class PollTimer>
auto poll_timer(Context& cx, PollTimer&& poll) {
  if (cx.has_budget_remaining()) return poll(cx);
  Context fresh(cx.waker());
  return poll(fresh);
}

}  // namespace ferry::detail

namespace ferry::stream {

/// An item is late. Not time::error::Elapsed, which says that a future is. Tokio: `tokio_stream::Elapsed`.
class Elapsed {
 public:
  constexpr bool operator==(const Elapsed&) const = default;
  /// As an I/O error: timed out.
  io::Error into_io() const { return make_error_code(boost::system::errc::timed_out); }
};

/// `.value()` of an item that is late.
[[noreturn]] inline void throw_exception_from_error(const Elapsed&, const boost::source_location&) {
  throw std::runtime_error("deadline has elapsed");
}

/// See `timeout`.
template <Stream S>
class Timeout {
 public:
  using Item = Result<StreamItem<S>, Elapsed>;

  Timeout(S stream, time::Duration duration)
      : stream_(std::move(stream)), duration_(duration), deadline_(pin(time::sleep, duration)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    using Ready = Poll<std::optional<Item>>;
    auto polled = stream_.poll_next(cx);
    if (polled.is_ready()) {
      if (!*polled) return std::optional<Item>();
      deadline_->reset(time::Instant::now() + duration_);
      is_late_ = false;
      return Ready::ready(std::in_place, boost::system::in_place_value, **std::move(polled));
    }
    if (is_late_) return ferry::pending;
    const auto poll_deadline = [this](Context& timer) { return deadline_->poll(timer); };
    if (detail::poll_timer(cx, poll_deadline).is_pending()) return ferry::pending;
    is_late_ = true;
    return Ready::ready(std::in_place, boost::system::in_place_error, Elapsed());
  }
  SizeHint size_hint() const {
    // One error before each item, and one before the end.
    const SizeHint items = stream::size_hint(stream_);
    const SizeHint errors(0, (items + SizeHint::exactly(1)).upper());
    return items + errors;
  }

 private:
  S stream_;
  time::Duration duration_;
  Pin<time::Sleep> deadline_;
  bool is_late_ = false;  // and it was said
};

struct MakeTimeout {
  template <class S>
  Timeout<S> operator()(S stream, time::Duration duration) const {
    return Timeout<S>(std::move(stream), duration);
  }
};

/// The items as results, and one error when an item does not come within `duration`, counted from the call or
/// from the item before. It then waits for the item, however long that takes.
///
/// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: of `next`: safe; the time goes on.
/// Cost: one allocation; resetting the timer is O(1).
/// Tokio: `StreamExt::timeout`.
inline constexpr detail::StreamFunction<MakeTimeout, 1> timeout{};

/// See `timeout_repeating`.
template <Stream S>
class TimeoutRepeating {
 public:
  using Item = Result<StreamItem<S>, Elapsed>;

  TimeoutRepeating(S stream, time::Interval interval)
      : stream_(std::move(stream)), interval_(std::move(interval)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    using Ready = Poll<std::optional<Item>>;
    auto polled = stream_.poll_next(cx);
    if (polled.is_ready()) {
      if (!*polled) return std::optional<Item>();
      interval_.reset();
      return Ready::ready(std::in_place, boost::system::in_place_value, **std::move(polled));
    }
    const auto poll_tick = [this](Context& timer) { return interval_.poll_tick(timer); };
    if (detail::poll_timer(cx, poll_tick).is_pending()) return ferry::pending;
    return Ready::ready(std::in_place, boost::system::in_place_error, Elapsed());
  }
  SizeHint size_hint() const { return {stream::size_hint(stream_).lower(), std::nullopt}; }

 private:
  S stream_;
  time::Interval interval_;
};

struct MakeTimeoutRepeating {
  template <class S>
  TimeoutRepeating<S> operator()(S stream, time::Interval interval) const {
    return TimeoutRepeating<S>(std::move(stream), std::move(interval));
  }
};

/// The items as results, and an error at each tick of a time::Interval while no item comes; an item resets
/// the interval. `time::interval_at(now + period, period)` does not begin with an error.
///
/// Cancelling: of `next`: safe; the time goes on.
/// Tokio: `StreamExt::timeout_repeating`.
inline constexpr detail::StreamFunction<MakeTimeoutRepeating, 1> timeout_repeating{};

}  // namespace ferry::stream
