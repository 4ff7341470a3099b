// baseline: the findings of an earlier day, accepted until somebody fixes them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "model/plan.hpp"

namespace ferry::rewriter {

/// Sorted; a finding that is there twice has two entries.
using Baseline = std::vector<BaselineEntry>;

/// Reads the text of a baseline, in any order. On failure `error` says what is wrong with it and where.
std::optional<Baseline> read_baseline(const std::string& path, std::string_view text, Problem& error);

/// The text of a baseline: one line an entry, sorted, so that a change of the findings is a change of few
/// lines.
std::string write_baseline(Baseline baseline);

struct BaselineScope {
  std::string root;
  /// Whether all findings in a file (absolute) are known that this run could have.
  std::function<bool(const std::string& file)> is_judged;
  /// Whether the rule was looked for.
  std::function<bool(std::string_view rule)> has_run;
};

struct BaselineMatch {
  Baseline left;                ///< entries that still stand for something, or that this run cannot judge
  std::vector<GoneEntry> gone;  ///< the others, sorted
};

/// Marks the findings that the baseline accepts: the same rule in a line of the same text, in the same file
/// or in another, if the entry's own place is gone. Each entry accepts one finding. `left` names a moved one
/// by its new place.
BaselineMatch match_baseline(Plan& plan, const Baseline& baseline, const BaselineScope& scope);

/// The entries for the plan's open findings.
Baseline baseline_of(const Plan& plan, const std::string& root);

}  // namespace ferry::rewriter
