// LinesCodec: lines of text.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/detail/chunk_cutter.hpp>
#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/codec/error.hpp>

namespace ferry::util::codec {

/// Lines of UTF-8 text, without the "\n" or "\r\n" that ends them. What is left at the end of the input is
/// the last line, but for a lone "\r".
///
/// Errors: InvalidData for a line that is not UTF-8, which is gone then.
/// Tokio: `codec::LinesCodec`.
class LinesCodec {
 public:
  using Item = std::string;
  using Error = io::Error;

  /// Lines of any length: for input that is trusted.
  LinesCodec() noexcept : LinesCodec(std::numeric_limits<std::size_t>::max()) {}
  /// A line of more than `max_length` bytes, a "\r" included, is the error MaxLineLengthExceeded once so much
  /// has been read; then it is skipped up to the next "\n". Tokio: `LinesCodec::new_with_max_length`.
  static LinesCodec new_with_max_length(std::size_t max_length) noexcept { return LinesCodec(max_length); }

  /// The greatest length of a line, in bytes; without a limit the greatest number there is.
  std::size_t max_length() const noexcept { return cutter_.max_length(); }

  [[nodiscard]] io::Result<std::optional<std::string>> decode(BytesMut& buffer);
  [[nodiscard]] io::Result<std::optional<std::string>> decode_eof(BytesMut& buffer);
  /// Appends `line` and "\n".
  [[nodiscard]] io::Result<void> encode(std::string_view line, BytesMut& buffer);

 private:
  explicit LinesCodec(std::size_t max_length) noexcept : cutter_(max_length) {}

  ferry::detail::ChunkCutter cutter_;
};

}  // namespace ferry::util::codec
