// printable: source text as a terminal may show it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::rewriter {

/// `text` in one line, without anything that a terminal would act upon: line ends and tabs are blanks, other
/// control and formatting characters and bytes that are no UTF-8 are spelled out, as in `<U+202E>` and
/// `<FF>`.
std::string printable(std::string_view text);

/// One line of source text, laid out in the columns of a terminal. Tabs reach to the next multiple of 4, wide
/// characters take two columns.
class Layout {
 public:
  explicit Layout(std::string_view line);

  std::size_t width() const { return width_; }
  /// The column, from 0, of the character that the byte `offset` belongs to; the width for an offset behind
  /// the line.
  std::size_t column_of(std::size_t offset) const;
  /// What stands in the columns [begin, end). A wide character or a tab that is cut is left out, blanks keep
  /// its place.
  std::string columns(std::size_t begin, std::size_t end) const;

 private:
  struct Cell {
    std::size_t offset = 0;  // of the first byte
    std::size_t column = 0;
    std::size_t width = 0;
    std::string shown;
  };
  std::vector<Cell> cells_;
  std::size_t width_ = 0;
  std::size_t length_ = 0;  // in bytes
};

}  // namespace ferry::rewriter
