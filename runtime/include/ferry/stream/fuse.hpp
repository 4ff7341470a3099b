// fuse: a stream that stays at its end.
#pragma once

#include <optional>
#include <utility>

#include <ferry/stream/adapter.hpp>

namespace ferry::stream {

/// See `fuse`.
template <Stream S>
class Fuse {
 public:
  using Item = StreamItem<S>;

  explicit Fuse(S stream) : stream_(std::move(stream)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    if (!stream_) return std::optional<Item>();
    auto polled = stream_->poll_next(cx);
    if (polled.is_ready() && !*polled) stream_.reset();
    return polled;
  }
  SizeHint size_hint() const { return stream_ ? stream::size_hint(*stream_) : SizeHint::exactly(0); }

 private:
  std::optional<S> stream_;  // until its end
};

struct MakeFuse {
  template <class S>
  Fuse<S> operator()(S stream) const {
    return Fuse<S>(std::move(stream));
  }
};

/// Says that it has ended for ever after the stream's first end, at which a stream that it owns is destroyed.
///
/// Cancelling: of `next`: safe.
/// Tokio: `StreamExt::fuse`.
inline constexpr detail::StreamFunction<MakeFuse, 0> fuse{};

}  // namespace ferry::stream
