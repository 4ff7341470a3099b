#include "apply/apply.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"

namespace ferry::rewriter {

ExitStatus run_check(const RunOptions& options) {
  auto project = open_project(options);
  if (!project) return ExitStatus::BadUsage;
  const std::string& root = project->discovery.scope.root;
  Outcome outcome{.plan = make_plan(*project, project->candidates, {}, options)};
  if (is_interrupted(root))
    outcome.plan.problems.push_back(
        {.file = root, .message = "an earlier run was interrupted while it wrote; `ferry fix` finishes it"});
  if (!print_outcome(outcome, options, Command::Check, root)) return ExitStatus::BadUsage;
  if (!outcome.plan.problems.empty()) return ExitStatus::Failed;
  return outcome.plan.findings.empty() ? ExitStatus::Done : ExitStatus::FindingsRemain;
}

}  // namespace ferry::rewriter
