#include "model/plan.hpp"

#include <map>

namespace ferry::rewriter {

std::string place_of(const Finding& finding) {
  return finding.rule + " in line " + std::to_string(finding.line);
}

void hold_back_groups(Plan& plan) {
  std::map<std::string, const PlannedFinding*> holders;
  for (const PlannedFinding& planned : plan.findings)
    if (planned.decision != Decision::Apply && !planned.finding.group.empty()) {
      const PlannedFinding*& holder = holders[planned.finding.group];
      // Deferred is the weakest reason: such a group is tried again.
      if (holder == nullptr || holder->decision == Decision::Deferred) holder = &planned;
    }
  for (PlannedFinding& planned : plan.findings) {
    if (planned.decision != Decision::Apply || planned.finding.group.empty()) continue;
    const auto holder = holders.find(planned.finding.group);
    if (holder == holders.end()) continue;
    const bool waits = holder->second->decision == Decision::Deferred;
    planned.decision = waits ? Decision::Deferred : Decision::Withheld;
    planned.reason =
        "right only together with " + place_of(holder->second->finding) + ", which is not rewritten";
  }
}

}  // namespace ferry::rewriter
