// apply: writes the texts that a run has made, all of them or none.
#pragma once

#include <string>
#include <vector>

#include "apply/tree.hpp"
#include "model/finding.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

struct ApplyOptions {
  Tree tree;           ///< where the journal is
  std::string root;    ///< nothing outside is written, by whatever link it is reached
  std::string what;    ///< the command line, for the record of the run
  std::string base{};  ///< the commit that is checked out, if what is written is to be committed: the run
                       ///< then ends with settle() and leaves no record
  std::string takes_back{};  ///< the name of the record that the run undoes; it is removed, and none is made
};

struct Applied {
  std::vector<std::string> written;  ///< sorted
  Problems problems;                 ///< why nothing was written
};

/// Replaces each file of `after` whose content on disk still is that of `before`. If one has changed, may not
/// be written or cannot be, no file is touched. Whoever calls holds the tree's Lock.
///
/// New contents go to temporary files beside their targets, which are renamed when all are written; a journal
/// lists them before, so that recover() can finish or undo what an interrupted run has begun. Links are
/// written through; permissions, owner and hard links are kept.
Applied apply(const Texts& before, const Texts& after, const ApplyOptions& options);

/// What recover() has found and done.
struct Recovered {
  enum class How { Nothing, Finished, TakenBack };
  How how = How::Nothing;
  std::string what;   ///< the command line of the run that was interrupted
  Problems problems;  ///< files that have been changed since, and what could not be done; then the rest waits
};

/// Finishes or undoes what an interrupted run left: undone if no file had been replaced yet, and if a file
/// that was still to be replaced has been changed since; otherwise finished. A run that was to be committed
/// is undone.
Recovered recover(const Tree& tree);

/// Whether an interrupted run waits for recover().
bool is_interrupted(const Tree& tree);

/// Ends an apply() that had a `base`, when its commit has been made.
void settle(const Tree& tree);
/// Undoes it instead. The problems say what could not be put back.
Problems withdraw(const Tree& tree);

/// Formats the lines in which `after` differs from `before` by the .clang-format that `path` is subject to.
/// Without one, and if it cannot be read (`problems` says so), `after` stays as it is.
std::string format_changes(const std::string& path, std::string_view before, std::string after,
                           Problems& problems);

}  // namespace ferry::rewriter
