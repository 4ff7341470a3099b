// timeout: 0.2's, whose error is that of any other timeout.
#pragma once

#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/result.hpp>
#include <ferry/stream/adapter.hpp>
#include <ferry/stream/fuse.hpp>
#include <ferry/stream/timeout.hpp>
#include <ferry/time/timeout.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::stream {

/// See `timeout`.
template <ferry::stream::Stream S>
class Timeout {
  using Items = ferry::stream::Timeout<ferry::stream::Fuse<S>>;

 public:
  using Item = Result<ferry::stream::StreamItem<S>, ferry::time::error::Elapsed>;

  Timeout(S stream, ferry::time::Duration duration)
      : items_(ferry::stream::Fuse<S>(std::move(stream)), duration) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    using Ready = Poll<std::optional<Item>>;
    auto polled = items_.poll_next(cx);
    if (polled.is_pending()) return ferry::pending;
    if (!*polled) return std::optional<Item>();
    if (**polled) return Ready::ready(std::in_place, boost::system::in_place_value, ***std::move(polled));
    return Ready::ready(std::in_place, boost::system::in_place_error, ferry::time::error::Elapsed());
  }
  ferry::stream::SizeHint size_hint() const { return items_.size_hint(); }

 private:
  Items items_;
};

struct MakeTimeout {
  template <class S>
  Timeout<S> operator()(S stream, ferry::time::Duration duration) const {
    return Timeout<S>(std::move(stream), duration);
  }
};

/// The items as results, and one error when an item does not come within `duration`, counted from the call or
/// from the item before. It then waits for the item, however long that takes. The error is
/// `time::Elapsed`; in 1.x it is `stream::Elapsed` (STRM-20).
///
/// Throws: std::logic_error outside a runtime, or in one built without `enable_time`.
/// Cancelling: of `next`: safe; the time goes on.
/// Tokio: 0.2's `StreamExt::timeout`.
FERRY_REPLACE("STRM-08", unsafe, "ferry::stream::timeout")
inline constexpr ferry::detail::StreamFunction<MakeTimeout, 1> timeout{};

}  // namespace ferry::v0_2::stream
