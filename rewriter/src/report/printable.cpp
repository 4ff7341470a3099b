#include "report/printable.hpp"

#include <algorithm>
#include <iterator>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/ConvertUTF.h>
#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/Unicode.h>

namespace ferry::rewriter {
namespace {

constexpr std::size_t kTab = 4;

// Takes the first character off `text`: its bytes, and how it may be shown.
std::string take_character(llvm::StringRef& text, llvm::StringRef& bytes) {
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.bytes_begin());
  const auto* next = begin;
  llvm::UTF32 code_point = 0;
  auto* target = &code_point;
  const std::size_t length = std::min<std::size_t>(llvm::getNumBytesForUTF8(*begin), text.size());
  const bool is_valid = llvm::ConvertUTF8toUTF32(&next, begin + length, &target, target + 1,
                                                 llvm::strictConversion) == llvm::conversionOK &&
                        target != &code_point;
  bytes = text.take_front(is_valid ? length : 1);
  text = text.drop_front(bytes.size());
  if (!is_valid) return llvm::formatv("<{0:X-2}>", static_cast<unsigned>(*begin)).str();
  if (llvm::sys::unicode::isPrintable(static_cast<int>(code_point))) return bytes.str();
  return llvm::formatv("<U+{0:X-4}>", code_point).str();
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  llvm::StringRef bytes;
  for (llvm::StringRef rest(text); !rest.empty();) {
    if (llvm::isSpace(rest.front())) {
      shown += ' ';
      rest = rest.drop_front();
    } else {
      shown += take_character(rest, bytes);
    }
  }
  return shown;
}

Layout::Layout(std::string_view line) : length_(line.size()) {
  llvm::StringRef rest(line);
  while (!rest.empty()) {
    Cell cell{.offset = line.size() - rest.size(), .column = width_};
    if (rest.front() == '\t') {
      cell.width = kTab - width_ % kTab;
      cell.shown.assign(cell.width, ' ');
      rest = rest.drop_front();
    } else {
      llvm::StringRef bytes;
      cell.shown = take_character(rest, bytes);
      cell.width = static_cast<std::size_t>(std::max(0, llvm::sys::unicode::columnWidthUTF8(cell.shown)));
    }
    width_ += cell.width;
    cells_.push_back(std::move(cell));
  }
}

std::size_t Layout::column_of(std::size_t offset) const {
  if (offset >= length_) return width_;
  return std::prev(std::ranges::upper_bound(cells_, offset, {}, &Cell::offset))->column;
}

std::string Layout::columns(std::size_t begin, std::size_t end) const {
  std::string shown;
  for (const Cell& cell : cells_) {
    const std::size_t cell_end = cell.column + cell.width;
    if (cell.column >= begin && cell_end <= end)
      shown += cell.shown;
    else if (cell.column < end && cell_end > begin)
      shown.append(std::min(cell_end, end) - std::max(cell.column, begin), ' ');
  }
  return shown;
}

}  // namespace ferry::rewriter
