// chunks_timeout: several items at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <ferry/assert.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/pin.hpp>
#include <ferry/stream/adapter.hpp>
#include <ferry/stream/fuse.hpp>
#include <ferry/stream/timeout.hpp>
#include <ferry/time/sleep.hpp>

namespace ferry::stream {

/// See `chunks_timeout`.
template <Stream S>
class ChunksTimeout {
 public:
  using Item = std::vector<StreamItem<S>>;

  ChunksTimeout(S stream, std::size_t max_size, time::Duration duration)
      : stream_(std::move(stream)), max_size_(max_size), duration_(duration) {
    FERRY_REQUIRE(max_size > 0, "a chunk of chunks_timeout has room for one item at least");
  }

  Poll<std::optional<Item>> poll_next(Context& cx) {
    while (!detail::must_yield(cx)) {
      auto polled = stream_.poll_next(cx);
      if (polled.is_pending()) break;
      if (!*polled) return chunk_.empty() ? std::optional<Item>() : take();
      if (chunk_.empty()) start_chunk();
      chunk_.push_back(**std::move(polled));
      if (chunk_.size() == max_size_) return take();
      detail::spend_budget(cx);
    }
    if (chunk_.empty()) return ferry::pending;
    const auto poll_deadline = [this](Context& timer) { return (*deadline_)->poll(timer); };
    if (detail::poll_timer(cx, poll_deadline).is_pending()) return ferry::pending;
    return take();
  }
  SizeHint size_hint() const {
    const SizeHint items = stream_.size_hint();
    return SizeHint(items.lower() / max_size_, items.upper()) + SizeHint::exactly(chunk_.empty() ? 0 : 1);
  }

  /// The items of the chunk that was begun. Tokio: `ChunksTimeout::into_remainder`.
  Item into_remainder() && { return std::move(chunk_); }

 private:
  void start_chunk() {
    if (!deadline_)
      deadline_.emplace(pin(time::sleep, duration_));
    else
      (*deadline_)->reset(time::Instant::now() + duration_);
  }
  std::optional<Item> take() { return std::exchange(chunk_, Item()); }

  Fuse<S> stream_;
  std::size_t max_size_;
  time::Duration duration_;
  std::optional<Pin<time::Sleep>> deadline_;  // of the chunk; made with the first item
  Item chunk_;
};

struct MakeChunksTimeout {
  template <class S>
  ChunksTimeout<S> operator()(S stream, std::size_t max_size, time::Duration duration) const {
    return ChunksTimeout<S>(std::move(stream), max_size, duration);
  }
};

/// The items in vectors: of `max_size`, or of fewer, at the end and `duration` after the first of them came.
///
/// Throws: std::logic_error for a size of 0; when polled outside a runtime, or in one built without
/// `enable_time`.
/// Cancelling: of `next`: safe; the items of a chunk that was begun stay in the stream.
/// Cost: one timer in all; each chunk is a vector of its own.
/// Tokio: `StreamExt::chunks_timeout`.
inline constexpr detail::StreamFunction<MakeChunksTimeout, 2> chunks_timeout{};

}  // namespace ferry::stream
