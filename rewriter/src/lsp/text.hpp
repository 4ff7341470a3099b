// text: places in a text, as the protocol counts them.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::rewriter::lsp {

/// What a character of a position is: a byte, a UTF-16 unit or a code point.
enum class Encoding { Utf8, Utf16, Utf32 };

/// "utf-8" and so on.
std::string_view to_string(Encoding encoding);
std::optional<Encoding> parse_encoding(std::string_view name);

/// From 0, unlike those of findings.
struct Place {
  unsigned line = 0;
  unsigned character = 0;

  auto operator<=>(const Place&) const = default;
};

struct Range {
  Place start;
  Place end;  ///< behind the last character

  auto operator<=>(const Range&) const = default;
};

/// Where the lines of a text are. The text must outlive it.
class Lines {
 public:
  Lines(std::string_view text, Encoding encoding);

  /// The place of an offset; one within a character is at its beginning, one behind the text at its end.
  Place place(std::size_t offset) const;
  Range range(std::size_t begin, std::size_t end) const { return {place(begin), place(end)}; }
  /// The offset of a place; one behind a line's end is at its end, one behind the last line at the text's.
  std::size_t offset(Place place) const;

 private:
  std::string_view text_;
  Encoding encoding_;
  std::vector<std::size_t> begins_;  // of lines
};

}  // namespace ferry::rewriter::lsp
