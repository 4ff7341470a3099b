// The commands of the program, one file each.
#pragma once

#include "cli/options.hpp"

namespace ferry::rewriter {

ExitStatus run_check(const RunOptions& options);
/// `check --watch`: looks again whenever a file has changed.
ExitStatus run_watch(RunOptions options);
ExitStatus run_fix(const RunOptions& options);
/// Says of one place what `fix` makes of it, and why.
ExitStatus run_why(const Options& options);
/// Serves an editor until it ends the conversation.
ExitStatus run_lsp(const Options& options);
ExitStatus run_status(RunOptions options);
ExitStatus run_undo(const UndoOptions& options);
/// `check --shard`: writes what `merge` joins.
ExitStatus run_shard(const RunOptions& options);
ExitStatus run_merge(Options options);
/// Lists the rules, or, where `pages` names a directory, writes a page for each into it and a list of these.
ExitStatus run_rules(const RunOptions& options, const std::string& pages);
/// Runs the examples of packs.
ExitStatus run_test(const RunOptions& options);
ExitStatus run_explain(const RunOptions& options, const std::string& name);
ExitStatus run_init(const Options& options);

}  // namespace ferry::rewriter
