#include "apply/apply.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"
#include "resolve/resolve.hpp"

namespace ferry::rewriter {

ExitStatus run_check(const RunOptions& options) {
  auto project = open_project(options);
  if (!project) return ExitStatus::BadUsage;
  const std::string& root = project->discovery.scope.root;
  const Jobs& jobs = project->discovery.jobs;
  std::vector<Analysis> analyses = analyse_jobs(*project, project->candidates, {}, options);
  Outcome outcome;
  outcome.notes = project->discovery.notes;
  outcome.safe = rewritable(resolve(jobs, analyses, {.scope = project->discovery.scope, .unsafe = false}));
  // Reported is what not even --unsafe rewrites, and why.
  outcome.plan = resolve(jobs, std::move(analyses), {.scope = project->discovery.scope, .unsafe = true});
  if (is_interrupted(root))
    outcome.plan.problems.push_back(
        {.file = root, .message = "an earlier run was interrupted while it wrote; `ferry fix` finishes it"});
  if (!print_outcome(outcome, options, Command::Check, root)) return ExitStatus::BadUsage;
  if (!outcome.plan.problems.empty()) return ExitStatus::Failed;
  return outcome.plan.findings.empty() ? ExitStatus::Done : ExitStatus::FindingsRemain;
}

}  // namespace ferry::rewriter
