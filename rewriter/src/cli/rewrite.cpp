#include "cli/rewrite.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "apply/apply.hpp"
#include "model/compose.hpp"
#include "resolve/resolve.hpp"
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

class Rewriting {
 public:
  Rewriting(Project& project, const RunOptions& options)
      : project_(project), options_(options), scope_(project.discovery.scope) {}

  Outcome run() {
    std::vector<Analysis> analyses = analyse_jobs(project_, project_.candidates, overlay_, options_);
    std::vector<std::size_t> analysed = project_.candidates;
    while (!analysed.empty()) {
      std::vector<Before> before = remember(analysed, analyses);
      Plan plan =
          resolve(project_.discovery.jobs, std::move(analyses), {.scope = scope_, .unsafe = options_.unsafe});
      if (!passes_.empty()) plan.problems.clear();  // said before the first edit
      drop_settled(plan);
      std::vector<std::optional<Analysis>> after(project_.discovery.jobs.size());
      if (options_.verify && has(plan, Decision::Apply)) after = check(plan, before);
      const bool goes_on = take(std::move(plan));
      if (!goes_on) break;
      analyses.assign(project_.discovery.jobs.size(), {});
      analysed = analyse_again(std::move(after), analyses);
    }
    finish();
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
    std::erase_if(plan.findings, [](const auto& planned) { return planned.decision == Decision::Dropped; });
  }

  // What verify() compares with.
  std::vector<Before> remember(const std::vector<std::size_t>& analysed,
                               const std::vector<Analysis>& analyses) const {
    std::vector<Before> before(analyses.size());
    for (const std::size_t job : analysed)
      before[job] = {
          .is_known = true, .compiled = analyses[job].compiled, .references = analyses[job].references};
    return before;
  }

  std::vector<std::optional<Analysis>> check(Plan& plan, const std::vector<Before>& before) {
    scan_the_rest(project_, options_);
    Verified verified =
        verify(std::move(plan), project_.discovery.jobs, project_.inputs,
               {.overlay = overlay_,
                .before = before,
                .analyse = [&](const auto& which, const Texts& overlay, const FileRanges& watched) {
                  return analyse_edited(project_, which, overlay, watched, options_);
                }});
    plan = std::move(verified.plan);
    return std::move(verified.after);
  }

  // Rules may go round in a circle: what would lead back to a text that was there before is left.
  void break_circles(Plan& plan) {
    for (bool is_straight = false; !is_straight;) {
      is_straight = true;
      for (const auto& [file, composed] : compose(plan, applied(plan))) {
        const bool was_there = std::ranges::any_of(earlier_, [&](const Texts& texts) {
          const auto text = texts.find(file);
          return text != texts.end() && text->second == composed.text;
        });
        if (!was_there) continue;
        is_straight = false;
        for (PlannedFinding& planned : plan.findings)
          if (planned.decision == Decision::Apply &&
              std::ranges::any_of(planned.finding.edits,
                                  [&](const Edit& edit) { return edit.file == file; })) {
            planned.decision = Decision::Withheld;
            planned.reason = "this would undo what another rule has just done";
          }
        hold_back_groups(plan);
        break;
      }
    }
  }

  // Adds the pass to the outcome. Answers whether another one may find more.
  bool take(Plan plan) {
    break_circles(plan);
    const Pass pass = compose(plan, applied(plan));
    const bool goes_on = !pass.empty() && passes_.size() + 1 < kMaxPasses;
    waiting_.clear();
    for (const auto& [file, text] : plan.texts) before_.emplace(file, text);  // the first text is the disk's
    for (PlannedFinding& planned : plan.findings) {
      if (planned.decision == Decision::Deferred) {
        if (goes_on) {
          for (const Edit& edit : planned.finding.edits) waiting_.insert(edit.file);
          continue;
        }
        planned.decision = Decision::Withheld;
      } else if (planned.decision != Decision::Apply) {
        settled_.insert(site_of(planned.finding));
      }
      planned.finding = on_disk(std::move(planned.finding), passes_, overlay_, before_);
      outcome_.plan.findings.push_back(std::move(planned));
    }
    std::ranges::move(plan.problems, std::back_inserter(outcome_.plan.problems));
    for (Problem& warning : plan.warnings)
      outcome_.plan.warnings.push_back(on_disk(std::move(warning), passes_, overlay_, before_));
    earlier_.push_back({});
    for (const auto& [file, composed] : pass) {
      earlier_.back().emplace(file, plan.texts.at(file));
      if (scope_.changed)
        if (const auto lines = scope_.changed->find(file); lines != scope_.changed->end())
          lines->second = lines_after(lines->second, plan.texts.at(file), composed);
      overlay_.insert_or_assign(file, composed.text);
    }
    passes_.push_back(pass);
    return goes_on;
  }

  // Of the texts that result: what verify() has seen, and what findings wait for. Gives the jobs in question.
  std::vector<std::size_t> analyse_again(std::vector<std::optional<Analysis>> after,
                                         std::vector<Analysis>& analyses) {
    std::vector<std::size_t> jobs;
    std::vector<std::size_t> missing;
    for (const std::size_t job : project_.candidates) {
      if (after[job]) {
        analyses[job] = *std::move(after[job]);
        jobs.push_back(job);
      } else if (std::ranges::any_of(project_.inputs[job],
                                     [&](const auto& input) { return waiting_.contains(input); })) {
        missing.push_back(job);
      }
    }
    if (missing.empty()) return jobs;
    std::vector<Analysis> more = analyse_jobs(project_, missing, overlay_, options_);
    for (const std::size_t job : missing) analyses[job] = std::move(more[job]);
    jobs.insert(jobs.end(), missing.begin(), missing.end());
    std::ranges::sort(jobs);
    return jobs;
  }

  void finish() {
    Plan& plan = outcome_.plan;
    std::ranges::sort(plan.findings, {}, [](const PlannedFinding& planned) {
      const Finding& finding = planned.finding;
      return std::tie(finding.file, finding.offset, finding.rule, finding.edits);
    });
    for (auto& [file, text] : overlay_)
      outcome_.after.emplace(file, format_changes(file, before_.at(file), std::move(text), plan.problems));
    std::ranges::sort(plan.problems);
    plan.problems.erase(std::ranges::unique(plan.problems).begin(), plan.problems.end());
    std::ranges::sort(plan.warnings);
    plan.warnings.erase(std::ranges::unique(plan.warnings).begin(), plan.warnings.end());
    plan.texts = std::move(before_);
  }

  Project& project_;
  const RunOptions& options_;
  Scope scope_;  // with the lines of the texts after the passes so far
  std::vector<Pass> passes_;
  Texts overlay_;                  // the texts after the passes so far
  Texts before_;                   // the texts on disk
  std::vector<Texts> earlier_;     // by pass: the texts that it changed
  std::set<std::string> waiting_;  // files that findings of the last pass wait for
  std::set<std::tuple<std::string, std::size_t, std::string>> settled_;
  Outcome outcome_;
};

}  // namespace

Outcome rewrite(Project& project, const RunOptions& options) { return Rewriting(project, options).run(); }

}  // namespace ferry::rewriter
