#include "resolve/resolve.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include <llvm/Support/Path.h>

#include "model/compose.hpp"
#include "resolve/judge.hpp"
#include "resolve/merge.hpp"
#include "resolve/suppress.hpp"

namespace ferry::rewriter {
namespace {

// The edits accepted so far in one file: which ranges are replaced, and where something is inserted.
class AcceptedEdits {
 public:
  // The finding whose edit overlaps this one, if any.
  std::optional<std::size_t> conflict(const Edit& edit) const {
    const std::size_t end = edit.offset + edit.length;
    // Ranges do not overlap each other: only the last one that begins before `end` and those it passes can.
    for (auto range = ranges_.lower_bound(end); range != ranges_.begin();) {
      --range;
      const auto& [begin, accepted] = *range;
      if (begin + accepted.length <= edit.offset) break;
      if (edit.length == 0 && begin == edit.offset) continue;  // inserted before what is replaced
      if (begin == edit.offset && accepted.length == edit.length && accepted.replacement == edit.replacement)
        continue;  // shared
      return accepted.finding;
    }
    if (const auto inside = insertions_.upper_bound(edit.offset);
        inside != insertions_.end() && inside->first < end)
      return inside->second;
    return std::nullopt;
  }

  void add(const Edit& edit, std::size_t finding) {
    if (edit.length == 0)
      insertions_.emplace(edit.offset, finding);
    else
      ranges_.emplace(edit.offset, Range{edit.length, edit.replacement, finding});
  }

 private:
  struct Range {
    std::size_t length;
    std::string replacement;
    std::size_t finding;
  };
  std::map<std::size_t, Range> ranges_;
  std::map<std::size_t, std::size_t> insertions_;
};

// Whether every file that the finding edits may be edited.
bool is_editable(const Finding& finding, const Scope& scope, std::map<std::string, bool>& known) {
  return std::ranges::all_of(finding.edits, [&](const Edit& edit) {
    const auto [found, is_new] = known.emplace(edit.file, false);
    if (is_new) found->second = is_editable(scope, edit.file);
    return found->second;
  });
}

void decide(Plan& plan, const ResolveOptions& options) {
  std::map<std::string, bool> editable;
  for (PlannedFinding& planned : plan.findings) {
    if (planned.decision == Decision::Withheld || planned.decision == Decision::Suppressed) continue;
    if (planned.finding.review && options.unsafe) planned.finding.remark = true;
    const Finding& finding = planned.finding;
    planned.decision = Decision::Report;
    if (finding.applicability == Applicability::Manual)
      planned.reason = "a person decides";
    else if (finding.edits.empty())
      planned.reason = "this use has to be rewritten by hand";
    else if (finding.applicability == Applicability::Unsafe && !options.unsafe)
      planned.reason = "behaviour may change; --unsafe rewrites it";
    else if (!is_editable(finding, options.scope, editable))
      planned.reason = "an edit would lie outside what may be edited";
    else if (finding.last && options.scope.changed)
      planned.reason = "right only when nothing old is left, and --since looks at some lines only";
    else
      planned.decision = Decision::Apply;
  }
}

// Outer findings first, so that of two that overlap the inner one waits for the text that results.
std::vector<std::size_t> outer_first(const Plan& plan) {
  const auto key = [&](std::size_t index) {
    const Finding& finding = plan.findings[index].finding;
    std::size_t begin = finding.offset;
    std::size_t end = finding.offset;
    for (const Edit& edit : finding.edits)
      if (edit.file == finding.file) {
        begin = std::min(begin, edit.offset);
        end = std::max(end, edit.offset + edit.length);
      }
    return std::tuple(std::string_view(finding.file), begin, ~end, index);
  };
  std::vector<std::size_t> order(plan.findings.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, key);
  return order;
}

// Why a finding is not in the plan at all; it may still hold its group back.
std::string_view reason_to_drop(const Finding& finding, const Scope& scope) {
  if (!contains(scope, finding.file)) return "outside the chosen paths";
  if (!is_changed(scope, finding.file, {.first = finding.line, .last = finding.end_line}))
    return "outside the changed lines";
  return {};
}

// The first job that no compiler could read to its end; nullptr where there is none.
const Job* unread_job(const Jobs& jobs, const std::vector<Analysis>& analyses) {
  const auto found = std::ranges::find(analyses, false, &Analysis::compiled);
  return found == analyses.end() ? nullptr : &jobs[static_cast<std::size_t>(found - analyses.begin())];
}

// What is about all of the tree, and no source's own, is not done while a source may still need what goes.
void hold_back_for(const Job& unread, Plan& plan) {
  for (PlannedFinding& planned : plan.findings) {
    if (planned.decision != Decision::Apply || !planned.finding.last || !planned.finding.quiet) continue;
    planned.decision = Decision::Withheld;
    planned.reason = "right only when nothing old is left, and " +
                     llvm::sys::path::filename(unread.file).str() + " does not compile";
    planned.finding.quiet = false;
    planned.finding.remark = true;
  }
}

}  // namespace

void settle_overlaps(Plan& plan) {
  for (PlannedFinding& planned : plan.findings)
    if (planned.decision == Decision::Deferred) {
      planned.decision = Decision::Apply;
      planned.reason.clear();
    }

  std::map<std::string, AcceptedEdits> accepted;
  for (const std::size_t index : outer_first(plan)) {
    PlannedFinding& planned = plan.findings[index];
    if (planned.decision != Decision::Apply) continue;
    for (const Edit& edit : planned.finding.edits)
      if (const auto other = accepted[edit.file].conflict(edit)) {
        planned.decision = Decision::Deferred;
        planned.reason = "overlaps the edit of " + place_of(plan.findings[*other].finding, planned.finding);
        break;
      }
    if (planned.decision == Decision::Apply)
      for (const Edit& edit : planned.finding.edits) accepted[edit.file].add(edit, index);
  }
  hold_back_groups(plan);
}

Plan resolve(const Jobs& jobs, std::vector<Analysis> analyses, const ResolveOptions& options) {
  const std::vector<JudgedFile> judged = judge(options.judged, analyses);
  const Job* unread = unread_job(jobs, analyses);
  Plan plan = merge(jobs, std::move(analyses), options.scope);
  std::erase_if(plan.unjudged, [&](const Unjudged& name) {
    return !contains(options.scope, name.file) ||
           !is_changed(options.scope, name.file, {.first = name.line, .last = name.line}) ||
           (options.is_reported && std::ranges::none_of(name.rules, options.is_reported));
  });
  suppress(plan, judged, options);
  if (options.is_reported)
    std::erase_if(plan.findings,
                  [&](const auto& planned) { return !options.is_reported(planned.finding.rule); });
  decide(plan, options);

  for (PlannedFinding& planned : plan.findings)
    if (const std::string_view reason = reason_to_drop(planned.finding, options.scope); !reason.empty()) {
      planned.decision = Decision::Dropped;
      planned.reason = reason;
    }
  hold_back_groups(plan);
  std::erase_if(plan.findings, [](const auto& planned) { return planned.decision == Decision::Dropped; });

  settle_overlaps(plan);
  if (unread != nullptr) hold_back_for(*unread, plan);
  return plan;
}

}  // namespace ferry::rewriter
