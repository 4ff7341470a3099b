// AnyDelimiterCodec: chunks between delimiters.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/detail/chunk_cutter.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>
#include <ferry/util/codec/error.hpp>

namespace ferry::util::codec {

/// Chunks of bytes that any of several delimiters of one byte ends. What is left at the end of the input is
/// the last chunk, unless it is empty. Tokio: `codec::AnyDelimiterCodec`.
class AnyDelimiterCodec {
 public:
  using Item = BytesMut;
  using Error = io::Error;

  /// Splits at each byte of ",;\n\r", and writes "," after a chunk.
  AnyDelimiterCodec() : AnyDelimiterCodec(",;\n\r", ",") {}
  /// Splits at each byte of `seek_delimiters`, and writes `sequence_writer` after a chunk. Chunks may have
  /// any length: for input that is trusted. Tokio: `AnyDelimiterCodec::new`.
  AnyDelimiterCodec(std::string_view seek_delimiters, std::string_view sequence_writer)
      : AnyDelimiterCodec(seek_delimiters, sequence_writer, std::numeric_limits<std::size_t>::max()) {}
  /// A chunk of more than `max_length` bytes is the error MaxChunkLengthExceeded once so much has been read;
  /// then it is skipped up to the next delimiter. Tokio: `AnyDelimiterCodec::new_with_max_length`.
  static AnyDelimiterCodec new_with_max_length(std::string_view seek_delimiters,
                                               std::string_view sequence_writer, std::size_t max_length) {
    return AnyDelimiterCodec(seek_delimiters, sequence_writer, max_length);
  }

  /// The greatest length of a chunk, in bytes; without a limit the greatest number there is.
  std::size_t max_length() const noexcept { return cutter_.max_length(); }

  [[nodiscard]] io::Result<std::optional<BytesMut>> decode(BytesMut& buffer);
  [[nodiscard]] io::Result<std::optional<BytesMut>> decode_eof(BytesMut& buffer);
  /// Appends `chunk` and what ends it.
  [[nodiscard]] io::Result<void> encode(io::ConstBytes chunk, BytesMut& buffer);

 private:
  AnyDelimiterCodec(std::string_view seek_delimiters, std::string_view sequence_writer,
                    std::size_t max_length)
      : seek_delimiters_(seek_delimiters), sequence_writer_(sequence_writer), cutter_(max_length) {}

  std::string seek_delimiters_;
  std::string sequence_writer_;
  ferry::detail::ChunkCutter cutter_;
};

}  // namespace ferry::util::codec
