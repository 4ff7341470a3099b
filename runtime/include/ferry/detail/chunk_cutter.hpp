// ChunkCutter: cuts bytes into chunks at delimiters.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>

namespace ferry::detail {

/// Cuts a buffer into chunks that end before one of the delimiters, each of one byte. No byte is looked at
/// twice.
class ChunkCutter {
 public:
  explicit ChunkCutter(std::size_t max_length) noexcept : max_length_(max_length) {}

  std::size_t max_length() const noexcept { return max_length_; }

  /// Takes the first chunk off the buffer, with the delimiter but without giving it; or nothing, when there
  /// is none yet. A chunk that is too long gives `too_long` once, and is skipped by the next calls.
  ///
  /// `find(span)` is the place of the first delimiter in bytes, or their number.
  template <class Find>
  io::Result<std::optional<util::BytesMut>> cut(util::BytesMut& buffer, Find find, io::Error too_long) {
    if (is_skipping_) {
      const std::size_t found = find(std::span<const std::byte>(buffer));
      is_skipping_ = found == buffer.size();
      buffer.advance(is_skipping_ ? found : found + 1);
      if (is_skipping_) return std::nullopt;
    }
    // A delimiter may follow the longest chunk.
    const std::size_t end = max_length_ < buffer.size() ? max_length_ + 1 : buffer.size();
    searched_ = std::min(searched_, end);  // the buffer's owner may have cleared it
    const std::size_t found =
        searched_ + find(std::span<const std::byte>(buffer).subspan(searched_, end - searched_));
    if (found < end) {
      searched_ = 0;
      util::BytesMut chunk = buffer.split_to(found + 1);
      chunk.truncate(found);
      return chunk;
    }
    if (buffer.size() > max_length_) {
      buffer.advance(end);
      searched_ = 0;
      is_skipping_ = true;
      return too_long;
    }
    searched_ = end;
    return std::nullopt;
  }

  /// Takes off what is left at the end of the input: a chunk without a delimiter, or nothing. What follows is
  /// new.
  util::BytesMut rest(util::BytesMut& buffer) {
    restart();
    is_skipping_ = false;
    return buffer.split();
  }

  /// What is in the buffer may be something else from now on.
  void restart() noexcept { searched_ = 0; }

 private:
  std::size_t max_length_;
  std::size_t searched_ = 0;  // so much of the buffer has no delimiter
  bool is_skipping_ = false;
};

}  // namespace ferry::detail
