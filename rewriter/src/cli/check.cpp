#include "cli/check.hpp"

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

Checked check(Project& project, const RunOptions& options, KnownFindings& known,
              const std::vector<std::size_t>& which, const Texts& texts) {
  const Jobs& jobs = project.discovery.jobs;
  std::vector<Analysis> analyses = analyse_jobs(project, which, texts, options);
  const Sight sight(project, options, which, analyses, texts);
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
  Outcome all{.plan = resolve(jobs, std::move(analyses), resolve_with)};
  known.mark(safe, baseline_scope, whole ? &*whole : nullptr);
  known.mark(all, baseline_scope, whole ? &*whole : nullptr);
  return {.safe = std::move(safe.plan), .all = std::move(all)};
}

ExitStatus run_check(const RunOptions& options) {
  if (options.shard) return run_shard(options);
  if (options.watch) return run_watch(options);
  return check_once(options);
}

ExitStatus check_once(const RunOptions& options, std::vector<Stamp>* seen) {
  auto known = KnownFindings::open(options);
  if (!known || !check_output_files(options)) return ExitStatus::BadUsage;
  Problems earlier;
  auto project = open_whole_project(options, earlier);
  if (!project) return ExitStatus::BadUsage;
  const std::string root = project->discovery.scope.root;
  Checked checked = check(*project, options, *known, project->candidates, {});
  if (seen != nullptr) *seen = watched(*project);
  Outcome& outcome = checked.all;
  outcome.notes = project->discovery.notes;
  outcome.safe = rewritable(checked.safe);
  for (auto& [file, composed] : compose(checked.safe, applied(checked.safe)))
    outcome.after.emplace(file, std::move(composed.text));

  std::ranges::move(earlier, std::back_inserter(outcome.plan.problems));
  const ExitStatus status = status_of(outcome.plan);
  if (!print_outcome(outcome, options, Command::Check, root, status) || !known->write(options))
    return ExitStatus::Failed;
  return status;
}

}  // namespace ferry::rewriter
