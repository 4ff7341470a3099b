#include <algorithm>
#include <iterator>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"
#include "cli/session.hpp"
#include "resolve/resolve.hpp"

namespace ferry::rewriter {

ExitStatus run_check(const RunOptions& options) {
  if (options.shard) return run_shard(options);
  auto project = open_project(options);
  if (!project) return ExitStatus::BadUsage;
  const std::string root = project->discovery.scope.root;
  Problems earlier;
  if (put_right_unlocked(tree_of(root), earlier)) {
    project = open_project(options);
    if (!project) return ExitStatus::BadUsage;
  }
  const Jobs& jobs = project->discovery.jobs;
  std::vector<Analysis> analyses = analyse_jobs(*project, project->candidates, {}, options);
  Outcome outcome;
  outcome.notes = project->discovery.notes;
  outcome.safe = rewritable(resolve(jobs, analyses, {.scope = project->discovery.scope, .unsafe = false}));
  // Reported is what not even --unsafe rewrites, and why.
  outcome.plan = resolve(jobs, std::move(analyses), {.scope = project->discovery.scope, .unsafe = true});
  std::ranges::move(earlier, std::back_inserter(outcome.plan.problems));
  if (!print_outcome(outcome, options, Command::Check, root)) return ExitStatus::BadUsage;
  if (!outcome.plan.problems.empty()) return ExitStatus::Failed;
  return outcome.plan.findings.empty() ? ExitStatus::Done : ExitStatus::FindingsRemain;
}

}  // namespace ferry::rewriter
