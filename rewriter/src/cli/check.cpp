#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "cli/commands.hpp"
#include "cli/known.hpp"
#include "cli/lint.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"
#include "cli/session.hpp"
#include "model/compose.hpp"
#include "resolve/resolve.hpp"

namespace ferry::rewriter {
namespace {

ExitStatus status_of(const Plan& plan) {
  if (!plan.problems.empty()) return ExitStatus::Failed;
  return std::ranges::none_of(plan.findings, is_open) ? ExitStatus::Done : ExitStatus::FindingsRemain;
}

}  // namespace

ExitStatus run_check(const RunOptions& options) {
  if (options.shard) return run_shard(options);
  auto known = KnownFindings::open(options);
  if (!known || !check_output_files(options)) return ExitStatus::BadUsage;
  auto project = open_project(options);
  if (!project) return ExitStatus::BadUsage;
  const std::string root = project->discovery.scope.root;
  Problems earlier;
  if (put_right_unlocked(tree_of(root), earlier)) {
    project = open_project(options);
    if (!project) return ExitStatus::BadUsage;
  }
  const Jobs& jobs = project->discovery.jobs;
  const Texts overlay;
  std::vector<Analysis> analyses = analyse_jobs(*project, project->candidates, overlay, options);
  const Sight sight(*project, options, project->candidates, analyses, overlay);
  const BaselineScope baseline_scope = sight.baseline_scope();
  ResolveOptions resolve_with = sight.resolve_options();

  std::optional<Plan> whole;
  if (resolve_with.scope.changed) {
    ResolveOptions all = resolve_with;
    all.scope.changed.reset();
    whole = resolve(jobs, analyses, all);
  }

  // What `ferry fix` would do comes from one plan. Reported is what not even --unsafe rewrites, and why.
  Outcome safe{.plan = resolve(jobs, analyses, resolve_with)};
  resolve_with.unsafe = true;
  Outcome outcome{.plan = resolve(jobs, std::move(analyses), resolve_with)};
  outcome.notes = project->discovery.notes;
  known->mark(safe, baseline_scope, whole ? &*whole : nullptr);
  known->mark(outcome, baseline_scope, whole ? &*whole : nullptr);
  outcome.safe = rewritable(safe.plan);
  for (auto& [file, composed] : compose(safe.plan, applied(safe.plan)))
    outcome.after.emplace(file, std::move(composed.text));

  std::ranges::move(earlier, std::back_inserter(outcome.plan.problems));
  const ExitStatus status = status_of(outcome.plan);
  if (!print_outcome(outcome, options, Command::Check, root, status) || !known->write(options))
    return ExitStatus::Failed;
  return status;
}

}  // namespace ferry::rewriter
