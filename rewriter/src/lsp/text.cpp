#include "lsp/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ferry::rewriter::lsp {
namespace {

constexpr std::pair<Encoding, std::string_view> kEncodings[] = {
    {Encoding::Utf8, "utf-8"}, {Encoding::Utf16, "utf-16"}, {Encoding::Utf32, "utf-32"}};

// How many bytes the character at the beginning of `text` has; what is no UTF-8 has one.
std::size_t length_of(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  if (length > text.size()) return 1;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 1;
  return length;
}

// What a character of so many bytes counts for.
unsigned units_of(std::size_t length, Encoding encoding) {
  if (encoding == Encoding::Utf8) return static_cast<unsigned>(length);
  return encoding == Encoding::Utf16 && length == 4 ? 2 : 1;
}

}  // namespace

std::string_view to_string(Encoding encoding) {
  return std::ranges::find(kEncodings, encoding, &std::pair<Encoding, std::string_view>::first)->second;
}

std::optional<Encoding> parse_encoding(std::string_view name) {
  for (const auto& [encoding, known] : kEncodings)
    if (known == name) return encoding;
  return std::nullopt;
}

Lines::Lines(std::string_view text, Encoding encoding) : text_(text), encoding_(encoding), begins_{0} {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n' || (text[i] == '\r' && text.substr(i + 1, 1) != "\n")) begins_.push_back(i + 1);
}

Place Lines::place(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto line = std::prev(std::ranges::upper_bound(begins_, offset));
  Place place{.line = static_cast<unsigned>(line - begins_.begin())};
  for (std::size_t at = *line; at < offset;) {
    const std::size_t length = length_of(text_.substr(at));
    if (at + length > offset) break;
    place.character += units_of(length, encoding_);
    at += length;
  }
  return place;
}

std::size_t Lines::offset(Place place) const {
  if (place.line >= begins_.size()) return text_.size();
  std::size_t at = begins_[place.line];
  const std::size_t end = place.line + 1 < begins_.size() ? begins_[place.line + 1] : text_.size();
  for (unsigned character = 0; at < end && text_[at] != '\n' && text_[at] != '\r';) {
    const std::size_t length = length_of(text_.substr(at));
    character += units_of(length, encoding_);
    if (character > place.character) break;
    at += length;
  }
  return at;
}

}  // namespace ferry::rewriter::lsp
