#include <algorithm>
#include <iterator>
#include <utility>

#include "apply/apply.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"
#include "cli/rewrite.hpp"

namespace ferry::rewriter {
namespace {

void write(Outcome& outcome, const std::string& root) {
  Applied applied = apply(outcome.plan.texts, outcome.after, root);
  outcome.written = std::move(applied.written);
  if (applied.problems.empty()) return;
  std::ranges::move(applied.problems, std::back_inserter(outcome.plan.problems));
  for (PlannedFinding& planned : outcome.plan.findings)
    if (planned.decision == Decision::Apply) {
      planned.decision = Decision::Withheld;
      planned.reason = "nothing was written";
    }
}

}  // namespace

ExitStatus run_fix(const RunOptions& options) {
  auto project = open_project(options);
  if (!project) return ExitStatus::BadUsage;
  const std::string& root = project->discovery.scope.root;
  Problems earlier;
  if (is_interrupted(root)) {
    if (options.diff) {
      earlier.push_back({.file = root,
                         .message = "an earlier run was interrupted while it wrote; `ferry fix` "
                                    "without --diff finishes it"});
    } else {
      earlier = recover(root);
      // What was known of the files may no longer be so.
      project = open_project(options);
      if (!project) return ExitStatus::BadUsage;
    }
  }

  Outcome outcome = rewrite(*project, options);
  outcome.notes = project->discovery.notes;
  std::ranges::move(earlier, std::back_inserter(outcome.plan.problems));
  if (!options.diff) write(outcome, root);
  if (!print_outcome(outcome, options, options.diff ? Command::Diff : Command::Fix, root))
    return ExitStatus::BadUsage;
  if (!outcome.plan.problems.empty()) return ExitStatus::Failed;
  const bool is_done = std::ranges::all_of(outcome.plan.findings, [](const PlannedFinding& planned) {
    return planned.decision == Decision::Apply;
  });
  return is_done ? ExitStatus::Done : ExitStatus::FindingsRemain;
}

}  // namespace ferry::rewriter
