#include "cli/rewrite.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "analyse/analyse.hpp"
#include "apply/apply.hpp"
#include "cli/lint.hpp"
#include "model/compose.hpp"
#include "resolve/resolve.hpp"
#include "support/parallel.hpp"
#include "verify/verify.hpp"

namespace ferry::rewriter {
namespace {

// Each pass makes the outermost of nested edits that do not compose; deeper nests are left to another run.
constexpr unsigned kMaxPasses = 4;

using Pass = std::map<std::string, Composed>;

std::size_t offset_on_disk(const std::vector<Pass>& passes, const std::string& file, std::size_t offset) {
  for (auto pass = passes.rbegin(); pass != passes.rend(); ++pass)
    if (const auto composed = pass->find(file); composed != pass->end())
      offset = offset_before(composed->second, offset);
  return offset;
}

// A finding of a later pass, as it would stand in the text on disk.
Finding on_disk(Finding finding, const std::vector<Pass>& passes, const Texts& overlay, const Texts& before) {
  if (const auto text = overlay.find(finding.file); text != overlay.end()) {
    const std::size_t end = offset_of(text->second, {.line = finding.end_line, .column = finding.end_column});
    finding.offset = offset_on_disk(passes, finding.file, finding.offset);
    const std::string& original = before.at(finding.file);
    std::tie(finding.line, finding.column) = [](Position p) {
      return std::pair(p.line, p.column);
    }(position_of(original, finding.offset));
    const Position last = position_of(original, offset_on_disk(passes, finding.file, end));
    finding.end_line = last.line;
    finding.end_column = last.column;
  }
  for (Edit& edit : finding.edits) {
    const std::size_t end = offset_on_disk(passes, edit.file, edit.offset + edit.length);
    edit.offset = offset_on_disk(passes, edit.file, edit.offset);
    edit.length = std::max(end, edit.offset) - edit.offset;
  }
  return finding;
}

Problem on_disk(Problem problem, const std::vector<Pass>& passes, const Texts& overlay, const Texts& before) {
  if (const auto text = overlay.find(problem.file); text != overlay.end()) {
    const std::size_t offset = offset_of(text->second, {.line = problem.line, .column = problem.column});
    const Position position =
        position_of(before.at(problem.file), offset_on_disk(passes, problem.file, offset));
    problem.line = position.line;
    problem.column = position.column;
  }
  return problem;
}

// Where lines are after a pass.
std::vector<LineRange> lines_after(std::vector<LineRange> lines, const std::string& before,
                                   const Composed& after) {
  const auto line_after = [&](std::size_t offset) {
    return position_of(after.text, offset_after(after, offset)).line;
  };
  for (auto& [first, last] : lines) {
    const std::size_t end = offset_of(before, {.line = last + 1, .column = 1});
    first = line_after(offset_of(before, {.line = first, .column = 1}));
    last = std::max(first, line_after(end == 0 ? 0 : end - 1));
  }
  return lines;
}

class Rewriting {
 public:
  Rewriting(Project& project, const RunOptions& options, RewriteOptions rewrite)
      : project_(project),
        options_(options),
        rewrite_(std::move(rewrite)),
        scope_(rewrite_.scope),
        overlay_(rewrite_.texts) {}

  std::optional<Outcome> run() {
    std::vector<std::size_t> jobs = rewrite_.jobs;
    do {
      std::vector<Analysis> analyses = analyse_jobs(project_, jobs, overlay_, options_);
      std::vector<References> before(analyses.size());
      for (const std::size_t job : jobs) before[job] = std::move(analyses[job].references);
      Sight sight(project_, options_, jobs, analyses, overlay_);
      ResolveOptions resolve_with = sight.resolve_options();
      resolve_with.scope = scope_;
      Plan plan = resolve(project_.discovery.jobs, std::move(analyses), resolve_with);
      if (!first_sight_) first_sight_.emplace(std::move(sight));
      drop_settled(plan);
      if (rewrite_.choose && !rewrite_.choose(plan)) return std::nullopt;
      if (options_.verify && has(plan, Decision::Apply)) {
        if (!rewrite_.is_partial) scan_the_rest(project_, options_);
        const Discovery& found = project_.discovery;
        const bool has_own_jobs = !found.verify_jobs.empty();
        plan = verify(std::move(plan), has_own_jobs ? found.verify_jobs : found.jobs, project_.inputs,
                      {.overlay = overlay_,
                       .processes = options_.threads,
                       .prefixes =
                           [&](const auto& which, const Texts& overlay) {
                             if (has_own_jobs) return std::vector<Prefix>{{.jobs = which}};
                             return shared_prefixes(project_, which, overlay, options_);
                           },
                       .references = [&](const FileRanges& written) -> std::unique_ptr<UnitWork> {
                         // Other headers give other names a meaning.
                         if (has_own_jobs) return nullptr;
                         return references_work(project_.discovery.scope, options_.packs.get(), written);
                       },
                       .has_own_jobs = has_own_jobs,
                       .before = std::move(before)});
      }
      jobs = take(std::move(plan));
    } while (!jobs.empty());
    finish();
    if (rewrite_.known != nullptr) rewrite_.known->mark(outcome_, first_sight_->baseline_scope());
    return std::move(outcome_);
  }

 private:
  static bool has(const Plan& plan, Decision decision) {
    return std::ranges::any_of(plan.findings,
                               [&](const auto& planned) { return planned.decision == decision; });
  }

