#include <cstddef>
#include <cstdint>
#include <string_view>

#include <ferry/io/read.hpp>

namespace ferry::io::detail {
namespace {

// How long the sequence is that `lead` begins, and the least and greatest byte that may follow it: this rules
// out overlong forms, surrogates and what lies beyond U+10FFFF.
struct Sequence {
  std::size_t size;
  std::uint8_t second_min;
  std::uint8_t second_max;
};

Sequence sequence_of(std::uint8_t lead) noexcept {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xc2) return {0, 0, 0};
  if (lead < 0xe0) return {2, 0x80, 0xbf};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead < 0xf0) return {3, 0x80, 0xbf};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead < 0xf4) return {4, 0x80, 0xbf};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  for (std::size_t at = 0; at < text.size();) {
    const Sequence sequence = sequence_of(byte(at));
    if (sequence.size == 0 || sequence.size > text.size() - at) return false;
    if (sequence.size > 1 && (byte(at + 1) < sequence.second_min || byte(at + 1) > sequence.second_max))
      return false;
    for (std::size_t i = 2; i < sequence.size; ++i) {
      if ((byte(at + i) & 0xc0) != 0x80) return false;
    }
    at += sequence.size;
  }
  return true;
}

}  // namespace ferry::io::detail
