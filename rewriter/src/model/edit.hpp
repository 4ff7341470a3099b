// An edit: one range of one file and the text that takes its place.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

namespace ferry::rewriter {

/// Replaces `length` bytes at `offset` of `file` by `replacement`. An insertion has length 0.
///
/// Keep edits minimal (the name, the parentheses, not the arguments between them): edits of nested findings
/// then compose. Line ends in `replacement` are `\n`; the file's own are used when it is written.
///
/// Several findings may hold the same edit: a replacement of the same range, or an insertion of whole
/// preprocessor lines (`#include <...>\n`) at the start of the same line, is then made once.
struct Edit {
  std::string file;  ///< absolute, normalised, symlinks kept
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string replacement;

  auto operator<=>(const Edit&) const = default;
};

using Edits = std::vector<Edit>;

}  // namespace ferry::rewriter
