// history: how many old call sites a project had at earlier revisions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/project.hpp"
#include "report/status.hpp"

namespace ferry::rewriter {

/// A commit on the line of first parents.
struct Commit {
  std::string revision;
  std::string date;  ///< YYYY-MM-DDTHH:MM:SSZ
  std::string subject;
};

/// Up to `count` of these, evenly spread: every second one, or every fourth, and so on, from the first one
/// on, and the last. So those that are chosen today are mostly chosen when there are more, and known by then.
std::vector<Commit> spread(const std::vector<Commit>& commits, std::size_t count);

/// The counts at `options.history` commits that touch the root, from --from on or from the first one on, the
/// oldest first, and those of the work tree, which `status` has. Gives `status` the commit that it is at.
///
/// Each revision is checked out elsewhere and analysed with the commands of today, as far as they fit it;
/// what the cache knows of a revision is taken from there. Empty when there is no such history: that has been
/// printed.
std::optional<std::vector<Sample>> history_of(const Project& project, const RunOptions& options,
                                              const Status& status);

/// The commit that HEAD is; empty without git.
std::optional<Commit> head_of(const std::string& root);

}  // namespace ferry::rewriter
