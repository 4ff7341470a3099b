#include <algorithm>
#include <span>

#include <ferry/util/codec/any_delimiter_codec.hpp>

namespace ferry::util::codec {

io::Result<std::optional<BytesMut>> AnyDelimiterCodec::decode(BytesMut& buffer) {
  const auto find = [this](std::span<const std::byte> bytes) noexcept {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return std::min(text.find_first_of(seek_delimiters_), text.size());
  };
  return cutter_.cut(buffer, find, AnyDelimiterCodecError::MaxChunkLengthExceeded);
}

io::Result<std::optional<BytesMut>> AnyDelimiterCodec::decode_eof(BytesMut& buffer) {
  auto chunk = decode(buffer);
  if (!chunk || *chunk) return chunk;
  BytesMut rest = cutter_.rest(buffer);
  if (rest.empty()) return std::nullopt;
  return rest;
}

io::Result<void> AnyDelimiterCodec::encode(io::ConstBytes chunk, BytesMut& buffer) {
  buffer.reserve(chunk.span().size() + sequence_writer_.size());
  buffer.put_slice(chunk);
  buffer.put_slice(sequence_writer_);
  return {};
}

}  // namespace ferry::util::codec