  auto site_of(const Finding& finding) const {
    return std::tuple(finding.file, offset_on_disk(passes_, finding.file, finding.offset), finding.rule);
  }

  // What an earlier pass left alone stays alone.
  void drop_settled(Plan& plan) {
    for (PlannedFinding& planned : plan.findings)
      if (settled_.contains(site_of(planned.finding))) planned.decision = Decision::Dropped;
    hold_back_groups(plan);
    if (std::erase_if(plan.findings,
                      [](const auto& planned) { return planned.decision == Decision::Dropped; }) != 0)
      settle_overlaps(plan);
  }

  // Adds the pass to the outcome. The jobs to be analysed again are those that read what deferred findings
  // edit, or what was edited and leads on.
  std::vector<std::size_t> take(Plan plan) {
    const Pass pass = compose(plan, applied(plan));
    const std::size_t settled_before = settled_.size();
    for (const PlannedFinding& planned : plan.findings)
      if (planned.decision != Decision::Apply && planned.decision != Decision::Deferred)
        settled_.insert(site_of(planned.finding));
    // What waits for another edit waits no longer when that one is made, or is not to be made.
    const bool leads_on = std::ranges::any_of(plan.findings, [](const PlannedFinding& planned) {
      return planned.decision == Decision::Apply && planned.finding.leads_on;
    });
    const bool goes_on = (has(plan, Decision::Deferred) || leads_on) && passes_.size() + 1 < kMaxPasses &&
                         (!pass.empty() || settled_.size() > settled_before);
    std::set<std::string> waiting;
    for (const auto& [file, text] : plan.texts) before_.emplace(file, text);  // the first text is the disk's
    for (PlannedFinding& planned : plan.findings) {
      if (planned.decision == Decision::Deferred) {
        if (goes_on) {
          for (const Edit& edit : planned.finding.edits) waiting.insert(edit.file);
          continue;
        }
        planned.decision = Decision::Withheld;
      }
      if (goes_on && planned.decision == Decision::Apply && planned.finding.leads_on)
        for (const Edit& edit : planned.finding.edits) waiting.insert(edit.file);
      planned.finding = on_disk(std::move(planned.finding), passes_, overlay_, before_);
      outcome_.plan.findings.push_back(std::move(planned));
    }
    std::ranges::move(plan.problems, std::back_inserter(outcome_.plan.problems));
    for (Problem& warning : plan.warnings)
      outcome_.plan.warnings.push_back(on_disk(std::move(warning), passes_, overlay_, before_));
    if (passes_.empty()) outcome_.plan.unjudged = std::move(plan.unjudged);
    for (const auto& [file, composed] : pass) {
      if (scope_.changed)
        if (const auto lines = scope_.changed->find(file); lines != scope_.changed->end())
          lines->second = lines_after(lines->second, plan.texts.at(file), composed);
      overlay_.insert_or_assign(file, composed.text);
    }
    passes_.push_back(pass);

    std::vector<std::size_t> jobs;
    for (const std::size_t job : rewrite_.jobs)
      if (std::ranges::any_of(project_.inputs[job],
                              [&](const auto& input) { return waiting.contains(input); }))
        jobs.push_back(job);
    return jobs;
  }

  void finish() {
    Plan& plan = outcome_.plan;
    std::ranges::sort(plan.findings, {}, [](const PlannedFinding& planned) {
      const Finding& finding = planned.finding;
      return std::tie(finding.file, finding.offset, finding.rule, finding.edits);
    });
    format();
    std::ranges::sort(plan.problems);
    plan.problems.erase(std::ranges::unique(plan.problems).begin(), plan.problems.end());
    std::ranges::sort(plan.warnings);
    plan.warnings.erase(std::ranges::unique(plan.warnings).begin(), plan.warnings.end());
    plan.texts = std::move(before_);
  }

  // Fills the outcome's texts.
  void format() {
    for (const Pass& pass : passes_)
      for (const auto& [file, composed] : pass) outcome_.after.emplace(file, overlay_.at(file));
    std::vector<std::pair<const std::string, std::string>*> files;
    for (auto& entry : outcome_.after) files.push_back(&entry);
    std::vector<Problems> problems(files.size());
    parallel_for(files.size(), options_.threads, [&](std::size_t i) {
      auto& [file, text] = *files[i];
      text = format_changes(file, before_.at(file), std::move(text), problems[i]);
    });
    for (Problems& of_file : problems) std::ranges::move(of_file, std::back_inserter(outcome_.plan.problems));
  }

  Project& project_;
  const RunOptions& options_;
  const RewriteOptions rewrite_;
  std::optional<Sight> first_sight_;  // of the texts that the run begins with, which a baseline is about
  Scope scope_;                       // with the lines of the texts after the passes so far
  std::vector<Pass> passes_;
  Texts overlay_;  // the texts after the passes so far
  Texts before_;   // the texts that the run begins with
  std::set<std::tuple<std::string, std::size_t, std::string>> settled_;
  Outcome outcome_;
};

}  // namespace

std::optional<Outcome> rewrite(Project& project, const RunOptions& run, RewriteOptions options) {
  return Rewriting(project, run, std::move(options)).run();
}

Outcome rewrite(Project& project, const RunOptions& run, KnownFindings* known) {
  return *rewrite(project, run,
                  {.scope = project.discovery.scope, .jobs = project.candidates, .known = known});
}

}  // namespace ferry::rewriter
