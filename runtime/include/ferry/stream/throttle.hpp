// throttle: a stream that does not give its items too fast.
#pragma once

#include <optional>
#include <utility>

#include <ferry/pin.hpp>
#include <ferry/stream/adapter.hpp>
#include <ferry/time/sleep.hpp>

namespace ferry::stream {

/// See `throttle`.
template <Stream S>
class Throttle {
 public:
  using Item = StreamItem<S>;

  Throttle(S stream, time::Duration duration)
      : stream_(std::move(stream)), duration_(duration), delay_(pin(time::sleep, duration)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (is_delayed_) {
      if (delay_->poll(cx).is_pending()) return ferry::pending;
      is_delayed_ = false;
    }
    auto polled = stream_.poll_next(cx);
    if (polled.is_ready() && *polled && duration_ > time::Duration::zero()) {
      delay_->reset(time::Instant::now() + duration_);
      is_delayed_ = true;
    }
    return polled;
  }
  SizeHint size_hint() const { return stream::size_hint(stream_); }

  /// The stream inside.
  const S& get_ref() const noexcept { return stream_; }
  S& get_mut() noexcept { return stream_; }
  /// The stream, given back as it is. Tokio: `Throttle::into_inner`.
  S into_inner() && { return std::forward<S>(stream_); }

 private:
  S stream_;
  time::Duration duration_;
  Pin<time::Sleep> delay_;
  bool is_delayed_ = false;
};

struct MakeThrottle {
  template <class S>
  Throttle<S> operator()(S stream, time::Duration duration) const {
    return Throttle<S>(std::move(stream), duration);
  }
};

/// The items, each of them `duration` after the one before at the earliest. The stream is not polled
/// meanwhile.
///
/// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: of `next`: safe; the time goes on.
/// Cost: one allocation; resetting the timer is O(1).
/// Tokio: `StreamExt::throttle`.
inline constexpr detail::StreamFunction<MakeThrottle, 1> throttle{};

}  // namespace ferry::stream
