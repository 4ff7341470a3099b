#include <vector>

#include <clang/Format/Format.h>
#include <clang/Tooling/Core/Replacement.h>

#include "apply/apply.hpp"
#include "support/line_diff.hpp"

namespace ferry::rewriter {

std::string format_changes(const std::string& path, std::string_view before, std::string after,
                           Problems& problems) {
  const auto new_lines = split_lines(after);
  std::vector<clang::tooling::Range> ranges;
  for (const LineChange& change : line_diff(split_lines(before), new_lines)) {
    if (change.new_begin == change.new_end) continue;
    const auto offset = static_cast<unsigned>(new_lines[change.new_begin].data() - after.data());
    const std::string_view last = new_lines[change.new_end - 1];
    // Without the last line's end, which would draw the next line in.
    ranges.emplace_back(offset, static_cast<unsigned>(last.data() + last.size() - after.data()) - offset - 1);
  }
  if (ranges.empty()) return after;

  llvm::Expected<clang::format::FormatStyle> style =
      clang::format::getStyle(/*StyleName=*/"file", path, /*FallbackStyle=*/"none", after);
  if (!style) {
    problems.push_back({.file = path,
                        .message = "not formatted: " + llvm::toString(style.takeError()) +
                                   "; correct the .clang-format and format the changed lines"});
    return after;
  }
  if (style->DisableFormat) return after;
  const auto replacements = clang::format::reformat(*style, after, ranges, path);
  llvm::Expected<std::string> formatted = clang::tooling::applyAllReplacements(after, replacements);
  if (formatted) return std::move(*formatted);
  llvm::consumeError(formatted.takeError());
  return after;
}

}  // namespace ferry::rewriter
