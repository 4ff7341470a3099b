#include <algorithm>
#include <iterator>
#include <utility>

#include "apply/apply.hpp"
#include "cli/accept.hpp"
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/commits.hpp"
#include "cli/known.hpp"
#include "cli/print.hpp"
#include "cli/project.hpp"
#include "cli/rewrite.hpp"
#include "cli/session.hpp"

namespace ferry::rewriter {
namespace {

void take_all_back(Outcome& outcome, Problems problems) {
  std::ranges::move(problems, std::back_inserter(outcome.plan.problems));
  for (PlannedFinding& planned : outcome.plan.findings)
    if (planned.decision == Decision::Apply) {
      planned.decision = Decision::Withheld;
      planned.reason = "nothing was written";
    }
}

std::vector<std::string> changed_files(const Outcome& outcome) {
  std::vector<std::string> files;
  for (const auto& [file, text] : outcome.after)
    if (text != outcome.plan.texts.at(file)) files.push_back(file);
  return files;
}

void write(Outcome& outcome, const Project& project, const Tree& tree, const RunOptions& options) {
  // Who asks for the lines that have changed wants those edited that are being worked on.
  if (!options.allow_dirty && !project.discovery.scope.changed)
    if (Problems dirty = unsaved(changed_files(outcome), Unsaved::Unstaged); !dirty.empty())
      return take_all_back(outcome, std::move(dirty));
  Applied applied = apply(outcome.plan.texts, outcome.after,
                          {.tree = tree, .root = project.discovery.scope.root, .what = options.line});
  outcome.written = std::move(applied.written);
  if (outcome.written.empty()) return take_all_back(outcome, std::move(applied.problems));
  std::ranges::move(applied.problems, std::back_inserter(outcome.plan.problems));
}

ExitStatus status_of(const Plan& plan) {
  if (!plan.problems.empty()) return ExitStatus::Failed;
  const bool is_done = std::ranges::all_of(plan.findings, [](const PlannedFinding& planned) {
    return planned.decision == Decision::Apply || !is_open(planned);
  });
  return is_done ? ExitStatus::Done : ExitStatus::FindingsRemain;
}

}  // namespace

ExitStatus run_fix(const RunOptions& options) {
  auto known = KnownFindings::open(options);
  if (!known || !check_output_files(options)) return ExitStatus::BadUsage;
  auto project = open_project(options);
  if (!project) return ExitStatus::BadUsage;
  const std::string root = project->discovery.scope.root;
  const Tree tree = tree_of(root);
  const std::optional<Lock> lock = options.diff ? std::nullopt : lock_tree(tree);
  if (!options.diff && !lock) return ExitStatus::Failed;
  Problems earlier;
  if (lock ? put_right(tree, earlier) : put_right_unlocked(tree, earlier)) {
    // What was known of the files may no longer be so.
    project = open_project(options);
    if (!project) return ExitStatus::BadUsage;
  }

  std::optional<Outcome> outcome;
  if (!options.add_nolint.empty()) {
    outcome = accept(*project, options, *known);
    if (!options.diff) write(*outcome, *project, tree, options);
  } else if (options.per_rule_commits) {
    outcome = rewrite_by_rule(*project, options, tree, *known);
  } else {
    std::optional<Asking> asking;
    if (options.interactive) asking.emplace(tree, options, root);
    RewriteOptions how{.scope = project->discovery.scope, .jobs = project->candidates, .known = &*known};
    if (asking) how.choose = [&](Plan& plan) { return asking->choose(plan); };
    outcome = rewrite(*project, options, std::move(how));
    if (!outcome) asking->give_up();
    if (!options.diff) write(*outcome, *project, tree, options);
    if (asking && !options.diff && (outcome->after.empty() || !outcome->written.empty())) asking->finish();
  }
  outcome->notes = project->discovery.notes;
  std::ranges::move(earlier, std::back_inserter(outcome->plan.problems));
  const ExitStatus status = status_of(outcome->plan);
  if (!print_outcome(*outcome, options, options.diff ? Command::Diff : Command::Fix, root, status))
    return ExitStatus::Failed;
  return status;
}

}  // namespace ferry::rewriter
