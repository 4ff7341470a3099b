// Lines: stretches of lines of a file.
#pragma once

#include <compare>
#include <string>
#include <vector>

namespace ferry::rewriter {

/// Lines of a file, counted from 1; both are among them.
struct LineRange {
  unsigned first = 0;
  unsigned last = 0;

  auto operator<=>(const LineRange&) const = default;
};

using LineRanges = std::vector<LineRange>;

/// Lines of one file.
struct FileLines {
  std::string file;  ///< absolute
  LineRanges lines;  ///< sorted

  auto operator<=>(const FileLines&) const = default;
};

}  // namespace ferry::rewriter
