// throttle: 0.2's, which is called with the duration first.
#pragma once

#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/time/delay.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::time {

/// See `throttle`. Can be moved when the stream can.
///
/// Thread safety: as the stream.
/// Tokio: 0.2's `time::Throttle`.
template <ferry::stream::Stream S>
class FERRY_REPLACE("TIME-17", unsafe, "ferry::stream::Throttle") Throttle {
 public:
  using Item = ferry::stream::StreamItem<S>;

  Throttle(ferry::time::Duration duration, S stream) : stream_(std::move(stream)), duration_(duration) {
    if (duration > ferry::time::Duration::zero())
      delay_.emplace(detail::deadline_after(duration, "throttle"));
  }

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (is_delayed_ && delay_->poll(cx).is_pending()) return pending;
    is_delayed_ = false;
    auto polled = stream_.poll_next(cx);
    if (polled.is_ready() && *polled && delay_) {
      delay_->reset(ferry::time::Instant::now() + duration_);
      is_delayed_ = true;
    }
    return polled;
  }
  ferry::stream::SizeHint size_hint() const { return ferry::stream::size_hint(stream_); }

  /// The stream inside.
  const S& get_ref() const noexcept { return stream_; }
  S& get_mut() noexcept { return stream_; }
  /// The stream, given back as it is.
  S into_inner() && { return std::move(stream_); }

 private:
  S stream_;
  ferry::time::Duration duration_;
  std::optional<Delay> delay_;  // none without a duration: then no timers are needed
  bool is_delayed_ = false;
};

/// The items of `stream`, each of them `duration` after the one before at the earliest; the first one at
/// once. With a duration of zero it works outside a runtime.
///
/// Throws: otherwise std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: of `next`: safe; the time goes on.
/// Cost: one allocation.
/// Tokio: 0.2's `time::throttle`.
template <ferry::stream::Stream S>
FERRY_REPLACE("TIME-17", unsafe, "ferry::stream::throttle($stream, $duration)")
Throttle<S> throttle(ferry::time::Duration duration, S stream) {
  return Throttle<S>(duration, std::move(stream));
}

}  // namespace ferry::v0_2::time

#pragma GCC diagnostic pop
