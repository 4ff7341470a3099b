// SplitStream: the segments of a reader's input as a stream.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <ferry/future.hpp>
#include <ferry/io/lines.hpp>
#include <ferry/result.hpp>

namespace ferry::stream::wrappers {

/// What lies between the delimiters in a reader's input. Ends where the input ends; an error is an item, and
/// not the end. Tokio: `tokio_stream::wrappers::SplitStream`.
template <io::AsyncBufRead R>
class SplitStream {
 public:
  using Item = io::Result<std::vector<std::byte>>;

  explicit SplitStream(io::Split<R> split) : split_(std::move(split)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    Poll<io::Result<std::optional<std::vector<std::byte>>>> segment = split_.poll_next_segment(cx);
    if (segment.is_pending()) return ferry::pending;
    if (!*segment) return std::optional<Item>(segment->error());
    if (!**segment) return std::optional<Item>();
    return std::optional<Item>(std::move(***segment));
  }

  io::Split<R> into_inner() && { return std::move(split_); }
  const io::Split<R>& as_ref() const noexcept { return split_; }
  io::Split<R>& as_mut() noexcept { return split_; }

 private:
  io::Split<R> split_;
};

}  // namespace ferry::stream::wrappers
