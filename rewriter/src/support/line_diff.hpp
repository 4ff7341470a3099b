// line_diff: which lines changed between two texts.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ferry::rewriter {

/// Lines `[old_begin, old_end)` of the old text were replaced by lines `[new_begin, new_end)` of the new one.
/// 0-based.
struct LineChange {
  std::size_t old_begin = 0;
  std::size_t old_end = 0;
  std::size_t new_begin = 0;
  std::size_t new_end = 0;

  bool operator==(const LineChange&) const = default;
};

/// The text's lines, each with its end.
std::vector<std::string_view> split_lines(std::string_view text);

/// The fewest changes that lead from one list of lines to the other, in order, none adjacent to the next.
/// Cost: the number of lines times the number of lines that differ.
std::vector<LineChange> line_diff(const std::vector<std::string_view>& old_lines,
                                  const std::vector<std::string_view>& new_lines);

}  // namespace ferry::rewriter
