// changes: which lines have changed since a revision, as git knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/finding.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter {

/// The lines below `root` that the working tree has and the commit does not have in which the history of
/// `revision` and HEAD parted: committed, staged, not staged, and all lines of files that git does not know
/// and does not ignore. On failure `error` says what is wrong and what to do.
std::optional<ChangedLines> changed_lines(const std::string& root, const std::string& revision,
                                          Problem& error);

/// Reads a patch without context, as `git diff --unified=0` prints it, whose paths are relative to `root`.
ChangedLines read_patch(std::string_view patch, const std::string& root);

}  // namespace ferry::rewriter
