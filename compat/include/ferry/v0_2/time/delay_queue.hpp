// DelayQueue: 0.2's, whose items are results.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/time/delay_queue.hpp>
#include <ferry/time/error.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::time {

/// Values that come back when their time has come, as results that are never errors. Can be used wherever a
/// queue of 1.x is wanted.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `time::DelayQueue`.
template <class T>
class DelayQueue : public ferry::time::DelayQueue<T> {
  using Base = ferry::time::DelayQueue<T>;

 public:
  using Expired = ferry::time::delay_queue::Expired<T>;
  using Item = Result<Expired, ferry::time::error::Error>;

  DelayQueue() = default;
  /// For `compat::into_legacy`.
  explicit DelayQueue(Base queue) : Base(std::move(queue)) {}

  static DelayQueue with_capacity(std::size_t capacity) { return DelayQueue(Base::with_capacity(capacity)); }

  /// The value that is due first, once it is; nothing while the queue is empty. Tokio: 0.2's
  /// `DelayQueue::poll_expired`.
  FERRY_NATIVE("TIME-20", unsafe, "ferry::time::DelayQueue::poll_expired, which gives no Result")
  Poll<std::optional<Item>> poll_expired(Context& cx) { return poll_next(cx); }

  /// The next value: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; no value is lost.
  /// Tokio: 0.2's `StreamExt::next` on `DelayQueue`.
  FERRY_NATIVE("TIME-20", unsafe, "ferry::stream::next, which gives no Result")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx) {
    using Ready = Poll<std::optional<Item>>;
    auto polled = Base::poll_expired(cx);
    if (polled.is_pending()) return pending;
    if (!*polled) return std::optional<Item>();
    return Ready::ready(std::in_place, boost::system::in_place_value, **std::move(polled));
  }
};

namespace delay_queue {

using ferry::time::delay_queue::Expired;
using ferry::time::delay_queue::Key;
using time::DelayQueue;

}  // namespace delay_queue
}  // namespace ferry::v0_2::time
