// An edit: one range of one file and the text that takes its place.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

namespace ferry::rewriter {

/// Replaces `length` bytes at `offset` of `file` by `replacement`. An insertion has length 0.
struct Edit {
  std::string file;  ///< absolute, normalised, symlinks kept
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string replacement;

  auto operator<=>(const Edit&) const = default;
};

using Edits = std::vector<Edit>;

}  // namespace ferry::rewriter
