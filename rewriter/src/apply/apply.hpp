// apply: writes the texts that a run has made, all of them or none.
#pragma once

#include <string>
#include <vector>

#include "model/finding.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

struct Applied {
  std::vector<std::string> written;  ///< sorted
  Problems problems;                 ///< why nothing was written
};

/// Replaces each file of `after` whose content on disk still is that of `before`. If one has changed, may not
/// be written or cannot be, no file is touched.
///
/// New contents go to temporary files beside their targets; a journal in `root` lists them before the first
/// is renamed, so that recover() can finish what an interrupted run has begun. Links are written through,
/// permissions are kept.
Applied apply(const Texts& before, const Texts& after, const std::string& root);

/// Finishes or undoes what an interrupted apply() left in `root`: undone if no file had been replaced yet,
/// otherwise finished, except for files that have been changed since. The problems say which; empty when
/// there was nothing.
Problems recover(const std::string& root);

/// Whether an interrupted apply() waits for recover().
bool is_interrupted(const std::string& root);

/// Formats the lines in which `after` differs from `before` by the .clang-format that `path` is subject to.
/// Without one, and if it cannot be read (`problems` says so), `after` stays as it is.
std::string format_changes(const std::string& path, std::string_view before, std::string after,
                           Problems& problems);

}  // namespace ferry::rewriter
