// What a command does about the tree before it reads it, and before it writes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apply/lock.hpp"
#include "apply/tree.hpp"
#include "cli/options.hpp"
#include "cli/project.hpp"
#include "model/finding.hpp"

namespace ferry::rewriter {

/// The tree's lock. Empty when another run of ferry has it: that has been printed.
std::optional<Lock> lock_tree(const Tree& tree);

/// Finishes or undoes what an interrupted run left, and says so. True when files may have changed: what has
/// been read of them is to be read again. `problems` gets what could not be put right. Whoever calls holds
/// the lock.
bool put_right(const Tree& tree, Problems& problems);

/// The same for a command that only reads, and so holds no lock.
bool put_right_unlocked(const Tree& tree, Problems& problems);

/// open_project() for a command that only reads: of a tree in which no interrupted run is left.
std::optional<Project> open_whole_project(const RunOptions& options, Problems& problems);

/// What of these files only the disk has.
enum class Unsaved {
  Unstaged,  ///< changes that are neither committed nor staged; files that git does not know, but for ignored
             ///< ones
  Uncommitted,  ///< changes that are not committed; files that git does not know
};

/// Problems for those of `files`, whichever work trees they are in. None without git.
Problems unsaved(const std::vector<std::string>& files, Unsaved what);

}  // namespace ferry::rewriter
