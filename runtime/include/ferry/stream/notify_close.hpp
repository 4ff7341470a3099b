// StreamNotifyClose: a stream whose end is an item.
#pragma once

#include <optional>
#include <utility>

#include <ferry/stream/stream.hpp>

namespace ferry::stream {

/// Gives each item of a stream in a `std::optional`, then one that is empty, and then ends. In a StreamMap it
/// says which of the streams has ended.
/// Tokio: `tokio_stream::StreamNotifyClose`.
template <Stream S>
class StreamNotifyClose {
 public:
  using Item = std::optional<StreamItem<S>>;

  explicit StreamNotifyClose(S stream) : stream_(std::move(stream)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (!stream_) return std::optional<Item>(std::nullopt);
    auto polled = stream_->poll_next(cx);
    if (polled.is_pending()) return ferry::pending;
    if (!*polled) stream_.reset();
    return Poll<std::optional<Item>>::ready(std::in_place, *std::move(polled));
  }
  SizeHint size_hint() const {
    return stream_ ? stream::size_hint(*stream_) + SizeHint::exactly(1) : SizeHint::exactly(0);
  }

  /// The stream; none when it has ended. Tokio: `StreamNotifyClose::into_inner`.
  std::optional<S> into_inner() && { return std::move(stream_); }

 private:
  std::optional<S> stream_;  // until its end
};

}  // namespace ferry::stream
