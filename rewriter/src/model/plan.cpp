#include "model/plan.hpp"

#include <algorithm>
#include <map>

#include <llvm/Support/Path.h>

namespace ferry::rewriter {

std::string place_of(const Finding& finding, const Finding& seen_from) {
  const std::string line = std::to_string(finding.line);
  if (finding.file == seen_from.file) return finding.rule + " in line " + line;
  return finding.rule + " in " + llvm::sys::path::filename(finding.file).str() + ":" + line;
}

bool is_open(const PlannedFinding& planned) {
  const bool is_hidden = planned.finding.quiet && planned.decision != Decision::Apply;
  return planned.decision != Decision::Suppressed && !planned.is_known && !is_hidden;
}

std::size_t rewritable(const Plan& plan) {
  return static_cast<std::size_t>(std::ranges::count_if(plan.findings, [](const PlannedFinding& planned) {
    return is_open(planned) &&
           (planned.decision == Decision::Apply || planned.decision == Decision::Deferred);
  }));
}

namespace {

// Takes back what is right only when nothing old is left, if something is. Answers whether it took back any.
bool hold_back_last(Plan& plan) {
  const PlannedFinding* holder = nullptr;
  for (const PlannedFinding& planned : plan.findings) {
    if (planned.decision == Decision::Apply || planned.decision == Decision::Dropped ||
        planned.finding.remark || planned.finding.quiet ||
        (planned.finding.review && planned.decision == Decision::Suppressed))
      continue;
    // A last one holds the others like it. Deferred is the weakest reason: tried again.
    if (holder == nullptr || holder->decision == Decision::Deferred) holder = &planned;
  }
  if (holder == nullptr) return false;
  bool took_back = false;
  for (PlannedFinding& planned : plan.findings) {
    if (planned.decision != Decision::Apply || !planned.finding.last) continue;
    planned.decision = holder->decision == Decision::Deferred ? Decision::Deferred : Decision::Withheld;
    planned.reason = "right only when nothing old is left; " + place_of(holder->finding, planned.finding) +
                     " is not rewritten";
    took_back = true;
  }
  return took_back;
}

// Answers whether it took back any: those may be members, too.
bool hold_back_members_once(Plan& plan) {
  bool took_back = false;
  std::map<std::string, const PlannedFinding*> holders;
  for (const PlannedFinding& planned : plan.findings)
    if (planned.decision != Decision::Apply && !planned.finding.group.empty()) {
      const PlannedFinding*& holder = holders[planned.finding.group];
      // Deferred is the weakest reason: such a group is tried again.
      if (holder == nullptr || holder->decision == Decision::Deferred) holder = &planned;
    }
  for (PlannedFinding& planned : plan.findings) {
    if (planned.decision != Decision::Apply) continue;
    auto holder = holders.find(planned.finding.group);
    if (holder == holders.end()) holder = holders.find(planned.finding.needs);
    if (holder == holders.end()) continue;
    const bool waits = holder->second->decision == Decision::Deferred;
    planned.decision = waits ? Decision::Deferred : Decision::Withheld;
    planned.reason = "right only together with " + place_of(holder->second->finding, planned.finding) +
                     ", which is not rewritten";
    took_back = true;
  }
  return took_back;
}

void hold_back_members(Plan& plan) {
  while (hold_back_members_once(plan)) {
  }
}

}  // namespace

void hold_back_groups(Plan& plan) {
  hold_back_members(plan);
  if (hold_back_last(plan)) hold_back_members(plan);
}

}  // namespace ferry::rewriter
