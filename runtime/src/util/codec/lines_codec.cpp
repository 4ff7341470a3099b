#include <cstring>
#include <span>

#include <ferry/io/error.hpp>
#include <ferry/io/read.hpp>
#include <ferry/util/codec/lines_codec.hpp>

namespace ferry::util::codec {
namespace {

std::size_t find_newline(std::span<const std::byte> bytes) noexcept {
  if (bytes.empty()) return 0;
  const void* const found = std::memchr(bytes.data(), '\n', bytes.size());
  return found != nullptr ? static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data())
                          : bytes.size();
}

io::Result<std::optional<std::string>> line_of(const BytesMut& chunk) {
  std::string_view line(reinterpret_cast<const char*>(chunk.data()), chunk.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!io::detail::is_utf8(line)) return io::Error(io::ErrorKind::InvalidData);
  return std::optional<std::string>(line);
}

}  // namespace

io::Result<std::optional<std::string>> LinesCodec::decode(BytesMut& buffer) {
  const auto chunk = cutter_.cut(buffer, find_newline, LinesCodecError::MaxLineLengthExceeded);
  if (!chunk) return chunk.error();
  if (!*chunk) return std::nullopt;
  return line_of(**chunk);
}

io::Result<std::optional<std::string>> LinesCodec::decode_eof(BytesMut& buffer) {
  auto line = decode(buffer);
  if (!line || *line) return line;
  if (buffer.size() == 1 && *buffer.data() == std::byte{'\r'}) {
    cutter_.restart();
    return std::nullopt;
  }
  const BytesMut rest = cutter_.rest(buffer);
  if (rest.empty()) return std::nullopt;
  return line_of(rest);
}

io::Result<void> LinesCodec::encode(std::string_view line, BytesMut& buffer) {
  buffer.reserve(line.size() + 1);
  buffer.put_slice(line);
  buffer.put_slice("\n");
  return {};
}

}  // namespace ferry::util::codec
