// --per-rule-commits: one git commit for each rule.
#pragma once

#include <optional>

#include "apply/tree.hpp"
#include "cli/known.hpp"
#include "cli/options.hpp"
#include "cli/project.hpp"
#include "model/plan.hpp"

namespace ferry::rewriter {

/// Rewrites, writes and commits rule by rule; each commit compiles. Rules whose findings are right only
/// together share a commit; one whose edits compile only after those of others comes after them. What
/// compiles only with all that remain is committed with them, last.
///
/// The outcome is that of the whole run. Nothing is written while a file that it would touch has changes that
/// are not committed, or is not git's. A commit that fails ends the run, and what it would have held is taken
/// back.
Outcome rewrite_by_rule(Project& project, const RunOptions& options, const Tree& tree, KnownFindings& known);

}  // namespace ferry::rewriter
