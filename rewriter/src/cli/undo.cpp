#include <string>

#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include "apply/apply.hpp"
#include "apply/records.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/session.hpp"
#include "cli/words.hpp"
#include "report/diff.hpp"

namespace ferry::rewriter {
namespace {

// Without git only the directories themselves tell which of them a run had as its root.
Tree tree_with_memory(const std::string& directory) {
  Tree tree = tree_of(directory);
  for (std::string at = tree.top; tree.git_dir.empty() && !at.empty();
       at = llvm::sys::path::parent_path(at).str())
    if (Tree above = tree_of(at); last_record(above) || is_interrupted(above)) return above;
  return tree;
}

std::string run_of(const Journal& journal) {
  return "the run of " + journal.when + " (" + journal.what + ")";
}

std::string counted(std::size_t files) { return std::to_string(files) + (files == 1 ? " file" : " files"); }

ExitStatus report(const Problems& problems) {
  for (const Problem& problem : problems) print_error(problem);
  return ExitStatus::Failed;
}

}  // namespace

ExitStatus run_undo(const UndoOptions& options) {
  const Tree tree = tree_with_memory(options.directory);
  const auto lock = lock_tree(tree);
  if (!lock) return ExitStatus::Failed;
  Problems problems;
  put_right(tree, problems);
  if (!problems.empty()) return report(problems);

  const auto record = last_record(tree);
  if (!record) {
    print_error({.file = tree.top, .message = "no run is known that could be taken back here"});
    return ExitStatus::BadUsage;
  }
  const Journal& run = record->journal;
  if (!run.commits.empty()) {
    const std::string range = run.commits.front().substr(0, 12) + "^.." + run.commits.back().substr(0, 12);
    print_error({.file = tree.top,
                 .message = run_of(run) + " is in " + std::to_string(run.commits.size()) +
                            (run.commits.size() == 1 ? " commit" : " commits") + "; `git revert " + range +
                            "` takes it back"});
    return ExitStatus::Failed;
  }

  Texts now;
  Texts before;
  problems = take_back(*record, now, before);
  if (!problems.empty()) {
    print_error({.message = run_of(run) + " cannot be taken back; nothing was changed:"});
    return report(problems);
  }
  if (options.diff) {
    llvm::raw_ostream& out = llvm::outs();
    set_color(out, options.color, llvm::outs().has_colors());
    print_diff(out, now, before, tree.top);
    return ExitStatus::Done;
  }
  const Applied applied =
      apply(now, before,
            {.tree = tree, .root = tree.top, .what = options.line, .base = {}, .takes_back = record->name});
  if (applied.written.empty()) return report(applied.problems);
  llvm::outs() << "Took back " << run_of(run) << ": " << counted(applied.written.size()) << ".\n";
  for (const Problem& problem : applied.problems) print_error(problem);
  return applied.problems.empty() ? ExitStatus::Done : ExitStatus::Failed;
}

}  // namespace ferry::rewriter
