#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include <ferry/assert.hpp>
#include <ferry/io/error.hpp>
#include <ferry/util/codec/length_delimited.hpp>

namespace ferry::util::codec {
namespace {

// A peer that says how much it will send has not sent it yet.
constexpr std::size_t kMaxTrustedLength = 8 * 1024 * 1024;

std::uint64_t uint_of(std::span<const std::byte> bytes, std::endian endian) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t at = endian == std::endian::big ? i : bytes.size() - 1 - i;
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[at]);
  }
  return value;
}

std::span<const std::byte> bytes_of(std::uint64_t value, std::span<std::byte> bytes,
                                    std::endian endian) noexcept {
  for (std::size_t i = 0; i < bytes.size(); ++i, value >>= 8)
    bytes[endian == std::endian::little ? i : bytes.size() - 1 - i] = static_cast<std::byte>(value);
  return bytes;
}

// `length + adjustment`, where that is a length.
std::optional<std::uint64_t> adjusted(std::uint64_t length, std::ptrdiff_t adjustment) noexcept {
  std::uint64_t result = 0;
  if (__builtin_add_overflow(length, adjustment, &result)) return std::nullopt;
  return result;
}
std::optional<std::uint64_t> unadjusted(std::uint64_t length, std::ptrdiff_t adjustment) noexcept {
  std::uint64_t result = 0;
  if (__builtin_sub_overflow(length, adjustment, &result)) return std::nullopt;
  return result;
}

}  // namespace

length_delimited::Builder& length_delimited::Builder::length_field_length(std::size_t bytes) {
  FERRY_REQUIRE(1 <= bytes && bytes <= 8, "a length field has 1 to 8 bytes");
  return set(length_field_length_, bytes);
}

std::uint64_t LengthDelimitedCodec::max_length_field() const noexcept {
  return std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * head_.length_field_length_);
}

void LengthDelimitedCodec::set_max_frame_length(std::size_t bytes) noexcept {
  const std::uint64_t beyond = head_.length_adjustment_ < 0 ? 0 : std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t greatest = adjusted(max_length_field(), head_.length_adjustment_).value_or(beyond);
  head_.max_frame_length_ = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, greatest));
}

io::Result<std::optional<std::size_t>> LengthDelimitedCodec::decode_head(BytesMut& buffer) {
  const std::size_t field_end = head_.length_field_offset_ + head_.length_field_length_;
  const std::size_t skip = head_.num_skip_.value_or(field_end);
  if (buffer.size() < std::max(field_end, skip)) return std::nullopt;

  const std::span<const std::byte> field =
      std::span<const std::byte>(buffer).subspan(head_.length_field_offset_, head_.length_field_length_);
  const std::uint64_t length = uint_of(field, head_.endian_);
  if (length > head_.max_frame_length_) return LengthDelimitedCodecError::MaxFrameLengthExceeded;
  const std::optional<std::uint64_t> payload = adjusted(length, head_.length_adjustment_);
  // A frame that takes nothing off the input would come again, for ever.
  if (!payload || *payload > std::numeric_limits<std::size_t>::max() || (*payload == 0 && skip == 0))
    return LengthDelimitedCodecError::LengthOverflow;
  buffer.advance(skip);
  return static_cast<std::size_t>(*payload);
}

io::Result<std::optional<BytesMut>> LengthDelimitedCodec::decode(BytesMut& buffer) {
  if (!payload_length_) {
    const auto length = decode_head(buffer);
    if (!length) return length.error();
    if (!*length) return std::nullopt;
    payload_length_ = *length;
  }
  if (buffer.size() < *payload_length_) {
    const std::size_t expected = std::min(*payload_length_, kMaxTrustedLength);
    if (buffer.size() < expected) buffer.reserve(expected - buffer.size());
    return std::nullopt;
  }
  return buffer.split_to(*std::exchange(payload_length_, std::nullopt));
}

io::Result<std::optional<BytesMut>> LengthDelimitedCodec::decode_eof(BytesMut& buffer) {
  auto frame = decode(buffer);
  if (!frame || *frame) return frame;
  if (buffer.empty() && !payload_length_) return std::nullopt;
  buffer.clear();
  payload_length_.reset();
  return io::Error(io::ErrorKind::UnexpectedEof);
}

io::Result<void> LengthDelimitedCodec::encode(io::ConstBytes payload, BytesMut& buffer) {
  const std::size_t size = payload.span().size();
  if (size > head_.max_frame_length_) return LengthDelimitedCodecError::MaxFrameLengthExceeded;
  const std::optional<std::uint64_t> length = unadjusted(size, head_.length_adjustment_);
  if (!length || *length > max_length_field()) return LengthDelimitedCodecError::LengthOverflow;

  std::array<std::byte, 8> memory;
  buffer.reserve(head_.length_field_length_ + size);
  buffer.put_slice(bytes_of(*length, std::span(memory).first(head_.length_field_length_), head_.endian_));
  buffer.put_slice(payload);
  return {};
}

}  // namespace ferry::util::codec
